/* SPDX-License-Identifier: MIT */
/*
 * Other parameters while a virtual router runs, which RFC 9568 does not speak
 * of: whoever waits, waits as if it had always been so, and who is Active says
 * so at once.  clauses.h has a row for each state; here are the edges.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/clauses.h"
#include "tests/router.h"
#include "vrrpd/vrrp.h"

static unsigned change(struct vrrp *v, int64_t now, struct vrrp_parameters par)
{
	return vrrp_step(v, &(struct vrrp_event){ .type = VRRP_CHANGE,
						  .now = now,
						  .par = &par });
}

static unsigned change_priority(struct vrrp *v, int64_t now, uint8_t priority)
{
	struct vrrp_parameters par = v->par;

	par.priority = priority;
	return change(v, now, par);
}

static unsigned change_interval(struct vrrp *v, int64_t now, int64_t interval)
{
	struct vrrp_parameters par = v->par;

	par.interval = interval;
	return change(v, now, par);
}

static void all_parameters_are_taken_over(void **state)
{
	static const enum vrrp_state states[] = { VRRP_INITIALIZE, VRRP_BACKUP,
						  VRRP_ACTIVE };
	static const struct vrrp_parameters par = { .priority = 7,
						    .preempt = false,
						    .preempt_delay = 5 * SEC,
						    .interval = 3 * SEC };

	(void)state;
	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		const struct clause c = { .from = states[i],
					  .ours = 100,
					  .preempt = true };
		struct vrrp v = router_for(&c);

		change(&v, NOW, par);
		assert_int_equal(v.state, states[i]);
		assert_int_equal(v.par.priority, 7);
		assert_false(v.par.preempt);
		assert_int_equal(v.par.preempt_delay, 5 * SEC);
		assert_int_equal(v.par.interval, 3 * SEC);
	}
}

static void who_is_heard_keeps_its_interval(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW + SEC, 200, 3 * SEC);
	change_interval(&v, NOW + 2 * SEC, 10 * MS);
	assert_int_equal(v.active_interval, 3 * SEC);
	assert_int_equal(v.deadline, NOW + SEC + LEARNED_100);
	/* It is ours that counts when we are Active. */
	happen(&v, VRRP_TIMER, v.deadline);
	assert_int_equal(v.deadline, NOW + SEC + LEARNED_100 + 10 * MS);
}

/* A lower priority is not heard: what was learned before it is not ours. */
static void who_was_never_heard_has_our_interval(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW + SEC, 50, 3 * SEC);
	change_interval(&v, NOW + SEC, 2 * SEC);
	assert_int_equal(v.deadline, NOW + 6 * SEC + 2 * SKEW_100);
	assert_int_equal(v.expecting, VRRP_PREEMPTED);
	happen(&v, VRRP_TIMER, v.deadline);
	happen(&v, VRRP_CLAIMED, v.waiting_since + 10 * SEC);
	hear(&v, NOW + 11 * SEC, 200, 5 * SEC);
	change_interval(&v, NOW + 11 * SEC, SEC);
	assert_int_equal(v.active_interval, 5 * SEC);
}

static void a_new_start_forgets_who_was_heard(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW, 200, 3 * SEC);
	happen(&v, VRRP_SHUTDOWN, NOW + SEC);
	change_interval(&v, NOW + SEC, 2 * SEC);
	happen(&v, VRRP_STARTUP, NOW + 2 * SEC);
	assert_int_equal(v.active_interval, 2 * SEC);
	change_interval(&v, NOW + 2 * SEC, SEC);
	assert_int_equal(v.deadline, NOW + 2 * SEC + DOWN_100);
}

static void a_wait_after_priority_0_is_for_the_skew(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW + SEC, 0, SEC);
	change_priority(&v, NOW + SEC + 100 * MS, 200);
	assert_int_equal(v.deadline, NOW + SEC + 218750);
	/* Discarding another one does not make it a longer wait. */
	hear(&v, NOW + SEC + 100 * MS, 50, SEC);
	assert_int_equal(v.expecting, VRRP_PREEMPTED);
	change_priority(&v, NOW + SEC + 100 * MS, 100);
	assert_int_equal(v.deadline, NOW + SEC + SKEW_100);
	/* Who advertises after it, does. */
	hear(&v, NOW + SEC + 200 * MS, 200, SEC);
	change_priority(&v, NOW + SEC + 300 * MS, 200);
	assert_int_equal(v.deadline, NOW + SEC + 200 * MS + 3218750);
}

static void a_wait_that_would_be_over_ends_now(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	assert_int_equal(change_interval(&v, NOW + SEC, 10 * MS), 0);
	assert_int_equal(v.state, VRRP_BACKUP);
	assert_int_equal(v.deadline, NOW + SEC);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + SEC), ADVERT | CLAIM);
	/* To the microsecond. */
	v = make_backup(NOW);
	change_priority(&v, NOW + 3218750, 200);
	assert_int_equal(v.deadline, NOW + 3218750);
	v = make_backup(NOW);
	change_priority(&v, NOW + 3218749, 200);
	assert_int_equal(v.deadline, NOW + 3218750);
}

static void a_higher_priority_preempts_from_the_next_advert_on(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	hear(&v, NOW, 150, SEC);
	change_priority(&v, NOW + 500 * MS, 200);
	assert_int_equal(v.deadline, NOW + 3218750);
	hear(&v, NOW + SEC, 150, SEC);
	assert_int_equal(v.deadline, NOW + 3218750);
	happen(&v, VRRP_TIMER, v.deadline);
	assert_int_equal(v.reason, VRRP_PREEMPTED);
}

