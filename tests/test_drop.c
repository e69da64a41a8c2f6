/* SPDX-License-Identifier: MIT */
/*
 * A gate whose host is to accept nothing, against the kernel: routes in the
 * place of addresses, the groups, and what becomes of both when others meddle
 * or an agent was killed.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/gates.h"

#define METRIC 0x233

static struct gate dropping(struct gate gate)
{
	gate.drop.metric = METRIC;
	return gate;
}

static bool has_route(const char *address, unsigned metric)
{
	return succeeds("ip %s route show type blackhole proto 112 |"
			"grep -q '^blackhole %s .*metric %u'",
			strchr(address, ':') ? "-6" : "-4", address, metric);
}

static bool has_any_route(void)
{
	return succeeds("{ ip route show proto 112; ip -6 route show proto 112;"
			"} | grep -q .");
}

static bool is_member(const char *dev)
{
	return succeeds("ip maddr show dev %s | grep -q ff02::1:ff05:1", dev);
}

static void open_it_has_routes_and_no_address(void **state)
{
	struct gate gate = dropping(gate4());

	(void)state;
	create(&gate);
	assert_false(has_any_route());
	assert_int_equal(gate_open(nl, &gate), 0);
	assert_int_equal(gate_open(nl, &gate), 0);
	assert_true(has_route("192.0.2.1", METRIC));
	assert_true(has_route("192.0.2.11", METRIC));
	assert_true(has_route("198.51.100.1", METRIC));
	sh("ip -o link show vip4 | grep -q ,UP");
	sh("! ip -o addr show vip4 | grep -v 127.0.0.112/32 | grep -q .");
	assert_int_equal(gate_confirm(nl, &gate), 0);
	assert_int_equal(gate_silence(nl, &gate), 0);
	assert_false(has_any_route());
	assert_int_equal(gate_close(nl, &gate), 0);
	assert_true(is_down_and_empty("vip4"));
	gate_destroy(nl, &gate);
}

static void in_ipv6_it_is_in_the_groups(void **state)
{
	struct gate gate = dropping(gate6());

	(void)state;
	create(&gate);
	assert_false(is_member("vip6"));
	assert_int_equal(gate_open(nl, &gate), 0);
	assert_int_equal(gate_open(nl, &gate), 0);
	assert_int_equal(gate_confirm(nl, &gate), 0);
	assert_true(is_member("vip6"));
	sh("ip maddr show dev vip6 | grep -q ff02::1:ff00:11");
	sh("! ip -o addr show vip6 | grep -q .");
	assert_true(has_route("2001:db8::1", METRIC));
	assert_false(has_route("fe80::5:1", METRIC));
	assert_int_equal(gate_silence(nl, &gate), 0);
	assert_false(has_any_route());
	assert_int_equal(gate_close(nl, &gate), 0);
	assert_false(is_member("vip6"));
	assert_true(is_down_and_empty("vip6"));
	gate_destroy(nl, &gate);
}

static void another_list_moves_the_difference_only(void **state)
{
	static const struct address other[] = {
		{ AF_INET, 24, { 192, 0, 2, 11 } },
		{ AF_INET, 24, { 192, 0, 2, 21 } },
	};
	struct gate gate = dropping(gate4());

	(void)state;
	create_and_open(&gate);
	/* What stays is not made anew: its mark stays, too. */
	sh("ip route change blackhole 192.0.2.11 proto 112 metric %u realm 7",
	   METRIC);
	assert_int_equal(gate_readdress(nl, &gate, other, 2, true), 0);
	assert_false(has_route("192.0.2.1", METRIC));
	assert_false(has_route("198.51.100.1", METRIC));
	sh("ip route show 192.0.2.11 | grep -q 'realm 7'");
	assert_true(has_route("192.0.2.21", METRIC));
	assert_int_equal(gate_close(nl, &gate), 0);
	assert_false(has_any_route());
	assert_int_equal(gate_readdress(nl, &gate, other, 1, false), 0);
	assert_false(has_any_route());
	gate_destroy(nl, &gate);
}

static void without_virtual_mac_the_parent_has_them(void **state)
{
	struct gate gate = without_mac(dropping(gate6()));

	(void)state;
	create_and_open(&gate);
	assert_true(is_member("lan"));
	assert_true(has_route("2001:db8::1", METRIC));
	gate_destroy(nl, &gate);
	assert_false(is_member("lan"));
	assert_false(has_any_route());
}

static void destroying_takes_all_away(void **state)
{
	struct gate gate = dropping(gate4());

	(void)state;
	create_and_open(&gate);
	gate_destroy(nl, &gate);
	assert_false(has_any_route());
	assert_false(succeeds("ip link show vip4 2>/dev/null"));
}

