/* SPDX-License-Identifier: MIT */
/*
 * When Router Advertisements are sent: what is in them is
 * test_router_advert.c's concern.  The timer is looked at and run by hand, as
 * nobody wants to wait for minutes.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "tests/frames.h"
#include "vrrpd/advertiser.h"
#include "vrrpd/interface.h"
#include "vrrpd/router_advert.h"

#define SEC INT64_C(1000000)

/* From a host without an address yet. */
#define SOLICITATION                                                           \
	"333300000002 020000000001 86dd 60000000 0008 3aff "                   \
	"0000000000000000 0000000000000000 ff02000000000000 0000000000000002 " \
	"8500 7bb8 00000000"

static const uint8_t mac[6] = { 0, 0, 0x5e, 0, 2, 51 };
static const uint8_t other_mac[6] = { 2, 0, 0, 0, 0, 1 };
static const uint8_t source[16] = { 0xfe, 0x80, [15] = 1 };

static struct router_advert advert;
static struct interface interface;
static struct advertiser a;
static unsigned frames; /* sent */
static uint8_t last[ROUTER_ADVERT_MAX];
static int refusal; /* what the kernel says to each frame */

static int port_send(struct port *port, const uint8_t *frame, size_t len)
{
	assert_ptr_equal(port, interface.port);
	assert_int_equal(len, 78);
	memcpy(last, frame, len);
	frames++;
	return refusal;
}

static const struct port_ops port_ops = { .name = "fake", .send = port_send };
static struct port port = { .ops = &port_ops };

static int setup(void **state)
{
	(void)state;
	frames = 0;
	refusal = 0;
	memset(&interface, 0, sizeof interface);
	interface.port = &port;
	advert = (struct router_advert){ .interval = 600 * SEC,
					 .lifetime = 1800 * SEC };
	a = (struct advertiser){ .interface = &interface,
				 .advert = &advert,
				 .source = source,
				 .seed = 9568 };
	return loop_open(&a.loop);
}

static int teardown(void **state)
{
	(void)state;
	loop_close(a.loop);
	return 0;
}

static bool is_stopped(void)
{
	return a.timer.slot == 0;
}

/* The timer expires at its deadline; returns the time to the next one. */
static int64_t expire(void)
{
	int64_t now = a.timer.deadline;
	unsigned before = frames;

	assert_false(is_stopped());
	loop_set(a.loop, &a.timer, LOOP_NEVER);
	a.timer.expired(&a.timer, now);
	assert_int_equal(frames, before + 1);
	assert_false(is_stopped());
	return a.timer.deadline - now;
}

static void solicit(void)
{
	uint8_t frame[80];
	size_t len = unhex(frame, SOLICITATION);

	advertiser_answer(&a, PORT_ROUTER_SOLICIT, frame, len);
}

static void the_first_is_sent_at_once(void **state)
{
	int64_t before = loop_now();

	(void)state;
	advertiser_start(&a, mac);
	assert_true(a.timer.deadline >= before);
	assert_true(a.timer.deadline <= loop_now());
	expire();
	assert_memory_equal(last + 6, mac, 6);
	assert_memory_equal(last + 22, source, 16);
	assert_memory_equal(last + 72, mac, 6);
	assert_int_equal(a.status.sent, 1);
}

static void the_first_intervals_are_short(void **state)
{
	(void)state;
	advertiser_start(&a, mac);
	for (int i = 0; i < 3; i++)
		assert_int_equal(expire(), 16 * SEC);
	assert_true(expire() >= 200 * SEC);
}

static void expect_intervals(int64_t interval, int64_t min)
{
	int64_t shortest = INT64_MAX, longest = 0;

	advert.interval = interval;
	a.initial = 0;
	for (int i = 0; i < 1000; i++) {
		int64_t next = expire();

		shortest = next < shortest ? next : shortest;
		longest = next > longest ? next : longest;
	}
	assert_true(shortest >= min && longest <= interval);
	assert_true(shortest <= min + (interval - min) / 50);
	assert_true(longest >= interval - (interval - min) / 50);
}

static void later_intervals_are_random(void **state)
{
	(void)state;
	advertiser_start(&a, mac);
	expect_intervals(600 * SEC, 200 * SEC);
	expect_intervals(1800 * SEC, 600 * SEC);
	expect_intervals(4 * SEC, 3 * SEC);
}

static void a_second_start_changes_nothing_but_the_mac_address(void **state)
{
	int64_t deadline;

	(void)state;
	advertiser_start(&a, mac);
	expire();
	deadline = a.timer.deadline;
	advertiser_start(&a, other_mac);
	assert_int_equal(a.timer.deadline, deadline);
	expire();
	assert_memory_equal(last + 6, other_mac, 6);
}

