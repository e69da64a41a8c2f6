/* SPDX-License-Identifier: MIT */
#ifndef RELOAD_H
#define RELOAD_H

/*
 * Reads the configuration again while all goes on: the file system may take
 * its time, so the clerk does it (inquiry.h).
 */

#include "netlink/worker.h"
#include "vrrpd/config.h"

/* Zero-initialized there are none. */
struct reload_lines {
	char *text; /* each with its newline; NULL: none */
};

struct reload {
	/* Set by the owner. */
	struct worker *worker;
	const char *path;
	/* On the loop: what was read, the callee's to keep, or NULL, and all
	   that is wrong with it. */
	void (*read)(struct reload *reload, struct config *config,
		     struct reload_lines *problems);

	struct job job;
	struct config *config;
	struct reload_lines problems;
};

/* Never blocks.  Not while reload_is_busy(). */
void reload_begin(struct reload *reload);
bool reload_is_busy(const struct reload *reload);

/* A config_report, for `lines`.  Want of memory loses the line. */
void reload_add(void *lines, const char *line);
void reload_clear(struct reload_lines *lines);

#endif
