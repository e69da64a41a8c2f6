/* SPDX-License-Identifier: MIT */
/*
 * Batches, links and the monitor against the kernel, each in a network
 * namespace of this program's own.  What is expected is set up with ip(8).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "netlink/link.h"
#include "netlink/monitor.h"
#include "netlink/netlink.h"
#include "tests/veth.h"

static struct netlink *nl;

static int setup_all(void **state)
{
	(void)state;
	enter_network_namespace();
	return netlink_open(&nl);
}

static int teardown_all(void **state)
{
	(void)state;
	netlink_close(nl);
	return 0;
}

static int setup(void **state)
{
	(void)state;
	lay_cable();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	remove_cable();
	return 0;
}

static int ifindex_of(const char *name)
{
	return (int)if_nametoindex(name);
}

/* 10.0.x.y/32, for number = 256 x + y */
static void batch_address(struct batch *batch, int type, int ifindex,
			  unsigned number)
{
	struct ifaddrmsg ifa = { .ifa_family = AF_INET,
				 .ifa_prefixlen = 32,
				 .ifa_index = (unsigned)ifindex };
	uint8_t octets[4] = { 10, 0, (uint8_t)(number >> 8), (uint8_t)number };
	int flags = type == RTM_NEWADDR ? NLM_F_CREATE | NLM_F_EXCL : 0;
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	assert_non_null(msg);
	assert_int_equal(nlmsg_append(msg, &ifa, sizeof(ifa), 4), 0);
	assert_int_equal(nla_put(msg, IFA_LOCAL, 4, octets), 0);
	assert_int_equal(batch_add(batch, msg), 0);
}

static struct address numbered(unsigned number)
{
	return (struct address){
		AF_INET, 32, { 10, 0, (uint8_t)(number >> 8), (uint8_t)number }
	};
}

static bool lan_has(unsigned number)
{
	struct address a = numbered(number);
	struct link link;
	bool has;

	assert_int_equal(link_read(nl, "lan", &link), 0);
	has = link_find_address(&link, &a);
	link_clear(&link);
	return has;
}

static void a_failed_request_does_not_stop_the_rest(void **state)
{
	struct batch batch = { 0 };
	int lan = ifindex_of("lan");

	(void)state;
	batch_address(&batch, RTM_NEWADDR, lan, 1);
	batch_address(&batch, RTM_NEWADDR, lan, 1);
	batch_address(&batch, RTM_NEWADDR, lan, 2);
	assert_int_equal(batch.count, 3);
	assert_int_equal(netlink_send(nl, &batch, 0), -EEXIST);
	assert_true(lan_has(1));
	assert_true(lan_has(2));
	batch_clear(&batch);
	assert_null(batch.bytes);
	assert_int_equal(batch.count, 0);
}

static void the_first_error_not_forgiven_is_the_result(void **state)
{
	struct batch batch = { 0 };
	int lan = ifindex_of("lan");

	(void)state;
	sh("ip addr add 10.0.0.1/32 dev lan");
	batch_address(&batch, RTM_NEWADDR, lan, 1);
	batch_address(&batch, RTM_DELADDR, lan, 9);
	batch_address(&batch, RTM_NEWADDR, 999999, 2);
	batch_address(&batch, RTM_NEWADDR, lan, 3);
	assert_int_equal(netlink_send(nl, &batch, -EEXIST), -EADDRNOTAVAIL);
	assert_int_equal(netlink_send(nl, &batch, -EADDRNOTAVAIL), -EEXIST);
	assert_int_equal(netlink_send(nl, &batch, 0), -EEXIST);
	batch_clear(&batch);
}

static void a_batch_can_be_sent_again_and_again(void **state)
{
	struct batch batch = { 0 };

	(void)state;
	batch_address(&batch, RTM_NEWADDR, ifindex_of("lan"), 1);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(netlink_send(nl, &batch, -EEXIST), 0);
		assert_true(lan_has(1));
		sh("ip addr flush dev lan");
		assert_false(lan_has(1));
	}
	batch_clear(&batch);
}

