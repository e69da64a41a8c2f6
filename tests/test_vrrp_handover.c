/* SPDX-License-Identifier: MIT */
/*
 * The protocol core when one router takes over from another: what goes first,
 * the advert or the addresses, and how long the other one is waited for.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/clauses.h"
#include "tests/router.h"
#include "vrrpd/vrrp.h"

/* Longest wait of a first advert for the addresses. */
#define HANDOVER (50 * MS)

static void after_a_crash_the_advert_goes_first(void **state)
{
	struct vrrp v = make_backup(NOW - DOWN_100);

	(void)state;
	assert_int_equal(happen(&v, VRRP_TIMER, NOW), ADVERT | CLAIM);
	assert_int_equal(hear(&v, NOW + MS, 99, SEC), ADVERT);
	assert_int_equal(happen(&v, VRRP_CLAIMED, NOW + 2 * MS), TELL);
	assert_int_equal(v.deadline, NOW + SEC);
}

static void after_a_resignation_the_addresses_go_first(void **state)
{
	struct vrrp v = make_successor(SEC);

	(void)state;
	assert_int_equal(happen(&v, VRRP_TIMER, NOW), CLAIM);
	assert_int_equal(v.reason, VRRP_RESIGNED);
	assert_int_equal(v.deadline, NOW + HANDOVER);
	/* Who has not spoken yet does not argue either. */
	assert_int_equal(hear(&v, NOW + MS, 99, SEC), 0);
	assert_int_equal(hear(&v, NOW + MS, 0, SEC), 0);
	assert_int_equal(v.deadline, NOW + HANDOVER);
	assert_int_equal(happen(&v, VRRP_CLAIMED, NOW + 8 * MS), ADVERT | TELL);
	assert_int_equal(v.deadline, NOW + 8 * MS + SEC);
}

static void the_first_advert_does_not_wait_for_ever(void **state)
{
	struct vrrp v = make_successor(SEC);

	(void)state;
	happen(&v, VRRP_TIMER, NOW);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + HANDOVER), ADVERT);
	assert_int_equal(v.deadline, NOW + HANDOVER + SEC);
	assert_int_equal(happen(&v, VRRP_CLAIMED, NOW + 80 * MS), TELL);
	assert_int_equal(v.deadline, NOW + HANDOVER + SEC);

	v = make_successor(10 * MS);
	happen(&v, VRRP_TIMER, NOW);
	assert_int_equal(v.deadline, NOW + 5 * MS);
}

static void a_living_active_is_preempted_addresses_first(void **state)
{
	struct vrrp v = make_backup(NOW);
	int i;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_int_equal(hear(&v, NOW + i * SEC, 99, SEC), 0);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + DOWN_100), CLAIM);
	assert_int_equal(v.reason, VRRP_PREEMPTED);
	assert_int_equal(happen(&v, VRRP_CLAIMED, NOW + DOWN_100 + MS),
			 ADVERT | TELL);
}

static void who_is_preempted_is_waited_for_while_it_is_heard(void **state)
{
	struct vrrp v = make_backup(NOW);

	(void)state;
	for (int i = 0; i < 4; i++)
		hear(&v, NOW + i * SEC, 99, SEC);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + DOWN_100), CLAIM);
	assert_int_equal(v.deadline, NOW + 6 * SEC);
	assert_int_equal(hear(&v, NOW + 4 * SEC, 99, 2 * SEC), 0);
	assert_int_equal(v.deadline, NOW + 10 * SEC);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + 6 * SEC), 0);
	assert_int_equal(hear(&v, NOW + 5 * SEC, 0, SEC), 0);
	assert_int_equal(v.deadline, NOW + 5 * SEC + HANDOVER);
	assert_int_equal(hear(&v, NOW + 5 * SEC + MS, 0, SEC), 0);
	assert_int_equal(v.deadline, NOW + 5 * SEC + HANDOVER);
	assert_int_equal(happen(&v, VRRP_TIMER, v.deadline), ADVERT);

	/* Silent for long before it was preempted: only as long as any. */
	v = make_backup(NOW);
	hear(&v, NOW, 99, 10 * MS);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + DOWN_100), CLAIM);
	assert_int_equal(v.deadline, NOW + DOWN_100 + HANDOVER);
}

