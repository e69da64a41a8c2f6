/* SPDX-License-Identifier: MIT */
/*
 * The gate against the kernel: what ip(8) shows of it, what leaves by the
 * wire, and who answers there.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <sys/utsname.h>

#include "tests/gates.h"

#define SILENCE 1500 /* ms: MLD reports are delayed by up to a second */
#define ANSWER  2000 /* ms: enough for any machine */

static void a_gate_is_made_down_and_empty(void **state)
{
	struct gate gates[] = { gate4(), gate6() };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct gate *gate = &gates[i];
		struct link link;

		create(gate);
		link = read_link(gate->name);
		assert_int_equal(link.ifindex, gate->ifindex);
		assert_int_equal(link.parent, if_nametoindex("lan"));
		assert_true(link.macvlan && link.vepa);
		assert_memory_equal(link.mac, gate->mac, 6);
		assert_string_equal(link.alias, "ours");
		assert_false(link.up);
		assert_int_equal(link.count, 0);
		link_clear(&link);
		sh("ip -d link show %s | grep -qw 'addrgenmode none'",
		   gate->name);
		gate_destroy(nl, gate);
	}
}

static void its_settings_keep_it_quiet(void **state)
{
	struct gate v4 = gate4();
	struct gate v6 = gate6();

	(void)state;
	create(&v4);
	create(&v6);
	assert_int_equal(link_setting_read(AF_INET, "vip4", "arp_ignore"), 1);
	assert_int_equal(link_setting_read(AF_INET, "vip4", "rp_filter"), 0);
	assert_int_equal(
		link_setting_read(AF_INET, "vip4", "promote_secondaries"), 1);
	assert_int_equal(link_setting_read(AF_INET6, "vip4", "disable_ipv6"),
			 1);
	assert_int_equal(link_setting_read(AF_INET, "vip6", "arp_ignore"), 1);
	assert_int_equal(link_setting_read(AF_INET6, "vip6", "accept_ra"), 0);
	assert_int_equal(link_setting_read(AF_INET6, "vip6", "autoconf"), 0);
	gate_destroy(nl, &v4);
	gate_destroy(nl, &v6);
}

/* What the kernel has as IFLA_MACVLAN_BC_CUTOFF, which is 1 by default. */
static int take_cutoff(void *arg, struct nlmsghdr *nlh)
{
	struct nlattr *a =
		nlmsg_find_attr(nlh, sizeof(struct ifinfomsg), IFLA_LINKINFO);
	int *cutoff = arg;

	if (a)
		a = nla_find(nla_data(a), nla_len(a), IFLA_INFO_DATA);
	if (a)
		a = nla_find(nla_data(a), nla_len(a), 9);
	if (a)
		*cutoff = nla_get_s32(a);
	return 0;
}

static int read_cutoff(const struct gate *gate)
{
	struct ifinfomsg ifi = { .ifi_index = gate->ifindex };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETLINK, 0);
	int cutoff = 1;

	assert_non_null(msg);
	assert_int_equal(nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO),
			 0);
	assert_int_equal(netlink_ask(nl, msg, take_cutoff, &cutoff), 0);
	return cutoff;
}

static void no_broadcast_waits_for_a_kernel_thread(void **state)
{
	struct gate gate = gate4();
	unsigned major = 0, minor = 0;
	struct utsname kernel;

	(void)state;
	assert_int_equal(uname(&kernel), 0);
	sscanf(kernel.release, "%u.%u", &major, &minor);
	if (major < 6 || (major == 6 && minor < 4))
		skip();
	create(&gate);
	assert_int_equal(read_cutoff(&gate), -1);
	gate_destroy(nl, &gate);
	/* One that somebody else has made, or an older vrrpd. */
	sh("ip link add vip4 link lan address 00:00:5e:00:01:33 type macvlan "
	   "mode vepa");
	create_and_open(&gate);
	assert_int_equal(read_cutoff(&gate), -1);
	gate_destroy(nl, &gate);
}

static void reverse_path_filtering_is_loose_where_it_is_strict(void **state)
{
	struct gate gate = gate4();

	(void)state;
	sh("echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter");
	create(&gate);
	assert_int_equal(link_setting_read(AF_INET, "vip4", "rp_filter"), 2);
	sh("echo 0 >/proc/sys/net/ipv4/conf/all/rp_filter");
	gate_destroy(nl, &gate);
}

