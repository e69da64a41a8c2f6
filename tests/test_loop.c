/* SPDX-License-Identifier: MIT */
/*
 * The loop in real time.  A busy machine may be as late as it likes: what is
 * tested is order, and that nothing comes too early.  A guard ends a loop that
 * hangs.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdbool.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "vrrpd/loop.h"

#define MS     INT64_C(1000)
#define TIMERS 64
#define FDS    200 /* more than a few turns of epoll_wait(2) take */

static struct loop *loop;
static struct timer guard;

static void hung(struct timer *timer, int64_t now)
{
	(void)timer;
	(void)now;
	fail_msg("the loop hangs");
}

static void set(struct timer *timer, int64_t deadline)
{
	assert_int_equal(loop_set(loop, timer, deadline), 0);
}

static int setup(void **state)
{
	(void)state;
	guard = (struct timer){ .expired = hung };
	if (loop_open(&loop) < 0)
		return -1;
	return loop_set(loop, &guard, loop_now() + 60000 * MS);
}

static int teardown(void **state)
{
	(void)state;
	loop_close(loop);
	return 0;
}

static void run(void)
{
	assert_int_equal(loop_run(loop), 0);
}

static void stop(struct timer *timer, int64_t now)
{
	(void)timer;
	(void)now;
	loop_stop(loop);
}

/* ---- Timers ---- */

/* The naive model of the heap: each timer's deadline, and who is to be next. */
static struct model {
	struct timer timer; /* first, so that a timer leads to it */
	int64_t deadline;   /* LOOP_NEVER: stopped */
} model[TIMERS];

static unsigned expirations;

static int64_t model_earliest(void)
{
	int64_t earliest = LOOP_NEVER;

	for (size_t i = 0; i < TIMERS; i++)
		if (model[i].deadline < earliest)
			earliest = model[i].deadline;
	return earliest;
}

/* A number below `limit`, the same ones in each run. */
static unsigned draw(unsigned limit)
{
	static uint32_t seed = 9568;

	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % limit;
}

static void disturb(struct model *m, int64_t now)
{
	m->deadline = draw(4) ? now + draw(40) * 500 : LOOP_NEVER;
	set(&m->timer, m->deadline);
	assert_int_equal(m->timer.slot != 0, m->deadline != LOOP_NEVER);
}

static void model_expired(struct timer *timer, int64_t now)
{
	struct model *m = (struct model *)timer;

	assert_true(m->deadline != LOOP_NEVER);
	assert_int_equal(timer->deadline, m->deadline);
	assert_int_equal(m->deadline, model_earliest());
	assert_true(m->deadline <= now);
	assert_true(now <= loop_now());
	assert_int_equal(timer->slot, 0);
	m->deadline = LOOP_NEVER;
	if (++expirations < 2000)
		for (int i = 0; i < 3; i++)
			disturb(&model[draw(TIMERS)], now + 1);
	if (model_earliest() == LOOP_NEVER)
		loop_stop(loop);
}

static void timers_expire_in_the_order_of_their_deadlines(void **state)
{
	int64_t now = loop_now();

	(void)state;
	expirations = 0;
	for (size_t i = 0; i < TIMERS; i++) {
		model[i].timer = (struct timer){ .expired = model_expired };
		model[i].deadline = LOOP_NEVER;
	}
	for (int i = 0; i < 1000; i++)
		disturb(&model[draw(TIMERS)], now + 5 * MS);
	assert_true(model_earliest() != LOOP_NEVER);
	run();
	assert_true(expirations >= 2000);
}

static int64_t expired_at;

static void note_and_stop(struct timer *timer, int64_t now)
{
	(void)timer;
	expired_at = now;
	assert_true(loop_now() >= now);
	loop_stop(loop);
}

static void a_timer_never_expires_before_its_deadline(void **state)
{
	struct timer timer = { .expired = note_and_stop };

	(void)state;
	for (int i = 0; i < 200; i++) {
		int64_t deadline = loop_now() + draw(2000);

		set(&timer, deadline);
		run();
		assert_true(expired_at >= deadline);
		assert_int_equal(timer.slot, 0);
	}
}

