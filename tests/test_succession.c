/* SPDX-License-Identifier: MIT */
/*
 * What the agent as a whole has counted goes from one process to the next: all
 * of it, also what is added to its counters later.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vrrpd/routers.h"
#include "vrrpd/succession.h"

#include <unistd.h>

#define BEGAN INT64_C(7000000)

/* From one process, which has no virtual router any more, to another one. */
static int64_t hand_over(struct routers *from, struct routers *to)
{
	int wishes = succession_wish(to);
	int64_t began = 2 * BEGAN;
	int left;

	assert_true(wishes >= 0);
	left = succession_give(from, wishes, BEGAN);
	assert_true(left >= 0);
	assert_int_equal(succession_take(to, left, &began), 0);
	close(left);
	close(wishes);
	return began;
}

/* Each counter has a value of its own. */
static void count_all(uint64_t *counters, size_t size)
{
	for (size_t i = 0; i < size / sizeof *counters; i++)
		counters[i] = 1000 + i;
}

static void what_was_counted_is_counted_on(void **state)
{
	struct routers from = { 0 }, to = { 0 };
	struct status_vrrp now;

	(void)state;
	count_all(from.gone.errors, sizeof from.gone.errors);
	from.gone.error_events = 2000;
	count_all((uint64_t *)&from.gone.lateness, sizeof from.gone.lateness);
	assert_int_equal(hand_over(&from, &to), BEGAN);
	routers_count(&to, &now);
	assert_memory_equal(now.errors, from.gone.errors, sizeof now.errors);
	assert_int_equal(now.error_events, 2000);
	assert_memory_equal(&now.lateness, &from.gone.lateness,
			    sizeof now.lateness);
}

/* It hears the same, and is the one that judges from now on. */
static void what_the_next_one_has_counted_before_is_forgotten(void **state)
{
	struct interface before = { .lateness.late = 3, .error_events = 4 };
	struct interface meanwhile = { .lateness.late = 20 };
	struct routers from = { .interfaces = &before };
	struct routers to = { .interfaces = &meanwhile };
	struct status_vrrp now;

	(void)state;
	hand_over(&from, &to);
	meanwhile.lateness.late += 5;
	routers_count(&to, &now);
	assert_int_equal(now.lateness.late, 3 + 5);
	assert_int_equal(now.error_events, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_counted_is_counted_on),
		cmocka_unit_test(
			what_the_next_one_has_counted_before_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