static void nothing_to_send_is_no_error(void **state)
{
	struct batch batch = { 0 };

	(void)state;
	assert_int_equal(netlink_send(nl, &batch, 0), 0);
	assert_int_equal(batch_add(&batch, NULL), -ENOMEM);
	assert_int_equal(netlink_send_one(nl, NULL, 0), -ENOMEM);
}

/* The descriptor that an open() would return next. */
static int next_descriptor(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

static void lost_answers_are_told_and_the_socket_goes_on(void **state)
{
	int fd = next_descriptor();
	int lan = ifindex_of("lan");
	int small = 1;
	struct batch batch = { 0 };
	struct netlink *other;

	(void)state;
	assert_int_equal(netlink_open(&other), 0);
	assert_int_equal(
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)),
		0);
	for (unsigned i = 0; i < 100; i++)
		batch_address(&batch, RTM_DELADDR, lan, i);
	batch_address(&batch, RTM_NEWADDR, lan, 1);
	assert_int_equal(netlink_send(other, &batch, -EADDRNOTAVAIL), -ENOBUFS);
	assert_true(lan_has(1));
	batch_clear(&batch);
	batch_address(&batch, RTM_NEWADDR, lan, 2);
	assert_int_equal(netlink_send(other, &batch, 0), 0);
	assert_int_equal(netlink_send(other, &batch, 0), -EEXIST);
	batch_clear(&batch);
	netlink_close(other);
}

static int add_an_address(void)
{
	struct batch batch = { 0 };
	struct netlink *own;
	int err;

	if (netlink_open(&own))
		return 0;
	batch_address(&batch, RTM_NEWADDR, ifindex_of("lan"), 1);
	err = netlink_send(own, &batch, 0);
	batch_clear(&batch);
	netlink_close(own);
	return -err;
}

static void without_rights_it_is_not_permitted(void **state)
{
	(void)state;
	assert_int_equal(without_rights(add_an_address), EPERM);
	assert_false(lan_has(1));
}

static void a_link_is_read_as_the_kernel_has_it(void **state)
{
	const uint8_t mac[6] = { 2, 0, 0, 0, 0, 7 };
	struct link link;

	(void)state;
	sh("ip link set lan mtu 1400 address 02:00:00:00:00:07 alias 'a b'");
	assert_int_equal(link_read(nl, "lan", &link), 0);
	assert_int_equal(link.ifindex, ifindex_of("lan"));
	assert_string_equal(link.name, "lan");
	assert_string_equal(link.alias, "a b");
	assert_memory_equal(link.mac, mac, 6);
	assert_int_equal(link.mtu, 1400);
	assert_true(link.up && link.running && link.ethernet);
	assert_false(link.macvlan || link.vepa);
	link_clear(&link);
	assert_null(link.addresses);

	sh("ip link set wire down");
	assert_int_equal(link_read(nl, "lan", &link), 0);
	assert_true(link.up && !link.running);
	link_clear(&link);
	sh("ip link set lan down");
	assert_int_equal(link_read(nl, "lan", &link), 0);
	assert_false(link.up || link.running);
	link_clear(&link);
	assert_int_equal(link_read(nl, "lo", &link), 0);
	assert_true(link.up && !link.ethernet);
	link_clear(&link);
}

static void a_long_alias_is_cut(void **state)
{
	struct link link;

	(void)state;
	sh("ip link set lan alias %0100d", 1);
	assert_int_equal(link_read(nl, "lan", &link), 0);
	assert_int_equal(strlen(link.alias), LINK_ALIAS - 1);
	link_clear(&link);
}

static void an_absent_link_is_no_error(void **state)
{
	static const char *const names[] = { "absent", "", "0123456789abcdef" };
	struct link link;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		link.ifindex = 7;
		assert_int_equal(link_read(nl, names[i], &link), 0);
		assert_int_equal(link.ifindex, 0);
		link_clear(&link);
	}
}

