/* SPDX-License-Identifier: MIT */
/*
 * Three routers on one lossy segment, in simulated time.  An adversary decides
 * which frames are lost, late or doubled, what comes first of two things at
 * the same time, how long the kernel takes to claim the addresses, who starts
 * late, and what befalls whom and when: every way to decide is run, and the
 * rules are checked after each step.  Of the runs that break one, the shortest
 * is printed, event by event.
 *
 * EXPLORE_SCALE=n in the environment makes less of it, for builds that are
 * slow (plans.h).  "make explore" makes more.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/plans.h"

static struct explore explorer = { .shortest = INT_MAX };
static int scale = 1;

static uint64_t total(void)
{
	return explorer.finished + explorer.joined;
}

static void the_rules_hold(void **state)
{
	const struct plan *plan = *state;
	int first = (int)(plan - plans) * SETS * 2;

	for (int i = first; i < first + SETS * 2; i++) {
		struct plan p = plan_for(i, scale);
		uint64_t before = total();
		bool held = lan_explore(&explorer, &p);

		print_message("# %s, priorities %d %d %d%s: %ld\n", p.name,
			      p.priority[0], p.priority[1], p.priority[2],
			      p.no_preempt ? ", no preemption" : "",
			      (long)(total() - before));
		if (!held)
			fail_msg("a rule is broken: the shortest run that "
				 "shows it is told at the end");
	}
}

/* For "make check", which shows the figure at its end. */
static void leave_summary(void)
{
	char path[4096];
	const char *build = getenv("B");
	FILE *out;

	fprintf(stderr, "# explored %ld interleavings at scale %d\n",
		(long)total(), scale);
	if (!build)
		return;
	snprintf(path, sizeof(path), "%s/summary", build);
	mkdir(path, 0777);
	snprintf(path, sizeof(path), "%s/summary/explore", build);
	out = fopen(path, "w");
	if (!out)
		return;
	fprintf(out, "explored %ld interleavings\n", (long)total());
	fclose(out);
}

int main(void)
{
	struct CMUnitTest tests[PLANS];
	const char *text = getenv("EXPLORE_SCALE");
	int failed;

	if (text && atoi(text) > 0)
		scale = atoi(text);
	for (int i = 0; i < PLANS; i++)
		tests[i] = (struct CMUnitTest){
			.name = plans[i].name,
			.test_func = the_rules_hold,
			.initial_state = (void *)(uintptr_t)&plans[i],
		};
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	if (failed && worst.length > 0)
		write_story(stderr);
	leave_summary();
	return failed;
}
