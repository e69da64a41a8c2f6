/* SPDX-License-Identifier: MIT */
#ifndef CONFIG_SCAN_H
#define CONFIG_SCAN_H

/*
 * A configuration file and all that it includes, pasted into one text that
 * remembers where each line came from, and the list of what is wrong with it.
 * Finds what libconfig reads in silence and gets wrong: comments and strings
 * without an end, integers that do not fit, octets that end a C string.
 * Lines are those of the text, from 1; 0 is the file as a whole.
 */

#include "vrrpd/config.h"

#define CONFIG_SCAN_PLACE 256 /* octets that config_scan_place() may write */

struct config_scan;

/* Returns NULL only if there is no memory left. */
struct config_scan *config_scan_open(const char *path);
void config_scan_free(struct config_scan *scan);

/* The text for libconfig; NULL if problems make it pointless to read on. */
const char *config_scan_text(const struct config_scan *scan);

/*
 * The line of the i-th string value (adjacent strings are one value), 0 if
 * there is none.  libconfig 1.5 gives strings the line of the token that
 * follows.
 */
unsigned config_scan_string_line(const struct config_scan *scan, size_t i);

/* Has an integer on this line been reported already? */
bool config_scan_integer_reported(const struct config_scan *scan,
				  unsigned line);

/* Add a problem: what it is, and what would be right. */
__attribute__((format(printf, 3, 4))) void
config_scan_problem(struct config_scan *scan, unsigned line, const char *format,
		    ...);

/* Note that something could not be done; reported as one problem. */
void config_scan_no_memory(struct config_scan *scan);

/*
 * Writes "line 7", or "line 7 of FILE" where that is another file than the one
 * of the line `from`.  Returns `text`.
 */
const char *config_scan_place(const struct config_scan *scan, unsigned line,
			      unsigned from, char text[CONFIG_SCAN_PLACE]);

/* Report all problems in the order of the text; returns how many. */
size_t config_scan_report(struct config_scan *scan, config_report *report,
			  void *arg);

#endif
