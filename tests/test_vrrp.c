/* SPDX-License-Identifier: MIT */
/*
 * The protocol core, one step at a time: first each clause of RFC 9568
 * section 6.4 (clauses.h), then what takes several events, and the rules that
 * are ours.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/clauses.h"
#include "tests/router.h"
#include "vrrpd/vrrp.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

static void every_clause_of_section_6_4_is_followed(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(clauses); i++) {
		const struct clause *c = &clauses[i];
		struct vrrp v = router_for(c);
		struct vrrp_event event = event_of(c);
		unsigned actions = vrrp_step(&v, &event);

		if ((int)v.state != c->to || (int)actions != c->actions ||
		    v.deadline != expected_deadline(c))
			fail_msg("%s, %s: %s, actions %#x, deadline %+lld",
				 c->name,
				 vrrp_state_name((enum vrrp_state)c->from),
				 vrrp_state_name(v.state), actions,
				 (long long)(v.deadline - NOW));
		assert_int_equal(vrrp_is_serving(&v),
				 c->to == ACTI || c->to == LEAV);
	}
}

/* B2, and A2 after it: to the microsecond. */
static void timers_expire_at_their_deadline_and_not_before(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + DOWN_100 - 1), 0);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + DOWN_100),
			 ADVERT | CLAIM);
	assert_int_equal(v.state, VRRP_ACTIVE);
	assert_int_equal(v.reason, VRRP_NO_RESPONSE);
	assert_int_equal(v.deadline, NOW + DOWN_100 + SEC);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + DOWN_100 + SEC - 1), 0);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + DOWN_100 + SEC), ADVERT);
	assert_int_equal(v.deadline, NOW + DOWN_100 + 2 * SEC);
}

static void skew_is_exact_at_every_interval(void **state)
{
	static const struct {
		uint8_t priority;
		int64_t interval, skew;
	} table[] = {
		{ 1, SEC, 996093 },       { 1, 100 * MS, 99609 },
		{ 1, 10 * MS, 9960 },     { 50, SEC, 804687 },
		{ 50, 100 * MS, 80468 },  { 50, 10 * MS, 8046 },
		{ 100, SEC, 609375 },     { 100, 100 * MS, 60937 },
		{ 100, 10 * MS, 6093 },   { 150, SEC, 414062 },
		{ 150, 100 * MS, 41406 }, { 150, 10 * MS, 4140 },
		{ 200, SEC, 218750 },     { 200, 100 * MS, 21875 },
		{ 200, 10 * MS, 2187 },   { 254, SEC, 7812 },
		{ 254, 100 * MS, 781 },   { 254, 10 * MS, 78 },
		{ 255, SEC, 3906 },       { 255, 100 * MS, 390 },
		{ 255, 10 * MS, 39 },     { 1, 40950 * MS, 40790039 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(table); i++) {
		struct vrrp v =
			make(table[i].priority, true, table[i].interval);

		assert_int_equal(vrrp_skew_time(&v), table[i].skew);
		assert_int_equal(vrrp_active_down_interval(&v),
				 3 * table[i].interval + table[i].skew);
	}
}

static void a_slow_active_is_waited_for_B09(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW + SEC, 200, 3 * SEC);
	assert_int_equal(v.active_interval, 3 * SEC);
	assert_int_equal(v.deadline, NOW + SEC + LEARNED_100);
	/* What was learned does not change how often we speak. */
	happen(&v, VRRP_TIMER, v.deadline);
	assert_int_equal(v.deadline, NOW + SEC + LEARNED_100 + SEC);
}

static void a_fast_active_is_missed_soon_B10(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW + SEC, 200, 100 * MS);
	assert_int_equal(v.deadline, NOW + SEC + 360937);
}

static void a_lower_priority_teaches_nothing_B11(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW + SEC, 200, SEC);
	hear(&v, NOW + 2 * SEC, 50, 3 * SEC);
	assert_int_equal(v.active_interval, SEC);
	assert_int_equal(v.deadline, NOW + SEC + DOWN_100);
}

static void a_resignation_teaches_nothing_B13(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW + SEC, 200, 100 * MS);
	hear(&v, NOW + SEC + 50 * MS, 0, 40 * SEC);
	assert_int_equal(v.active_interval, 100 * MS);
	assert_int_equal(v.deadline, NOW + SEC + 50 * MS + 60937);
}

