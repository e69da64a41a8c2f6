/* SPDX-License-Identifier: MIT */
/*
 * Who has lost frames does not judge at once, but once: of a receiver that
 * says what it has dropped, and virtual routers at 10 ms.  And of many frames
 * that come at the same moment, the others are awaited.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "tests/router.h"
#include "vrrpd/hearing.h"
#include "vrrpd/router.h"

#define INTERVAL (10 * MS)
#define PATIENCE (15 * MS)
#define MOST     256
#define REST     (2 * MS)

static uint64_t has_dropped;
static unsigned asked;

static uint64_t dropped(struct port *port)
{
	(void)port;
	asked++;
	return has_dropped;
}

static const struct port_ops ops = { .name = "fake", .dropped = dropped };
static struct port port = { .ops = &ops };
static struct interface interface;
static struct router r;

static int setup(void **state)
{
	(void)state;
	has_dropped = asked = 0;
	port.ops = &ops;
	interface = (struct interface){ .name = "eth0", .port = &port };
	r = (struct router){ .title = "lan",
			     .interface = &interface,
			     .vrrp = make(100, true, INTERVAL) };
	happen(&r.vrrp, VRRP_STARTUP, NOW);
	if (loop_open(&r.loop) < 0)
		return -1;
	interface.loop = r.loop;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	loop_close(r.loop);
	return 0;
}

/* It overflows, which is seen `now`. */
static void lose(int64_t now)
{
	has_dropped += 7;
	hearing_note(&interface, 100, MOST, now);
}

static void who_has_lost_nothing_judges_at_once(void **state)
{
	(void)state;
	hearing_note(&interface, 100, MOST, r.vrrp.deadline);
	assert_false(hearing_is_doubtful(&r, r.vrrp.deadline));
	assert_int_equal(r.timer.slot, 0);
}

static void few_frames_are_not_worth_a_question(void **state)
{
	(void)state;
	has_dropped = 7;
	hearing_note(&interface, 15, MOST, NOW);
	assert_int_equal(asked, 0);
	hearing_note(&interface, 16, MOST, NOW);
	assert_int_equal(asked, 1);
	assert_int_equal(interface.hearing.lost_at, NOW);
}

static void a_backup_that_has_lost_frames_waits_once(void **state)
{
	int64_t now = r.vrrp.deadline + 20 * MS;

	(void)state;
	lose(now);
	assert_true(hearing_is_doubtful(&r, now));
	assert_int_equal(r.timer.deadline, now + PATIENCE);
	lose(now + PATIENCE);
	assert_false(hearing_is_doubtful(&r, now + PATIENCE));
}

/* The Active was heard meanwhile, and fell silent once more. */
static void another_deadline_is_another_doubt(void **state)
{
	int64_t now = r.vrrp.deadline;

	(void)state;
	lose(now);
	assert_true(hearing_is_doubtful(&r, now));
	hear(&r.vrrp, now + 1, 200, INTERVAL);
	now = r.vrrp.deadline;
	lose(now);
	assert_true(hearing_is_doubtful(&r, now));
}

static void a_turn_that_has_left_frames_is_a_loss(void **state)
{
	int64_t now = r.vrrp.deadline;

	(void)state;
	hearing_note(&interface, MOST, MOST, now);
	assert_true(hearing_is_doubtful(&r, now));
}

static void a_loss_that_is_long_ago_does_not_matter(void **state)
{
	int64_t now = r.vrrp.deadline;

	(void)state;
	lose(now - PATIENCE - 1);
	hearing_note(&interface, 100, MOST, now);
	assert_false(hearing_is_doubtful(&r, now));
}

/* Whoever has resigned, or is to be preempted, was heard. */
static void a_backup_that_knows_what_it_does_judges_at_once(void **state)
{
	int64_t now = NOW + 5 * MS;

	(void)state;
	hear(&r.vrrp, now, 0, INTERVAL);
	lose(r.vrrp.deadline);
	assert_false(hearing_is_doubtful(&r, r.vrrp.deadline));
	hear(&r.vrrp, now, 200, INTERVAL);
	hear(&r.vrrp, now + MS, 50, INTERVAL);
	lose(r.vrrp.deadline);
	assert_false(hearing_is_doubtful(&r, r.vrrp.deadline));
}

