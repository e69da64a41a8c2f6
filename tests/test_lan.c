/* SPDX-License-Identifier: MIT */
/*
 * Three routers on one lossy segment, in simulated time.  An adversary decides
 * which frames are lost, what comes first of two things at the same time, how
 * long the kernel takes to claim the addresses, who starts late, and what
 * befalls whom and when: every way to decide is run.  The rules are checked
 * after each step; a run that breaks one is printed, event by event.
 *
 * For builds that are slow, EXPLORE_SCALE=n in the environment takes n - 1 off
 * the frames that may be lost, and tries one n-th of the instants.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lan.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static const char *const event_name[] = {
	[VRRP_STARTUP] = "startup", [VRRP_SHUTDOWN] = "shutdown",
	[VRRP_LEAVE] = "leave",     [VRRP_TIMER] = "timer",
	[VRRP_ADVERT] = "advert",   [VRRP_CLAIMED] = "claimed",
};

static void broken(const struct lan *l, const char *rule)
{
	static const char *const fault[] = { "nothing", "crash", "leave",
					     "stall" };
	int i;

	print_error("%s, run %ld: %s of router %d at %.6f, awake at %.6f, "
		    "lossy from %.6f to %.6f\nchoices:",
		    l->plan->name, l->x->runs, fault[l->fault], l->victim,
		    (double)l->struck_at / 1e6, (double)l->woken_at / 1e6,
		    (double)l->lossy_from / 1e6, (double)l->heal_at / 1e6);
	for (i = 0; i < l->x->depth; i++)
		print_error(" %d", l->x->choice[i]);
	print_error("\n");
	for (i = 0; i < l->steps; i++) {
		const struct step *s = &l->trace[i];

		print_error("%12.6f router %d (%3u) %-8s %3u: %s -> %s, %#x\n",
			    (double)s->now / 1e6, s->who,
			    l->plan->priority[s->who],
			    event_name[s->event.type], s->event.advert.priority,
			    vrrp_state_name(s->before),
			    vrrp_state_name(s->after), s->actions);
	}
	fail_msg("at %.6f: not true: %s", (double)l->now / 1e6, rule);
}

static long total;
static int scale = 1;

/* Every way that the plan leaves open, for each set of priorities. */
static void explore(const struct plan *plan, const uint8_t (*priorities)[N],
		    int sets)
{
	static struct lan lan;
	struct plan p = *plan;
	int i;

	p.losses = p.losses < scale ? 0 : p.losses - (scale - 1);
	p.instants = p.instants < scale ? 1 : p.instants / scale;
	for (i = 0; i < sets; i++) {
		struct explore x = { 0 };

		p.priority = priorities[i];
		while (explore_next(&x))
			run(&lan, &p, &x);
		total += x.runs;
		print_message("# %s, priorities %d %d %d: %ld runs, at most "
			      "%d frames lost\n",
			      p.name, p.priority[0], p.priority[1],
			      p.priority[2], x.runs, p.losses);
	}
}

#define SLOW                                                                   \
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

/* In order, equal, with less than a frame's latency between, with an owner. */
static const uint8_t sets[][N] = {
	{ 200, 150, 100 }, { 100, 100, 100 }, { 252, 253, 254 },
	{ 255, 100, 100 }, { 1, 254, 254 },
};

static void one_active_remains_however_they_boot(void **state)
{
	static const struct plan plan = { .name = "boot",
					  .interval = SLOW,
					  .faults = 1u << NOTHING,
					  .losses = 4,
					  .lossy_boot = true,
					  .slow_claims = true };

	(void)state;
	explore(&plan, sets, LENGTH(sets));
}

static void one_active_remains_when_one_crashes(void **state)
{
	static const struct plan plan = { .name = "crash",
					  .interval = SLOW,
					  .faults = 1u << CRASH,
					  .instants = 4,
					  .losses = 3,
					  .late = true };

	(void)state;
	explore(&plan, sets, LENGTH(sets));
}

static void one_active_remains_when_one_leaves(void **state)
{
	static const struct plan plan = { .name = "leave",
					  .interval = SLOW,
					  .faults = 1u << LEAVE,
					  .instants = 4,
					  .losses = 3 };

	(void)state;
	explore(&plan, sets, LENGTH(sets));
}

static void one_active_remains_when_one_stalls(void **state)
{
	static const struct plan plan = { .name = "stall",
					  .interval = SLOW,
					  .faults = 1u << STALL,
					  .instants = 4,
					  .losses = 2,
					  .late = true };

	(void)state;
	explore(&plan, sets, LENGTH(sets));
}

/* A step of priority is 39 us there, a frame takes 300. */
static void one_active_remains_at_the_shortest_interval(void **state)
{
	static const struct plan plan = {
		.name = "10 ms",
		.interval = FAST,
		.faults = 1u << CRASH | 1u << LEAVE | 1u << STALL,
		.instants = 3,
		.losses = 2,
		.slow_claims = true,
	};

	(void)state;
	explore(&plan, sets, LENGTH(sets));
}

static void one_active_remains_when_intervals_differ(void **state)
{
	static const struct plan plan = {
		.name = "mixed intervals",
		.interval = MIXED,
		.faults = 1u << CRASH | 1u << LEAVE | 1u << STALL,
		.instants = 3,
		.losses = 2,
	};

	(void)state;
	explore(&plan, sets, LENGTH(sets));
}

static void without_preemption_a_living_active_stays(void **state)
{
	static const struct plan plan = {
		.name = "no preemption",
		.no_preempt = true,
		.interval = SLOW,
		.faults =
			1u << NOTHING | 1u << CRASH | 1u << LEAVE | 1u << STALL,
		.instants = 3,
		.losses = 2,
		.late = true,
	};

	(void)state;
	explore(&plan, sets, LENGTH(sets));
}

static void a_planned_change_is_never_noticed(void **state)
{
	static const int64_t intervals[][N] = { SLOW, FAST, MIXED };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(intervals); i++) {
		struct plan plan = { .name = "planned",
				     .faults = 1u << NOTHING | 1u << LEAVE,
				     .instants = 200,
				     .late = true,
				     .slow_claims = true };

		memcpy(plan.interval, intervals[i], sizeof(plan.interval));
		explore(&plan, sets, LENGTH(sets));
		plan.no_preempt = true;
		explore(&plan, sets, LENGTH(sets));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_active_remains_however_they_boot),
		cmocka_unit_test(one_active_remains_when_one_crashes),
		cmocka_unit_test(one_active_remains_when_one_leaves),
		cmocka_unit_test(one_active_remains_when_one_stalls),
		cmocka_unit_test(one_active_remains_at_the_shortest_interval),
		cmocka_unit_test(one_active_remains_when_intervals_differ),
		cmocka_unit_test(without_preemption_a_living_active_stays),
		cmocka_unit_test(a_planned_change_is_never_noticed),
	};
	const char *text = getenv("EXPLORE_SCALE");
	int failed;

	if (text && atoi(text) > 0)
		scale = atoi(text);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	print_message("# explored %ld interleavings at scale %d\n", total,
		      scale);
	return failed;
}