static void what_others_take_is_put_back(void **state)
{
	struct gate v4 = dropping(gate4());
	struct gate v6 = dropping(gate6());

	(void)state;
	create_and_open(&v4);
	create_and_open(&v6);
	sh("ip route del blackhole 192.0.2.1 proto 112");
	assert_int_equal(repair(&v4, true), 1);
	assert_true(has_route("192.0.2.1", METRIC));
	sh("ip addr flush dev vip4");
	assert_int_equal(repair(&v4, true), 1);
	sh("ip link del vip6");
	assert_int_equal(repair(&v6, true), 1);
	assert_true(is_member("vip6"));
	gate_destroy(nl, &v4);
	gate_destroy(nl, &v6);
}

static void what_others_bring_is_taken(void **state)
{
	struct gate gate = dropping(gate4());

	(void)state;
	create(&gate);
	sh("ip route add blackhole 192.0.2.1 proto 112 metric %u", METRIC);
	assert_int_equal(repair(&gate, false), 1);
	assert_false(has_any_route());
	gate_destroy(nl, &gate);
}

static void routes_of_others_stay(void **state)
{
	struct gate gate = dropping(gate4());

	(void)state;
	sh("ip route add blackhole 192.0.2.1 proto 112 metric 1");
	sh("ip route add blackhole 192.0.2.1 proto static metric 2");
	create_and_open(&gate);
	assert_true(has_route("192.0.2.1", METRIC));
	gate_destroy(nl, &gate);
	assert_true(has_route("192.0.2.1", 1));
	sh("ip route del blackhole 192.0.2.1 proto static");
	sh("ip route del blackhole 192.0.2.1 proto 112");
}

static void a_parent_that_is_gone_leaves_no_route(void **state)
{
	struct gate gate = dropping(gate4());

	(void)state;
	create_and_open(&gate);
	remove_cable();
	assert_int_equal(gate_silence(nl, &gate), 0);
	assert_int_equal(gate_close(nl, &gate), 0);
	assert_false(has_any_route());
	gate_destroy(nl, &gate);
}

static bool has_odd_metric(uint8_t family, uint32_t metric)
{
	return metric % 2 == 1 && (family == AF_INET || family == AF_INET6);
}

static void a_sweep_takes_orphans_only(void **state)
{
	unsigned removed;

	(void)state;
	sh("ip route add blackhole 192.0.2.1 proto 112 metric 1");
	sh("ip route add blackhole 192.0.2.1 proto 112 metric 2");
	sh("ip route add blackhole 192.0.2.3 proto 111 metric 3");
	sh("ip route add unreachable 192.0.2.4 proto 112 metric 5");
	sh("ip route add blackhole 198.51.100.0/24 proto 112 metric 7");
	sh("ip -6 route add blackhole 2001:db8::1 proto 112 metric 9");
	assert_int_equal(drop_sweep(nl, has_odd_metric, &removed), 0);
	assert_int_equal(removed, 2);
	assert_false(has_route("192.0.2.1", 1));
	assert_true(has_route("192.0.2.1", 2));
	sh("ip route show 192.0.2.3 | grep -q 'metric 3'");
	sh("ip route show 192.0.2.4 | grep -q 'metric 5'");
	sh("ip route show 198.51.100.0/24 | grep -q 'metric 7'");
	assert_false(has_route("2001:db8::1", 9));
	sh("ip route flush proto 112; ip route flush proto 111");
	assert_int_equal(drop_sweep(nl, has_odd_metric, &removed), 0);
	assert_int_equal(removed, 0);
}

/* Of its own network namespace, which has never had a route. */
static int sweep_where_nothing_is(void)
{
	unsigned removed = 1;
	struct netlink *own;

	return unshare(CLONE_NEWNET) < 0 || netlink_open(&own) ||
	       drop_sweep(own, has_odd_metric, &removed) || removed;
}

static void a_sweep_does_without_tables(void **state)
{
	int status;
	pid_t pid = fork();

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(sweep_where_nothing_is());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(open_it_has_routes_and_no_address),
		TEST(in_ipv6_it_is_in_the_groups),
		TEST(another_list_moves_the_difference_only),
		TEST(without_virtual_mac_the_parent_has_them),
		TEST(destroying_takes_all_away),
		TEST(what_others_take_is_put_back),
		TEST(what_others_bring_is_taken),
		TEST(routes_of_others_stay),
		TEST(a_parent_that_is_gone_leaves_no_route),
		TEST(a_sweep_takes_orphans_only),
		TEST(a_sweep_does_without_tables),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
