/* SPDX-License-Identifier: MIT */
#ifndef TESTS_PLANS_H
#define TESTS_PLANS_H

/*
 * What is explored: each plan with each set of priorities, with and without
 * preemption, a search each.  The numbers below are those of "make check".
 */

#include "tests/lan.h"

#define SECOND                                                                 \
	{                                                                      \
		SEC, SEC, SEC                                                  \
	}
#define FAST                                                                   \
	{                                                                      \
		10 * MS, 10 * MS, 10 * MS                                      \
	}
#define MIXED                                                                  \
	{                                                                      \
		SEC, 250 * MS, 500 * MS                                        \
	}

#define ANY_FAULT  (1u << CRASH | 1u << LEAVE | 1u << STALL)
#define ANY_CHANGE (1u << RAISE | 1u << LOWER | 1u << SLOW)

static const struct plan plans[] = {
	{ .name = "boot",
	  .interval = SECOND,
	  .faults = 1u << NOTHING,
	  .frames = 4,
	  .lossy_boot = true,
	  .slow_claims = true },
	{ .name = "crash",
	  .interval = SECOND,
	  .faults = 1u << CRASH,
	  .instants = 4,
	  .frames = 3,
	  .late = true },
	{ .name = "restart",
	  .interval = SECOND,
	  .faults = 1u << CRASH,
	  .instants = 4,
	  .more = 1,
	  .later = 1u << RESTART,
	  .frames = 2 },
	{ .name = "leave",
	  .interval = SECOND,
	  .faults = 1u << LEAVE,
	  .instants = 4,
	  .frames = 3 },
	{ .name = "drain",
	  .interval = SECOND,
	  .faults = 1u << DRAIN,
	  .instants = 4,
	  .frames = 2 },
	{ .name = "stall",
	  .interval = SECOND,
	  .faults = 1u << STALL,
	  .instants = 4,
	  .frames = 2,
	  .late = true },
	{ .name = "two faults",
	  .interval = SECOND,
	  .faults = 1u << NOTHING | ANY_FAULT,
	  .instants = 1,
	  .more = 1,
	  .later = ANY_FAULT | 1u << RESTART,
	  .frames = 1,
	  .slow_claims = true },
	{ .name = "change",
	  .interval = SECOND,
	  .faults = ANY_CHANGE,
	  .instants = 4,
	  .frames = 2 },
	{ .name = "change and fault",
	  .interval = SECOND,
	  .faults = ANY_CHANGE,
	  .instants = 1,
	  .more = 1,
	  .later = ANY_FAULT,
	  .frames = 1 },
	/* A step of priority is 39 us there, a frame takes 300. */
	{ .name = "10 ms",
	  .interval = FAST,
	  .faults = ANY_FAULT,
	  .instants = 3,
	  .frames = 2,
	  .slow_claims = true },
	{ .name = "mixed intervals",
	  .interval = MIXED,
	  .faults = ANY_FAULT,
	  .instants = 3,
	  .frames = 2 },
	{ .name = "planned",
	  .interval = SECOND,
	  .faults = 1u << NOTHING | 1u << LEAVE,
	  .instants = 200,
	  .late = true,
	  .slow_claims = true },
	{ .name = "planned, 10 ms",
	  .interval = FAST,
	  .faults = 1u << NOTHING | 1u << LEAVE,
	  .instants = 200,
	  .late = true,
	  .slow_claims = true },
	{ .name = "planned, mixed intervals",
	  .interval = MIXED,
	  .faults = 1u << NOTHING | 1u << LEAVE,
	  .instants = 200,
	  .late = true,
	  .slow_claims = true },
	{ .name = "planned twice",
	  .interval = SECOND,
	  .faults = 1u << NOTHING | 1u << LEAVE,
	  .instants = 2,
	  .more = 2,
	  .late = true,
	  .later = 1u << LEAVE | 1u << RESTART,
	  .slow_claims = true },
	{ .name = "drained",
	  .interval = SECOND,
	  .faults = 1u << DRAIN,
	  .instants = 2,
	  .more = 2,
	  .late = true,
	  .later = 1u << DRAIN | 1u << LEAVE | 1u << RESTART,
	  .slow_claims = true },
	{ .name = "drained, 10 ms",
	  .interval = FAST,
	  .faults = 1u << DRAIN,
	  .instants = 2,
	  .more = 1,
	  .late = true,
	  .later = 1u << DRAIN | 1u << LEAVE | 1u << RESTART | ANY_CHANGE,
	  .slow_claims = true },
	{ .name = "planned changes",
	  .interval = SECOND,
	  .faults = 1u << NOTHING | 1u << LEAVE | ANY_CHANGE,
	  .instants = 2,
	  .more = 1,
	  .later = 1u << LEAVE | 1u << RESTART | ANY_CHANGE,
	  .slow_claims = true },
	{ .name = "planned changes, 10 ms",
	  .interval = FAST,
	  .faults = 1u << NOTHING | 1u << LEAVE | ANY_CHANGE,
	  .instants = 2,
	  .more = 1,
	  .later = 1u << LEAVE | 1u << RESTART | ANY_CHANGE,
	  .slow_claims = true },
	{ .name = "planned changes, mixed intervals",
	  .interval = MIXED,
	  .faults = 1u << NOTHING | 1u << LEAVE | ANY_CHANGE,
	  .instants = 2,
	  .more = 1,
	  .later = 1u << LEAVE | 1u << RESTART | ANY_CHANGE,
	  .slow_claims = true },
};

/* In order, equal, with less than a frame's latency between, with an owner. */
static const uint8_t sets[][N] = {
	{ 200, 150, 100 }, { 100, 100, 100 }, { 252, 253, 254 },
	{ 255, 100, 100 }, { 1, 254, 254 },
};

#define PLANS    ((int)(sizeof(plans) / sizeof(plans[0])))
#define SETS     ((int)(sizeof(sets) / sizeof(sets[0])))
#define SEARCHES (PLANS * SETS * 2)

/*
 * The search of this number, 0 .. SEARCHES - 1, a plan's ones together.  A
 * scale of 1 is "make check"; for builds that are slow, n takes n - 1 off the
 * frames that may be meddled with, and tries one n-th of the instants; 0 is
 * "make explore": one frame more, or one fault, and more instants.
 */
static inline struct plan plan_for(int search, int scale)
{
	struct plan p = plans[search / (SETS * 2)];

	p.tested = vrrp_step;
	p.no_preempt = search % 2;
	memcpy(p.priority, sets[search / 2 % SETS], sizeof(p.priority));
	if (scale == 0) {
		p.frames += p.frames > 0;
		p.more += p.frames == 0;
		p.later |= p.faults & ANY_FAULT;
		p.instants *= p.instants < 10 ? 14 : 1;
		return p;
	}
	p.frames = p.frames < scale ? 0 : p.frames - (scale - 1);
	p.instants = p.instants < scale ? 1 : p.instants / scale;
	if (scale > 1 && p.more > 0)
		p.more = 1;
	return p;
}

#endif
