/* SPDX-License-Identifier: MIT */
/*
 * A row is a few comparisons of what was measured with what was expected.  All
 * of them are printed as remarks; the row's own line shows the first that
 * failed, or the first of all.  A time may be a centisecond too early and half
 * a second too late, as a busy machine is no fault of the daemon; beyond 20 ms
 * there is a remark.
 */
#ifndef CONFORMANCE_REPORT_H
#define CONFORMANCE_REPORT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
	REPORT_EARLY_US = 10000,
	REPORT_REMARK_US = 20000,
	REPORT_LATE_US = 500000,
};

struct report {
	bool failed, skipped;
	unsigned checks;
	char headline[400];
	char diagnosis[16384];
	size_t used;
};

/* Each returns whether it held. */
bool report_check(struct report *report, bool holds, const char *what,
		  const char *expected, const char *measured, ...)
	__attribute__((format(printf, 5, 6)));
bool report_number(struct report *report, const char *what, long measured,
		   long expected);
bool report_range(struct report *report, const char *what, long measured,
		  long least, long most);
/* Microseconds; WIRE_NEVER if it did not come. */
bool report_time(struct report *report, const char *what, int64_t measured,
		 int64_t nominal);
void report_remark(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The daemon has nothing to ask for what the row is about. */
void report_skip(struct report *report, const char *why);
void report_print(const struct report *report, const char *id,
		  const char *section, const char *text);

#endif
