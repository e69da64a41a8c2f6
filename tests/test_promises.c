/* SPDX-License-Identifier: MIT */
/*
 * What an agent leaves for the one after it, in a file.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vrrpd/loop.h"
#include "vrrpd/promises.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MS INT64_C(1000)

static char directory[] = "/tmp/promises-XXXXXX";
static char path[64];

static struct promises *open_file(void)
{
	struct promises *promises;

	assert_int_equal(promises_open(&promises, path), 0);
	return promises;
}

/* The clocks are read one after the other. */
static void assert_about(int64_t time, int64_t expected)
{
	assert_true(time > expected - 100 * MS && time < expected + 100 * MS);
}

static void what_was_promised_is_kept(void **state)
{
	struct promises *promises = open_file();
	int64_t until, soon = loop_now() + 5000 * MS;
	size_t a, b;

	(void)state;
	a = promises_take(promises, "vrrpd:eth0/51/ipv4", &until);
	assert_true(a > 0);
	assert_int_equal(until, 0);
	b = promises_take(promises, "vrrpd:eth0/51/ipv6", &until);
	assert_true(b > 0 && b != a);
	assert_int_equal(until, 0);
	promises_make(promises, a, soon);
	promises_make(promises, b, soon + 1000 * MS);
	promises_make(promises, b, 0);
	promises_close(promises); /* as if killed: nothing is dropped */

	promises = open_file();
	b = promises_take(promises, "vrrpd:eth0/51/ipv6", &until);
	assert_int_equal(until, 0);
	promises_take(promises, "vrrpd:eth0/52/ipv4", &until);
	assert_int_equal(until, 0);
	a = promises_take(promises, "vrrpd:eth0/51/ipv4", &until);
	assert_about(until, soon);
	promises_drop(promises, a);
	promises_close(promises);

	promises = open_file();
	promises_take(promises, "vrrpd:eth0/51/ipv4", &until);
	assert_int_equal(until, 0);
	promises_close(promises);
}

/* One that is long over is as good as none, and is the caller's to judge. */
static void what_is_over_lies_in_the_past(void **state)
{
	struct promises *promises = open_file();
	int64_t until, past = loop_now() - 3000 * MS;

	(void)state;
	promises_make(promises, promises_take(promises, "a", &until), past);
	promises_close(promises);
	promises = open_file();
	promises_take(promises, "a", &until);
	assert_about(until, past);
	promises_close(promises);
}

static void when_all_places_are_taken_there_is_none(void **state)
{
	struct promises *promises = open_file();
	size_t place = 1, count = 0;
	int64_t until;
	char name[16];

	(void)state;
	while (place && count < 10000) {
		snprintf(name, sizeof name, "name %zu", count);
		place = promises_take(promises, name, &until);
		count += place > 0;
	}
	assert_in_range(count, 512, 9999);
	promises_make(promises, 0, loop_now());
	promises_drop(promises, 0);
	promises_close(promises);
}

static void without_a_file_there_are_none(void **state)
{
	struct promises *promises;

	(void)state;
	assert_int_equal(promises_open(&promises, "/nowhere/promises"),
			 -ENOENT);
	assert_int_equal(promises_open(&promises, directory), -EISDIR);
	promises_close(NULL);
}

static int set_up(void **state)
{
	(void)state;
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof path, "%s/promises", directory);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_promised_is_kept),
		cmocka_unit_test(what_is_over_lies_in_the_past),
		cmocka_unit_test(when_all_places_are_taken_there_is_none),
		cmocka_unit_test(without_a_file_there_are_none),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
