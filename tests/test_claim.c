/* SPDX-License-Identifier: MIT */
/*
 * The claim in a network namespace: which steps lead from what is to what is
 * wanted, in which order, and what the owner hears of it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/claims.h"

/* An IPv6 address is answered for some time after it was added. */
static const struct {
	struct gate (*gate)(void);
	const char *open, *create_open;
} families[] = {
	{ gate4, " open", " create open" },
	{ gate6, " open confirm", " create open confirm" },
};

static void a_claim_goes_from_state_to_state_step_by_step(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct subject *s = subject_new(families[i].gate(), "");
		const struct gate *gate = &s->claim.gate;

		assert_true(claim_is_settled(&s->claim));
		achieve(s, CLAIM_CLOSED, " create");
		assert_true(is_down_and_empty(gate->name));
		assert_int_equal(s->claim.ifindex, if_nametoindex(gate->name));
		achieve(s, CLAIM_OPEN, families[i].open);
		assert_true(is_open(gate));
		achieve(s, CLAIM_CLOSED, " silence close");
		assert_true(is_down_and_empty(gate->name));
		achieve(s, CLAIM_ABSENT, " destroy");
		assert_false(exists(gate->name));
		assert_int_equal(s->claim.ifindex, 0);
		subject_free(s);
	}
}

static void all_the_way_at_once_is_the_same_steps_and_one_answer(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct subject *s = subject_new(families[i].gate(), "");

		achieve(s, CLAIM_OPEN, families[i].create_open);
		assert_true(is_open(&s->claim.gate));
		achieve(s, CLAIM_ABSENT, " silence destroy");
		assert_false(exists(s->claim.gate.name));
		subject_free(s);
	}
}

/* And what is known early enough is known once more. */
static void beside_another_a_claim_is_confirmed_before_it_is_heard(void **state)
{
	struct subject *s = subject_new(gate6(), "");

	(void)state;
	achieve(s, CLAIM_CLOSED, " create");
	s->claim.beside = true;
	achieve(s, CLAIM_OPEN, " prepare confirm open confirm");
	assert_true(is_open(&s->claim.gate));
	achieve(s, CLAIM_CLOSED, " silence close");
	achieve(s, CLAIM_OPEN, " prepare confirm open confirm");
	s->claim.beside = false;
	achieve(s, CLAIM_CLOSED, " silence close");
	achieve(s, CLAIM_OPEN, " open confirm");
	subject_free(s);

	s = subject_new(gate4(), ""); /* which nobody hears by itself */
	s->claim.beside = true;
	achieve(s, CLAIM_OPEN, " create open");
	subject_free(s);
}

/* It is not needed any more; or there is no time for it any more. */
static void who_is_prepared_can_turn_back_or_hurry(void **state)
{
	struct subject *s = subject_new(gate6(), "");

	(void)state;
	achieve(s, CLAIM_CLOSED, " create");
	s->claim.beside = true;
	wish(s, CLAIM_OPEN);
	dispatch();
	achieve(s, CLAIM_CLOSED, NULL);
	assert_true(is_down_and_empty("vip6"));
	wish(s, CLAIM_OPEN);
	s->claim.beside = false;
	finish(s);
	expect_steps(" prepare open confirm");
	assert_true(is_open(&s->claim.gate));
	subject_free(s);
}

static void without_a_virtual_mac_the_steps_are_the_same(void **state)
{
	struct subject *s = subject_new(without_mac(gate4()), "");

	(void)state;
	achieve(s, CLAIM_OPEN, " create open");
	assert_int_equal(s->claim.ifindex, if_nametoindex("lan"));
	sh("ip addr show dev lan | grep -q 192.0.2.1/32");
	achieve(s, CLAIM_CLOSED, " silence close");
	sh("! ip addr show dev lan | grep -q 192.0.2.1/32");
	achieve(s, CLAIM_ABSENT, " destroy");
	assert_true(exists("lan"));
	subject_free(s);
}

