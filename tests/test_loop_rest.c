/* SPDX-License-Identifier: MIT */
/*
 * A loop that rests between two turns: how often it is woken at most, and that
 * no deadline waits for it.  A machine that is late makes fewer turns of it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "vrrpd/loop.h"

#define MS   INT64_C(1000)
#define HOUR (3600000 * MS)

static struct loop *loop;
static struct timer guard;
static struct watch stream; /* always readable */
static int64_t wish;        /* of rest, in each turn */
static unsigned turns;

static void hung(struct timer *timer, int64_t now)
{
	(void)timer;
	(void)now;
	fail_msg("the loop hangs");
}

static void read_one(struct watch *watch, uint32_t events)
{
	(void)watch;
	(void)events;
	turns++;
	loop_rest(loop, wish);
}

static int setup(void **state)
{
	(void)state;
	turns = 0;
	guard = (struct timer){ .expired = hung };
	stream = (struct watch){ .fd = eventfd(1, EFD_CLOEXEC),
				 .ready = read_one };
	if (stream.fd < 0 || loop_open(&loop) < 0 ||
	    loop_watch(loop, &stream, EPOLLIN) < 0)
		return -1;
	return loop_set(loop, &guard, loop_now() + 60000 * MS);
}

static int teardown(void **state)
{
	(void)state;
	loop_close(loop);
	close(stream.fd);
	return 0;
}

static void stop(struct timer *timer, int64_t now)
{
	(void)timer;
	(void)now;
	loop_stop(loop);
}

static void run_for(int64_t us)
{
	struct timer end = { .expired = stop };

	assert_int_equal(loop_set(loop, &end, loop_now() + us), 0);
	assert_int_equal(loop_run(loop), 0);
}

/* The turn that begins at once, and what is read before the end is judged. */
static void in_a_stream_it_is_woken_once_for_each_rest(void **state)
{
	(void)state;
	wish = 2 * MS;
	run_for(20 * MS);
	assert_in_range(turns, 2, 20 / 2 + 2);
}

static void no_deadline_waits_for_it(void **state)
{
	(void)state;
	wish = HOUR;
	run_for(5 * MS);
	assert_in_range(turns, 1, 3);
}

static void rest_in_the_first_turn(struct watch *watch, uint32_t events)
{
	(void)watch;
	(void)events;
	if (++turns == 1)
		loop_rest(loop, HOUR);
	if (turns == 4)
		loop_stop(loop);
}

static void nothing(struct timer *timer, int64_t now)
{
	(void)timer;
	(void)now;
}

/* A deadline ends it; without one it would last until the guard's. */
static void it_is_for_one_turn(void **state)
{
	struct timer end = { .expired = nothing };

	(void)state;
	stream.ready = rest_in_the_first_turn;
	assert_int_equal(loop_set(loop, &end, loop_now() + MS), 0);
	assert_int_equal(loop_run(loop), 0);
	assert_int_equal(turns, 4);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(in_a_stream_it_is_woken_once_for_each_rest),
		TEST(no_deadline_waits_for_it),
		TEST(it_is_for_one_turn),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