static void a_fitting_macvlan_is_kept(void **state)
{
	struct gate first = gate4();
	struct gate second = gate4();

	(void)state;
	create(&first);
	sh("ip link set vip4 alias other");
	create(&second);
	assert_int_equal(second.ifindex, first.ifindex);
	sh("ip link show vip4 | grep -qw 'alias ours'");
	gate_destroy(nl, &first);
	gate_destroy(nl, &second);
}

static void what_a_crash_has_left_is_removed(void **state)
{
	struct gate crashed[] = { gate4(), gate6() };
	struct gate fresh[] = { gate4(), gate6() };
	bool leftovers = false;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		create_and_open(&crashed[i]);
		assert_int_equal(gate_create(nl, &fresh[i], &leftovers), 0);
		assert_true(leftovers);
		assert_int_equal(fresh[i].ifindex, crashed[i].ifindex);
		assert_true(is_down_and_empty(fresh[i].name));
		gate_destroy(nl, &crashed[i]);
		gate_destroy(nl, &fresh[i]);
	}
}

static void a_macvlan_that_does_not_fit_is_replaced(void **state)
{
	static const char *const misfits[] = {
		"link lan type macvlan mode vepa",
		"link lan address 00:00:5e:00:01:33 type macvlan mode bridge",
		"link wire address 00:00:5e:00:01:33 type macvlan mode vepa",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(misfits) / sizeof(*misfits); i++) {
		struct gate gate = gate4();
		bool leftovers = false;

		sh("ip link add vip4 %s", misfits[i]);
		assert_int_equal(gate_create(nl, &gate, &leftovers), 0);
		assert_true(leftovers);
		assert_int_equal(repair(&gate, false), 0);
		gate_destroy(nl, &gate);
	}
}

static void the_interface_of_another_is_not_touched(void **state)
{
	struct gate gate = gate4();
	bool leftovers;
	int other;

	(void)state;
	sh("ip link add vip4 type veth peer name vip4peer");
	other = (int)if_nametoindex("vip4");
	assert_int_equal(gate_create(nl, &gate, &leftovers), -EEXIST);
	assert_int_equal(gate_open(nl, &gate), -EEXIST);
	assert_int_equal(gate.ifindex, 0);
	gate_destroy(nl, &gate);
	assert_int_equal(if_nametoindex("vip4"), other);
	sh("ip link set vip4 alias ours");
	assert_int_equal(gate_create(nl, &gate, &leftovers), 0);
	assert_true(if_nametoindex("vip4") != (unsigned)other);
	gate_destroy(nl, &gate);
}

static void without_a_parent_there_is_no_gate(void **state)
{
	struct gate gate = gate4();
	unsigned repaired;
	bool leftovers;

	(void)state;
	strcpy(gate.parent, "absent");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(gate_create(nl, &gate, &leftovers), -ENODEV);
		assert_int_equal(gate.ifindex, 0);
		assert_int_equal(gate_open(nl, &gate), -ENODEV);
		assert_int_equal(gate_close(nl, &gate), 0);
		assert_int_equal(gate_check(nl, &gate, true, &repaired),
				 -ENODEV);
		assert_int_equal(gate_check(nl, &gate, false, &repaired),
				 -ENODEV);
		gate_destroy(nl, &gate);
		gate = without_mac(gate);
	}
}

static int create_a_gate(void)
{
	struct gate gate = gate4();
	struct netlink *own;
	bool leftovers;
	int err = netlink_open(&own);

	if (err)
		return 0;
	err = gate_create(own, &gate, &leftovers);
	netlink_close(own);
	return -err;
}

static void without_rights_there_is_no_gate(void **state)
{
	(void)state;
	assert_int_equal(without_rights(create_a_gate), EPERM);
	assert_int_equal(if_nametoindex("vip4"), 0);
}

static void ipv4_addresses_have_no_prefix_route(void **state)
{
	struct gate gate = gate4();

	(void)state;
	create_and_open(&gate);
	assert_true(is_open(&gate));
	assert_true(has_flag("vip4", "192.0.2.1/24", "noprefixroute"));
	assert_true(has_flag("vip4", "192.0.2.11/24", "noprefixroute"));
	assert_true(has_flag("vip4", "198.51.100.1/32", "global"));
	sh("! ip route show dev vip4 | grep -q .");
	gate_destroy(nl, &gate);
}

