/* SPDX-License-Identifier: MIT */
/*
 * What operators read of a virtual router that changes its state, and of one
 * that does so more often than anybody can read.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "tests/capture.h"
#include "vrrpd/log.h"
#include "vrrpd/router.h"
#include "vrrpd/transition.h"

#define SEC INT64_C(1000000)
#define NOW (1000 * SEC)

/* It has just become Active, as the other one fell silent. */
static struct router active_router(void)
{
	return (struct router){
		.title = "lan",
		.af = AF_INET,
		.vrrp = { .state = VRRP_ACTIVE },
		.last = { .from = VRRP_BACKUP,
			  .reason = VRRP_NO_RESPONSE,
			  .time = NOW,
			  .deadline = NOW - 3000,
			  .late = 3000,
			  .silence = 3600000 },
	};
}

static void begin(void)
{
	assert_int_equal(log_start(LOG_INFO), 0);
	capture_begin();
}

/* How many lines of the log have this text, and how many there are. */
static unsigned lines_with(const char *log, const char *text)
{
	unsigned count = 0;

	for (const char *at = log; (at = strstr(at, text)) != NULL; at++)
		count++;
	return count;
}

static char *end(void)
{
	log_stop();
	return capture_end();
}

static void a_transition_says_what_and_why_and_how_late(void **state)
{
	struct router r = active_router();
	char *log;

	(void)state;
	begin();
	transition_log(&r);
	log = end();
	assert_non_null(strstr(
		log, "lan: Active, was Backup: no advertisement for 3.6 s "
		     "(woke 3.0 ms late)\n"));
	assert_string_equal(r.why, "no advertisement for 3.6 s");
	assert_int_equal(r.counters.new_active_events, 1);
}

static void a_machine_that_is_to_blame_is_blamed(void **state)
{
	struct router r = active_router();
	char *log;

	(void)state;
	r.last.late = 38000;
	r.last.slipped = true;
	begin();
	transition_log(&r);
	log = end();
	assert_non_null(strstr(log,
			       "lan: Active, was Backup: no advertisement for "
			       "3.6 s; this host was 38.0 ms late\n"));
	assert_string_equal(r.why, "no advertisement for 3.6 s; this host was "
				   "38.0 ms late");
}

/* They all wait for the same processor. */
static void an_interface_tells_once_that_it_was_late(void **state)
{
	struct interface interface = { .name = "eth0" };
	struct router r = active_router();
	char *log;

	(void)state;
	r.interface = &interface;
	begin();
	for (int i = 0; i < 5; i++)
		transition_log_late(&r, 1200000);
	log = end();
	assert_int_equal(lines_with(log, "\n"), 1);
	assert_non_null(strstr(log, "lan: advertised 1.2 s late: this host "));
	assert_int_equal(interface.late_limit.held, 4);
}

static void ten_transitions_a_minute_are_told(void **state)
{
	struct router r = active_router();
	char *log;

	(void)state;
	begin();
	for (int i = 0; i < 40; i++) {
		transition_log(&r);
		transition_remind(&r, ++r.last.time);
	}
	log = end();
	assert_int_equal(lines_with(log, "\n"), 10);
	assert_int_equal(r.counters.new_active_events, 10);
}

static void afterwards_it_says_how_many_there_were(void **state)
{
	struct router r = active_router();
	char *log;

	(void)state;
	begin();
	for (int i = 0; i < 40; i++)
		transition_log(&r);
	transition_remind(&r, NOW + 60 * SEC - 1);
	transition_remind(&r, NOW + 60 * SEC);
	transition_remind(&r, NOW + 200 * SEC);
	log = end();
	assert_int_equal(lines_with(log, "\n"), 10 + 2);
	assert_non_null(strstr(log, "lan: 30 lines about it were held back"));
	assert_non_null(strstr(log, "lan: Active now: no advertisement for "));
}

static void the_end_is_always_told(void **state)
{
	struct router r = active_router();
	char *log;

	(void)state;
	begin();
	for (int i = 0; i < 20; i++)
		transition_log(&r);
	r.vrrp.state = VRRP_LEAVING;
	r.last.reason = VRRP_ASKED;
	r.ended = true;
	transition_log(&r);
	log = end();
	assert_int_equal(lines_with(log, "Leaving, was Backup: asked to"), 1);
}

static void a_fault_is_limited_too(void **state)
{
	struct router r = { .title = "lan", .fault = "no carrier" };
	char *log;

	(void)state;
	begin();
	for (int i = 0; i < 20; i++)
		transition_log_fault(&r);
	log = end();
	assert_int_equal(lines_with(log, "lan: waiting in Initialize: no"), 10);
}

int main(void)
{
#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, capture_setup, capture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_transition_says_what_and_why_and_how_late),
		TEST(a_machine_that_is_to_blame_is_blamed),
		TEST(an_interface_tells_once_that_it_was_late),
		TEST(ten_transitions_a_minute_are_told),
		TEST(afterwards_it_says_how_many_there_were),
		TEST(the_end_is_always_told),
		TEST(a_fault_is_limited_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
