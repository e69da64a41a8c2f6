/* SPDX-License-Identifier: MIT */
#ifndef PACE_H
#define PACE_H

/*
 * When to send the next frame: on a schedule that a late wake-up does not
 * move, until the time is over or somebody says stop.
 */

#include <stdint.h>

struct pace {
	int stop;      /* readable: stop */
	int64_t every; /* ns */
	int64_t next;  /* ns, CLOCK_MONOTONIC, as `end`, which may be 0 */
	int64_t end;
};

enum pace_reason {
	PACE_DUE,      /* send one now */
	PACE_READABLE, /* there is something to read from `fd` */
	PACE_OVER,
};

/* The first is due now; duration in us, 0: until told to stop. */
void pace_start(struct pace *pace, int64_t every_ns, int64_t duration,
		int stop);

/* Wait for what comes next; `fd` may be -1. */
enum pace_reason pace_wait(struct pace *pace, int fd);

#endif
