/* SPDX-License-Identifier: MIT */
/*
 * Who has lost frames does not judge at once, but once: of a receiver that
 * says what it has dropped, and virtual routers at 10 ms.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/router.h"
#include "vrrpd/hearing.h"
#include "vrrpd/router.h"

#define INTERVAL (10 * MS)
#define PATIENCE (15 * MS)
#define MOST     256

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
	interface = (struct interface){ .name = "eth0", .port = &port };
	r = (struct router){ .title = "lan",
			     .interface = &interface,
			     .vrrp = make(100, true, INTERVAL) };
	happen(&r.vrrp, VRRP_STARTUP, NOW);
	return loop_open(&r.loop);
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
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
