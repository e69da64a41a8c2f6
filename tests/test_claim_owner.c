/* SPDX-License-Identifier: MIT */
/*
 * The claim of an owner: where its addresses are when it has ended.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "tests/claims.h"

static bool parent_has_it(void)
{
	return succeeds("ip addr show dev lan | grep -qF ' 192.0.2.1/24 '");
}

static struct subject *owner(bool virtual_mac, bool give_back)
{
	struct gate gate = virtual_mac ? gate4() : without_mac(gate4());
	struct subject *s;

	sh("ip addr replace 192.0.2.1/24 dev lan");
	gate.owned = true;
	s = subject_new(gate, "");
	s->claim.give_back = give_back;
	achieve(s, CLAIM_OPEN, " create open");
	return s;
}

static void they_stay_away_or_return(void **state)
{
	static const struct {
		bool virtual_mac, give_back;
		const char *steps;
	} cases[] = {
		{ true, false, " silence destroy" },
		{ true, true, " silence destroy" },
		{ false, false, " silence destroy" },
		{ false, true, " destroy" }, /* they are there already */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct subject *s =
			owner(cases[i].virtual_mac, cases[i].give_back);

		achieve(s, CLAIM_ABSENT, cases[i].steps);
		assert_int_equal(parent_has_it(), cases[i].give_back);
		assert_false(exists("vip4"));
		subject_free(s);
	}
}

static void demoted_it_gives_back_as_well(void **state)
{
	(void)state;
	for (int virtual_mac = 0; virtual_mac < 2; virtual_mac++) {
		struct subject *s = owner(virtual_mac, true);

		achieve(s, CLAIM_CLOSED, " silence close");
		assert_false(parent_has_it());
		achieve(s, CLAIM_ABSENT, " destroy");
		assert_true(parent_has_it());
		subject_free(s);
	}
}

static void a_failure_to_give_back_is_told_and_the_end(void **state)
{
	struct subject *s = owner(true, true);

	(void)state;
	denied = 1u << STEP_DESTROY;
	wish(s, CLAIM_ABSENT);
	finish(s);
	denied = 0;
	expect_steps(" silence destroy");
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, -EPERM);
	assert_int_equal(s->claim.actual, CLAIM_ABSENT);
	subject_free(s);
}

/* Each try has memory of its own, which a sanitizer would miss. */
static void one_that_cannot_be_made_keeps_nothing(void **state)
{
	struct gate gate = gate4();
	struct subject *s;

	(void)state;
	sh("ip addr replace 192.0.2.1/24 dev lan");
	sh("ip link add vip4 type veth peer name other");
	gate.owned = true;
	s = subject_new(gate, "");
	wish(s, CLAIM_OPEN);
	finish(s);
	expect_steps(" create");
	assert_int_equal(s->err, -EEXIST);
	assert_null(s->claim.gate.adoption.addresses);
	assert_true(parent_has_it());
	sh("ip -d link show vip4 | grep -qw veth");
	subject_free(s);
}

int main(void)
{
#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, claims_setup, claims_teardown)
	const struct CMUnitTest tests[] = {
		TEST(they_stay_away_or_return),
		TEST(demoted_it_gives_back_as_well),
		TEST(a_failure_to_give_back_is_told_and_the_end),
		TEST(one_that_cannot_be_made_keeps_nothing),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
