/* SPDX-License-Identifier: MIT */
/*
 * The histogram of lateness: what is counted where, and that nothing is lost
 * when several become one.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vrrpd/lateness.h"

static void bounds_double_from_64_us_to_a_second(void **state)
{
	(void)state;
	assert_int_equal(lateness_bound(0), 64);
	for (unsigned i = 1; i < LATENESS_BUCKETS - 1; i++)
		assert_int_equal(lateness_bound(i), 2 * lateness_bound(i - 1));
	assert_int_equal(lateness_bound(LATENESS_BUCKETS - 2), 1048576);
	assert_true(lateness_bound(LATENESS_BUCKETS - 1) == INT64_MAX);
}

/* Each bound, and what is around it. */
static void a_bound_belongs_to_its_bucket(void **state)
{
	(void)state;
	for (unsigned i = 0; i < LATENESS_BUCKETS - 1; i++) {
		struct lateness_histogram h = { .sum = 0 };

		lateness_add(&h, lateness_bound(i));
		assert_int_equal(h.bucket[i], 1);
		lateness_add(&h, lateness_bound(i) + 1);
		assert_int_equal(h.bucket[i], 1);
		assert_int_equal(h.bucket[i + 1], 1);
		assert_int_equal(lateness_count(&h), 2);
	}
}

static void sum_and_worst_are_exact(void **state)
{
	struct lateness_histogram h = { .sum = 0 };

	(void)state;
	lateness_add(&h, 70);
	lateness_add(&h, INT64_C(3600) * 1000000);
	lateness_add(&h, 5);
	assert_int_equal(h.sum, UINT64_C(3600000075));
	assert_int_equal(h.worst, INT64_C(3600000000));
	assert_int_equal(h.bucket[0], 1);
	assert_int_equal(h.bucket[1], 1);
	assert_int_equal(h.bucket[LATENESS_BUCKETS - 1], 1);
	assert_int_equal(lateness_count(&h), 3);
}

static void who_is_early_is_in_time(void **state)
{
	struct lateness_histogram h = { .sum = 0 };

	(void)state;
	lateness_add(&h, -1);
	lateness_add(&h, 0);
	assert_int_equal(h.bucket[0], 2);
	assert_int_equal(h.sum, 0);
	assert_int_equal(h.worst, 0);
}

static void several_become_one(void **state)
{
	struct lateness sum = { .adverts = { .sum = 0 } }, more = sum;

	(void)state;
	lateness_add(&sum.adverts, 1000);
	lateness_add(&more.adverts, 100);
	lateness_add(&more.adverts, 1001);
	lateness_add(&more.timers, 7);
	sum.late = 2;
	more.late = 3;
	lateness_merge(&sum, &more);
	assert_int_equal(sum.late, 5);
	assert_int_equal(lateness_count(&sum.adverts), 3);
	assert_int_equal(sum.adverts.bucket[1], 1);
	assert_int_equal(sum.adverts.bucket[4], 2);
	assert_int_equal(sum.adverts.sum, 2101);
	assert_int_equal(sum.adverts.worst, 1001);
	assert_int_equal(lateness_count(&sum.timers), 1);
	assert_int_equal(sum.timers.worst, 7);
	lateness_merge(&more, &(struct lateness){ .adverts = { .sum = 0 } });
	assert_int_equal(more.adverts.worst, 1001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_double_from_64_us_to_a_second),
		cmocka_unit_test(a_bound_belongs_to_its_bucket),
		cmocka_unit_test(sum_and_worst_are_exact),
		cmocka_unit_test(who_is_early_is_in_time),
		cmocka_unit_test(several_become_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
