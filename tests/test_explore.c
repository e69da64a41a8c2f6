/* SPDX-License-Identifier: MIT */
/*
 * Does the exploration find what is wrong?  The search itself on small worlds
 * whose runs can be counted by hand; then the LAN with a core in which one
 * transition is spoilt: what is found must be the shortest run that shows it,
 * and always the same.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "tests/plans.h"

static struct explore explorer;

static struct explore *new_explorer(void)
{
	memset(&explorer, 0, sizeof(explorer));
	explorer.shortest = INT_MAX;
	return &explorer;
}

/* ---- The search ---- */

/* Tosses coins, or dice; what they show stays, or only their sum. */
struct game {
	int64_t tosses, sum;
	int64_t shown[4];
	int64_t until;
	bool keeps;
};

static size_t game_size(const void *state)
{
	(void)state;
	return sizeof(struct game);
}

static bool toss(struct explore *x, void *state)
{
	struct game *g = state;
	int shows = explore_choose(x, 2);

	if (g->keeps)
		g->shown[g->tosses] = shows + 1;
	g->sum += shows;
	x->length++;
	if (g->sum == 3)
		x->broken = "the sum is not three";
	return ++g->tosses < g->until;
}

static void found_game(struct explore *x, const void *state)
{
	(void)x;
	(void)state;
}

static struct explore *play(struct game game)
{
	struct explore *x = new_explorer();

	x->step = toss;
	x->size = game_size;
	x->found = found_game;
	explore_all(x, &game);
	return x;
}

static void every_sequence_is_run_once(void **state)
{
	struct explore *x = play((struct game){ .until = 2, .keeps = true });

	(void)state;
	assert_int_equal(x->finished, 4);
	assert_int_equal(x->joined, 0);
	assert_int_equal(x->shortest, INT_MAX);
}

/* After two tosses the sum is 0, 1 or 2, and 1 comes twice. */
static void runs_that_meet_go_on_as_one(void **state)
{
	struct explore *x = play((struct game){ .until = 3, .sum = -3 });

	(void)state;
	assert_int_equal(x->finished, 2 + 2 + 2);
	assert_int_equal(x->joined, 1);
}

static void the_shortest_run_is_found_last(void **state)
{
	struct explore *x = play((struct game){ .until = 4, .sum = 1 });

	(void)state;
	assert_int_equal(x->shortest, 2);
}

/* ---- The LAN, with a core that is wrong ---- */

/* Active, it does not care who is better. */
static unsigned never_yields(struct vrrp *v, const struct vrrp_event *event)
{
	if (v->state == VRRP_ACTIVE && event->type == VRRP_ADVERT &&
	    event->advert.priority > v->par.priority)
		return 0;
	return vrrp_step(v, event);
}

/* Leaving, it believes any advertisement. */
static unsigned is_gullible(struct vrrp *v, const struct vrrp_event *event)
{
	struct vrrp_event stop = { .type = VRRP_SHUTDOWN, .now = event->now };

	if (v->state == VRRP_LEAVING && event->type == VRRP_ADVERT &&
	    event->advert.priority > 0)
		return vrrp_step(v, &stop);
	return vrrp_step(v, event);
}

/* Leaving, it serves for as long as priority 0 has not been repeated. */
static unsigned is_impatient(struct vrrp *v, const struct vrrp_event *event)
{
	if (v->state == VRRP_LEAVING)
		v->repeated = true;
	return vrrp_step(v, event);
}

/* Asked to leave or to stay, it leaves. */
static unsigned is_resolute(struct vrrp *v, const struct vrrp_event *event)
{
	struct vrrp_event leave = *event;

	leave.or_stay = false;
	return vrrp_step(v, &leave);
}

/* One microsecond of skew is missing. */
static unsigned is_early(struct vrrp *v, const struct vrrp_event *event)
{
	unsigned actions = vrrp_step(v, event);

	if (v->state == VRRP_BACKUP && event->type == VRRP_ADVERT &&
	    event->advert.priority == 0)
		v->deadline--;
	return actions;
}

/* With other parameters, its wait begins anew. */
static unsigned is_restless(struct vrrp *v, const struct vrrp_event *event)
{
	if (v->state == VRRP_BACKUP && event->type == VRRP_CHANGE)
		v->waiting_since = event->now;
	return vrrp_step(v, event);
}

/* Active, it keeps to itself that its parameters are others. */
static unsigned is_secretive(struct vrrp *v, const struct vrrp_event *event)
{
	if (v->state != VRRP_ACTIVE || event->type != VRRP_CHANGE)
		return vrrp_step(v, event);
	v->par = *event->par;
	return 0;
}

/* With other parameters, what it discarded is forgotten. */
static unsigned is_forgetful(struct vrrp *v, const struct vrrp_event *event)
{
	if (v->state == VRRP_BACKUP && event->type == VRRP_CHANGE)
		v->expecting = VRRP_NO_RESPONSE;
	return vrrp_step(v, event);
}

