/* SPDX-License-Identifier: MIT */
/*
 * What is remarked of a host that is late: which deadlines count, and when a
 * transition may be its fault.  Routers of the real core, at 10 ms.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/router.h"
#include "vrrpd/audit.h"
#include "vrrpd/loop.h"
#include "vrrpd/router.h"

#define INTERVAL (10 * MS)

static struct interface interface;
static struct router r;

/* A Backup of priority 100, since `since`. */
static void begin(int64_t since)
{
	interface = (struct interface){ .name = "eth0" };
	r = (struct router){ .title = "lan",
			     .af = AF_INET,
			     .interface = &interface,
			     .heard = since,
			     .vrrp = make(100, true, INTERVAL) };
	happen(&r.vrrp, VRRP_STARTUP, since);
}

/* The same, but Active since `since`. */
static void begin_active(int64_t since)
{
	begin(since - 37 * MS);
	happen(&r.vrrp, VRRP_TIMER, since);
	happen(&r.vrrp, VRRP_CLAIMED, since);
	assert_int_equal(r.vrrp.state, VRRP_ACTIVE);
}

/* As router_event() has it. */
static void step(const struct vrrp_event *ev)
{
	enum vrrp_state before = r.vrrp.state;
	int64_t deadline = r.vrrp.deadline;
	unsigned actions = vrrp_step(&r.vrrp, ev);

	audit_lateness(&r, ev, before, deadline, actions);
	if (r.vrrp.state != before)
		audit_transition(&r, ev, before, deadline);
}

static void expire(int64_t now)
{
	step(&(struct vrrp_event){ .type = VRRP_TIMER, .now = now });
}

static void advert(int64_t now, uint8_t priority)
{
	step(&(struct vrrp_event){ .type = VRRP_ADVERT,
				   .now = now,
				   .advert = { priority, INTERVAL, 1 } });
}

static unsigned adverts(void)
{
	return (unsigned)lateness_count(&interface.lateness.adverts);
}

static unsigned timers(void)
{
	return (unsigned)lateness_count(&interface.lateness.timers);
}

static void a_takeover_counts_for_timer_and_advert(void **state)
{
	int64_t now = loop_now();

	(void)state;
	begin(now - 40 * MS);
	expire(r.vrrp.deadline + 3 * MS);
	assert_int_equal(timers(), 1);
	assert_int_equal(interface.lateness.timers.worst, 3 * MS);
	assert_int_equal(adverts(), 1);
	assert_true(interface.lateness.adverts.worst >= 3 * MS);
	assert_int_equal(r.last.late, 3 * MS);
	assert_false(r.last.slipped);
}

static void a_late_takeover_blames_this_host(void **state)
{
	int64_t now = loop_now(), deadline;

	(void)state;
	begin(now - 100 * MS);
	deadline = r.vrrp.deadline;
	expire(now);
	assert_true(r.last.slipped);
	assert_int_equal(r.last.deadline, deadline);
	assert_true(r.last.late >= now - deadline);
}

static void a_timer_that_is_early_does_not_count(void **state)
{
	(void)state;
	begin(NOW);
	expire(r.vrrp.deadline - 1);
	assert_int_equal(timers() + adverts(), 0);
}

static void what_a_backup_hears_in_time_does_not_count(void **state)
{
	(void)state;
	begin(NOW);
	advert(r.vrrp.deadline - 1, 200);
	assert_int_equal(timers() + adverts(), 0);
	assert_int_equal(r.slip.late, 0);
}

static void what_a_backup_hears_after_its_deadline_counts(void **state)
{
	(void)state;
	begin(NOW);
	advert(r.vrrp.deadline + 7 * MS, 200);
	assert_int_equal(timers(), 1);
	assert_int_equal(interface.lateness.timers.worst, 7 * MS);
	assert_int_equal(r.slip.late, 7 * MS);
	assert_int_equal(r.vrrp.state, VRRP_BACKUP);
}

/* It is not the end of the wait, which the timer will judge. */
static void what_a_backup_discards_does_not_count(void **state)
{
	(void)state;
	begin(NOW);
	advert(r.vrrp.deadline + 7 * MS, 50);
	assert_int_equal(timers(), 0);
}

