/* SPDX-License-Identifier: MIT */
/*
 * A gate that owns its addresses: they are on the parent when it begins, and
 * from then on where the gate has them.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/rtnetlink.h>

#include "tests/gates.h"

#define ANSWER  2000 /* ms: enough for any machine */
#define SILENCE 300

static struct gate owned(struct gate gate)
{
	gate.owned = true;
	return gate;
}

static bool has(const char *name, const char *address)
{
	return succeeds("ip addr show dev %s | grep -qF ' %s '", name, address);
}

/* The parent has had them since boot; its own 192.0.2.2 is gone. */
static int setup_owner(void **state)
{
	setup(state);
	sh("ip addr flush dev lan");
	sh("ip addr add 192.0.2.1/24 brd + dev lan");
	sh("ip addr add 192.0.2.11/24 dev lan");
	sh("ip addr add 198.51.100.1/30 dev lan");
	sh("ip addr add fe80::5:1/64 dev lan nodad");
	sh("ip addr add 2001:db8::1/64 dev lan nodad");
	sh("ip addr add 2001:db8::11/64 dev lan nodad noprefixroute");
	sh("ip route add default via 192.0.2.254");
	return 0;
}

static bool parent_has_all(int family)
{
	return family == AF_INET ? has("lan", "192.0.2.1/24") &&
					   has("lan", "192.0.2.11/24") &&
					   has("lan", "198.51.100.1/30")
				 : has("lan", "fe80::5:1/64") &&
					   has("lan", "2001:db8::1/64") &&
					   has("lan", "2001:db8::11/64");
}

static bool parent_has_none(int family)
{
	return succeeds("test -z \"$(ip -%c addr show dev lan)\"",
			family == AF_INET ? '4' : '6');
}

static void opening_moves_them_and_their_routes(void **state)
{
	struct gate v4 = owned(gate4()), v6 = owned(gate6());

	(void)state;
	create(&v4);
	create(&v6);
	assert_true(parent_has_all(AF_INET) && parent_has_all(AF_INET6));
	assert_int_equal(gate_open(nl, &v4), 0);
	assert_int_equal(gate_open(nl, &v6), 0);
	assert_true(parent_has_none(AF_INET) && parent_has_none(AF_INET6));
	assert_true(is_open(&v4) && is_open(&v6));
	assert_true(has("vip4", "198.51.100.1/30"));
	assert_false(succeeds("ip addr show | grep -qw noprefixroute"));
	assert_false(succeeds("ip addr show | grep -qw deprecated"));
	sh("ip route show 192.0.2.0/24 | grep -q 'dev vip4 .*src 192.0.2.1 '");
	sh("ip -6 route show 2001:db8::/64 | grep -q 'dev vip6'");
	gate_destroy(nl, &v4);
	gate_destroy(nl, &v6);
}

static void only_the_virtual_mac_answers(void **state)
{
	struct gate v4 = owned(gate4()), v6 = owned(gate6());
	const uint8_t *target = addresses6[1].bytes;
	struct link link = read_link("lan");
	int wire = wire_open();

	(void)state;
	create_and_open(&v4);
	create_and_open(&v6);
	confirm(&v6);
	assert_true(wire_arp(wire, 1, mac4, ANSWER));
	assert_true(wire_solicit(wire, target, mac6, ANSWER));
	assert_false(wire_arp(wire, 1, link.mac, SILENCE));
	assert_false(wire_solicit(wire, target, link.mac, SILENCE));
	gate_close(nl, &v4);
	gate_close(nl, &v6);
	assert_false(wire_arp(wire, 1, mac4, SILENCE));
	assert_false(wire_arp(wire, 1, link.mac, SILENCE));
	assert_false(wire_solicit(wire, target, link.mac, SILENCE));
	close(wire);
	link_clear(&link);
	gate_destroy(nl, &v4);
	gate_destroy(nl, &v6);
}

