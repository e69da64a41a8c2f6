/* SPDX-License-Identifier: MIT */
/*
 * The claim when steps fail: for want of rights, of a parent, of a free name.
 * Whatever happens, each wish has one answer, and there is an end.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "tests/claims.h"

#define DENY(step) (1u << STEP_##step)

/* From a state, with a wish, and steps that fail: what is done and said. */
static const struct row {
	enum claim_state from, wanted;
	unsigned denied;
	const char *steps;
	int err;
	enum claim_state actual;
} rows[] = {
	{ CLAIM_ABSENT, CLAIM_CLOSED, DENY(CREATE), " create", -EPERM,
	  CLAIM_ABSENT },
	{ CLAIM_ABSENT, CLAIM_OPEN, DENY(CREATE), " create", -EPERM,
	  CLAIM_ABSENT },
	/* Some of it may have worked, and is taken back. */
	{ CLAIM_ABSENT, CLAIM_OPEN, DENY(OPEN), " create open close", -EPERM,
	  CLAIM_CLOSED },
	{ CLAIM_CLOSED, CLAIM_OPEN, DENY(OPEN), " open close", -EPERM,
	  CLAIM_CLOSED },
	{ CLAIM_CLOSED, CLAIM_OPEN, DENY(OPEN) | DENY(CLOSE),
	  " open close check", -EPERM, CLAIM_CLOSED },
	/* What cannot be had quickly is had slowly. */
	{ CLAIM_OPEN, CLAIM_CLOSED, DENY(SILENCE), " silence close", 0,
	  CLAIM_CLOSED },
	{ CLAIM_OPEN, CLAIM_ABSENT, DENY(SILENCE), " silence destroy", 0,
	  CLAIM_ABSENT },
};

/* Then as without; and if it cannot be confirmed, late. */
static void who_cannot_be_prepared_is_opened(void **state)
{
	struct subject *s = subject_new(gate6(), "");

	(void)state;
	achieve(s, CLAIM_CLOSED, " create");
	s->claim.beside = true;
	denied = DENY(PREPARE);
	achieve(s, CLAIM_OPEN, " prepare open confirm");
	denied = 0;
	achieve(s, CLAIM_CLOSED, " silence close");
	s->claim.beside = true;
	sh("ip link del vip6");
	achieve(s, CLAIM_OPEN, " prepare open confirm");
	assert_true(is_open(&s->claim.gate));
	subject_free(s);
}

static void try_row(const struct row *row)
{
	struct subject *s = subject_new(gate4(), "");

	achieve(s, row->from, NULL);
	denied = row->denied;
	wish(s, row->wanted);
	finish(s);
	denied = 0;
	expect_steps(row->steps);
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, row->err);
	assert_int_equal(s->claim.actual, row->actual);
	assert_true(claim_is_settled(&s->claim));
	/* And it works once more, when it can. */
	achieve(s, CLAIM_OPEN, NULL);
	assert_true(is_open(&s->claim.gate));
	achieve(s, CLAIM_ABSENT, NULL);
	assert_false(exists("vip4"));
	subject_free(s);
}

static void without_rights_nothing_can_be_made(void **state)
{
	(void)state;
	try_row(&rows[0]);
	try_row(&rows[1]);
}

static void what_cannot_be_opened_is_closed(void **state)
{
	(void)state;
	try_row(&rows[2]);
	try_row(&rows[3]);
}

static void also_when_it_cannot_be_closed_there_is_one_answer(void **state)
{
	(void)state;
	try_row(&rows[4]);
}

static void what_cannot_be_silenced_is_closed_all_the_same(void **state)
{
	(void)state;
	try_row(&rows[5]);
	try_row(&rows[6]);
}

static void what_cannot_be_closed_is_put_right_by_a_check(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_OPEN, NULL);
	denied = DENY(SILENCE) | DENY(CLOSE);
	wish(s, CLAIM_CLOSED);
	finish(s);
	assert_int_equal(s->settled, 1);
	assert_memory_equal(trace, " silence close check", 20);
	assert_int_equal(s->claim.actual, CLAIM_CLOSED);
	assert_true(is_down_and_empty("vip4"));
	subject_free(s);
}

/* ---- A wish that comes while a step is on its way to fail ---- */

static void nothing_is_wanted_any_more_of_what_cannot_be_made(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	claims_hold();
	wish(s, CLAIM_OPEN);
	wish(s, CLAIM_ABSENT);
	denied = DENY(CREATE);
	claims_let_go();
	finish(s);
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, 0);
	assert_int_equal(s->claim.actual, CLAIM_ABSENT);
	subject_free(s);
}

static void nor_of_what_cannot_be_opened(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_CLOSED, NULL);
	claims_hold();
	wish(s, CLAIM_OPEN);
	wish(s, CLAIM_ABSENT);
	denied = DENY(OPEN);
	claims_let_go();
	finish(s);
	assert_int_equal(s->claim.actual, CLAIM_ABSENT);
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, 0);
	assert_false(exists("vip4"));
	subject_free(s);
}

