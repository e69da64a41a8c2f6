/* SPDX-License-Identifier: MIT */
#ifndef SIM_WORLD_H
#define SIM_WORLD_H

/*
 * Simulated time, and what is going to happen in it.  There is one world per
 * process, as loop_now() has no argument: the loops of all its hosts ask the
 * same clock, and `current` says which host's code is running.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MS    INT64_C(1000)
#define SEC   INT64_C(1000000)
#define NEVER INT64_MAX

struct frame;
struct host;

/* Of several at the same moment, in this order: receive before judging. */
enum event_kind {
	EVENT_FENCE, /* has shut by itself, perhaps */
	EVENT_FRAME,
	EVENT_JOB,
	EVENT_TIMER,
	EVENT_WAKE,
};

struct event {
	int64_t at; /* us */
	enum event_kind kind;
	uint32_t life; /* of the host: void when it has ended since */
	uint64_t serial;
	struct host *host;
	struct frame *frame; /* EVENT_FRAME only */
};

struct world {
	int64_t now; /* us */
	struct host **hosts;
	size_t count;
	struct host *current;

	/* For whoever asks how much was simulated. */
	uint64_t steps;
	int64_t router_time; /* us, of all virtual routers that were on */
};

extern struct world world;

/* Numbers that a run repeats exactly: 0 .. bound - 1; bound > 0. */
void world_seed(uint64_t seed);
int64_t world_random(int64_t bound);

/* `frame` may be NULL. */
void world_post(int64_t at, enum event_kind kind, struct host *host,
		struct frame *frame);

/* Let it happen: all events until then, that moment included. */
void world_run(int64_t until);

/* When the next event is due, or NEVER. */
int64_t world_next(void);

void world_free(void);

#endif