static void a_resignation_taken_back_restores_the_wait_B14(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW + SEC, 0, SEC);
	hear(&v, NOW + SEC + 300 * MS, 200, SEC);
	assert_int_equal(v.deadline, NOW + SEC + 300 * MS + DOWN_100);
	/* And the end of that wait is a crash again, not a resignation. */
	assert_int_equal(happen(&v, VRRP_TIMER, v.deadline), ADVERT | CLAIM);
	assert_int_equal(v.reason, VRRP_NO_RESPONSE);
}

static void each_resignation_starts_the_skew_anew_B16(void **state)
{
	struct vrrp v = make_backup(NOW);
	int64_t at;

	(void)state;
	for (at = NOW + SEC; at < NOW + 9 * SEC; at += 300 * MS) {
		assert_int_equal(happen(&v, VRRP_TIMER, at), 0);
		hear(&v, at, 0, SEC);
		assert_int_equal(v.deadline, at + SKEW_100);
	}
}

static void two_lost_adverts_are_survived_three_are_not_B18(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW, 200, SEC);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + 3 * SEC), 0);
	hear(&v, NOW + 3 * SEC, 200, SEC);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + 7 * SEC), ADVERT | CLAIM);
}

static void a_timer_that_was_rearmed_meanwhile_does_nothing(void **state)
{
	struct vrrp before, v = make_backup(NOW);

	(void)state;
	hear(&v, NOW + DOWN_100, 200, SEC);
	before = v;
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + DOWN_100), 0);
	assert_int_equal(v.state, before.state);
	assert_int_equal(v.deadline, before.deadline);
	assert_int_equal(v.expecting, before.expecting);
}

static void the_beat_of_adverts_does_not_drift(void **state)
{
	struct vrrp v = make_active(NOW);
	int64_t i;

	(void)state;
	for (i = 1; i <= 1000; i++) {
		int64_t late = i * 7919 % 900 * MS;

		assert_int_equal(v.deadline, NOW + i * SEC);
		assert_int_equal(happen(&v, VRRP_TIMER, v.deadline + late),
				 ADVERT);
	}
}

static void who_overslept_does_not_catch_up(void **state)
{
	struct vrrp v = make_active(NOW);
	int64_t late = NOW + SEC + SEC + 300 * MS;

	(void)state;
	assert_int_equal(happen(&v, VRRP_TIMER, late), ADVERT);
	assert_int_equal(v.deadline, late + SEC);
	assert_int_equal(happen(&v, VRRP_TIMER, late), 0);
}

/* Others may have become Active by then, and have told the hosts. */
static void who_was_silent_for_three_intervals_tells_the_hosts(void **state)
{
	struct vrrp v = make_active(NOW);

	(void)state;
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + 3 * SEC - 1), ADVERT);
	v = make_active(NOW);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + 3 * SEC), ADVERT | TELL);
	assert_int_equal(v.deadline, NOW + 4 * SEC);
}

static void who_overslept_yields_to_the_advert_read_first(void **state)
{
	struct vrrp v = make_active(NOW);

	(void)state;
	assert_int_equal(hear(&v, NOW + 9 * SEC, 150, SEC), RELEASE);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + 9 * SEC), 0);
	assert_int_equal(v.state, VRRP_BACKUP);
	assert_int_equal(v.reason, VRRP_OUTRANKED);
}

static void other_actives_are_answered_three_times_an_interval(void **state)
{
	struct vrrp v = make_active(NOW);
	int i, sent = 0;

	(void)state;
	for (i = 0; i < 10000; i++)
		if (hear(&v, NOW + i * 99, 99, SEC) & ADVERT)
			sent++;
	assert_int_equal(sent, VRRP_REPLIES);
	assert_int_equal(v.deadline, NOW + SEC);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + SEC), ADVERT);
	assert_int_equal(hear(&v, NOW + SEC, 99, SEC), ADVERT | TELL);
}

/* The timer is set by the advert, so without one it must not be. */
static void resignations_do_not_put_off_an_actives_advert(void **state)
{
	struct vrrp v = make_active(NOW);
	int64_t deadline;
	int i;

	(void)state;
	for (i = 1; i <= VRRP_REPLIES; i++)
		assert_int_equal(hear(&v, NOW + i * MS, 0, SEC), ADVERT);
	deadline = v.deadline;
	assert_int_equal(deadline, NOW + VRRP_REPLIES * MS + SEC);
	assert_int_equal(hear(&v, NOW + 500 * MS, 0, SEC), 0);
	assert_int_equal(v.deadline, deadline);
}