static void a_macvlan_tells_its_parent_and_its_mode(void **state)
{
	struct link link;

	(void)state;
	sh("ip link add mv0 link lan type macvlan mode vepa");
	sh("ip link add mv1 link lan type macvlan mode bridge");
	assert_int_equal(link_read(nl, "mv0", &link), 0);
	assert_true(link.macvlan && link.vepa && !link.up);
	assert_int_equal(link.parent, ifindex_of("lan"));
	link_clear(&link);
	assert_int_equal(link_read(nl, "mv1", &link), 0);
	assert_true(link.macvlan && !link.vepa);
	link_clear(&link);
}

static void a_parent_in_another_namespace_is_none(void **state)
{
	struct link link;
	int ready[2], over[2];
	char c = 0;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(ready) | pipe(over), 0);
	pid = fork();
	if (pid == 0) {
		close(over[1]);
		_exit(unshare(CLONE_NEWNET) || write(ready[1], &c, 1) != 1 ||
		      read(over[0], &c, 1) != 0);
	}
	assert_int_equal(read(ready[0], &c, 1), 1);
	sh("ip link set wire netns %d", (int)pid);
	assert_int_equal(link_read(nl, "lan", &link), 0);
	close(over[1]);
	waitpid(pid, NULL, 0);
	assert_true(link.ifindex > 0);
	assert_int_equal(link.parent, 0);
	link_clear(&link);
	close(ready[0]);
	close(ready[1]);
	close(over[0]);
}

static void addresses_are_those_of_the_link_in_order(void **state)
{
	static const struct {
		const char *text;
		bool tentative;
		bool secondary;
	} wanted[] = {
		{ "192.0.2.2/24", false, false },
		{ "198.51.100.1/32", false, false },
		{ "192.0.2.3/24", false, true },
		{ "2001:db8::1/64", false, false },
		{ "2001:db8::2/64", true, false },
	};
	const size_t count = sizeof(wanted) / sizeof(*wanted);
	char text[ADDRESS_TEXT];
	struct link link;

	(void)state;
	sh("ip link set wire down"); /* duplicate detection cannot end */
	sh("ip link set lan addrgenmode none && ip addr flush dev lan");
	sh("ip addr add 192.0.2.9/24 dev wire");
	sh("ip addr add 192.0.2.2/24 dev lan");
	sh("ip addr add 192.0.2.3/24 dev lan");
	sh("ip addr add 198.51.100.1 peer 198.51.100.2 dev lan");
	sh("ip addr add 2001:db8::2/64 dev lan");
	sh("ip addr add 2001:db8::1/64 dev lan nodad");
	assert_int_equal(link_read(nl, "lan", &link), 0);
	assert_int_equal(link.count, count);
	for (size_t i = 0; i < count; i++) {
		const struct link_address *a = &link.addresses[i];

		assert_string_equal(address_format(&a->address, true, text),
				    wanted[i].text);
		assert_int_equal(a->tentative, wanted[i].tentative);
		assert_int_equal(a->secondary, wanted[i].secondary);
	}
	link_clear(&link);
}

static void a_long_list_of_addresses_is_read_to_its_end(void **state)
{
	struct batch batch = { 0 };
	struct link link;

	(void)state;
	sh("ip link set lan addrgenmode none && ip addr flush dev lan");
	for (unsigned i = 0; i < 1000; i++)
		batch_address(&batch, RTM_NEWADDR, ifindex_of("lan"), i);
	assert_int_equal(netlink_send(nl, &batch, 0), 0);
	batch_clear(&batch);
	assert_int_equal(link_read(nl, "lan", &link), 0);
	assert_int_equal(link.count, 1000);
	for (unsigned i = 0; i < 1000; i++) {
		struct address a = numbered(i);

		assert_true(link_find_address(&link, &a));
	}
	link_clear(&link);
}

static void collect(void *arg, const struct link *link)
{
	char *names = arg;

	assert_true(link->ifindex > 0);
	assert_null(link->addresses);
	strcat(names, " ");
	strcat(names, link->name);
}

static void all_links_are_listed(void **state)
{
	char names[1024] = "";

	(void)state;
	assert_int_equal(link_list(nl, collect, names), 0);
	assert_non_null(strstr(names, " lo"));
	assert_non_null(strstr(names, " lan"));
	assert_non_null(strstr(names, " wire"));
}