static void who_cannot_claim_lets_the_others_know(void **state)
{
	struct vrrp v = make_backup(NOW - DOWN_100);

	(void)state;
	happen(&v, VRRP_TIMER, NOW);
	assert_int_equal(happen(&v, VRRP_CLAIM_FAILED, NOW + MS),
			 RESIGN | RELEASE);
	assert_int_equal(v.state, VRRP_INITIALIZE);
	assert_int_equal(v.reason, VRRP_UNABLE);
}

static void who_leaves_serves_until_the_successor_speaks(void **state)
{
	struct vrrp v = make_active(NOW);

	(void)state;
	assert_int_equal(happen(&v, VRRP_LEAVE, NOW + MS), RESIGN);
	assert_true(vrrp_is_serving(&v));
	assert_int_equal(hear(&v, NOW + MS + 804687, 50, SEC), RELEASE);
	assert_int_equal(v.state, VRRP_INITIALIZE);
	assert_int_equal(v.reason, VRRP_HANDED_OVER);
	assert_false(vrrp_is_serving(&v));
}

/* Once more after an interval; then the longest skew and a margin. */
static void who_leaves_alone_resigns_twice_and_stops(void **state)
{
	struct vrrp v = make_active(NOW);
	int64_t end = NOW + SEC + 996093 + 100 * MS;

	(void)state;
	happen(&v, VRRP_LEAVE, NOW);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + SEC - 1), 0);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + SEC), RESIGN);
	assert_int_equal(v.deadline, end);
	assert_int_equal(happen(&v, VRRP_TIMER, end - 1), 0);
	assert_true(vrrp_is_serving(&v));
	assert_int_equal(happen(&v, VRRP_TIMER, end), RELEASE);
	assert_int_equal(v.state, VRRP_INITIALIZE);
	assert_int_equal(v.reason, VRRP_NO_SUCCESSOR);
	assert_int_equal(v.deadline, VRRP_NEVER);
}

/* ---- To leave, or to stay ---- */

static unsigned leave_or_stay(struct vrrp *v, int64_t now)
{
	const struct vrrp_event event = { .type = VRRP_LEAVE,
					  .now = now,
					  .or_stay = true };

	return vrrp_step(v, &event);
}

static void who_is_to_stay_alone_is_active_again(void **state)
{
	struct vrrp v = make_active(NOW);
	int64_t end = NOW + SEC + 996093 + 100 * MS;

	(void)state;
	assert_int_equal(hear(&v, NOW, 99, SEC), ADVERT | TELL);
	assert_int_equal(leave_or_stay(&v, NOW), RESIGN);
	assert_int_equal(v.state, VRRP_LEAVING);
	assert_int_equal(v.reason, VRRP_ASKED);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + SEC), RESIGN);
	assert_int_equal(happen(&v, VRRP_TIMER, end - 1), 0);
	assert_int_equal(happen(&v, VRRP_TIMER, end), ADVERT | TELL);
	assert_int_equal(v.state, VRRP_ACTIVE);
	assert_int_equal(v.reason, VRRP_NO_SUCCESSOR);
	assert_int_equal(v.deadline, end + SEC);
	for (int i = 0; i < VRRP_REPLIES; i++)
		assert_int_equal(hear(&v, end, 99, SEC), ADVERT | TELL);
	assert_int_equal(hear(&v, end, 99, SEC), 0);
}

static void who_is_to_stay_leaves_when_a_successor_speaks(void **state)
{
	struct vrrp v = make_active(NOW);

	(void)state;
	leave_or_stay(&v, NOW);
	assert_int_equal(hear(&v, NOW + 804687, 50, SEC), RELEASE);
	assert_int_equal(v.state, VRRP_INITIALIZE);
	assert_int_equal(v.reason, VRRP_HANDED_OVER);
	assert_int_equal(v.deadline, VRRP_NEVER);

	v = make_backup(NOW);
	assert_int_equal(leave_or_stay(&v, NOW), 0);
	assert_int_equal(v.state, VRRP_INITIALIZE);
	assert_int_equal(v.reason, VRRP_ASKED);
}