static void an_owner_that_lost_the_tie_waits_and_returns(void **state)
{
	struct vrrp v = make(VRRP_OWNER, false, SEC);

	(void)state;
	/* Another router may be Active and serve: addresses first. */
	assert_int_equal(happen(&v, VRRP_STARTUP, NOW), CLAIM);
	assert_int_equal(v.reason, VRRP_STARTED);
	assert_int_equal(happen(&v, VRRP_CLAIMED, NOW + MS), ADVERT | TELL);
	assert_int_equal(hear(&v, NOW + SEC, VRRP_OWNER, SEC), RELEASE);
	assert_int_equal(v.reason, VRRP_TIE_LOST);
	assert_int_equal(v.deadline, NOW + 4 * SEC + 3906);
	assert_int_equal(happen(&v, VRRP_TIMER, v.deadline), ADVERT | CLAIM);
}

static void a_restart_forgets_what_was_learned(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW, 200, 3 * SEC);
	happen(&v, VRRP_SHUTDOWN, NOW + SEC);
	assert_int_equal(v.reason, VRRP_STOPPED);
	happen(&v, VRRP_STARTUP, NOW + 2 * SEC);
	assert_int_equal(v.reason, VRRP_STARTED);
	assert_int_equal(v.deadline, NOW + 2 * SEC + DOWN_100);
}

static struct vrrp make_resuming(int64_t now)
{
	struct vrrp v = make(100, true, SEC);
	const struct vrrp_event resume = { .type = VRRP_STARTUP,
					   .now = now,
					   .resume = true };

	assert_int_equal(vrrp_step(&v, &resume), 0);
	assert_int_equal(v.state, VRRP_BACKUP);
	assert_int_equal(v.deadline, now + SEC);
	return v;
}

/* Nobody speaks, who may have preempted it meanwhile. */
static void who_was_active_just_now_resumes(void **state)
{
	struct vrrp v = make_resuming(NOW);

	(void)state;
	assert_int_equal(happen(&v, VRRP_TIMER, v.deadline - 1), 0);
	assert_int_equal(happen(&v, VRRP_TIMER, v.deadline), ADVERT | CLAIM);
	assert_int_equal(v.state, VRRP_ACTIVE);
	assert_int_equal(v.reason, VRRP_RESUMED);
	assert_int_equal(v.deadline, NOW + 2 * SEC);
	assert_int_equal(happen(&v, VRRP_CLAIMED, v.deadline - MS), TELL);
}

static void who_resumes_yields_to_who_speaks(void **state)
{
	struct vrrp v = make_resuming(NOW);

	(void)state;
	assert_int_equal(hear(&v, NOW + MS, 101, SEC), RELEASE);
	assert_int_equal(v.deadline, NOW + MS + DOWN_100);
	v = make_resuming(NOW);
	assert_int_equal(hear(&v, NOW + MS, 99, SEC), RELEASE);
	assert_int_equal(v.expecting, VRRP_PREEMPTED);
	assert_int_equal(hear(&v, NOW + 2 * MS, 101, SEC), 0);
	v = make_resuming(NOW);
	assert_int_equal(hear(&v, NOW + MS, 0, SEC), RELEASE);
	v = make_resuming(NOW);
	assert_int_equal(happen(&v, VRRP_LEAVE, NOW + MS), RELEASE);
	assert_int_equal(v.state, VRRP_INITIALIZE);
	v = make_resuming(NOW);
	assert_int_equal(happen(&v, VRRP_SHUTDOWN, NOW + MS), RELEASE);
}

/* Whatever was counted or begun in an earlier life is over. */
static void a_second_life_starts_afresh(void **state)
{
	struct vrrp v = make_active(NOW);
	int i;

	(void)state;
	for (i = 0; i < VRRP_REPLIES; i++)
		hear(&v, NOW + MS, 99, SEC);
	assert_int_equal(hear(&v, NOW + MS, 99, SEC), 0);
	hear(&v, NOW + 2 * MS, 101, SEC);
	happen(&v, VRRP_TIMER, v.deadline);
	assert_int_equal(hear(&v, NOW + 4 * SEC, 99, SEC), ADVERT);

	happen(&v, VRRP_LEAVE, NOW + 5 * SEC);
	happen(&v, VRRP_TIMER, v.deadline);
	happen(&v, VRRP_TIMER, v.deadline);
	assert_int_equal(v.reason, VRRP_NO_SUCCESSOR);
	happen(&v, VRRP_STARTUP, NOW + 10 * SEC);
	happen(&v, VRRP_TIMER, v.deadline);
	happen(&v, VRRP_LEAVE, v.deadline);
	assert_int_equal(happen(&v, VRRP_TIMER, v.deadline), RESIGN);

	v = make_patient(3 * SEC);
	hear(&v, NOW, 99, SEC);
	happen(&v, VRRP_TIMER, v.deadline);
	hear(&v, NOW + 4 * SEC, 101, SEC);
	hear(&v, NOW + 5 * SEC, 99, SEC);
	assert_int_equal(v.deadline, NOW + 5 * SEC + DOWN_100);
}

