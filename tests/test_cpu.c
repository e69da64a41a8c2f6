/* SPDX-License-Identifier: MIT */
/*
 * How late the loop is; where a thread goes that was late, of four CPUs; and
 * that it goes there.
 */
#include "vrrpd/cpu.h"
#include "vrrpd/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <unistd.h>

#define MS INT64_C(1000)
#define S  (1000 * MS)

/* ---- Being late ---- */

static struct loop *loop;

static void stop(struct timer *timer, int64_t now)
{
	(void)timer;
	(void)now;
	loop_stop(loop);
}

static void stop_slowly(struct timer *timer, int64_t now)
{
	usleep(20 * MS);
	stop(timer, now);
}

static void run_until(struct timer *timer, int64_t deadline)
{
	assert_int_equal(loop_set(loop, timer, deadline), 0);
	assert_int_equal(loop_run(loop), 0);
}

/* As by interrupts: it was woken in time. */
static void who_is_stopped_at_work_goes_elsewhere(void **state)
{
	struct timer slow = { .expired = stop_slowly };
	struct timer stops = { .expired = stop };
	cpu_set_t all, one;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
	if (CPU_COUNT(&all) < 2)
		skip();
	assert_int_equal(loop_open(&loop), 0);
	loop_dodge(loop);
	run_until(&stops, loop_now());
	run_until(&slow, loop_now());
	assert_int_equal(sched_getaffinity(0, sizeof one, &one), 0);
	assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
	assert_int_equal(CPU_COUNT(&one), 1);
	loop_close(loop);
}

static void the_loop_knows_how_late_it_was(void **state)
{
	struct timer slow = { .expired = stop_slowly };
	struct timer stops = { .expired = stop };
	int64_t began = loop_now();

	(void)state;
	assert_int_equal(loop_open(&loop), 0);
	run_until(&stops, began + 10 * MS);
	assert_in_range(loop_lateness(loop), 0, loop_now() - began - 10 * MS);
	run_until(&slow, loop_now() + MS);
	assert_true(loop_lateness(loop) >= 20 * MS);
	run_until(&stops, loop_now() - 50 * MS);
	assert_true(loop_lateness(loop) >= 50 * MS);
	loop_close(loop);
}

/* ---- Going elsewhere ---- */

static struct cpu cpu;

static int set_up(void **state)
{
	(void)state;
	cpu_init(&cpu);
	for (unsigned i = 0; i < 4; i++)
		CPU_SET(i, &cpu.allowed);
	return 0;
}

static void stays_where_it_is_not_late(void **state)
{
	(void)state;
	assert_int_equal(cpu_choose(&cpu, 1, 0, S), -1);
	assert_int_equal(cpu_choose(&cpu, 1, 2 * MS - 1, S), -1);
	assert_int_equal(cpu_choose(&cpu, 1, 2 * MS, S), 2);
}

static void stays_where_nothing_else_is_allowed(void **state)
{
	(void)state;
	CPU_ZERO(&cpu.allowed);
	CPU_SET(1, &cpu.allowed);
	assert_int_equal(cpu_choose(&cpu, 1, 20 * MS, S), -1);
}

static void goes_on_to_what_is_not_known(void **state)
{
	(void)state;
	assert_int_equal(cpu_choose(&cpu, 2, 5 * MS, S), 3);
	assert_int_equal(cpu_choose(&cpu, 3, 5 * MS, S), 0);
	assert_int_equal(cpu_choose(&cpu, 0, 5 * MS, S), 1);
	assert_int_equal(cpu_choose(&cpu, 1, 5 * MS, S), -1);
}

static void goes_back_when_it_is_worse(void **state)
{
	(void)state;
	CPU_CLR(2, &cpu.allowed);
	CPU_CLR(3, &cpu.allowed);
	assert_int_equal(cpu_choose(&cpu, 0, 3 * MS, S), 1);
	assert_int_equal(cpu_choose(&cpu, 1, 9 * MS, S), 0);
	/* Which was the better one, though not a good one. */
	for (int i = 0; i < 4; i++)
		assert_int_equal(cpu_choose(&cpu, 0, 2 * MS, S), -1);
}

/* That one bad moment does not keep it where all are bad. */
static void does_not_wait_for_long(void **state)
{
	int turns = 1;

	(void)state;
	CPU_CLR(2, &cpu.allowed);
	CPU_CLR(3, &cpu.allowed);
	assert_int_equal(cpu_choose(&cpu, 0, 500 * MS, S), 1);
	while (cpu_choose(&cpu, 1, 9 * MS, S + turns * 20 * MS) < 0)
		turns++;
	assert_in_range(turns, 2, 3);
}

