/* SPDX-License-Identifier: MIT */
#ifndef TESTS_EXPLORE_H
#define TESTS_EXPLORE_H

/*
 * Exhaustive testing of a world that goes step by step from one small state to
 * the next, and asks explore_choose() wherever it may go several ways: all of
 * them are gone, depth first.  Only the step that asked is repeated, from a
 * copy of the state before it.  The search does not go twice through the same
 * state: a run that comes to one whose continuations were all checked ends
 * there, it has joined.  States are the same when all their octets are.
 */

#include <assert.h>
#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define EXPLORE_STATE   4096      /* octets of a state, at most */
#define EXPLORE_CHOICES 128       /* in one step */
#define EXPLORE_DEPTH   512       /* forks and landmarks of a run */
#define EXPLORE_TABLE   (1 << 17) /* states that are remembered */
#define EXPLORE_LARGE   928       /* octets: a larger one is not remembered */

/*
 * The states whose continuations were all checked, as far as they fit: each
 * has one place, and takes it from whoever was there.
 */
struct explore_state {
	uint64_t search; /* which one it belongs to; 0: none */
	/* What was given up after a find for being too long is too long for
	   who comes here after as many steps, or more. */
	int length;
	unsigned size;
	_Alignas(8) unsigned char octets[EXPLORE_LARGE];
};

static struct explore_state explore_table[EXPLORE_TABLE];
static uint64_t explore_searches;

/* One step's answers; those known are given again. */
struct explore_choices {
	int asked, known;
	uint8_t answer[EXPLORE_CHOICES], ways[EXPLORE_CHOICES];
};

struct explore_fork {
	_Alignas(8) unsigned char before[EXPLORE_STATE];
	size_t size;
	struct explore_state *place; /* in the table */
	int length;
	struct explore_choices choices;
};

struct explore {
	/* The world.  False: this run is over. */
	bool (*step)(struct explore *x, void *state);
	/* How much of the state there is at this moment, in eights; and how
	   much of its start is the same in all runs. */
	size_t (*size)(const void *state);
	size_t constant;
	/* A rule was broken by a run that is shorter than all before. */
	void (*found)(struct explore *x, const void *state);

	/* Kept by the world: how long is this run, and which rule did it
	   break?  A run as long as the shortest that broke one is given up. */
	int length;
	const char *broken;
	/* Set by a step that runs are likely to meet at. */
	bool landmark;

	int shortest;    /* or INT_MAX: all rules held */
	bool never_join; /* to prove the search by a simpler one */
	/* Runs by how they ended; together, the interleavings explored: each
	   is a different sequence of answers. */
	uint64_t finished, joined;

	struct explore_choices now;
	struct explore_fork fork[EXPLORE_DEPTH];
	int forks;
};

/* One of 0 .. ways - 1. */
static inline int explore_choose(struct explore *x, int ways)
{
	struct explore_choices *c = &x->now;

	assert(ways > 0 && ways <= UINT8_MAX);
	if (ways == 1)
		return 0;
	if (c->asked == c->known) { /* new ground: the first way first */
		assert(c->known < EXPLORE_CHOICES);
		c->answer[c->known] = 0;
		c->ways[c->known++] = (uint8_t)ways;
	}
	assert(c->ways[c->asked] == ways);
	return c->answer[c->asked++];
}

/* Four sums at a time: a multiplication need not wait for the one before. */
static inline struct explore_state *explore_place(const unsigned char *octets,
						  size_t size)
{
	uint64_t sum[4] = { size, 0, 0, 0 }, word;
	size_t i;

	assert(size % 8 == 0);
	for (i = 0; i < size / 8; i++) {
		memcpy(&word, octets + i * 8, 8);
		sum[i % 4] = (sum[i % 4] ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		sum[i % 4] ^= sum[i % 4] >> 32;
	}
	sum[0] ^= sum[1] * 3 ^ sum[2] * 5 ^ sum[3] * 7;
	return &explore_table[(sum[0] ^ sum[0] >> 20) % EXPLORE_TABLE];
}

static inline bool explore_is_known(const struct explore_fork *f)
{
	const struct explore_state *s = f->place;

	return s->search == explore_searches && s->size == f->size &&
	       s->length <= f->length &&
	       memcmp(s->octets, f->before, f->size) == 0;
}

static inline void explore_remember(const struct explore *x,
				    const struct explore_fork *f)
{
	struct explore_state *s = f->place;

	if (x->never_join || f->size > EXPLORE_LARGE)
		return;
	s->search = explore_searches;
	s->length = x->shortest == INT_MAX ? 0 : f->length;
	s->size = (unsigned)f->size;
	memcpy(s->octets, f->before, f->size);
}

/* Back to the last step that can go another way; false if there is none. */
static inline bool explore_back(struct explore *x, void *state)
{
	for (; x->forks > 0; x->forks--) {
		struct explore_fork *f = &x->fork[x->forks - 1];
		struct explore_choices *c = &f->choices;

		while (c->known > 0 &&
		       c->answer[c->known - 1] + 1 == c->ways[c->known - 1])
			c->known--;
		if (c->known > 0) {
			c->answer[c->known - 1]++;
			memcpy(state, f->before, f->size);
			x->length = f->length;
			return true;
		}
		explore_remember(x, f);
	}
	return false;
}

/*
 * One step, again if `again`, as the last fork has it.  False: the run is over,
 * because the world says so, or in a known state.
 */
static inline bool explore_step(struct explore *x, void *state, bool again)
{
	struct explore_fork *f = &x->fork[x->forks - again];
	bool more;

	assert(x->forks < EXPLORE_DEPTH);
	x->now.known = 0;
	if (again) {
		x->now = f->choices;
	} else {
		f->size = x->size(state);
		f->length = x->length;
		assert(f->size <= EXPLORE_STATE);
		memcpy(f->before, state, f->size);
	}
	x->now.asked = 0;
	x->broken = NULL;
	x->landmark = false;
	more = x->step(x, state);
	assert(x->now.asked == x->now.known);
	if (!again && (x->now.known > 0 || x->landmark)) {
		f->place = explore_place(f->before + x->constant,
					 f->size - x->constant);
		if (explore_is_known(f)) {
			x->joined++;
			return false;
		}
		x->forks++;
	}
	f->choices = x->now;
	if (x->length >= x->shortest)
		return false;
	if (x->broken) {
		x->shortest = x->length;
		x->found(x, state);
		return false;
	}
	x->finished += !more;
	return more;
}

/* All ways from this state.  Did the rules hold?  May be called for one world
   after the other, to find the shortest run of them all. */
static inline bool explore_all(struct explore *x, void *state)
{
	bool again = false;

	explore_searches++;
	x->length = x->forks = 0;
	do {
		while (explore_step(x, state, again))
			again = false;
		again = explore_back(x, state);
	} while (again);
	return x->shortest == INT_MAX;
}

#endif