/*
 * A long walk of random events: whatever comes, the timer runs exactly while
 * the router is in service, and actions fit the change of state.
 */
static void no_order_of_events_breaks_the_invariants(void **state)
{
	struct vrrp v = make(100, true, SEC);
	int64_t now = NOW;
	uint64_t seed = 9568;
	int i;

	(void)state;
	for (i = 0; i < 1000000; i++) {
		struct vrrp_event event = { .now = now };
		bool served = vrrp_is_serving(&v);
		unsigned actions;

		seed ^= seed << 13;
		seed ^= seed >> 7;
		seed ^= seed << 17;
		event.type = (enum vrrp_event_type)((seed >> 20) % 7);
		event.advert.priority = (uint8_t)(98 + (seed >> 24) % 4);
		if ((seed >> 28) % 4 == 0)
			event.advert.priority = 0;
		event.advert.interval = SEC;
		event.advert.src_order = (int)((seed >> 32) % 3) - 1;
		event.or_stay = (seed >> 40) % 2;
		now += (int64_t)((seed >> 36) % 1500) * MS;
		actions = vrrp_step(&v, &event);

		assert_int_equal(v.deadline == VRRP_NEVER,
				 v.state == VRRP_INITIALIZE);
		assert_int_equal((actions & CLAIM) != 0,
				 !served && vrrp_is_serving(&v));
		assert_int_equal((actions & RELEASE) != 0,
				 served && !vrrp_is_serving(&v));
		assert_false((actions & ADVERT) && v.state != VRRP_ACTIVE);
		assert_false((actions & TELL) && !v.claimed);
		assert_true(v.deadline > event.now || event.type != VRRP_TIMER);
	}
}

static void states_and_reasons_have_names_of_their_own(void **state)
{
	int i, j;

	(void)state;
	for (i = 0; i <= VRRP_LEAVING; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(
				vrrp_state_name((enum vrrp_state)i),
				vrrp_state_name((enum vrrp_state)j));
	for (i = 0; i < VRRP_REASONS; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(
				vrrp_reason_name((enum vrrp_reason)i),
				vrrp_reason_name((enum vrrp_reason)j));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_clause_of_section_6_4_is_followed),
		cmocka_unit_test(
			timers_expire_at_their_deadline_and_not_before),
		cmocka_unit_test(skew_is_exact_at_every_interval),
		cmocka_unit_test(a_slow_active_is_waited_for_B09),
		cmocka_unit_test(a_fast_active_is_missed_soon_B10),
		cmocka_unit_test(a_lower_priority_teaches_nothing_B11),
		cmocka_unit_test(a_resignation_teaches_nothing_B13),
		cmocka_unit_test(
			a_resignation_taken_back_restores_the_wait_B14),
		cmocka_unit_test(each_resignation_starts_the_skew_anew_B16),
		cmocka_unit_test(
			two_lost_adverts_are_survived_three_are_not_B18),
		cmocka_unit_test(
			a_timer_that_was_rearmed_meanwhile_does_nothing),
		cmocka_unit_test(the_beat_of_adverts_does_not_drift),
		cmocka_unit_test(who_overslept_does_not_catch_up),
		cmocka_unit_test(
			who_was_silent_for_three_intervals_tells_the_hosts),
		cmocka_unit_test(who_overslept_yields_to_the_advert_read_first),
		cmocka_unit_test(
			other_actives_are_answered_three_times_an_interval),
		cmocka_unit_test(resignations_do_not_put_off_an_actives_advert),
		cmocka_unit_test(an_owner_that_lost_the_tie_waits_and_returns),
		cmocka_unit_test(a_restart_forgets_what_was_learned),
		cmocka_unit_test(who_was_active_just_now_resumes),
		cmocka_unit_test(who_resumes_yields_to_who_speaks),
		cmocka_unit_test(a_second_life_starts_afresh),
		cmocka_unit_test(no_order_of_events_breaks_the_invariants),
		cmocka_unit_test(states_and_reasons_have_names_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