static void an_advert_counts_when_it_was_sent(void **state)
{
	int64_t now = loop_now();

	(void)state;
	begin_active(now - 12 * MS);
	expire(now);
	assert_int_equal(adverts(), 1);
	assert_true(interface.lateness.adverts.worst >= 2 * MS);
	assert_int_equal(timers(), 0);
}

static void half_an_interval_is_late_and_less_is_not(void **state)
{
	int64_t now = loop_now();

	(void)state;
	begin_active(now - 14 * MS); /* due 4 ms ago */
	expire(now);
	assert_int_equal(adverts(), 1);
	/* Unless this machine has just slept. */
	if (interface.lateness.adverts.worst <= INTERVAL / 2)
		assert_int_equal(interface.lateness.late, 0);
	begin_active(loop_now() - 16 * MS);
	expire(loop_now());
	assert_int_equal(interface.lateness.late, 1);
}

/* The answer to another Active was never due. */
static void a_reply_does_not_count(void **state)
{
	int64_t now = loop_now();

	(void)state;
	begin_active(now - 100 * MS);
	advert(now, 50);
	assert_int_equal(adverts(), 0);
	expire(now);
	assert_int_equal(adverts(), 1);
}

/* Others may have taken over: an operator must find that here, too. */
static void an_active_that_overslept_says_so(void **state)
{
	int64_t now = loop_now();

	(void)state;
	begin_active(now - 30 * MS);
	expire(now);
	assert_int_equal(interface.late_limit.used, 1);
	assert_true(r.slip.late >= 20 * MS);
}

static void an_active_that_yields_late_blames_this_host(void **state)
{
	int64_t now = loop_now();

	(void)state;
	begin_active(now - 100 * MS);
	advert(now, 200);
	assert_int_equal(r.vrrp.state, VRRP_BACKUP);
	assert_true(r.last.slipped);
	assert_true(r.last.late >= 90 * MS);
	assert_int_equal(adverts(), 0);
}

static void an_active_that_yields_in_time_does_not(void **state)
{
	(void)state;
	begin_active(loop_now());
	advert(loop_now(), 200);
	assert_int_equal(r.vrrp.state, VRRP_BACKUP);
	assert_false(r.last.slipped);
	assert_int_equal(r.last.deadline, VRRP_NEVER);
}

/* The other one took over while our advert was late, and is heard after it. */
static void a_slip_is_remembered_for_a_while(void **state)
{
	int64_t now = loop_now();

	(void)state;
	begin_active(now - 60 * MS);
	expire(now);
	advert(now + 5 * MS, 200);
	assert_true(r.last.slipped);
	assert_true(r.last.late >= 50 * MS);

	begin_active(now - 60 * MS);
	expire(now);
	while (r.vrrp.deadline < now + 10 * SEC)
		expire(r.vrrp.deadline);
	advert(r.vrrp.deadline - 1, 200);
	assert_int_equal(r.vrrp.state, VRRP_BACKUP);
	assert_false(r.last.slipped);
}

static void nobody_is_to_blame_for_a_planned_change(void **state)
{
	int64_t now = loop_now();

	(void)state;
	begin_active(now - 100 * MS);
	expire(now);
	step(&(struct vrrp_event){ .type = VRRP_LEAVE, .now = now });
	assert_int_equal(r.vrrp.state, VRRP_LEAVING);
	assert_false(r.last.slipped);
	assert_int_equal(r.last.deadline, VRRP_NEVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_takeover_counts_for_timer_and_advert),
		cmocka_unit_test(a_late_takeover_blames_this_host),
		cmocka_unit_test(a_timer_that_is_early_does_not_count),
		cmocka_unit_test(what_a_backup_hears_in_time_does_not_count),
		cmocka_unit_test(what_a_backup_hears_after_its_deadline_counts),
		cmocka_unit_test(what_a_backup_discards_does_not_count),
		cmocka_unit_test(an_advert_counts_when_it_was_sent),
		cmocka_unit_test(half_an_interval_is_late_and_less_is_not),
		cmocka_unit_test(a_reply_does_not_count),
		cmocka_unit_test(an_active_that_overslept_says_so),
		cmocka_unit_test(an_active_that_yields_late_blames_this_host),
		cmocka_unit_test(an_active_that_yields_in_time_does_not),
		cmocka_unit_test(a_slip_is_remembered_for_a_while),
		cmocka_unit_test(nobody_is_to_blame_for_a_planned_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
