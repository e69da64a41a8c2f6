/* SPDX-License-Identifier: MIT */
/*
 * Fenced gates against the kernel: what passes while the time lies ahead, and
 * that nothing does after it, whoever is left.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/gates.h"
#include "vrrpd/fence.h"
#include "vrrpd/loop.h"

#define SILENCE 300      /* ms: what would answer has done so by then */
#define REPORTS 1500     /* ms: MLD reports are delayed by up to a second */
#define ANSWER  2000     /* ms: enough for any machine */
#define LONG    60000000 /* us: no test takes as long */
#define SHORT   200000   /* us */
#define HANDLE  0x56520433u

static struct fence *fence;

static struct gate fenced(struct gate gate)
{
	struct fence_programs programs =
		gate.name[0] ? fence_link_programs(fence)
			     : fence_address_programs(fence);

	gate.fence.in = programs.in;
	gate.fence.out = programs.out;
	gate.fence.class = fence_take(fence);
	gate.fence.handle = HANDLE;
	assert_true(gate.fence.class > 0);
	if (!gate.name[0])
		assert_int_equal(fence_readdress(fence, gate.fence.class, NULL,
						 0, gate.addresses, gate.count),
				 0);
	return gate;
}

static void end(struct gate *gate)
{
	gate_destroy(nl, gate);
	fence_drop(fence, gate->fence.class);
}

static void open_for(const struct gate *gate, int64_t time)
{
	fence_open_until(fence, gate->fence.class, loop_now() + time);
}

static bool answers(const struct gate *gate, int wire, const uint8_t mac[6],
		    int ms)
{
	if (gate->family == AF_INET)
		return wire_arp(wire, 1, mac, ms);
	return wire_solicit(wire, gate->addresses[1].bytes, mac, ms);
}

static void a_closed_gate_is_up_and_silent(void **state)
{
	struct gate gates[] = { fenced(gate4()), fenced(gate6()) };
	const uint8_t *const macs[] = { mac4, mac6 };
	int wire = wire_open();

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct link link;

		create(&gates[i]);
		assert_true(gates[i].fenced);
		assert_int_equal(gates[i].fence_error, 0);
		link = read_link(gates[i].name);
		assert_true(link.up);
		assert_int_equal(link.count, 0);
		link_clear(&link);
		assert_int_equal(repair(&gates[i], false), 0);
		sh("ip link set %s down", gates[i].name);
		sh("ip link set %s up", gates[i].name);
	}
	assert_int_equal(wire_count(wire, macs[0], REPORTS), 0);
	assert_int_equal(wire_count(wire, macs[1], REPORTS), 0);
	end(&gates[0]);
	end(&gates[1]);
	close(wire);
}

/* Fenced all the same. */
static void one_of_many_is_down_while_it_is_closed(void **state)
{
	struct gate gate = fenced(gate4());

	(void)state;
	gate.crowded = true;
	create(&gate);
	assert_true(gate.fenced);
	for (int i = 0; i < 3; i++) {
		bool open = i % 2;
		struct link link;

		if (i > 0)
			assert_int_equal(open ? gate_open(nl, &gate)
					      : gate_close(nl, &gate),
					 0);
		link = read_link(gate.name);
		assert_int_equal(link.up, open);
		link_clear(&link);
		assert_int_equal(repair(&gate, open), 0);
	}
	end(&gate);
}

static void it_answers_while_the_time_lies_ahead(void **state)
{
	struct gate gates[] = { fenced(gate4()), fenced(gate6()) };
	const uint8_t *const macs[] = { mac4, mac6 };
	int wire = wire_open();

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct gate *gate = &gates[i];

		create_and_open(gate);
		confirm(gate);
		assert_false(fence_is_open(fence, gate->fence.class));
		assert_false(answers(gate, wire, macs[i], SILENCE));
		open_for(gate, LONG);
		assert_true(fence_is_open(fence, gate->fence.class));
		assert_true(answers(gate, wire, macs[i], ANSWER));
		fence_shut(fence, gate->fence.class);
		assert_false(answers(gate, wire, macs[i], SILENCE));
		open_for(gate, -1);
		assert_false(answers(gate, wire, macs[i], SILENCE));
		end(gate);
	}
	close(wire);
}

static void nobody_is_needed_for_it_to_end(void **state)
{
	struct gate gate = fenced(gate4());
	int wire = wire_open();

	(void)state;
	create_and_open(&gate);
	open_for(&gate, LONG);
	assert_true(answers(&gate, wire, mac4, ANSWER));
	open_for(&gate, SHORT);
	usleep(SHORT);
	assert_false(fence_is_open(fence, gate.fence.class));
	assert_false(answers(&gate, wire, mac4, SILENCE));
	end(&gate);
	close(wire);
}