static void a_check_that_fails_is_no_answer_to_a_later_wish(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_CLOSED, NULL);
	claims_hold();
	claim_check(&s->claim);
	sh("ip link del vip4");
	wish(s, CLAIM_OPEN);
	denied = DENY(CHECK);
	claims_let_go();
	finish(s);
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, 0);
	assert_int_equal(s->claim.actual, CLAIM_OPEN);
	assert_true(is_open(&s->claim.gate));
	subject_free(s);
}

/* ---- No parent, no free name ---- */

static void without_a_parent_nothing_can_be_made(void **state)
{
	static const enum claim_state wanted[] = { CLAIM_CLOSED, CLAIM_OPEN };
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	remove_cable();
	for (size_t i = 0; i < 2; i++) {
		wish(s, wanted[i]);
		finish(s);
		expect_steps(" create");
		assert_int_equal(s->settled, 1);
		assert_int_equal(s->err, -ENODEV);
		assert_int_equal(s->claim.actual, CLAIM_ABSENT);
		assert_true(claim_is_settled(&s->claim));
	}
	lay_cable();
	achieve(s, CLAIM_OPEN, " create open");
	subject_free(s);
}

static void a_name_that_belongs_to_another_is_left_to_it(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	sh("ip link add vip4 type veth peer name other");
	wish(s, CLAIM_OPEN);
	finish(s);
	expect_steps(" create");
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, -EEXIST);
	assert_int_equal(s->claim.actual, CLAIM_ABSENT);
	sh("ip -d link show vip4 | grep -qw veth");
	subject_free(s);
}

static void when_the_parent_has_gone_an_open_claim_can_be_closed(void **state)
{
	static const enum claim_state wanted[] = { CLAIM_CLOSED, CLAIM_ABSENT };
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		achieve(s, CLAIM_OPEN, NULL);
		remove_cable();
		achieve(s, wanted[i],
			i == 0 ? " silence close" : " silence destroy");
		lay_cable();
	}
	achieve(s, CLAIM_OPEN, " create open");
	assert_true(is_open(&s->claim.gate));
	subject_free(s);
}

static void when_the_parent_has_gone_a_closed_one_cannot_be_opened(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_CLOSED, NULL);
	remove_cable();
	wish(s, CLAIM_OPEN);
	finish(s);
	expect_steps(" open close");
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, -ENODEV);
	assert_int_equal(s->claim.actual, CLAIM_CLOSED);
	lay_cable();
	achieve(s, CLAIM_OPEN, " open");
	assert_true(is_open(&s->claim.gate));
	assert_int_equal(s->claim.ifindex, if_nametoindex("vip4"));
	subject_free(s);
}

/* Nothing was put right: nobody is told so, and it is not tried for ever. */
static void check_in_vain(const char *command, enum claim_state actual)
{
	struct subject *s = subject_new(gate4(), "");

	achieve(s, actual, NULL);
	s->settled = 0;
	sh("%s", command);
	claim_check(&s->claim);
	finish(s);
	assert_int_equal(s->repaired, 0);
	assert_in_range(s->settled, 0, 1);
	assert_true(s->settled == 0 || s->err < 0);
	subject_free(s);
}

static void a_check_without_a_parent_repairs_nothing_and_ends(void **state)
{
	static const enum claim_state states[] = { CLAIM_CLOSED, CLAIM_OPEN };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		check_in_vain("ip link del lan", states[i]);
		lay_cable();
	}
}

static void nor_does_one_whose_name_another_has_taken(void **state)
{
	(void)state;
	check_in_vain("ip link del vip4 && "
		      "ip link add vip4 type veth peer name other",
		      CLAIM_OPEN);
}

static void what_is_not_confirmed_in_time_is_open_all_the_same(void **state)
{
	struct subject *s = subject_new(gate6(), "");

	(void)state;
	achieve(s, CLAIM_CLOSED, NULL);
	cut = "vip6";
	wish(s, CLAIM_OPEN);
	finish(s);
	expect_steps(" open confirm");
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, 0);
	assert_int_equal(s->claim.actual, CLAIM_OPEN);
	subject_free(s);
}

int main(void)
{
#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, claims_setup, claims_teardown)
	const struct CMUnitTest tests[] = {
		TEST(without_rights_nothing_can_be_made),
		TEST(who_cannot_be_prepared_is_opened),
		TEST(what_cannot_be_opened_is_closed),
		TEST(also_when_it_cannot_be_closed_there_is_one_answer),
		TEST(what_cannot_be_silenced_is_closed_all_the_same),
		TEST(what_cannot_be_closed_is_put_right_by_a_check),
		TEST(nothing_is_wanted_any_more_of_what_cannot_be_made),
		TEST(nor_of_what_cannot_be_opened),
		TEST(a_check_that_fails_is_no_answer_to_a_later_wish),
		TEST(without_a_parent_nothing_can_be_made),
		TEST(a_name_that_belongs_to_another_is_left_to_it),
		TEST(when_the_parent_has_gone_an_open_claim_can_be_closed),
		TEST(when_the_parent_has_gone_a_closed_one_cannot_be_opened),
		TEST(a_check_without_a_parent_repairs_nothing_and_ends),
		TEST(nor_does_one_whose_name_another_has_taken),
		TEST(what_is_not_confirmed_in_time_is_open_all_the_same),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
