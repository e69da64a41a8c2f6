/* SPDX-License-Identifier: MIT */
/*
 * The announcer with a port that writes down what it is to send, and when: the
 * content of the frames is test_announce.c's concern, here it is their order.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "vrrpd/announcer.h"
#include "vrrpd/interface.h"

#define MS     INT64_C(1000)
#define SLICE  64
#define FRAMES 4096
#define MANY   200

#define LAST_SLICE (MANY / SLICE * SLICE) /* of a round of MANY begins here */

static const uint8_t mac[6] = { 0, 0, 0x5e, 0, 1, 51 };
static const uint8_t other_mac[6] = { 2, 0, 0, 0, 0, 1 };

/* What was sent. */
static struct sent {
	int64_t time;
	unsigned turn; /* of the loop */
	size_t size;
	uint8_t frame[86];
} sent[FRAMES];

static size_t frames, enough; /* sent, and at how many to stop the loop */
static int refusal;           /* what the kernel says to each frame */

static struct loop *loop;
static struct interface interface;
static struct announcer announcer;
static struct address addresses[MANY];
static struct timer guard, end;
static struct watch turn_watch;
static unsigned turn;

static int port_send(struct port *port, const uint8_t *frame, size_t len)
{
	struct sent *s = &sent[frames];

	assert_ptr_equal(port, interface.port);
	assert_true(frames < FRAMES && len <= sizeof s->frame);
	*s = (struct sent){ .time = loop_now(), .turn = turn, .size = len };
	memcpy(s->frame, frame, len);
	if (++frames == enough)
		loop_stop(loop);
	return refusal;
}

static const struct port_ops port_ops = { .name = "fake", .send = port_send };
static struct port port = { .ops = &port_ops };

/* Once in each turn, as its counter is never read. */
static void turn_ready(struct watch *watch, uint32_t events)
{
	(void)watch;
	(void)events;
	turn++;
}

static void hung(struct timer *timer, int64_t now)
{
	(void)timer;
	(void)now;
	fail_msg("only %zu of %zu frames were sent", frames, enough);
}

static void stop(struct timer *timer, int64_t now)
{
	(void)timer;
	(void)now;
	loop_stop(loop);
}

static int setup(void **state)
{
	(void)state;
	frames = enough = 0;
	refusal = 0;
	turn = 0;
	memset(&interface, 0, sizeof interface);
	interface.port = &port;
	for (unsigned i = 0; i < MANY; i++)
		addresses[i] = (struct address){ AF_INET,
						 24,
						 { 192, 0, 2, (uint8_t)i } };
	if (loop_open(&loop) < 0)
		return -1;
	announcer = (struct announcer){ .loop = loop,
					.interface = &interface,
					.addresses = addresses,
					.count = 3,
					.repeat = 1 };
	guard = (struct timer){ .expired = hung };
	end = (struct timer){ .expired = stop };
	turn_watch = (struct watch){ .fd = eventfd(1, EFD_CLOEXEC),
				     .ready = turn_ready };
	if (loop_watch(loop, &turn_watch, EPOLLIN) < 0)
		return -1;
	return loop_set(loop, &guard, loop_now() + 60000 * MS);
}

static int teardown(void **state)
{
	(void)state;
	close(turn_watch.fd);
	loop_close(loop);
	return 0;
}

/* At least: the loop stops when the timer that has sent them returns. */
static void run_until(size_t count)
{
	enough = count;
	if (frames < enough)
		assert_int_equal(loop_run(loop), 0);
	assert_true(frames >= enough);
	enough = 0;
}

/* Then nothing more is to come. */
static void run_to_the_end(size_t count)
{
	run_until(count);
	assert_int_equal(frames, count);
	assert_int_equal(announcer.timer.slot, 0);
}

static void run_for(int64_t time)
{
	assert_int_equal(loop_set(loop, &end, loop_now() + time), 0);
	assert_int_equal(loop_run(loop), 0);
}

/* Frame `number` announces the IPv4 address 192.0.2.`last`. */
static void expect_arp(size_t number, unsigned last, const uint8_t from[6])
{
	const struct sent *s = &sent[number];

	assert_true(number < frames);
	assert_int_equal(s->size, 42);
	assert_memory_equal(s->frame + 6, from, 6);
	assert_memory_equal(s->frame + 22, from, 6);
	assert_memory_equal(s->frame + 28,
			    ((uint8_t[]){ 192, 0, 2, (uint8_t)last }), 4);
}

static void a_round_has_each_address_once_and_in_order(void **state)
{
	(void)state;
	announcer_start(&announcer, mac);
	run_to_the_end(3);
	for (unsigned i = 0; i < 3; i++)
		expect_arp(i, i, mac);
}