/* Killed: nobody has the programs or their table any more. */
static void it_outlives_who_raised_it(void **state)
{
	struct fence *own = fence, *other;
	struct gate gate;
	char error[128];
	int wire = wire_open();

	(void)state;
	assert_int_equal(fence_open(&other, error, sizeof(error)), 0);
	fence = other;
	gate = fenced(gate4());
	create_and_open(&gate);
	open_for(&gate, SHORT);
	fence_close(other);
	fence = own;
	usleep(SHORT);
	assert_false(answers(&gate, wire, mac4, SILENCE));
	gate_destroy(nl, &gate);
	close(wire);
}

/* What another agent opens by the same tables, is open; nothing is put on. */
static void another_goes_on_with_it(void **state)
{
	const struct fence_tables tables = fence_tables(fence);
	struct fence *heir;
	struct gate gate = fenced(gate4());
	char error[128];
	int wire = wire_open();

	(void)state;
	assert_int_equal(fence_inherit(&heir, &tables, error, sizeof(error)),
			 0);
	create_and_open(&gate);
	assert_false(fence_take_over(fence, gate.fence.class));
	assert_true(fence_take_over(heir, gate.fence.class));
	assert_int_not_equal(fence_take(heir), gate.fence.class);
	fence_open_until(heir, gate.fence.class, loop_now() + LONG);
	assert_true(fence_is_open(fence, gate.fence.class));
	assert_true(answers(&gate, wire, mac4, ANSWER));
	fence_shut(heir, gate.fence.class);
	assert_false(answers(&gate, wire, mac4, SILENCE));
	fence_close(heir);
	end(&gate);
	close(wire);
}

static void closing_waits_for_nothing_and_reports_nothing(void **state)
{
	struct gate gate = fenced(gate6());
	int wire = wire_open();

	(void)state;
	create_and_open(&gate);
	open_for(&gate, LONG);
	fence_shut(fence, gate.fence.class);
	wire_count(wire, mac6, 0);
	assert_int_equal(gate_silence(nl, &gate), 0);
	assert_int_equal(gate_close(nl, &gate), 0);
	sh("ip link show %s | grep -qw UP", gate.name);
	sh("! ip addr show %s | grep -qw inet6", gate.name);
	assert_int_equal(wire_count(wire, mac6, REPORTS), 0);
	end(&gate);
	close(wire);
}

static void a_check_puts_it_back(void **state)
{
	struct gate gate = fenced(gate4());
	int wire = wire_open();

	(void)state;
	create_and_open(&gate);
	open_for(&gate, LONG);
	assert_int_equal(repair(&gate, true), 0);
	sh("tc qdisc del dev %s clsact", gate.name);
	assert_int_equal(repair(&gate, true), 2);
	fence_shut(fence, gate.fence.class);
	assert_false(answers(&gate, wire, mac4, SILENCE));
	assert_int_equal(gate_close(nl, &gate), 0);
	sh("ip link set %s down", gate.name);
	assert_int_equal(repair(&gate, false), 1);
	sh("ip link show %s | grep -qw UP", gate.name);
	end(&gate);
	close(wire);
}

/* What a killed agent has left behind is fenced by its successor's. */
static void leftovers_get_another_fence(void **state)
{
	struct gate crashed = fenced(gate4()), fresh = fenced(gate4());
	bool leftovers = false;
	int wire = wire_open();

	(void)state;
	create_and_open(&crashed);
	open_for(&crashed, LONG);
	assert_int_equal(gate_create(nl, &fresh, &leftovers), 0);
	assert_true(leftovers);
	assert_int_equal(fresh.ifindex, crashed.ifindex);
	assert_int_equal(gate_open(nl, &fresh), 0);
	assert_false(answers(&fresh, wire, mac4, SILENCE));
	open_for(&fresh, LONG);
	assert_true(answers(&fresh, wire, mac4, ANSWER));
	end(&crashed);
	end(&fresh);
	close(wire);
}

/* Each of them costs time in proportion to the others, on a link that is up. */
static bool is_up_and_empty(const char *name)
{
	struct link link = read_link(name);
	bool is = link.up && link.count == 0;

	link_clear(&link);
	return is;
}

static void with_many_ipv6_addresses_it_is_up_as_well(void **state)
{
	struct address many[100];
	struct gate gate = gate6();
	int wire = wire_open();

	(void)state;
	for (int i = 0; i < 100; i++) {
		many[i] = addresses6[1];
		many[i].bytes[15] = (uint8_t)(i + 1);
	}
	gate.addresses = many;
	gate.count = 100;
	gate = fenced(gate);
	create(&gate);
	assert_true(gate.fenced);
	assert_true(is_up_and_empty(gate.name));
	assert_int_equal(gate_open(nl, &gate), 0);
	confirm(&gate);
	assert_false(answers(&gate, wire, mac6, SILENCE));
	open_for(&gate, LONG);
	assert_true(answers(&gate, wire, mac6, ANSWER));
	fence_shut(fence, gate.fence.class);
	assert_int_equal(gate_close(nl, &gate), 0);
	assert_true(is_up_and_empty(gate.name));
	end(&gate);
	close(wire);
}