/* Until its time is over; and once for good, it stays so. */
static int end_of_leaving(struct vrrp *v)
{
	happen(v, VRRP_TIMER, v->deadline);
	happen(v, VRRP_TIMER, v->deadline);
	assert_int_equal(v->reason, VRRP_NO_SUCCESSOR);
	return v->state;
}

static void who_is_asked_to_leave_for_good_does_not_stay(void **state)
{
	struct vrrp v = make_active(NOW);

	(void)state;
	leave_or_stay(&v, NOW);
	assert_int_equal(leave_or_stay(&v, NOW + MS), 0);
	assert_int_equal(v.deadline, NOW + SEC);
	assert_int_equal(end_of_leaving(&v), VRRP_ACTIVE);

	v = make_active(NOW);
	leave_or_stay(&v, NOW);
	assert_int_equal(happen(&v, VRRP_LEAVE, NOW + MS), 0);
	assert_int_equal(end_of_leaving(&v), VRRP_INITIALIZE);

	v = make_active(NOW);
	happen(&v, VRRP_LEAVE, NOW);
	assert_int_equal(leave_or_stay(&v, NOW + MS), 0);
	assert_int_equal(end_of_leaving(&v), VRRP_INITIALIZE);

	v = make_active(NOW);
	leave_or_stay(&v, NOW);
	end_of_leaving(&v);
	happen(&v, VRRP_LEAVE, v.deadline);
	assert_int_equal(end_of_leaving(&v), VRRP_INITIALIZE);
}

/* Asked as soon as it had taken over. */
static void who_stays_announces_what_it_has(void **state)
{
	struct vrrp v = make_successor(SEC);

	(void)state;
	happen(&v, VRRP_TIMER, NOW);
	assert_true(v.owes_advert);
	leave_or_stay(&v, NOW + MS);
	assert_int_equal(happen(&v, VRRP_CLAIMED, NOW + 2 * MS), 0);
	happen(&v, VRRP_TIMER, v.deadline);
	assert_int_equal(happen(&v, VRRP_TIMER, v.deadline), ADVERT | TELL);
	assert_false(v.owes_advert);

	v = make_successor(SEC);
	happen(&v, VRRP_TIMER, NOW);
	leave_or_stay(&v, NOW + MS);
	happen(&v, VRRP_TIMER, v.deadline);
	assert_int_equal(happen(&v, VRRP_TIMER, v.deadline), ADVERT);
	assert_int_equal(happen(&v, VRRP_CLAIMED, v.deadline - MS), TELL);

	v = make_successor(SEC);
	happen(&v, VRRP_TIMER, NOW);
	leave_or_stay(&v, NOW + MS);
	assert_int_equal(happen(&v, VRRP_CLAIM_FAILED, NOW + 2 * MS), RELEASE);
	assert_int_equal(v.state, VRRP_INITIALIZE);
}

/* It hands over as what it was, and is the other one then. */
static void what_is_configured_meanwhile_holds_afterwards(void **state)
{
	static const struct vrrp_parameters par = { .priority = 150,
						    .preempt = true,
						    .interval = 2 * SEC };
	const struct vrrp_event change = { .type = VRRP_CHANGE,
					   .now = NOW + MS,
					   .par = &par };
	struct vrrp v = make_active(NOW);
	int64_t end = NOW + SEC + 996093 + 100 * MS;

	(void)state;
	leave_or_stay(&v, NOW);
	assert_int_equal(vrrp_step(&v, &change), 0);
	assert_int_equal(v.par.priority, 100);
	happen(&v, VRRP_TIMER, NOW + SEC);
	assert_int_equal(v.deadline, end);
	assert_int_equal(happen(&v, VRRP_TIMER, end), ADVERT | TELL);
	assert_int_equal(v.par.priority, 150);
	assert_int_equal(v.deadline, end + 2 * SEC);

	v = make_active(NOW);
	leave_or_stay(&v, NOW);
	vrrp_step(&v, &change);
	hear(&v, NOW + 2 * MS, 101, SEC);
	assert_int_equal(v.state, VRRP_INITIALIZE);
	assert_int_equal(v.par.priority, 150);
	happen(&v, VRRP_STARTUP, NOW + SEC);
	assert_int_equal(v.deadline, NOW + SEC + 6 * SEC + 106 * 2 * SEC / 256);

	v = make_active(NOW);
	leave_or_stay(&v, NOW);
	vrrp_step(&v, &change);
	happen(&v, VRRP_SHUTDOWN, NOW + 2 * MS);
	assert_int_equal(v.par.priority, 150);
	assert_int_equal(v.reason, VRRP_STOPPED);
}