static void a_deadline_before_the_clock_began_is_one_that_has_passed(void **st)
{
	struct timer timer = { .expired = note_and_stop };
	const int64_t deadlines[] = { INT64_MIN, -1, 0, 1 };

	(void)st;
	for (size_t i = 0; i < 4; i++) {
		set(&timer, deadlines[i]);
		expired_at = -1;
		run();
		assert_true(expired_at > 0);
	}
}

static void expires_too_early(struct timer *timer, int64_t now)
{
	(void)timer;
	(void)now;
	fail_msg("this timer was stopped or moved");
}

static void a_stopped_timer_does_not_expire_and_may_be_stopped_again(void **st)
{
	struct timer first = { .expired = expires_too_early };
	struct timer end = { .expired = stop };
	int64_t now = loop_now();

	(void)st;
	set(&first, LOOP_NEVER); /* never started */
	set(&first, now + 1 * MS);
	set(&end, now + 5 * MS);
	set(&first, LOOP_NEVER);
	set(&first, LOOP_NEVER);
	assert_int_equal(first.slot, 0);
	run();
}

static unsigned sweeps;

/* Once a turn of the loop, as its counter is never read. */
static void count_turn(struct watch *watch, uint32_t events)
{
	(void)watch;
	(void)events;
	sweeps++;
}

static unsigned again_count, turn_of_again;

static void again_in_the_past(struct timer *timer, int64_t now)
{
	/* Something was received between this time and the last one. */
	if (again_count > 0)
		assert_true(sweeps > turn_of_again);
	turn_of_again = sweeps;
	if (++again_count == 10)
		loop_stop(loop);
	else
		set(timer, now - (int64_t)draw(3) * MS);
}

static void expired_nothing(struct timer *timer, int64_t now)
{
	(void)timer;
	(void)now;
}

static void a_timer_that_starts_itself_in_the_past_waits_for_the_next(void **st)
{
	struct watch turn = { .fd = eventfd(1, EFD_CLOEXEC),
			      .ready = count_turn };
	struct timer again = { .expired = again_in_the_past };
	struct timer others[8];

	(void)st;
	sweeps = again_count = 0;
	assert_int_equal(loop_watch(loop, &turn, EPOLLIN), 0);
	set(&again, 1);
	for (size_t i = 0; i < 8; i++) {
		others[i] = (struct timer){ .expired = expired_nothing };
		set(&others[i], loop_now() + 3600000 * MS);
	}
	run();
	assert_int_equal(again_count, 10);
	close(turn.fd);
}

static void again_for_ever(struct timer *timer, int64_t now)
{
	/* 16 sweeps and the others have still not had their turn? */
	assert_true(++again_count < 16);
	set(timer, -now);
}

static void a_timer_that_is_always_due_does_not_starve_the_others(void **state)
{
	struct timer greedy = { .expired = again_for_ever };
	struct timer modest = { .expired = stop };

	(void)state;
	again_count = 0;
	set(&greedy, 1);
	set(&modest, 2);
	run();
}

static struct timer victim;

static void take_the_next_away(struct timer *timer, int64_t now)
{
	(void)timer;
	set(&victim, draw(2) ? LOOP_NEVER : now + 3600000 * MS);
}

static void a_timer_may_stop_another_that_is_due_as_well(void **state)
{
	struct timer thief = { .expired = take_the_next_away };
	struct timer end = { .expired = stop };

	(void)state;
	for (int i = 0; i < 10; i++) {
		victim = (struct timer){ .expired = expires_too_early };
		set(&thief, 1);
		set(&victim, 2);
		set(&end, 3);
		run();
		set(&victim, LOOP_NEVER);
	}
}

static void more_timers_than_reserved_are_fine_and_so_is_reserving(void **state)
{
	static struct timer many[1000];
	struct timer end = { .expired = stop };

	(void)state;
	again_count = 0;
	for (size_t i = 0; i < 500; i++) {
		many[i] = (struct timer){ .expired = expired_nothing };
		set(&many[i], (int64_t)draw(1000) + 1);
	}
	assert_int_equal(loop_reserve(loop, 2000), 0);
	assert_int_equal(loop_reserve(loop, 1), 0);
	for (size_t i = 500; i < 1000; i++) {
		many[i] = (struct timer){ .expired = expired_nothing };
		set(&many[i], (int64_t)draw(1000) + 1);
	}
	set(&end, 2000);
	run();
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(many[i].slot, 0);
}