static const struct wrong {
	const char *plan;
	step_function *core;
	uint8_t priority[N];
	const char *rule;
	int lines; /* of the shortest run that shows it */
} wrongs[] = {
	{ "crash",
	  never_yields,
	  { 200, 150, 100 },
	  "once healed, there is one Active",
	  30 },
	{ "planned twice",
	  is_gullible,
	  { 100, 100, 100 },
	  "a planned change leaves the addresses served",
	  24 },
	{ "planned",
	  is_impatient,
	  { 200, 1, 1 },
	  "a planned change leaves the addresses served",
	  14 },
	{ "drained",
	  is_resolute,
	  { 200, 150, 100 },
	  "who may stay serves on for want of a successor",
	  24 },
	{ "change",
	  is_restless,
	  { 200, 150, 100 },
	  "the timer is that of RFC 9568",
	  11 },
	{ "change",
	  is_secretive,
	  { 200, 150, 100 },
	  "a change is said at once, by who is Active and has spoken",
	  11 },
	{ "planned changes",
	  is_forgetful,
	  { 200, 150, 100 },
	  "the timer is that of RFC 9568",
	  13 },
	{ "leave",
	  is_early,
	  { 200, 150, 100 },
	  "the timer is that of RFC 9568",
	  12 },
};

#define WRONGS ((int)(sizeof(wrongs) / sizeof(wrongs[0])))

static struct plan plan_named(const struct wrong *w)
{
	struct plan p;
	int i = 0;

	while (strcmp(plans[i].name, w->plan) != 0)
		i++;
	p = plan_for(i * SETS * 2, 4);
	p.tested = w->core;
	memcpy(p.priority, w->priority, sizeof(p.priority));
	return p;
}

static char *story(void)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	write_story(out);
	fclose(out);
	return text;
}

static void what_is_wrong_is_found(void **state)
{
	(void)state;
	for (int i = 0; i < WRONGS; i++) {
		const struct wrong *w = &wrongs[i];
		struct plan p = plan_named(w);

		assert_false(lan_explore(new_explorer(), &p));
		if (worst.length != w->lines ||
		    strcmp(worst.rule, w->rule) != 0) {
			write_story(stderr);
			fail_msg("%s: not %d lines", w->plan, w->lines);
		}
	}
}

/* By a search that does not join runs, and so goes through all of them. */
static void no_run_is_shorter_than_the_one_told(void **state)
{
	(void)state;
	for (int i = 0; i < WRONGS; i++) {
		const struct wrong *w = &wrongs[i];
		struct explore *x = new_explorer();
		struct plan p = plan_named(w);

		x->never_join = true;
		x->shortest = w->lines;
		lan_explore(x, &p);
		assert_int_equal(x->shortest, w->lines);
		x->shortest = w->lines + 1;
		lan_explore(x, &p);
		assert_int_equal(x->shortest, w->lines);
	}
}

static const char told[] =
	"leave, priorities 200 150 100: broken in 12 lines\n"
	"  0.000000 router 0 (200) startup: initialize -> backup\n"
	"  0.000000 router 1 (150) startup: initialize -> backup\n"
	"  0.000000 router 2 (100) startup: initialize -> backup\n"
	"  3.218750 router 0 (200) timer: backup -> active, send advert, "
	"claim\n"
	"  3.218850 router 0 (200) claimed: active, announce\n"
	"  3.219050 router 1 (150) hears 200 of router 0: backup\n"
	"  3.219050 router 2 (100) hears 200 of router 0: backup\n"
	"  4.218750 router 0 (200) timer: active, send advert\n"
	"  4.219050 router 1 (150) hears 200 of router 0: backup\n"
	"  4.219050 router 2 (100) hears 200 of router 0: backup\n"
	"  5.000000 router 0 (200) told to leave: active -> leaving, send "
	"priority 0\n"
	"  5.000300 router 1 (150) hears 0 of router 0: backup\n"
	"  5.000300 it is not true that the timer is that of RFC 9568\n";

static void the_same_run_is_told_again(void **state)
{
	struct plan p = plan_named(&wrongs[WRONGS - 1]);
	char *first, *second;

	(void)state;
	lan_explore(new_explorer(), &p);
	first = story();
	lan_explore(new_explorer(), &p);
	second = story();
	assert_string_equal(first, second);
	assert_string_equal(first, told);
	free(first);
	free(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_sequence_is_run_once),
		cmocka_unit_test(runs_that_meet_go_on_as_one),
		cmocka_unit_test(the_shortest_run_is_found_last),
		cmocka_unit_test(what_is_wrong_is_found),
		cmocka_unit_test(no_run_is_shorter_than_the_one_told),
		cmocka_unit_test(the_same_run_is_told_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