static void preemption_waits_for_its_delay(void **state)
{
	struct vrrp v = make_patient(10 * SEC);
	int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		hear(&v, NOW + i * SEC, 99, SEC);
		assert_int_equal(v.deadline, NOW + i * SEC + DOWN_100);
	}
	for (; i < 13; i++) {
		assert_int_equal(happen(&v, VRRP_TIMER, NOW + i * SEC), 0);
		hear(&v, NOW + i * SEC, 99, SEC);
		assert_int_equal(v.deadline, NOW + 9 * SEC + DOWN_100);
	}
	assert_int_equal(happen(&v, VRRP_TIMER, v.deadline), CLAIM);
	assert_int_equal(v.reason, VRRP_PREEMPTED);
}

static void a_preempt_delay_starts_again_after_a_better_active(void **state)
{
	struct vrrp v = make_patient(3 * SEC);

	(void)state;
	hear(&v, NOW, 99, SEC);
	hear(&v, NOW + SEC, 101, SEC);
	hear(&v, NOW + 2 * SEC, 99, SEC);
	hear(&v, NOW + 4 * SEC, 99, SEC);
	assert_int_equal(v.deadline, NOW + 4 * SEC + DOWN_100);
	hear(&v, NOW + 5 * SEC, 99, SEC);
	assert_int_equal(v.deadline, NOW + 4 * SEC + DOWN_100);
}

static void a_preempt_delay_does_not_put_off_a_takeover(void **state)
{
	struct vrrp v = make_patient(60 * SEC);

	(void)state;
	hear(&v, NOW, 99, SEC);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + DOWN_100),
			 ADVERT | CLAIM);
	v = make_patient(60 * SEC);
	hear(&v, NOW, 99, SEC);
	hear(&v, NOW + MS, 0, SEC);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + MS + SKEW_100), CLAIM);
}

static void who_is_active_in_the_other_family_spares_nobody(void **state)
{
	struct vrrp v = make_patient(60 * SEC);

	(void)state;
	v.par.preempt = false;
	hear(&v, NOW, 99, SEC);
	assert_int_equal(v.deadline, NOW + DOWN_100);
	v.insist = true;
	hear(&v, NOW + SEC, 99, SEC);
	assert_int_equal(v.deadline, NOW + DOWN_100);
	assert_int_equal(happen(&v, VRRP_TIMER, v.deadline), CLAIM);
	assert_int_equal(v.reason, VRRP_PREEMPTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(after_a_crash_the_advert_goes_first),
		cmocka_unit_test(after_a_resignation_the_addresses_go_first),
		cmocka_unit_test(the_first_advert_does_not_wait_for_ever),
		cmocka_unit_test(a_living_active_is_preempted_addresses_first),
		cmocka_unit_test(
			who_is_preempted_is_waited_for_while_it_is_heard),
		cmocka_unit_test(who_cannot_claim_lets_the_others_know),
		cmocka_unit_test(who_leaves_serves_until_the_successor_speaks),
		cmocka_unit_test(who_leaves_alone_resigns_twice_and_stops),
		cmocka_unit_test(who_is_to_stay_alone_is_active_again),
		cmocka_unit_test(who_is_to_stay_leaves_when_a_successor_speaks),
		cmocka_unit_test(who_is_asked_to_leave_for_good_does_not_stay),
		cmocka_unit_test(who_stays_announces_what_it_has),
		cmocka_unit_test(what_is_configured_meanwhile_holds_afterwards),
		cmocka_unit_test(preemption_waits_for_its_delay),
		cmocka_unit_test(
			a_preempt_delay_starts_again_after_a_better_active),
		cmocka_unit_test(a_preempt_delay_does_not_put_off_a_takeover),
		cmocka_unit_test(
			who_is_active_in_the_other_family_spares_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