static void ipv6_addresses_are_announced_from_the_first_of_them(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 3; i++)
		addresses[i] = (struct address){
			AF_INET6,
			64,
			{ i ? 0x20 : 0xfe, i ? 0x01 : 0x80, [15] = (uint8_t)i },
		};
	announcer_start(&announcer, mac);
	run_until(3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(sent[i].size, 86);
		assert_memory_equal(sent[i].frame + 6, mac, 6);
		assert_memory_equal(sent[i].frame + 22, addresses[0].bytes, 16);
		assert_memory_equal(sent[i].frame + 62, addresses[i].bytes, 16);
	}
}

/* Round `number`, of three addresses, is whole. */
static void expect_round(int number)
{
	for (int i = 0; i < 3; i++)
		expect_arp((size_t)(3 * number + i), (unsigned)i, mac);
}

static void rounds_keep_their_distance_and_have_an_end(void **state)
{
	int64_t start = loop_now();

	(void)state;
	announcer.repeat = 4;
	announcer.interval = 10 * MS;
	announcer_start(&announcer, mac);
	run_to_the_end(12);
	for (int i = 0; i < 4; i++) {
		expect_round(i);
		assert_true(sent[3 * i].time >= start + i * 10 * MS);
	}
	run_for(30 * MS);
	assert_int_equal(frames, 12);
}

static void later_rounds_come_now_and_then_until_stopped(void **state)
{
	int64_t start = loop_now();

	(void)state;
	announcer.repeat = 2;
	announcer.interval = 1 * MS;
	announcer.refresh = 15 * MS;
	announcer_start(&announcer, mac);
	run_until(18);
	expect_round(0);
	for (int i = 1; i < 6; i++) {
		expect_round(i);
		assert_true(sent[3 * i].time >=
			    start + 1 * MS + (i - 1) * 15 * MS);
	}
	announcer_stop(&announcer);
	run_for(50 * MS);
	assert_int_equal(frames, 18);
}

static void one_turn_of_the_loop_sends_64_frames_at_most(void **state)
{
	unsigned in_turn = 0;

	(void)state;
	announcer.count = MANY;
	announcer.repeat = 3;
	announcer_start(&announcer, mac);
	assert_true(frames <= SLICE);
	run_until(3 * MANY);
	for (unsigned i = 0; i < 3 * MANY; i++) {
		expect_arp(i, i % MANY, mac);
		in_turn =
			i && sent[i].turn == sent[i - 1].turn ? in_turn + 1 : 1;
		assert_true(in_turn <= SLICE);
	}
}

static void the_distance_counts_between_whole_rounds(void **state)
{
	(void)state;
	announcer.count = MANY;
	announcer.repeat = 2;
	announcer.interval = 10 * MS;
	announcer_start(&announcer, mac);
	run_to_the_end(2 * MANY);
	assert_true(sent[MANY].time - sent[LAST_SLICE - 1].time >= 10 * MS);
}

static void stopped_within_a_round_it_begins_anew_when_started(void **state)
{
	(void)state;
	announcer.count = MANY;
	announcer.repeat = 2;
	announcer_start(&announcer, mac);
	announcer_stop(&announcer);
	announcer_stop(&announcer);
	run_for(5 * MS);
	assert_in_range(frames, 0, SLICE);
	frames = 0;
	announcer_start(&announcer, other_mac);
	run_to_the_end(2 * MANY);
	for (unsigned i = 0; i < 2 * MANY; i++)
		expect_arp(i, i % MANY, other_mac);
}

static void started_while_it_runs_it_begins_anew(void **state)
{
	(void)state;
	announcer.count = MANY;
	announcer.repeat = 2;
	announcer_start(&announcer, mac);
	run_until(MANY + 1);
	frames = 0;
	announcer_start(&announcer, other_mac);
	run_to_the_end(2 * MANY);
	for (unsigned i = 0; i < 2 * MANY; i++)
		expect_arp(i, i % MANY, other_mac);
}

static void what_the_kernel_refuses_is_not_sent_again(void **state)
{
	(void)state;
	refusal = -ENOBUFS;
	announcer.repeat = 2;
	announcer.interval = 1 * MS;
	announcer_start(&announcer, mac);
	run_to_the_end(6);
	expect_round(0);
	expect_round(1);
}

static void a_round_without_a_port_is_lost_and_the_next_one_is_not(void **state)
{
	(void)state;
	interface.port = NULL;
	announcer.refresh = 5 * MS;
	announcer_start(&announcer, mac);
	run_for(1 * MS);
	assert_int_equal(frames, 0);
	interface.port = &port;
	run_until(3);
	expect_round(0);
	announcer_stop(&announcer);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_round_has_each_address_once_and_in_order),
		TEST(ipv6_addresses_are_announced_from_the_first_of_them),
		TEST(rounds_keep_their_distance_and_have_an_end),
		TEST(later_rounds_come_now_and_then_until_stopped),
		TEST(one_turn_of_the_loop_sends_64_frames_at_most),
		TEST(the_distance_counts_between_whole_rounds),
		TEST(stopped_within_a_round_it_begins_anew_when_started),
		TEST(started_while_it_runs_it_begins_anew),
		TEST(what_the_kernel_refuses_is_not_sent_again),
		TEST(a_round_without_a_port_is_lost_and_the_next_one_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
