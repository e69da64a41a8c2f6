/* SPDX-License-Identifier: MIT */
/*
 * The protocol core where a change of one character went unnoticed: the reason
 * that each event gives, two things at the same microsecond, and what a
 * counter starts from.  tests/mutate looks for such places.
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

static void each_event_gives_its_reason(void **state)
{
	static const struct {
		int from, event;
		uint8_t theirs, ours; /* priorities */
		enum vrrp_reason reason;
	} rows[] = {
		{ INIT, STARTUP, 0, 255, VRRP_STARTED },
		{ INIT, STARTUP, 0, 100, VRRP_STARTED },
		{ BACK, SHUTDOWN, 0, 100, VRRP_STOPPED },
		{ ACTI, SHUTDOWN, 0, 100, VRRP_STOPPED },
		{ LEAV, SHUTDOWN, 0, 100, VRRP_STOPPED },
		{ BACK, LEAVE, 0, 100, VRRP_ASKED },
		{ ACTI, LEAVE, 0, 100, VRRP_ASKED },
		{ ACTI, FAILED, 0, 100, VRRP_UNABLE },
		{ LEAV, FAILED, 0, 100, VRRP_UNABLE },
		{ ACTI, HEAR, 101, 100, VRRP_OUTRANKED },
		{ ACTI, HEAR, 100, 100, VRRP_TIE_LOST },
		{ LEAV, HEAR, 101, 100, VRRP_HANDED_OVER },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct clause c = { .from = rows[i].from,
					  .ours = rows[i].ours,
					  .preempt = true };
		struct vrrp v = router_for(&c);
		struct vrrp_event event = {
			.type = (enum vrrp_event_type)rows[i].event,
			.now = NOW,
			.advert = { rows[i].theirs, SEC, 1 },
		};

		vrrp_step(&v, &event);
		if (v.reason != rows[i].reason)
			fail_msg("row %zu: %s", i, vrrp_reason_name(v.reason));
	}
}

static void nobody_claims_who_does_not_serve(void **state)
{
	struct vrrp v;

	(void)state;
	for (size_t i = 0; i < LENGTH(clauses); i++) {
		const struct clause *c = &clauses[i];
		struct vrrp_event event = event_of(c);

		v = router_for(c);
		vrrp_step(&v, &event);
		if (v.claimed && !vrrp_is_serving(&v))
			fail_msg("%s: still claimed", c->name);
	}
}

/* One interval late to the microsecond: the next beat would be now. */
static void who_is_an_interval_late_does_not_send_twice(void **state)
{
	struct vrrp v = make_active(NOW);

	(void)state;
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + 2 * SEC), ADVERT);
	assert_int_equal(v.deadline, NOW + 3 * SEC);
	assert_int_equal(happen(&v, VRRP_TIMER, NOW + 2 * SEC), 0);
}

/* Once after the first advert of a beat, and then it keeps it. */
static void the_second_advert_may_be_ahead_and_no_other(void **state)
{
	const int64_t ahead[] = { 0, 1, 300 * MS, SEC - 1 };
	struct vrrp v = make_active(NOW);

	(void)state;
	for (size_t i = 0; i < LENGTH(ahead); i++) {
		int64_t late = v.deadline + 5 * SEC;

		v.ahead = ahead[i];
		assert_int_equal(happen(&v, VRRP_TIMER, late), ADVERT | TELL);
		for (int beat = 1; beat <= 3; beat++) {
			int64_t due = late + beat * SEC - ahead[i];

			assert_int_equal(v.deadline, due);
			assert_int_equal(happen(&v, VRRP_TIMER, due - 1), 0);
			assert_int_equal(happen(&v, VRRP_TIMER, due), ADVERT);
		}
	}
	v = make_successor(SEC);
	v.ahead = 5 * SEC + 300 * MS; /* not more often than each interval */
	happen(&v, VRRP_TIMER, NOW);
	assert_int_equal(happen(&v, VRRP_CLAIMED, NOW), ADVERT | TELL);
	assert_int_equal(v.deadline, NOW + 700 * MS);
}

static void each_interval_has_all_its_replies(void **state)
{
	struct vrrp v = make_active(NOW);

	(void)state;
	for (int beat = 1; beat <= 3; beat++) {
		for (int i = 0; i < VRRP_REPLIES; i++)
			assert_int_equal(hear(&v, v.deadline - MS, 99, SEC),
					 ADVERT | TELL);
		assert_int_equal(hear(&v, v.deadline - MS, 99, SEC), 0);
		assert_int_equal(happen(&v, VRRP_TIMER, NOW + beat * SEC),
				 ADVERT);
	}
}

/* Sooner than its skew, by the shorter interval, nobody can have obeyed. */
static void a_predecessor_is_no_successor(void **state)
{
	struct vrrp v = make_active(NOW);

	(void)state;
	happen(&v, VRRP_LEAVE, NOW);
	assert_int_equal(hear(&v, NOW + 804686, 50, SEC), 0);
	assert_int_equal(hear(&v, NOW + 80467, 50, 100 * MS), 0);
	assert_int_equal(v.state, VRRP_LEAVING);
	assert_int_equal(hear(&v, NOW + 80468, 50, 100 * MS), RELEASE);
	assert_int_equal(v.reason, VRRP_HANDED_OVER);
}

/* Having resigned twice, or before it said that it is Active. */
static void who_leaves_late_or_unheard_believes_any_successor(void **state)
{
	struct vrrp v = make_active(NOW);

	(void)state;
	happen(&v, VRRP_LEAVE, NOW);
	happen(&v, VRRP_TIMER, NOW + SEC);
	assert_int_equal(hear(&v, NOW + SEC + 1, 1, SEC), RELEASE);

	v = make_successor(SEC);
	happen(&v, VRRP_TIMER, NOW);
	happen(&v, VRRP_LEAVE, NOW + 1);
	assert_int_equal(hear(&v, NOW + 2, 50, SEC), RELEASE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_event_gives_its_reason),
		cmocka_unit_test(nobody_claims_who_does_not_serve),
		cmocka_unit_test(who_is_an_interval_late_does_not_send_twice),
		cmocka_unit_test(the_second_advert_may_be_ahead_and_no_other),
		cmocka_unit_test(each_interval_has_all_its_replies),
		cmocka_unit_test(a_predecessor_is_no_successor),
		cmocka_unit_test(
			who_leaves_late_or_unheard_believes_any_successor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