static void closed_they_are_nowhere(void **state)
{
	struct gate gates[] = {
		owned(gate4()),
		owned(gate6()),
		without_mac(owned(gate4())),
		without_mac(owned(gate6())),
	};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct gate *gate = &gates[i];

		create(gate);
		assert_int_equal(gate_close(nl, gate), 0);
		assert_true(parent_has_none(gate->family));
		assert_int_equal(repair(gate, false), 0);
		assert_int_equal(gate_open(nl, gate), 0);
		assert_int_equal(repair(gate, true), 0);
		assert_int_equal(gate_silence(nl, gate), 0);
		assert_int_equal(gate_close(nl, gate), 0);
		assert_true(parent_has_none(gate->family));
		assert_int_equal(gate_give_back(nl, gate), 0);
		gate_destroy(nl, gate);
		assert_true(parent_has_all(gate->family));
	}
}

static void never_opened_a_check_takes_them_off(void **state)
{
	struct gate gate = owned(gate4());

	(void)state;
	create(&gate);
	assert_int_equal(repair(&gate, false), 3);
	assert_true(parent_has_none(AF_INET));
	gate_destroy(nl, &gate);
}

static void what_another_program_puts_back_is_taken_again(void **state)
{
	struct gate v4 = owned(gate4()), v6 = owned(gate6());

	(void)state;
	create_and_open(&v4);
	create_and_open(&v6);
	sh("ip addr add 192.0.2.1/24 dev lan");
	sh("ip addr add 192.0.2.11/28 dev lan");
	sh("ip addr add 192.0.2.200/24 dev lan");
	sh("ip addr add 2001:db8::1/64 dev lan nodad");
	assert_int_equal(repair(&v4, true), 2);
	assert_int_equal(repair(&v6, true), 1);
	assert_true(is_open(&v4) && is_open(&v6));
	assert_true(parent_has_none(AF_INET6));
	assert_true(has("lan", "192.0.2.200/24"));
	assert_false(has("lan", "192.0.2.1/24"));
	gate_destroy(nl, &v4);
	gate_destroy(nl, &v6);
}

static void given_back_they_are_as_they_were_found(void **state)
{
	struct gate v4 = owned(gate4()), v6 = owned(gate6());

	(void)state;
	create_and_open(&v4);
	create_and_open(&v6);
	assert_int_equal(gate_give_back(nl, &v4), 0);
	assert_int_equal(gate_give_back(nl, &v6), 0);
	gate_destroy(nl, &v4);
	gate_destroy(nl, &v6);
	assert_true(parent_has_all(AF_INET) && parent_has_all(AF_INET6));
	sh("ip addr show dev lan | grep -qF '192.0.2.1/24 brd 192.0.2.255 '");
	assert_false(has_flag("lan", "2001:db8::1/64", "noprefixroute"));
	assert_true(has_flag("lan", "2001:db8::11/64", "noprefixroute"));
	sh("ip route show 192.0.2.0/24 | grep -qF 'dev lan'");
}

static void without_a_parent_nothing_is_given_back(void **state)
{
	struct gate gate = owned(gate4());

	(void)state;
	create_and_open(&gate);
	sh("ip link del lan");
	assert_int_equal(gate_give_back(nl, &gate), 0);
	gate_destroy(nl, &gate);
}

/* One that closes has to make do without the route. */
static void without_a_virtual_mac_they_stay_while_open(void **state)
{
	struct gate gate = without_mac(owned(gate4()));

	(void)state;
	create_and_open(&gate);
	assert_true(parent_has_all(AF_INET));
	assert_int_equal(repair(&gate, true), 0);
	sh("ip addr del 192.0.2.11/24 dev lan");
	assert_int_equal(repair(&gate, true), 1);
	assert_int_equal(gate_give_back(nl, &gate), 0);
	gate_destroy(nl, &gate);
	assert_true(parent_has_all(AF_INET));
	sh("ip route show default | grep -q 192.0.2.254");
}

static void
an_address_that_the_parent_has_not_is_its_own_all_the_same(void **st)
{
	struct gate gate = owned(gate4());

	(void)st;
	sh("ip -4 addr flush dev lan");
	create_and_open(&gate);
	assert_true(is_open(&gate));
	assert_true(has("vip4", "198.51.100.1/32"));
	assert_int_equal(gate_give_back(nl, &gate), 0);
	gate_destroy(nl, &gate);
	assert_true(has("lan", "192.0.2.1/24"));
}

