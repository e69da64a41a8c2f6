/* SPDX-License-Identifier: MIT */
/*
 * A gate under everyday conditions: without a virtual MAC, after others have
 * had their hands on it, with as many addresses as VRRP can carry.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/rtnetlink.h>
#include <time.h>

#include "tests/gates.h"

static bool lan_has(const struct address *a)
{
	struct link link = read_link("lan");
	bool has = link.up && link_find_address(&link, a);

	link_clear(&link);
	return has;
}

static void without_a_virtual_mac_the_parent_answers(void **state)
{
	struct gate gates[] = { without_mac(gate4()), without_mac(gate6()) };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct gate *gate = &gates[i];

		create(gate);
		assert_int_equal(gate->ifindex, if_nametoindex("lan"));
		for (int j = 0; j < 4; j++) {
			bool open = j < 2;

			assert_int_equal(open ? gate_open(nl, gate)
					      : gate_close(nl, gate),
					 0);
			for (size_t k = 0; k < gate->count; k++)
				assert_int_equal(lan_has(&gate->addresses[k]),
						 open);
		}
	}
	assert_int_equal(gate_open(nl, &gates[0]), 0);
	assert_int_equal(gate_open(nl, &gates[1]), 0);
	assert_true(has_flag("lan", "fe80::5:1/128", "noprefixroute"));
	assert_true(has_flag("lan", "fe80::5:1/128", "deprecated"));
	assert_true(has_flag("lan", "192.0.2.1/32", "noprefixroute"));
	gate_destroy(nl, &gates[0]);
	gate_destroy(nl, &gates[1]);
	assert_false(lan_has(&addresses4[0]) || lan_has(&addresses6[0]));
	sh("ip addr show lan | grep -q 192.0.2.2/24");
	sh("ip addr show lan | grep -q 2001:db8::2/64");
	sh("ip route show dev lan | grep -q 192.0.2.0/24");
}

/* As the kernel drops an address when it has no memory for its route. */
static void lose_all_while_the_link_comes_up(struct gate *gate)
{
	struct batch part;
	unsigned i = 0;

	assert_int_equal(gate_open(nl, gate), 0);
	sh("ip -6 addr flush dev vip6");
	for (;; i++) {
		const struct nlmsghdr *request;

		part = batch_part(&gate->open, i, 1);
		assert_int_equal(part.count, 1);
		request = (const void *)part.bytes;
		if (request->nlmsg_type == RTM_SETLINK)
			break;
	}
	part = batch_part(&gate->open, i, gate->open.count);
	assert_int_equal(netlink_send(nl, &part, -EEXIST), 0);
}

static void what_goes_when_the_link_comes_up_is_put_back(void **state)
{
	struct gate gate = gate6();

	(void)state;
	for (int owned = 0; owned < 2; owned++) {
		gate.owned = owned;
		create(&gate);
		lose_all_while_the_link_comes_up(&gate);
		assert_true(is_open(&gate));
		gate_destroy(nl, &gate);
	}
}

static void without_a_virtual_mac_only_our_addresses_are_removed(void **state)
{
	struct gate gate = without_mac(gate4());
	bool leftovers = false;

	(void)state;
	sh("ip addr add 192.0.2.1/32 dev lan");
	assert_int_equal(gate_create(nl, &gate, &leftovers), 0);
	assert_true(leftovers);
	assert_false(lan_has(&addresses4[0]));
	sh("ip addr add 192.0.2.11/25 dev lan");
	assert_int_equal(repair(&gate, false), 1);
	assert_false(lan_has(&addresses4[1]));
	sh("ip addr show lan | grep -q 192.0.2.2/24");
	assert_int_equal(gate_open(nl, &gate), 0);
	sh("ip addr del 192.0.2.1/32 dev lan");
	assert_int_equal(repair(&gate, true), 1);
	assert_true(lan_has(&addresses4[0]));
	gate_destroy(nl, &gate);
}

static void the_parents_own_address_outlives_ours(void **state)
{
	struct gate gate = without_mac(gate4());

	(void)state;
	create_and_open(&gate);
	sh("ip addr del 192.0.2.2/24 dev lan");
	sh("ip addr add 192.0.2.2/24 dev lan");
	sh("ip route show dev lan | grep -q 192.0.2.0/24");
	assert_int_equal(gate_close(nl, &gate), 0);
	sh("ip addr show lan | grep -q 192.0.2.2/24");
	gate_destroy(nl, &gate);
}