static void forgets(void **state)
{
	(void)state;
	CPU_CLR(2, &cpu.allowed);
	CPU_CLR(3, &cpu.allowed);
	assert_int_equal(cpu_choose(&cpu, 1, 9 * MS, S), 0);
	assert_int_equal(cpu_choose(&cpu, 0, 4 * MS, 2 * S), -1);
	assert_int_equal(cpu_choose(&cpu, 0, 4 * MS, 21 * S), -1);
	assert_int_equal(cpu_choose(&cpu, 0, 4 * MS, 61 * S), 1);
	assert_int_equal(cpu_choose(&cpu, 1, 9 * MS, 1000 * S), 0);
}

/* As often as somebody is late, some is forgotten all the same. */
static void forgets_bit_by_bit(void **state)
{
	int64_t now = S;

	(void)state;
	for (; now < 201 * S; now += 20 * MS)
		(void)cpu_choose(&cpu, 1, 2 * MS, now);
	/* 50 a second, of 4; half of them is left after 10 s. */
	assert_in_range(cpu.seen[1].badness / (MS * MS), 2000, 4000);
}

static void goes_there_and_stays(void **state)
{
	cpu_set_t at_first, then;

	(void)state;
	CPU_ZERO(&cpu.allowed);
	assert_int_equal(cpu_look(&cpu), 0);
	at_first = cpu.allowed;
	for (int i = 0; i < CPU_SETSIZE; i++) {
		if (!CPU_ISSET((unsigned)i, &at_first))
			continue;
		assert_int_equal(cpu_go(&cpu, i), 0);
		assert_int_equal(sched_getcpu(), i);
		assert_int_equal(sched_getaffinity(0, sizeof(then), &then), 0);
		assert_int_equal(CPU_COUNT(&then), 1);
		/* It knows that this is its own doing. */
		assert_int_equal(cpu_look(&cpu), 0);
		assert_true(CPU_EQUAL(&cpu.allowed, &at_first));
	}
	assert_int_equal(sched_setaffinity(0, sizeof(at_first), &at_first), 0);
}

/* Somebody else moved it, while it waited to be woken. */
static void blames_the_cpu_that_it_slept_on(void **state)
{
	cpu_set_t at_first;
	int first = -1, away = -1;

	(void)state;
	CPU_ZERO(&cpu.allowed);
	assert_int_equal(cpu_look(&cpu), 0);
	at_first = cpu.allowed;
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET((unsigned)i, &at_first)) {
			first = first < 0 ? i : first;
			away = i;
		}
	assert_int_equal(cpu_go(&cpu, away), 0);
	cpu_turned(&cpu, 0, S);
	assert_int_equal(cpu.last, away);
	assert_int_equal(cpu_go(&cpu, first), 0);
	cpu_turned(&cpu, 4 * MS, 2 * S);
	assert_true(cpu.seen[away].badness > 0);
	for (int i = 0; i < CPU_SETSIZE; i++)
		assert_true(i == away || cpu.seen[i].badness == 0);
	if (CPU_COUNT(&at_first) > 1)
		assert_int_not_equal(sched_getcpu(), away);
	assert_int_equal(sched_setaffinity(0, sizeof(at_first), &at_first), 0);
}

static void minds_what_others_allow(void **state)
{
	cpu_set_t at_first, one;
	int last = -1;

	(void)state;
	CPU_ZERO(&cpu.allowed);
	assert_int_equal(cpu_look(&cpu), 0);
	at_first = cpu.allowed;
	for (int i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET((unsigned)i, &at_first))
			last = i;
	CPU_ZERO(&one);
	CPU_SET((unsigned)last, &one);
	assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
	assert_int_equal(cpu_look(&cpu), 0);
	assert_true(CPU_EQUAL(&cpu.allowed, &one));
	assert_int_equal(sched_setaffinity(0, sizeof(at_first), &at_first), 0);
	assert_int_equal(cpu_look(&cpu), 0);
	assert_true(CPU_EQUAL(&cpu.allowed, &at_first));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup(name, set_up)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_loop_knows_how_late_it_was),
		cmocka_unit_test(who_is_stopped_at_work_goes_elsewhere),
		TEST(stays_where_it_is_not_late),
		TEST(stays_where_nothing_else_is_allowed),
		TEST(goes_on_to_what_is_not_known),
		TEST(goes_back_when_it_is_worse),
		TEST(does_not_wait_for_long),
		TEST(forgets),
		TEST(forgets_bit_by_bit),
		TEST(goes_there_and_stays),
		TEST(blames_the_cpu_that_it_slept_on),
		TEST(minds_what_others_allow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