/* Its last advertisement counts from when it came. */
static void who_would_be_heard_now_is_not_preempted(void **state)
{
	struct vrrp v = make_backup(NOW);
	struct vrrp_parameters par = v.par;

	(void)state;
	hear(&v, NOW + SEC, 50, SEC);
	hear(&v, NOW + 3 * SEC, 50, 3 * SEC);
	par.preempt = false;
	change(&v, NOW + 3 * SEC + 500 * MS, par);
	assert_int_equal(v.expecting, VRRP_NO_RESPONSE);
	assert_int_equal(v.active_interval, 3 * SEC);
	assert_int_equal(v.deadline, NOW + 3 * SEC + LEARNED_100);

	/* Raised, and lowered before that took effect. */
	v = make_backup(NOW);
	change_priority(&v, NOW, 200);
	hear(&v, NOW + 3 * SEC, 100, SEC);
	change_priority(&v, NOW + 3 * SEC + 200 * MS, 101);
	assert_int_equal(v.expecting, VRRP_PREEMPTED);
	assert_int_equal(v.deadline, NOW + 3 * SEC + 605469 - 1);
	change_priority(&v, NOW + 3 * SEC + 200 * MS, 100);
	assert_int_equal(v.expecting, VRRP_NO_RESPONSE);
	assert_int_equal(v.deadline, NOW + 3 * SEC + DOWN_100);

	/* To be patient, after all, from the first advertisement on. */
	v = make_backup(NOW);
	par = v.par;
	hear(&v, NOW + SEC, 50, SEC);
	hear(&v, NOW + 2 * SEC, 50, SEC);
	par.preempt_delay = SEC;
	change(&v, NOW + 3 * SEC, par);
	assert_int_equal(v.expecting, VRRP_PREEMPTED);
	assert_int_equal(v.deadline, NOW + DOWN_100);
	par.preempt_delay = SEC + 1;
	change(&v, NOW + 3 * SEC, par);
	assert_int_equal(v.expecting, VRRP_NO_RESPONSE);
	assert_int_equal(v.deadline, NOW + 2 * SEC + DOWN_100);
}

/* It is counted from the first advert that was spared, not from the change. */
static void a_preempt_delay_may_change_while_it_runs(void **state)
{
	struct vrrp v = make_patient(10 * SEC);
	struct vrrp_parameters par = v.par;

	(void)state;
	hear(&v, NOW, 50, SEC);
	par.preempt_delay = 3 * SEC;
	change(&v, NOW + SEC, par);
	hear(&v, NOW + 3 * SEC - 1, 50, SEC);
	assert_int_equal(v.expecting, VRRP_NO_RESPONSE);
	hear(&v, NOW + 3 * SEC, 50, SEC);
	assert_int_equal(v.expecting, VRRP_PREEMPTED);
	par.preempt = false;
	change(&v, NOW + 4 * SEC, par);
	hear(&v, NOW + 4 * SEC, 50, SEC);
	assert_int_equal(v.expecting, VRRP_NO_RESPONSE);
}

static void an_owed_advert_tells_what_has_changed(void **state)
{
	struct vrrp v = make_successor(SEC);

	(void)state;
	happen(&v, VRRP_TIMER, NOW);
	assert_true(v.owes_advert);
	assert_int_equal(change_interval(&v, NOW + MS, 2 * SEC), 0);
	assert_int_equal(v.deadline, NOW + 50 * MS);
	assert_int_equal(happen(&v, VRRP_CLAIMED, NOW + 2 * MS), ADVERT | TELL);
	assert_int_equal(v.deadline, NOW + 2 * MS + 2 * SEC);
}

static void the_advert_of_a_change_begins_an_interval(void **state)
{
	struct vrrp v = make_active(NOW);

	(void)state;
	for (int i = 0; i < VRRP_REPLIES; i++)
		hear(&v, NOW + MS, 50, SEC);
	assert_int_equal(hear(&v, NOW + MS, 50, SEC), 0);
	assert_int_equal(change_priority(&v, NOW + 2 * MS, 90), ADVERT);
	assert_int_equal(v.deadline, NOW + 2 * MS + SEC);
	for (int i = 0; i < VRRP_REPLIES; i++)
		assert_int_equal(hear(&v, NOW + 3 * MS, 50, SEC),
				 ADVERT | TELL);
	/* The next one is to be outranked by. */
	assert_int_equal(hear(&v, NOW + 4 * MS, 91, SEC), RELEASE);
}

/* Silent for three intervals, of those in force meanwhile. */
static void who_overslept_announces_at_a_change_too(void **state)
{
	struct vrrp v = make_active(NOW);

	(void)state;
	assert_int_equal(change_interval(&v, NOW + 3 * SEC - 1, 10 * MS),
			 ADVERT);
	v = make_active(NOW);
	assert_int_equal(change_interval(&v, NOW + 3 * SEC, 10 * SEC),
			 ADVERT | TELL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_parameters_are_taken_over),
		cmocka_unit_test(who_is_heard_keeps_its_interval),
		cmocka_unit_test(who_was_never_heard_has_our_interval),
		cmocka_unit_test(a_new_start_forgets_who_was_heard),
		cmocka_unit_test(a_wait_after_priority_0_is_for_the_skew),
		cmocka_unit_test(a_wait_that_would_be_over_ends_now),
		cmocka_unit_test(
			a_higher_priority_preempts_from_the_next_advert_on),
		cmocka_unit_test(who_would_be_heard_now_is_not_preempted),
		cmocka_unit_test(a_preempt_delay_may_change_while_it_runs),
		cmocka_unit_test(an_owed_advert_tells_what_has_changed),
		cmocka_unit_test(the_advert_of_a_change_begins_an_interval),
		cmocka_unit_test(who_overslept_announces_at_a_change_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
