/* SPDX-License-Identifier: MIT */
#ifndef LATENESS_H
#define LATENESS_H

/*
 * How late this host was: a histogram of fixed size, with bounds that double,
 * so that the delays of a good machine and a pause of a virtual one are both
 * to be seen in it.  Pure.
 */

#include <stdint.h>

#define LATENESS_BUCKETS 16

struct lateness_histogram {
	uint64_t bucket[LATENESS_BUCKETS]; /* see lateness_bound() */
	uint64_t sum;                      /* us */
	int64_t worst;                     /* us */
};

/* Both count from the deadline. */
struct lateness {
	struct lateness_histogram adverts; /* until it was sent */
	struct lateness_histogram timers;  /* Active_Down_Timer: until judged */
	uint64_t late; /* adverts later than half of their interval */
};

/* `late` in us; below 0 counts as 0. */
void lateness_add(struct lateness_histogram *h, int64_t late);

/* Add what `more` has to `sum`. */
void lateness_merge(struct lateness *sum, const struct lateness *more);

uint64_t lateness_count(const struct lateness_histogram *h);

/* us, inclusive: 64, 128 ... 1048576, and INT64_MAX for the last bucket. */
int64_t lateness_bound(unsigned bucket);

#endif