static void a_link_is_deleted_once_and_that_is_enough(void **state)
{
	int lan = ifindex_of("lan");

	(void)state;
	assert_int_equal(link_delete(nl, lan), 0);
	assert_int_equal(ifindex_of("lan"), 0);
	assert_int_equal(link_delete(nl, lan), 0);
	assert_int_equal(link_delete(nl, 0), 0);
	assert_int_equal(link_delete(nl, ifindex_of("lo")), -EOPNOTSUPP);
}

static void settings_are_read_and_written(void **state)
{
	(void)state;
	assert_int_equal(link_setting_write(AF_INET, "lan", "arp_ignore", 2),
			 0);
	assert_int_equal(link_setting_read(AF_INET, "lan", "arp_ignore"), 2);
	sh("echo 1 >/proc/sys/net/ipv4/conf/lan/arp_ignore");
	assert_int_equal(link_setting_read(AF_INET, "lan", "arp_ignore"), 1);
	assert_int_equal(link_setting_write(AF_INET6, "lan", "mtu", 1300), 0);
	assert_int_equal(link_setting_read(AF_INET6, "lan", "mtu"), 1300);
	assert_int_equal(link_setting_read(AF_INET, "all", "arp_ignore"), 0);
	assert_int_equal(link_setting_read(AF_INET, "absent", "arp_ignore"),
			 -ENOENT);
	assert_int_equal(link_setting_write(AF_INET, "lan", "absent", 1),
			 -ENOENT);
	assert_int_equal(link_setting_write(AF_INET6, "lan", "mtu", 7),
			 -EINVAL);
	assert_int_equal(link_setting_read(AF_INET, "../conf/lan", "mtu"),
			 -EINVAL);
	assert_int_equal(link_setting_read(AF_INET, "..", "mtu"), -EINVAL);
	assert_int_equal(link_setting_read(AF_INET, "", "mtu"), -EINVAL);
}

struct heard {
	int watched; /* ifindex */
	unsigned hints;
	unsigned named;
	unsigned lost;
};

static void hear(void *arg, int ifindex, const char *name)
{
	struct heard *heard = arg;

	heard->hints += ifindex == heard->watched && !name;
	heard->named +=
		ifindex == heard->watched && name && !strcmp(name, "lan");
	heard->lost += ifindex == 0 && !name;
}

static struct heard listen_to(struct monitor *monitor, int ifindex)
{
	struct pollfd pollfd = { .fd = monitor_fd(monitor), .events = POLLIN };
	struct heard heard = { .watched = ifindex };

	while (poll(&pollfd, 1, 100) == 1)
		assert_int_equal(monitor_read(monitor, hear, &heard), 0);
	return heard;
}

static struct monitor *open_monitor(void)
{
	struct monitor *monitor;

	assert_int_equal(monitor_open(&monitor, netlink_port(nl)), 0);
	return monitor;
}

static void changes_of_links_and_addresses_are_told(void **state)
{
	struct monitor *monitor = open_monitor();
	int lan = ifindex_of("lan");
	struct heard heard = { 0 };

	(void)state;
	listen_to(monitor, lan);
	assert_int_equal(monitor_read(monitor, hear, &heard), 0);
	sh("ip addr add 10.0.0.1/32 dev lan");
	sh("ip addr add 2001:db8::1/64 dev lan nodad");
	sh("ip addr del 10.0.0.1/32 dev lan");
	heard = listen_to(monitor, lan);
	assert_true(heard.hints >= 3);
	assert_int_equal(heard.named, 0);
	sh("ip link set lan down");
	assert_true(listen_to(monitor, lan).named > 0);
	sh("ip link del lan");
	heard = listen_to(monitor, lan);
	assert_true(heard.named > 0);
	assert_int_equal(heard.lost, 0);
	monitor_close(monitor);
	monitor_close(NULL);
}

