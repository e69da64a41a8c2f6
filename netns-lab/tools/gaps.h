/* SPDX-License-Identifier: MIT */
#ifndef GAPS_H
#define GAPS_H

/*
 * When the answers stopped coming.  A gap is the time from one answer to the
 * next if that is three probe intervals or more and at least three probes
 * were sent meanwhile: a prober that overslept has not seen an outage.
 * Times are microseconds of any one clock.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gap {
	int64_t start; /* the last answer before, or the first probe */
	int64_t end;   /* the first answer after, or the end of it all */
	unsigned long unanswered; /* probes sent in between and not answered */
	bool open;                /* it never ended */
};

struct gaps {
	int64_t interval;
	int64_t last;             /* answer; 0 before the first probe */
	unsigned long unanswered; /* probes since `last` */
	struct gap *list;
	size_t count;
};

/* Tell it what happened, in order: 0 or -ENOMEM. */
void gaps_sent(struct gaps *gaps, int64_t now);
int gaps_answered(struct gaps *gaps, int64_t now);
int gaps_finish(struct gaps *gaps, int64_t now);

const struct gap *gaps_longest(const struct gaps *gaps); /* or NULL */
void gaps_free(struct gaps *gaps);

#endif