/* A packet that is to be forwarded, to the virtual MAC. */
static const uint8_t through[] = {
	0,    0, 0x5e, 0,  1,   51, 2,   0, 0,  0,  0,    99,
	8,    0,                                                /* Ethernet */
	0x45, 0, 0,    28, 0,   0,  0,   0, 64, 17, 0x8e, 0x33, /* IPv4 */
	192,  0, 2,    99, 198, 51, 100, 7,                     /* from, to */
	0,    9, 0,    9,  0,   8,  0,   0,                     /* UDP */
};

static const uint8_t next_hop[6] = { 2, 0, 0, 0, 0, 0x98 };

static bool forwards(int wire, int ms)
{
	struct pollfd pollfd = { .fd = wire, .events = POLLIN };
	uint8_t frame[2048];

	assert_int_equal(send(wire, through, sizeof(through), 0),
			 sizeof(through));
	while (poll(&pollfd, 1, ms) == 1)
		if (recv(wire, frame, sizeof(frame), 0) > 14 &&
		    !memcmp(frame, next_hop, 6))
			return true;
	return false;
}

/* Nothing is waited for but the store, whatever the host filters. */
static void it_forwards_before_there_is_an_address(void **state)
{
	int wire = wire_open();

	(void)state;
	sh("sysctl -qw net.ipv4.ip_forward=1");
	sh("ip route add 198.51.100.0/24 via 192.0.2.98");
	sh("ip neigh add 192.0.2.98 lladdr 02:00:00:00:00:98 dev lan");
	for (int strict = 0; strict < 3; strict++) {
		struct gate gate = fenced(gate4());

		sh("sysctl -qw net.ipv4.conf.all.rp_filter=%d", strict);
		create(&gate);
		assert_false(forwards(wire, SILENCE));
		open_for(&gate, LONG);
		assert_true(forwards(wire, ANSWER));
		fence_shut(fence, gate.fence.class);
		assert_false(forwards(wire, SILENCE));
		assert_int_equal(repair(&gate, false), 0);
		end(&gate);
	}
	sh("sysctl -qw net.ipv4.conf.all.rp_filter=0");
	close(wire);
}

static void get_mac(uint8_t mac[6])
{
	struct link link = read_link("lan");

	memcpy(mac, link.mac, 6);
	link_clear(&link);
}

/* Without a virtual MAC the interface goes on for all but the addresses. */
static void on_a_parent_only_the_addresses_are_fenced(void **state)
{
	struct gate gates[] = { fenced(without_mac(gate4())),
				fenced(without_mac(gate6())) };
	static const uint8_t own[16] = { 0x20, 1, 0xd, 0xb8, [15] = 2 };
	int wire = wire_open();
	uint8_t mac[6];

	(void)state;
	get_mac(mac);
	for (int i = 0; i < 2; i++) {
		struct gate *gate = &gates[i];

		create_and_open(gate);
		assert_true(gate->fenced);
		confirm(gate);
		open_for(gate, LONG);
		assert_true(answers(gate, wire, mac, ANSWER));
		fence_shut(fence, gate->fence.class);
		assert_false(answers(gate, wire, mac, SILENCE));
		assert_true(i == 0 ? wire_arp(wire, 2, mac, ANSWER)
				   : wire_solicit(wire, own, mac, ANSWER));
		end(gate);
		sh("! tc filter show dev lan ingress | grep -q vrrpd");
	}
	close(wire);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_closed_gate_is_up_and_silent),
		TEST(one_of_many_is_down_while_it_is_closed),
		TEST(it_answers_while_the_time_lies_ahead),
		TEST(nobody_is_needed_for_it_to_end),
		TEST(it_outlives_who_raised_it),
		TEST(another_goes_on_with_it),
		TEST(closing_waits_for_nothing_and_reports_nothing),
		TEST(a_check_puts_it_back),
		TEST(leftovers_get_another_fence),
		TEST(with_many_ipv6_addresses_it_is_up_as_well),
		TEST(it_forwards_before_there_is_an_address),
		TEST(on_a_parent_only_the_addresses_are_fenced),
	};

	char error[128];
	int err = fence_open(&fence, error, sizeof(error));

	if (err == -EPERM) {
		puts("1..0 # SKIP no BPF programs may be loaded here");
		return 0;
	}
	if (!err)
		err = cmocka_run_group_tests(tests, setup_all, teardown_all);
	else
		fprintf(stderr, "%s\n", error);
	fence_close(fence);
	return err;
}