static void ipv6_addresses_are_deprecated_and_never_tentative(void **state)
{
	struct gate gate = gate6();

	(void)state;
	create_and_open(&gate);
	assert_true(is_open(&gate));
	assert_true(has_flag("vip6", "fe80::5:1/64", "nodad"));
	assert_true(has_flag("vip6", "fe80::5:1/64", "deprecated"));
	assert_false(has_flag("vip6", "fe80::5:1/64", "noprefixroute"));
	assert_true(has_flag("vip6", "2001:db8::1/64", "nodad"));
	assert_true(has_flag("vip6", "2001:db8::1/64", "deprecated"));
	assert_true(has_flag("vip6", "2001:db8::1/64", "noprefixroute"));
	assert_false(succeeds("ip addr show vip6 | grep -w tentative"));
	sh("test $(ip addr show vip6 | grep -c "
	   "'valid_lft forever preferred_lft 0sec') = 3");
	sh("ip -6 route show dev vip6 | grep -q fe80::/64");
	sh("! ip -6 route show dev vip6 | grep -q 2001:");
	sh("ip -6 route get 2001:db8::77 | grep -q 'src 2001:db8::2 '");
	gate_destroy(nl, &gate);
}

static void ipv6_works_where_new_links_have_it_disabled(void **state)
{
	struct gate gate = gate6();

	(void)state;
	sh("echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6");
	create_and_open(&gate);
	assert_true(is_open(&gate));
	sh("echo 0 >/proc/sys/net/ipv6/conf/default/disable_ipv6");
	gate_destroy(nl, &gate);
}

static void opening_and_closing_again_changes_nothing(void **state)
{
	struct gate gates[] = { gate4(), gate6() };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct gate *gate = &gates[i];

		create(gate);
		for (int j = 0; j < 2; j++) {
			assert_int_equal(gate_open(nl, gate), 0);
			assert_int_equal(gate_open(nl, gate), 0);
			assert_true(is_open(gate));
			assert_int_equal(gate_close(nl, gate), 0);
			assert_int_equal(gate_close(nl, gate), 0);
			assert_true(is_down_and_empty(gate->name));
		}
		gate_destroy(nl, gate);
	}
}

static void an_open_gate_answers_from_the_virtual_mac(void **state)
{
	struct gate v4 = gate4();
	struct gate v6 = gate6();
	int fd = wire_open();

	(void)state;
	create(&v4);
	create(&v6);
	assert_false(wire_arp(fd, 1, mac4, 100));
	assert_false(wire_solicit(fd, addresses6[0].bytes, mac6, 100));
	assert_int_equal(gate_open(nl, &v4), 0);
	assert_int_equal(gate_open(nl, &v6), 0);
	confirm(&v6);
	assert_true(wire_arp(fd, 1, mac4, ANSWER));
	assert_true(wire_arp(fd, 11, mac4, ANSWER));
	for (size_t i = 0; i < 3; i++)
		assert_true(
			wire_solicit(fd, addresses6[i].bytes, mac6, ANSWER));
	assert_int_equal(gate_close(nl, &v4), 0);
	assert_int_equal(gate_close(nl, &v6), 0);
	assert_false(wire_arp(fd, 1, mac4, 100));
	assert_false(wire_solicit(fd, addresses6[0].bytes, mac6, 100));
	gate_destroy(nl, &v4);
	gate_destroy(nl, &v6);
	close(fd);
}