static void an_active_waits_if_others_may_have_taken_over(void **state)
{
	int64_t deadline;

	(void)state;
	happen(&r.vrrp, VRRP_TIMER, r.vrrp.deadline);
	happen(&r.vrrp, VRRP_CLAIMED, r.vrrp.deadline);
	assert_int_equal(r.vrrp.state, VRRP_ACTIVE);
	deadline = r.vrrp.deadline;
	lose(deadline + 2 * INTERVAL);
	assert_false(hearing_is_doubtful(&r, deadline + 2 * INTERVAL - 1));
	assert_true(hearing_is_doubtful(&r, deadline + 2 * INTERVAL));
	assert_false(hearing_is_doubtful(&r, deadline + 2 * INTERVAL));
}

/* ---- Of many that advertise at the same moment ---- */

static const struct port_ops patient_ops = {
	.name = "patient",
	.dropped = dropped,
	.patience = REST,
};

/* A turn has read that many. */
static void read_frames(int frames, int64_t now)
{
	hearing_note(&interface, frames, MOST, now);
}

/* Resting for the others, as one came right after the other. */
static void begin_to_rest(void)
{
	port.ops = &patient_ops;
	read_frames(1, NOW);
	assert_false(interface.hearing.rests);
	read_frames(1, NOW + REST - 1);
	assert_true(interface.hearing.rests);
}

static void who_comes_alone_is_not_followed_by_a_rest(void **state)
{
	(void)state;
	port.ops = &patient_ops;
	for (int i = 0; i < 5; i++) {
		read_frames(1, NOW + i * REST);
		assert_false(interface.hearing.rests);
	}
}

static void a_rest_that_brought_others_is_taken_again(void **state)
{
	(void)state;
	begin_to_rest();
	for (int i = 1; i < 5; i++) {
		read_frames(2, NOW + i * INTERVAL);
		assert_false(interface.hearing.rests);
		read_frames(1, NOW + i * INTERVAL + REST);
		assert_true(interface.hearing.rests);
	}
}

static void a_rest_that_brought_nobody_is_the_last(void **state)
{
	(void)state;
	begin_to_rest();
	read_frames(1, NOW + 2 * REST);
	assert_false(interface.hearing.rests);
	read_frames(1, NOW + 3 * REST);
	assert_false(interface.hearing.rests);
	read_frames(1, NOW + 4 * REST - 1);
	assert_true(interface.hearing.rests);
}

/* As after another port has been opened in the middle of a stream. */
static void a_port_that_has_to_be_read_at_once_is(void **state)
{
	(void)state;
	begin_to_rest();
	port.ops = &ops;
	for (int i = 0; i < 5; i++) {
		read_frames(5, NOW + REST + i);
		assert_false(interface.hearing.rests);
	}
}

static void stop(struct timer *timer, int64_t now)
{
	(void)now;
	loop_set(r.loop, timer, LOOP_NEVER);
	loop_stop(r.loop);
}

static void stop_when_readable(struct watch *watch, uint32_t events)
{
	(void)watch;
	(void)events;
	loop_stop(r.loop);
}

/* A frame is there, and is not read before the time is over. */
static void meanwhile_the_loop_does_not_read(void **state)
{
	struct timer first = { .expired = stop };
	struct watch frame = { .fd = eventfd(1, EFD_CLOEXEC),
			       .ready = stop_when_readable };
	int64_t began = loop_now();

	(void)state;
	assert_int_equal(loop_set(r.loop, &first, began), 0);
	assert_int_equal(loop_run(r.loop), 0);
	assert_int_equal(loop_watch(r.loop, &frame, EPOLLIN), 0);
	begin_to_rest();
	assert_int_equal(loop_run(r.loop), 0);
	assert_true(loop_now() - began >= REST);
	close(frame.fd);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(who_has_lost_nothing_judges_at_once),
		TEST(few_frames_are_not_worth_a_question),
		TEST(a_backup_that_has_lost_frames_waits_once),
		TEST(another_deadline_is_another_doubt),
		TEST(a_turn_that_has_left_frames_is_a_loss),
		TEST(a_loss_that_is_long_ago_does_not_matter),
		TEST(a_backup_that_knows_what_it_does_judges_at_once),
		TEST(an_active_waits_if_others_may_have_taken_over),
		TEST(who_comes_alone_is_not_followed_by_a_rest),
		TEST(a_rest_that_brought_others_is_taken_again),
		TEST(a_rest_that_brought_nobody_is_the_last),
		TEST(a_port_that_has_to_be_read_at_once_is),
		TEST(meanwhile_the_loop_does_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
