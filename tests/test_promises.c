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

static void without_a_file_it_ends_with_the_process(void **state)
{
	struct promises *promises;
	int64_t until;
	size_t a;

	(void)state;
	assert_int_equal(promises_open(&promises, directory), -EISDIR);
	promises_close(promises);
	assert_int_equal(promises_open(&promises, "/nowhere/promises"),
			 -ENOENT);
	a = promises_take(promises, "a", &until);
	promises_make(promises, a, loop_now() + 1000 * MS);
	promises_close(promises);
	promises_open(&promises, "/nowhere/promises");
	promises_take(promises, "a", &until);
	assert_int_equal(until, 0);
	promises_close(promises);
	promises_close(NULL);
}

static bool is_held(struct promises *promises, const char *name)
{
	int64_t until;
	size_t place = promises_take(promises, name, &until);
	bool held = promises_is_held(promises, place);

	assert_int_equal(until, 0);
	promises_drop(promises, place);
	return held;
}

/* One that a reload ends, and one that is killed. */
static void who_is_held_is_so_after_its_end(void **state)
{
	struct promises *promises = open_file();
	int64_t until, soon = loop_now() + 1000 * MS;
	size_t out, asked, freed;

	(void)state;
	out = promises_take(promises, "out", &until);
	asked = promises_take(promises, "asked", &until);
	freed = promises_take(promises, "freed", &until);
	assert_false(promises_is_held(promises, out));
	promises_make(promises, out, soon);
	promises_hold(promises, out, PROMISES_OUT);
	promises_hold(promises, asked, PROMISES_ASKED);
	promises_hold(promises, freed, PROMISES_OUT);
	promises_hold(promises, freed, PROMISES_FREE);
	promises_drop(promises, out);
	promises_drop(promises, asked);
	promises_drop(promises, freed);
	assert_true(is_held(promises, "out"));
	assert_true(is_held(promises, "asked"));
	assert_false(is_held(promises, "freed"));
	promises_close(promises);

	promises = open_file();
	assert_true(is_held(promises, "out"));
	assert_false(is_held(promises, "asked"));
	assert_false(is_held(promises, "freed"));
	out = promises_take(promises, "out", &until);
	promises_free_others(promises);
	assert_true(promises_is_held(promises, out));
	promises_drop(promises, out);
	promises_free_others(promises);
	promises_close(promises);

	promises = open_file();
	assert_false(is_held(promises, "out"));
	promises_hold(promises, 0, PROMISES_OUT);
	assert_false(promises_is_held(promises, 0));
	promises_close(promises);
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
		cmocka_unit_test(without_a_file_it_ends_with_the_process),
		cmocka_unit_test(who_is_held_is_so_after_its_end),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