static void a_silenced_gate_answers_nobody_until_it_is_opened(void **state)
{
	struct gate v4 = gate4();
	struct gate v6 = gate6();
	int fd = wire_open();

	(void)state;
	create_and_open(&v4);
	create_and_open(&v6);
	confirm(&v6);
	assert_true(wire_solicit(fd, addresses6[2].bytes, mac6, ANSWER));
	assert_int_equal(gate_silence(nl, &v4), 0);
	assert_int_equal(gate_silence(nl, &v6), 0);
	assert_int_equal(gate_silence(nl, &v6), 0);
	assert_false(wire_arp(fd, 1, mac4, 100));
	assert_false(wire_solicit(fd, addresses6[0].bytes, mac6, 100));
	assert_int_equal(gate_open(nl, &v4), 0);
	assert_int_equal(gate_open(nl, &v6), 0);
	confirm(&v6);
	assert_true(wire_arp(fd, 1, mac4, ANSWER));
	assert_true(wire_solicit(fd, addresses6[0].bytes, mac6, ANSWER));
	assert_int_equal(gate_silence(nl, &v4), 0);
	assert_int_equal(gate_close(nl, &v4), 0);
	assert_int_equal(repair(&v4, false), 0);
	gate_destroy(nl, &v4);
	gate_destroy(nl, &v6);
	close(fd);
}

/* On a host that forwards, IPv6 would join the routers' groups. */
/* The host answers for it, and the LAN has not heard of it. */
static void a_gate_that_is_prepared_makes_no_noise(void **state)
{
	struct gate v4 = gate4(), v6 = gate6();
	struct link link;
	int fd;

	(void)state;
	sh("echo 1 >/proc/sys/net/ipv6/conf/all/forwarding");
	fd = wire_open();
	create(&v4);
	create(&v6);
	assert_false(gate_speaks_early(&v4));
	assert_true(gate_speaks_early(&v6));
	assert_int_equal(gate_confirm(nl, &v6), -EAGAIN);
	assert_int_equal(gate_prepare(nl, &v6), 0);
	assert_int_equal(gate_prepare(nl, &v6), 0);
	confirm(&v6);
	link = read_link("vip6");
	assert_false(link.up);
	assert_int_equal(link.count, 3);
	link_clear(&link);
	assert_int_equal(wire_count(fd, mac6, SILENCE), 0);
	assert_int_equal(gate_open(nl, &v6), 0);
	assert_int_equal(gate_confirm(nl, &v6), 0);
	assert_true(is_open(&v6));
	assert_int_equal(gate_close(nl, &v6), 0);
	assert_int_equal(gate_prepare(nl, &v6), 0);
	assert_int_equal(gate_close(nl, &v6), 0);
	assert_true(is_down_and_empty("vip6"));
	gate_destroy(nl, &v6);
	gate_destroy(nl, &v4);
	close(fd);
}

static void nothing_leaves_a_closed_gate(void **state)
{
	struct gate v4 = gate4();
	struct gate v6 = gate6();
	int fd;

	(void)state;
	sh("echo 1 >/proc/sys/net/ipv6/conf/all/forwarding");
	fd = wire_open();
	create(&v4);
	create(&v6);
	assert_int_equal(wire_count(fd, mac4, SILENCE), 0);
	assert_int_equal(gate_open(nl, &v4), 0);
	assert_int_equal(wire_count(fd, mac4, SILENCE), 0);
	assert_int_equal(gate_close(nl, &v4), 0);
	assert_int_equal(wire_count(fd, mac4, SILENCE), 0);

	assert_int_equal(gate_open(nl, &v6), 0);
	assert_true(wire_count(fd, mac6, SILENCE) > 0); /* MLD reports */
	assert_int_equal(gate_close(nl, &v6), 0);
	assert_int_equal(wire_count(fd, mac6, SILENCE), 0);
	assert_int_equal(gate_open(nl, &v6), 0);
	for (int i = 0; i < 5 && wire_count(fd, mac6, SILENCE) > 0; i++)
		continue; /* they are repeated */
	assert_int_equal(gate_silence(nl, &v6), 0);
	assert_int_equal(wire_count(fd, mac6, SILENCE), 0);
	assert_int_equal(gate_close(nl, &v6), 0);
	assert_int_equal(gate_open(nl, &v6), 0);
	wire_count(fd, mac6, SILENCE);
	gate_destroy(nl, &v6);
	assert_int_equal(wire_count(fd, mac6, SILENCE), 0);
	gate_destroy(nl, &v4);
	close(fd);
}

/* Deleting them first would have MLD messages sent, sooner or later. */
static void an_ipv6_link_goes_down_before_its_addresses_go(void **state)
{
	struct gate gate = gate6();
	struct nlmsghdr first;

	(void)state;
	create(&gate);
	memcpy(&first, gate.close.bytes, sizeof(first));
	assert_int_equal(first.nlmsg_type, RTM_SETLINK);
	assert_int_equal(gate.close.count, 5);
	gate_destroy(nl, &gate);
}

