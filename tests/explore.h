/* SPDX-License-Identifier: MIT */
#ifndef TESTS_EXPLORE_H
#define TESTS_EXPLORE_H

/*
 * Exhaustive testing by replay.  Wrap a scenario in
 *
 *	struct explore x = { 0 };
 *
 *	while (explore_next(&x))
 *		scenario(&x);
 *
 * and call explore_choose(x, n) wherever the world may go n ways.  The body
 * runs once for every possible sequence of answers: depth first, each run from
 * the start, so that nothing has to be saved or taken back.
 */

#include <assert.h>
#include <stdbool.h>

#define EXPLORE_DEPTH 1024

struct explore {
	int choice[EXPLORE_DEPTH];
	int ways[EXPLORE_DEPTH];
	int depth; /* choices made in this run so far */
	int known; /* choices that this run has to repeat */
	long runs;
};

/* Goes to the next run; false when there are no more. */
static inline bool explore_next(struct explore *x)
{
	/* A run that asks less than the one before was not repeated exactly. */
	assert(x->depth == x->known);
	if (x->runs > 0) {
		while (x->known > 0 &&
		       x->choice[x->known - 1] + 1 == x->ways[x->known - 1])
			x->known--;
		if (x->known == 0)
			return false;
		x->choice[x->known - 1]++;
	}
	x->depth = 0;
	x->runs++;
	return true;
}

/* One of 0 .. ways - 1. */
static inline int explore_choose(struct explore *x, int ways)
{
	if (ways == 1)
		return 0;
	if (x->depth == x->known) { /* new ground: the first way first */
		assert(x->known < EXPLORE_DEPTH);
		x->choice[x->known] = 0;
		x->ways[x->known++] = ways;
	}
	assert(x->ways[x->depth] == ways);
	return x->choice[x->depth++];
}

#endif