/* 192.0.2.11 is secondary to 192.0.2.1, and would go with it. */
static void other_addresses_of_the_parent_stay(void **state)
{
	struct gate gate = owned(gate4());

	(void)state;
	gate.count = 1;
	sh("ip addr show dev lan | grep -F 192.0.2.11/24 | grep -qw secondary");
	create_and_open(&gate);
	assert_true(is_open(&gate));
	assert_true(has("lan", "192.0.2.11/24"));
	sh("ip route show default | grep -q 192.0.2.254");
	gate_destroy(nl, &gate);
}

static void routes_that_prefer_it_as_source_stay(void **state)
{
	struct gate gate = owned(gate4());

	(void)state;
	sh("ip addr add 203.0.113.1/24 dev wire");
	sh("ip route add 10.0.0.0/8 via 203.0.113.2 src 192.0.2.1");
	create_and_open(&gate);
	assert_true(parent_has_none(AF_INET));
	sh("ip route show 10.0.0.0/8 | grep -q 'src 192.0.2.1'");
	gate_destroy(nl, &gate);
}

static void after_a_crash_they_are_taken_from_the_macvlan(void **state)
{
	struct gate crashed = owned(gate4()), fresh = owned(gate4());
	bool leftovers = false;

	(void)state;
	create_and_open(&crashed);
	assert_int_equal(gate_create(nl, &fresh, &leftovers), 0);
	assert_true(leftovers);
	assert_true(is_down_and_empty("vip4"));
	assert_int_equal(gate_open(nl, &fresh), 0);
	assert_true(is_open(&fresh));
	gate_destroy(nl, &crashed);
	gate_destroy(nl, &fresh);
}

static void a_macvlan_that_is_gone_is_made_anew(void **state)
{
	struct gate gate = owned(gate4());

	(void)state;
	create_and_open(&gate);
	sh("ip link del vip4");
	assert_int_equal(repair(&gate, true), 1);
	assert_true(is_open(&gate));
	assert_true(has("vip4", "198.51.100.1/30"));
	sh("ip link del vip4");
	assert_int_equal(gate_open(nl, &gate), 0);
	assert_true(is_open(&gate));
	gate_destroy(nl, &gate);
}

static void a_new_parent_is_looked_at_anew(void **state)
{
	struct gate gate = owned(gate4());
	bool leftovers;

	create_and_open(&gate);
	sh("ip link del lan");
	setup_owner(state);
	sh("ip addr del 198.51.100.1/30 dev lan");
	sh("ip addr add 198.51.100.1/28 dev lan");
	assert_int_equal(gate_create(nl, &gate, &leftovers), 0);
	assert_int_equal(gate_open(nl, &gate), 0);
	assert_true(has("vip4", "198.51.100.1/28"));
	assert_true(parent_has_none(AF_INET));
	gate_destroy(nl, &gate);
	assert_ptr_equal(gate.addresses, addresses4);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup_owner, teardown)
	const struct CMUnitTest tests[] = {
		TEST(opening_moves_them_and_their_routes),
		TEST(only_the_virtual_mac_answers),
		TEST(closed_they_are_nowhere),
		TEST(never_opened_a_check_takes_them_off),
		TEST(what_another_program_puts_back_is_taken_again),
		TEST(given_back_they_are_as_they_were_found),
		TEST(without_a_parent_nothing_is_given_back),
		TEST(without_a_virtual_mac_they_stay_while_open),
		TEST(an_address_that_the_parent_has_not_is_its_own_all_the_same),
		TEST(other_addresses_of_the_parent_stay),
		TEST(routes_that_prefer_it_as_source_stay),
		TEST(after_a_crash_they_are_taken_from_the_macvlan),
		TEST(a_macvlan_that_is_gone_is_made_anew),
		TEST(a_new_parent_is_looked_at_anew),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