/* ---- Descriptors ---- */

/* An eventfd that was written to, and what its ready() has seen. */
struct source {
	struct watch watch; /* first, so that a watch leads to it */
	unsigned calls;
	uint32_t events;
};

static void drain(struct watch *watch, uint32_t events)
{
	struct source *source = (struct source *)watch;
	eventfd_t value;

	source->calls++;
	source->events = events;
	assert_int_equal(eventfd_read(watch->fd, &value), 0);
}

static void source_open(struct source *source)
{
	*source = (struct source){
		.watch = { .fd = eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK),
			   .ready = drain },
	};
	assert_true(source->watch.fd >= 0);
	assert_int_equal(loop_watch(loop, &source->watch, EPOLLIN), 0);
}

static void source_close(struct source *source)
{
	loop_unwatch(loop, &source->watch);
	close(source->watch.fd);
}

static struct source sources[FDS];

static void all_were_heard(struct timer *timer, int64_t now)
{
	unsigned unheard = 0;

	(void)timer;
	(void)now;
	for (size_t i = 0; i < FDS; i++)
		unheard += sources[i].watch.ready && sources[i].calls == 0;
	assert_int_equal(unheard, 0);
	loop_stop(loop);
}

static void hear_before_judging(size_t count)
{
	struct timer overdue = { .expired = all_were_heard };

	for (size_t i = 0; i < FDS; i++)
		sources[i] = (struct source){ 0 };
	for (size_t i = 0; i < count; i++)
		source_open(&sources[i]);
	set(&overdue, loop_now() - 1000 * MS);
	run();
	for (size_t i = 0; i < count; i++)
		source_close(&sources[i]);
}

static void what_is_readable_comes_before_a_deadline_that_has_passed(void **st)
{
	(void)st;
	hear_before_judging(1);
}

static void however_many_are_readable(void **state)
{
	(void)state;
	hear_before_judging(FDS);
}

static struct source latecomer;
static struct timer late;

static void sleep_until(int64_t deadline)
{
	struct timespec when = { .tv_sec = deadline / 1000000,
				 .tv_nsec = deadline % 1000000 * 1000 };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
}

/* Receives for a long time, while an advertisement comes in on another. */
static void hold_up(struct watch *watch, uint32_t events)
{
	struct source *source = (struct source *)watch;

	(void)events;
	if (++source->calls != 2) /* the second time is just before judging */
		return;
	set(&late, loop_now() + 2 * MS);
	assert_int_equal(eventfd_write(latecomer.watch.fd, 1), 0);
	sleep_until(late.deadline + 1 * MS);
	source->watch.ready = drain;
}

static void latecomer_was_heard(struct timer *timer, int64_t now)
{
	assert_true(now >= timer->deadline);
	assert_int_equal(latecomer.calls, 2);
	loop_stop(loop);
}

static void also_what_came_while_others_were_received(void **state)
{
	struct timer overdue = { .expired = expired_nothing };
	struct source slow;

	(void)state;
	late = (struct timer){ .expired = latecomer_was_heard };
	source_open(&latecomer);
	source_open(&slow);
	slow.watch.ready = hold_up;
	set(&overdue, 1);
	run();
	assert_int_equal(late.slot, 0);
	source_close(&slow);
	source_close(&latecomer);
}

static struct source *to_be_unwatched;

static void unwatch_the_other(struct watch *watch, uint32_t events)
{
	drain(watch, events);
	loop_unwatch(loop, &to_be_unwatched->watch);
	close(to_be_unwatched->watch.fd);
	free(to_be_unwatched);
	to_be_unwatched = NULL;
}

static void unwatched_within_the_same_turn_is_not_ready_any_more(void **state)
{
	struct timer end = { .expired = stop };
	struct source one;

	(void)state;
	source_open(&one);
	one.watch.ready = unwatch_the_other;
	to_be_unwatched = malloc(sizeof *to_be_unwatched);
	assert_non_null(to_be_unwatched);
	source_open(to_be_unwatched);
	set(&end, loop_now() + 5 * MS);
	run();
	assert_int_equal(one.calls, 1);
	assert_null(to_be_unwatched);
	source_close(&one);
}