static void stopped_it_says_nothing_not_even_goodbye(void **state)
{
	(void)state;
	advertiser_stop(&a);
	advertiser_start(&a, mac);
	expire();
	advertiser_stop(&a);
	assert_true(is_stopped());
	solicit();
	assert_true(is_stopped());
	assert_int_equal(a.status.solicited, 0);
	assert_int_equal(frames, 1);
}

static void started_again_it_keeps_its_distance(void **state)
{
	int64_t sent;

	(void)state;
	advertiser_start(&a, mac);
	sent = a.timer.deadline;
	expire();
	advertiser_stop(&a);
	advertiser_start(&a, mac);
	assert_int_equal(a.timer.deadline, sent + 3 * SEC);
	assert_int_equal(expire(), 16 * SEC);
}

static void who_asks_is_answered_within_half_a_second(void **state)
{
	int64_t before, delay, shortest = INT64_MAX, longest = 0;

	(void)state;
	advertiser_start(&a, mac);
	for (int i = 0; i < 1000; i++) {
		expire();
		a.sent = loop_now() - 4 * SEC;
		a.initial = 0;
		before = loop_now();
		solicit();
		delay = a.timer.deadline - before;
		assert_true(delay >= 0);
		assert_true(a.timer.deadline <= loop_now() + SEC / 2);
		shortest = delay < shortest ? delay : shortest;
		longest = delay > longest ? delay : longest;
	}
	assert_int_equal(a.status.solicited, 1000);
	assert_true(shortest < SEC / 50);
	assert_true(longest > SEC / 2 - SEC / 50);
}

static void all_who_ask_within_three_seconds_get_one_answer(void **state)
{
	int64_t sent, answer;

	(void)state;
	advertiser_start(&a, mac);
	sent = a.timer.deadline;
	expire();
	solicit();
	answer = a.timer.deadline;
	assert_true(answer >= sent + 3 * SEC);
	assert_true(answer <= sent + 3 * SEC + SEC / 2);
	for (int i = 0; i < 10; i++) {
		solicit();
		assert_true(a.timer.deadline <= answer);
		assert_true(a.timer.deadline >= sent + 3 * SEC);
	}
	expire();
	assert_int_equal(frames, 2);
	assert_int_equal(a.status.solicited, 11);
	assert_int_equal(a.status.sent, 2);
}

static void one_that_is_due_is_not_put_off(void **state)
{
	int64_t due;

	(void)state;
	advertiser_start(&a, mac);
	expire();
	due = loop_now();
	loop_set(a.loop, &a.timer, due);
	solicit();
	assert_int_equal(a.timer.deadline, due);
}

static void who_asks_wrongly_is_not_answered(void **state)
{
	uint8_t frame[80];
	size_t len = unhex(frame, SOLICITATION);
	int64_t deadline;

	(void)state;
	advertiser_start(&a, mac);
	expire();
	deadline = a.timer.deadline;
	advertiser_answer(&a, PORT_NEIGHBOR, frame, len);
	frame[21] = 254; /* hop limit: from another network */
	advertiser_answer(&a, PORT_ROUTER_SOLICIT, frame, len);
	assert_int_equal(a.timer.deadline, deadline);
	assert_int_equal(a.status.solicited, 0);
}

static void without_configuration_it_never_starts(void **state)
{
	(void)state;
	assert_int_equal(advertiser_kinds(&a), PORT_ROUTER_SOLICIT);
	a.advert = NULL;
	assert_int_equal(advertiser_kinds(&a), 0);
	advertiser_start(&a, mac);
	assert_true(is_stopped());
	solicit();
	assert_true(is_stopped());
	advertiser_stop(&a);
}

static void what_the_kernel_refuses_is_not_counted(void **state)
{
	(void)state;
	refusal = -ENOBUFS;
	advertiser_start(&a, mac);
	assert_int_equal(expire(), 16 * SEC);
	assert_int_equal(a.status.sent, 0);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_first_is_sent_at_once),
		TEST(the_first_intervals_are_short),
		TEST(later_intervals_are_random),
		TEST(a_second_start_changes_nothing_but_the_mac_address),
		TEST(stopped_it_says_nothing_not_even_goodbye),
		TEST(started_again_it_keeps_its_distance),
		TEST(who_asks_is_answered_within_half_a_second),
		TEST(all_who_ask_within_three_seconds_get_one_answer),
		TEST(one_that_is_due_is_not_put_off),
		TEST(who_asks_wrongly_is_not_answered),
		TEST(without_configuration_it_never_starts),
		TEST(what_the_kernel_refuses_is_not_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