/* Docker's macvlan networks are such parents. */
static void a_macvlan_can_be_the_parent(void **state)
{
	struct gate gate = gate4();
	int ifindex;

	(void)state;
	sh("ip link add outer link lan type macvlan mode bridge");
	strcpy(gate.parent, "outer");
	create_and_open(&gate);
	ifindex = gate.ifindex;
	assert_int_equal(repair(&gate, true), 0);
	assert_int_equal(gate.ifindex, ifindex);
	gate_destroy(nl, &gate);
}

static void a_macvlan_that_is_gone_is_made_anew_on_opening(void **state)
{
	struct gate gates[] = { gate4(), gate6() };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct gate *gate = &gates[i];

		create_and_open(gate);
		sh("ip link del %s", gate->name);
		assert_int_equal(gate_close(nl, gate), 0);
		assert_int_equal(gate_open(nl, gate), 0);
		assert_true(is_open(gate));
		gate_destroy(nl, gate);
	}
}

static void a_parent_that_is_replaced_is_found_again(void **state)
{
	struct gate gate = gate4();
	bool leftovers;

	(void)state;
	create_and_open(&gate);
	remove_cable();
	assert_int_equal(gate_open(nl, &gate), -ENODEV);
	assert_int_equal(gate_close(nl, &gate), 0);
	lay_cable();
	assert_int_equal(gate_create(nl, &gate, &leftovers), 0);
	assert_false(leftovers);
	assert_int_equal(gate_open(nl, &gate), 0);
	assert_true(is_open(&gate));
	gate_destroy(nl, &gate);
}

static void a_gate_opens_on_a_parent_that_is_down(void **state)
{
	struct gate gate = gate4();
	bool answered = false;
	int fd = wire_open();

	(void)state;
	sh("ip link set lan down");
	create_and_open(&gate);
	sh("ip link set lan up");
	/* The kernel tells the macvlan of it in its own time. */
	for (int i = 0; i < 100 && !answered; i++)
		answered = wire_arp(fd, 1, mac4, ANSWER / 20);
	assert_true(answered);
	assert_int_equal(repair(&gate, true), 0);
	gate_destroy(nl, &gate);
	close(fd);
}

static void destroying_leaves_nothing(void **state)
{
	struct gate gate = gate6();

	(void)state;
	create_and_open(&gate);
	gate_destroy(nl, &gate);
	assert_int_equal(if_nametoindex("vip6"), 0);
	assert_int_equal(gate.ifindex, 0);
	assert_null(gate.open.bytes);
	assert_null(gate.close.bytes);
	gate_destroy(nl, &gate);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_gate_is_made_down_and_empty),
		TEST(its_settings_keep_it_quiet),
		TEST(no_broadcast_waits_for_a_kernel_thread),
		TEST(reverse_path_filtering_is_loose_where_it_is_strict),
		TEST(a_fitting_macvlan_is_kept),
		TEST(what_a_crash_has_left_is_removed),
		TEST(a_macvlan_that_does_not_fit_is_replaced),
		TEST(the_interface_of_another_is_not_touched),
		TEST(without_a_parent_there_is_no_gate),
		TEST(without_rights_there_is_no_gate),
		TEST(ipv4_addresses_have_no_prefix_route),
		TEST(ipv6_addresses_are_deprecated_and_never_tentative),
		TEST(ipv6_works_where_new_links_have_it_disabled),
		TEST(opening_and_closing_again_changes_nothing),
		TEST(an_open_gate_answers_from_the_virtual_mac),
		TEST(a_silenced_gate_answers_nobody_until_it_is_opened),
		TEST(a_gate_that_is_prepared_makes_no_noise),
		TEST(nothing_leaves_a_closed_gate),
		TEST(an_ipv6_link_goes_down_before_its_addresses_go),
		TEST(a_macvlan_can_be_the_parent),
		TEST(a_macvlan_that_is_gone_is_made_anew_on_opening),
		TEST(a_parent_that_is_replaced_is_found_again),
		TEST(a_gate_opens_on_a_parent_that_is_down),
		TEST(destroying_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