static void a_check_of_an_open_gate_puts_right(void **state)
{
	static const struct {
		const char *damage4;
		const char *damage6;
		unsigned repaired;
	} cases[] = {
		{ "true", "true", 0 },
		{ "ip addr add 10.9.9.9/32 dev vip4",
		  "ip addr add fd00::9/64 dev vip6 nodad", 0 },
		{ "ip addr del 198.51.100.1/32 dev vip4",
		  "ip addr del 2001:db8::1/64 dev vip6", 1 },
		{ "ip addr flush dev vip4", "ip addr flush dev vip6", 3 },
		{ "ip link set vip4 down", "true", 1 },
		{ "ip link set vip4 address 02:00:00:00:00:01",
		  "ip link set vip6 address 02:00:00:00:00:02", 1 },
		{ "ip link set vip4 type macvlan mode bridge",
		  "ip link set vip6 type macvlan mode bridge", 1 },
		{ "ip link del vip4", "ip link del vip6", 1 },
		/* IPv6 addresses do not outlive the link. */
		{ "true", "ip link set vip6 down && ip link set vip6 up", 3 },
		{ "true", "ip link set vip6 down", 4 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct gate v4 = gate4();
		struct gate v6 = gate6();

		create_and_open(&v4);
		create_and_open(&v6);
		sh("%s", cases[i].damage4);
		sh("%s", cases[i].damage6);
		if (strcmp(cases[i].damage4, "true"))
			assert_int_equal(repair(&v4, true), cases[i].repaired);
		if (strcmp(cases[i].damage6, "true"))
			assert_int_equal(repair(&v6, true), cases[i].repaired);
		assert_int_equal(repair(&v4, true), 0);
		assert_int_equal(repair(&v6, true), 0);
		gate_destroy(nl, &v4);
		gate_destroy(nl, &v6);
	}
}

static void a_check_of_a_closed_gate_puts_right(void **state)
{
	static const struct {
		const char *damage;
		unsigned repaired;
	} cases[] = {
		{ "true", 0 },
		{ "ip link set vip4 up", 1 },
		{ "ip addr add 192.0.2.1/24 dev vip4", 1 },
		{ "ip addr add 10.9.9.9/8 dev vip4 && ip link set vip4 up", 2 },
		{ "ip link del vip4", 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct gate gate = gate4();

		create(&gate);
		sh("%s", cases[i].damage);
		assert_int_equal(repair(&gate, false), cases[i].repaired);
		assert_true(is_down_and_empty("vip4"));
		gate_destroy(nl, &gate);
	}
}

static void a_gate_of_one_address_costs_little_memory(void **state)
{
	struct gate gate = gate6();

	(void)state;
	gate.count = 1;
	create(&gate);
	assert_true(sizeof(gate) + gate.open.len + gate.close.len < 1024);
	gate_destroy(nl, &gate);
}

/* In microseconds. */
static double time_of(int (*run)(struct netlink *, struct gate *),
		      struct gate *gate)
{
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	assert_int_equal(run(nl, gate), 0);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return (double)(end.tv_sec - start.tv_sec) * 1e6 +
	       (double)(end.tv_nsec - start.tv_nsec) / 1e3;
}

static double smaller(double a, double b)
{
	return a < b ? a : b;
}

/* The best of some runs is printed; no limit, as the machine is shared. */
static void measure(const struct gate *wanted, struct address *addresses,
		    size_t count)
{
	struct gate gate = *wanted;
	double best_open = 1e9, best_close = 1e9;

	for (size_t i = 0; i < count; i++) {
		addresses[i] = wanted->addresses[1];
		addresses[i].bytes[gate.family == AF_INET ? 3 : 15] =
			(uint8_t)(i + 1);
	}
	gate.addresses = addresses;
	gate.count = count;
	create(&gate);
	for (int i = 0; i < 5; i++) {
		best_open = smaller(best_open, time_of(gate_open, &gate));
		assert_true(is_open(&gate));
		best_close = smaller(best_close, time_of(gate_close, &gate));
		assert_true(is_down_and_empty(gate.name));
	}
	print_message("# %s, %zu addresses: open %.0f us, close %.0f us\n",
		      gate.family == AF_INET ? "IPv4" : "IPv6", count,
		      best_open, best_close);
	gate_destroy(nl, &gate);
}

static void as_many_addresses_as_vrrp_knows_go_on_at_once(void **state)
{
	static const size_t counts[] = { 1, 100, 255 };
	struct gate gates[] = { gate4(), gate6() };
	struct address addresses[255];

	(void)state;
	for (size_t i = 0; i < 6; i++)
		measure(&gates[i / 3], addresses, counts[i % 3]);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(without_a_virtual_mac_the_parent_answers),
		TEST(what_goes_when_the_link_comes_up_is_put_back),
		TEST(without_a_virtual_mac_only_our_addresses_are_removed),
		TEST(the_parents_own_address_outlives_ours),
		TEST(a_check_of_an_open_gate_puts_right),
		TEST(a_check_of_a_closed_gate_puts_right),
		TEST(a_gate_of_one_address_costs_little_memory),
		TEST(as_many_addresses_as_vrrp_knows_go_on_at_once),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