static void what_is_so_already_is_verified_and_answered(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_ABSENT, " check");
	achieve(s, CLAIM_CLOSED, " create");
	achieve(s, CLAIM_CLOSED, " check");
	achieve(s, CLAIM_OPEN, " open");
	achieve(s, CLAIM_OPEN, " check");
	assert_int_equal(s->repaired, 0);
	sh("ip addr del 192.0.2.11/24 dev vip4");
	achieve(s, CLAIM_OPEN, " check");
	assert_int_equal(s->differences, 1);
	assert_true(is_open(&s->claim.gate));
	subject_free(s);
}

static void the_last_wish_wins_and_only_it_is_answered(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	claims_hold();
	wish(s, CLAIM_CLOSED);
	wish(s, CLAIM_OPEN);
	wish(s, CLAIM_ABSENT);
	assert_false(claim_is_settled(&s->claim));
	claims_let_go();
	finish(s);
	assert_memory_equal(trace, " create destroy", 15);
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, 0);
	assert_int_equal(s->claim.actual, CLAIM_ABSENT);
	assert_false(exists("vip4"));
	subject_free(s);
}

static void wanted_again_while_it_is_being_closed_it_is_opened(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_OPEN, NULL);
	claims_hold();
	wish(s, CLAIM_CLOSED);
	wish(s, CLAIM_OPEN);
	claims_let_go();
	finish(s);
	assert_memory_equal(trace, " silence open", 13);
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, 0);
	assert_true(is_open(&s->claim.gate));
	subject_free(s);
}

static void the_owner_may_have_a_new_wish_as_soon_as_one_is_granted(void **st)
{
	struct subject *s = subject_new(gate4(), "");

	(void)st;
	wish(s, CLAIM_CLOSED);
	s->then = CLAIM_OPEN;
	finish(s);
	expect_steps(" create open");
	assert_int_equal(s->settled, 2);
	assert_true(is_open(&s->claim.gate));
	subject_free(s);
}

/* A number below `limit`, the same ones in each run. */
static unsigned draw(unsigned limit)
{
	static uint32_t seed = 9568;

	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % limit;
}

static bool is_as_wanted(const struct subject *s)
{
	const struct gate *gate = &s->claim.gate;

	switch (s->claim.actual) {
	case CLAIM_ABSENT:
		return !exists(gate->name);
	case CLAIM_CLOSED:
		return is_down_and_empty(gate->name);
	case CLAIM_SILENT:
		return false;
	case CLAIM_OPEN:
		return is_open(gate);
	}
	return false;
}

static void whatever_the_wishes_and_their_times_the_last_one_holds(void **state)
{
	static const enum claim_state states[] = { CLAIM_ABSENT, CLAIM_CLOSED,
						   CLAIM_OPEN };
	struct subject *s = subject_new(gate6(), "");
	enum claim_state wanted = CLAIM_ABSENT;

	(void)state;
	for (int round = 0; round < 25; round++) {
		for (unsigned n = 1 + draw(4); n > 0; n--) {
			wanted = states[draw(3)];
			wish(s, wanted);
			if (draw(3) == 0)
				claim_check(&s->claim);
			for (unsigned d = draw(3); d > 0 && s->claim.job.posted;
			     d--)
				dispatch();
			assert_in_range(s->settled, 0, 1);
		}
		finish(s);
		assert_int_equal(s->settled, 1);
		assert_int_equal(s->err, 0);
		assert_int_equal(s->claim.actual, wanted);
		assert_true(is_as_wanted(s));
	}
	subject_free(s);
}

/* ---- Checks ---- */

static void a_check_that_finds_nothing_says_nothing(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_OPEN, NULL);
	claim_check(&s->claim);
	assert_false(claim_is_settled(&s->claim));
	finish(s);
	expect_steps(" check");
	assert_int_equal(s->repaired, 0);
	assert_int_equal(s->settled, 1); /* of achieve() */
	subject_free(s);
}

static void check_of_nothing_does_nothing(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	claim_check(&s->claim);
	finish(s);
	assert_int_equal(s->settled, 0);
	assert_int_equal(s->repaired, 0);
	assert_false(exists("vip4"));
	subject_free(s);
}