static void unwatch_itself(struct watch *watch, uint32_t events)
{
	(void)events;
	((struct source *)watch)->calls++;
	loop_unwatch(loop, watch);
}

static void unwatched_it_is_not_ready_and_watched_again_it_is(void **state)
{
	struct timer end = { .expired = stop };
	struct source one;

	(void)state;
	source_open(&one);
	one.watch.ready = unwatch_itself; /* and leaves it readable */
	for (unsigned i = 1; i <= 2; i++) {
		set(&end, loop_now() + 5 * MS);
		run();
		assert_int_equal(one.calls, i);
		assert_int_equal(loop_watch(loop, &one.watch, EPOLLIN), 0);
	}
	source_close(&one);
}

static void note_events(struct watch *watch, uint32_t events)
{
	struct source *source = (struct source *)watch;

	source->calls++;
	source->events = events;
	loop_stop(loop);
}

static void watching_again_changes_the_events(void **state)
{
	struct timer end = { .expired = stop };
	struct source one;

	(void)state;
	source_open(&one);
	one.watch.ready = note_events;
	assert_int_equal(loop_watch(loop, &one.watch, 0), 0);
	set(&end, loop_now() + 5 * MS);
	run();
	assert_int_equal(one.calls, 0);
	assert_int_equal(loop_watch(loop, &one.watch, EPOLLIN | EPOLLOUT), 0);
	run();
	assert_int_equal(one.calls, 1);
	assert_int_equal(one.events, EPOLLIN | EPOLLOUT);
	source_close(&one);
}

static void what_cannot_be_watched_is_an_error(void **state)
{
	struct watch none = { .fd = -1, .ready = drain };

	(void)state;
	assert_true(loop_watch(loop, &none, EPOLLIN) < 0);
}

static void drain_and_stop(struct watch *watch, uint32_t events)
{
	drain(watch, events);
	loop_stop(loop);
}

static void stopped_by_a_descriptor_it_runs_again_when_told_to(void **state)
{
	struct source one;

	(void)state;
	source_open(&one);
	one.watch.ready = drain_and_stop;
	run();
	assert_int_equal(one.calls, 1);
	assert_int_equal(eventfd_write(one.watch.fd, 1), 0);
	run();
	assert_int_equal(one.calls, 2);
	source_close(&one);
}

static void the_clock_is_monotonic_and_in_microseconds(void **state)
{
	struct timespec before, after;
	int64_t now;

	(void)state;
	clock_gettime(CLOCK_MONOTONIC, &before);
	now = loop_now();
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(now >= before.tv_sec * 1000000 + before.tv_nsec / 1000);
	assert_true(now <= after.tv_sec * 1000000 + after.tv_nsec / 1000);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(timers_expire_in_the_order_of_their_deadlines),
		TEST(a_timer_never_expires_before_its_deadline),
		TEST(a_deadline_before_the_clock_began_is_one_that_has_passed),
		TEST(a_stopped_timer_does_not_expire_and_may_be_stopped_again),
		TEST(a_timer_that_starts_itself_in_the_past_waits_for_the_next),
		TEST(a_timer_that_is_always_due_does_not_starve_the_others),
		TEST(a_timer_may_stop_another_that_is_due_as_well),
		TEST(more_timers_than_reserved_are_fine_and_so_is_reserving),
		TEST(what_is_readable_comes_before_a_deadline_that_has_passed),
		TEST(however_many_are_readable),
		TEST(also_what_came_while_others_were_received),
		TEST(unwatched_within_the_same_turn_is_not_ready_any_more),
		TEST(unwatched_it_is_not_ready_and_watched_again_it_is),
		TEST(watching_again_changes_the_events),
		TEST(what_cannot_be_watched_is_an_error),
		TEST(stopped_by_a_descriptor_it_runs_again_when_told_to),
		TEST(the_clock_is_monotonic_and_in_microseconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
