/* SPDX-License-Identifier: MIT */
/*
 * Durations: exact in both directions, and strict about what is one.
 */
#include "vrrpd/duration.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* xorshift32: the same mutations on every machine. */
static uint32_t next_random(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void durations_are_exact(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} rows[] = {
		{ "0s", 0 },
		{ "10ms", 10000 },
		{ "40.95s", 40950000 },
		{ "1min", 60000000 },
		{ "500us", 500 },
		{ "0.000001s", 1 },
		{ "1.500ms", 1500 },
		{ "0.25min", 15000000 },
		{ "0.00000005min", 3 },
		{ "1.0000000000000s", 1000000 },
		{ "007s", 7000000 },
		{ "9223372036854775807us", INT64_MAX },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int64_t us = -1;

		assert_int_equal(duration_parse(rows[i].text, &us), 0);
		assert_int_equal(us, rows[i].us);
	}
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"1",
		"s",
		"1 s",
		" 1s",
		"1s ",
		"-1s",
		"+1s",
		"1.s",
		".5s",
		"1S",
		"1h",
		"1e3s",
		"0x1s",
		"1,5s",
		"0.5us",
		"1.0000001s",
		"1..5s",
		"1m",
		"1mins",
		"1s1ms",
		"1.5.5ms",
		"0.000000001min",
	};
	int64_t us = 42;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(duration_parse(rows[i], &us), -EINVAL);
	assert_int_equal(duration_parse("9223372036854775808us", &us), -ERANGE);
	assert_int_equal(duration_parse("9223372036854.775808s", &us), -ERANGE);
	assert_int_equal(duration_parse("99999999999999999999min", &us),
			 -ERANGE);
	assert_int_equal(us, 42);
}

static void durations_are_written_short(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} rows[] = {
		{ 0, "0s" },
		{ 1, "1us" },
		{ 999, "999us" },
		{ 1500, "1.5ms" },
		{ 10000, "10ms" },
		{ 100000, "100ms" },
		{ 1000000, "1s" },
		{ 1000001, "1.000001s" },
		{ 40950000, "40.95s" },
		{ 60000000, "60s" },
		{ 90000000, "90s" },
		{ 3600000000, "60min" },
		{ INT64_MAX, "9223372036854.775807s" },
	};
	char text[DURATION_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_string_equal(duration_format(rows[i].us, text),
				    rows[i].text);
}

static void a_duration_written_reads_the_same(void **state)
{
	uint32_t seed = 51;
	char text[DURATION_TEXT];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		int64_t us = next_random(&seed), again = -1;

		for (uint32_t n = next_random(&seed) % 8; n > 0; n--)
			us = i % 2 ? us * 10 : us / 10;
		assert_int_equal(
			duration_parse(duration_format(us, text), &again), 0);
		assert_int_equal(again, us);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_exact),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(durations_are_written_short),
		cmocka_unit_test(a_duration_written_reads_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