static void own_changes_are_passed_over(void **state)
{
	struct monitor *monitor = open_monitor();
	struct monitor *any;
	int lan = ifindex_of("lan");
	struct batch batch = { 0 };

	(void)state;
	assert_int_equal(monitor_open(&any, 0), 0);
	listen_to(monitor, lan);
	listen_to(any, lan);
	batch_address(&batch, RTM_NEWADDR, lan, 1);
	assert_int_equal(netlink_send(nl, &batch, 0), 0);
	batch_clear(&batch);
	assert_int_equal(listen_to(monitor, lan).hints, 0);
	assert_int_equal(listen_to(any, lan).hints, 1);
	monitor_close(monitor);
	monitor_close(any);
}

static void flood(struct netlink *other, int ifindex, unsigned rounds)
{
	struct batch batch = { 0 };

	for (unsigned i = 0; i < 100; i++)
		batch_address(&batch, RTM_NEWADDR, ifindex, i);
	for (unsigned i = 0; i < 100; i++)
		batch_address(&batch, RTM_DELADDR, ifindex, i);
	while (rounds--)
		assert_int_equal(netlink_send(other, &batch, 0), 0);
	batch_clear(&batch);
}

static void an_overrun_is_told_once_and_instead_of_the_rest(void **state)
{
	struct monitor *monitor = open_monitor();
	int lan = ifindex_of("lan");
	int small = 1;
	struct netlink *other;
	struct heard heard;

	(void)state;
	assert_int_equal(netlink_open(&other), 0);
	assert_int_equal(setsockopt(monitor_fd(monitor), SOL_SOCKET, SO_RCVBUF,
				    &small, sizeof(small)),
			 0);
	listen_to(monitor, lan);
	flood(other, lan, 25);
	heard = listen_to(monitor, lan);
	assert_int_equal(heard.lost, 1);
	assert_int_equal(heard.hints, 0);

	sh("ip addr add 10.0.0.1/32 dev lan");
	heard = listen_to(monitor, lan);
	assert_int_equal(heard.lost, 0);
	assert_int_equal(heard.hints, 1);
	netlink_close(other);
	monitor_close(monitor);
}

static void its_buffer_holds_thousands_of_events(void **state)
{
	struct monitor *monitor = open_monitor();
	int lan = ifindex_of("lan");
	socklen_t size = sizeof(int);
	struct netlink *other;
	struct heard heard;
	int room = 0;

	(void)state;
	getsockopt(monitor_fd(monitor), SOL_SOCKET, SO_RCVBUF, &room, &size);
	if (room < 8 << 20) { /* not ours to force before Linux 5.18 */
		monitor_close(monitor);
		skip();
	}
	assert_int_equal(netlink_open(&other), 0);
	listen_to(monitor, lan);
	flood(other, lan, 20);
	heard = listen_to(monitor, lan);
	assert_int_equal(heard.lost, 0);
	assert_int_equal(heard.hints, 4000);
	netlink_close(other);
	monitor_close(monitor);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_failed_request_does_not_stop_the_rest),
		TEST(the_first_error_not_forgiven_is_the_result),
		TEST(a_batch_can_be_sent_again_and_again),
		TEST(nothing_to_send_is_no_error),
		TEST(lost_answers_are_told_and_the_socket_goes_on),
		TEST(without_rights_it_is_not_permitted),
		TEST(a_link_is_read_as_the_kernel_has_it),
		TEST(a_long_alias_is_cut),
		TEST(an_absent_link_is_no_error),
		TEST(a_macvlan_tells_its_parent_and_its_mode),
		TEST(a_parent_in_another_namespace_is_none),
		TEST(addresses_are_those_of_the_link_in_order),
		TEST(a_long_list_of_addresses_is_read_to_its_end),
		TEST(all_links_are_listed),
		TEST(a_link_is_deleted_once_and_that_is_enough),
		TEST(settings_are_read_and_written),
		TEST(changes_of_links_and_addresses_are_told),
		TEST(own_changes_are_passed_over),
		TEST(an_overrun_is_told_once_and_instead_of_the_rest),
		TEST(its_buffer_holds_thousands_of_events),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