static void a_check_puts_right_what_another_program_did(void **state)
{
	static const struct {
		enum claim_state actual;
		const char *command;
		unsigned differences;
	} rows[] = {
		{ CLAIM_OPEN, "ip addr del 198.51.100.1/32 dev vip4", 1 },
		/* and not those of the same prefix, which came later */
		{ CLAIM_OPEN, "ip addr del 192.0.2.1/24 dev vip4", 1 },
		{ CLAIM_OPEN, "ip addr flush dev vip4", 3 },
		{ CLAIM_OPEN, "ip link set vip4 down", 1 },
		{ CLAIM_OPEN, "ip link del vip4", 1 },
		{ CLAIM_CLOSED, "ip link set vip4 up", 1 },
		{ CLAIM_CLOSED, "ip addr add 192.0.2.11/24 dev vip4", 1 },
		{ CLAIM_CLOSED, "ip link del vip4", 1 },
	};
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		achieve(s, rows[i].actual, NULL);
		sh("%s", rows[i].command);
		claim_check(&s->claim);
		finish(s);
		expect_steps(" check");
		assert_int_equal(s->repaired, 1);
		assert_int_equal(s->differences, rows[i].differences);
		assert_int_equal(s->settled, 1); /* of achieve() */
		assert_true(is_as_wanted(s));
		assert_int_equal(s->claim.ifindex, if_nametoindex("vip4"));
	}
	subject_free(s);
}

static void many_hints_while_it_is_busy_are_one_check_afterwards(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_CLOSED, NULL);
	claims_hold();
	wish(s, CLAIM_OPEN);
	for (int i = 0; i < 10; i++)
		claim_check(&s->claim);
	claims_let_go();
	finish(s);
	expect_steps(" open check");
	assert_int_equal(s->settled, 1);
	subject_free(s);
}

/* ---- Several ---- */

static void what_ends_an_outage_goes_before_the_slow_half_of_another(void **st)
{
	struct subject *a = subject_new(gate4(), "a:");
	struct subject *b = subject_new(gate6(), "b:");

	(void)st;
	achieve(a, CLAIM_OPEN, NULL);
	achieve(b, CLAIM_CLOSED, NULL);
	claims_hold();
	claim_check(&b->claim);
	wish(a, CLAIM_CLOSED);
	claims_let_go();
	finish(a);
	finish(b);
	expect_steps(" a:silence b:check a:close");
	subject_free(a);
	subject_free(b);
}

static void none_that_falls_silent_waits_for_another_to_be_closed(void **state)
{
	struct subject *a = subject_new(gate4(), "a:");
	struct subject *b = subject_new(gate6(), "b:");

	(void)state;
	achieve(a, CLAIM_OPEN, NULL);
	achieve(b, CLAIM_OPEN, NULL);
	claims_hold();
	wish(a, CLAIM_CLOSED);
	wish(b, CLAIM_CLOSED);
	claims_let_go();
	finish(a);
	finish(b);
	expect_steps(" a:silence b:silence a:close b:close");
	assert_int_equal(a->settled, 1);
	assert_int_equal(b->settled, 1);
	subject_free(a);
	subject_free(b);
}

int main(void)
{
#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, claims_setup, claims_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_claim_goes_from_state_to_state_step_by_step),
		TEST(all_the_way_at_once_is_the_same_steps_and_one_answer),
		TEST(beside_another_a_claim_is_confirmed_before_it_is_heard),
		TEST(who_is_prepared_can_turn_back_or_hurry),
		TEST(without_a_virtual_mac_the_steps_are_the_same),
		TEST(what_is_so_already_is_verified_and_answered),
		TEST(the_last_wish_wins_and_only_it_is_answered),
		TEST(wanted_again_while_it_is_being_closed_it_is_opened),
		TEST(the_owner_may_have_a_new_wish_as_soon_as_one_is_granted),
		TEST(whatever_the_wishes_and_their_times_the_last_one_holds),
		TEST(a_check_that_finds_nothing_says_nothing),
		TEST(check_of_nothing_does_nothing),
		TEST(a_check_puts_right_what_another_program_did),
		TEST(many_hints_while_it_is_busy_are_one_check_afterwards),
		TEST(what_ends_an_outage_goes_before_the_slow_half_of_another),
		TEST(none_that_falls_silent_waits_for_another_to_be_closed),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
