/* SPDX-License-Identifier: MIT */
/*
 * What happens to packets through the virtual router, and what the kernel has
 * on it.
 */
#include "tests/conformance/host.h"

#include <stdlib.h>
#include <string.h>

#define BEYOND(ipv6) ((ipv6) ? "2001:db8:1::50" : "198.51.100.50")

static bool is_forwarded(const struct heard *heard, const void *arg)
{
	return heard->port == WIRE_FAR && heard->seen.kind == SEEN_UDP &&
	       address_equals(&heard->seen.to, arg);
}

/* To a host beyond eth1, by the virtual MAC; NULL if it did not get there. */
static const struct heard *forward(struct test *t)
{
	struct address beyond = address_of(BEYOND(t->ipv6));
	uint8_t mac[6];
	struct ends ends;
	struct frame frame;
	int64_t from;

	dut_shell("ip -n dut neigh replace %s lladdr 02:00:00:00:00:50 "
		  "dev eth1 nud permanent",
		  BEYOND(t->ipv6));
	play_virtual_mac(t, 51, mac);
	ends = play_ends(t, t->ipv6 ? "2001:db8::2" : "192.0.2.2", &beyond,
			 mac);
	ends.ttl = 64;
	frame_udp(&frame, &ends, 4000);
	from = wire_send(&t->wire, WIRE_DUT, &frame);
	return wire_wait(&t->wire, is_forwarded, &beyond, from, from + SEC);
}

static void backup(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	const struct heard *heard;

	if (play_backup(t, &setup, &advert) == WIRE_NEVER)
		return;
	wire_until(&t->wire, wire_now() + 200 * MS);
	heard = forward(t);
	report_check(&t->report, !heard, "forwarded", "no", "%s",
		     heard ? "yes" : "no");
}

static void active(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard;

	host_answer(t);
	if (!play_serving(t, &setup))
		return;
	heard = forward(t);
	if (report_check(&t->report, heard, "forwarded", "yes", "%s",
			 heard ? "yes" : "no"))
		report_number(&t->report, "its TTL", heard->seen.ttl, 63);
}

static bool is_echo_to(const struct heard *heard, const void *arg)
{
	return (heard->seen.kind == SEEN_ECHO ||
		heard->seen.kind == SEEN_UDP) &&
	       address_equals(&heard->seen.to, arg);
}

static void drop_route(struct test *t)
{
	struct setup setup = play_std(t);
	struct address address;
	uint8_t mac[6];
	int64_t from;

	setup.accept = DUT_ACCEPT_OFF;
	host_answer(t);
	if (!play_active(t, &setup))
		return;
	address = play_virtual(&setup, setup.addresses - 1);
	play_virtual_mac(t, 51, mac);
	from = host_say(t, &address, mac, HOST_PING);
	host_say(t, &address, mac, HOST_UDP);
	wire_until(&t->wire, from + 2 * SEC);
	report_number(&t->report, "sent out again",
		      (long)wire_count(&t->wire, is_echo_to, &address, from,
				       from + 2 * SEC),
		      0);
}

static void no_autoconfiguration(struct test *t)
{
	struct setup setup = play_std(t);
	bool found = false;

	if (!play_start(t, 0, &setup))
		return;
	for (int i = 0; i < 12; i++) {
		found |= dut_shell("ip -n dut -6 addr show | "
				   "grep -i fe80::200:5eff:fe00")[0] != '\0';
		wire_until(&t->wire, wire_now() + 500 * MS);
	}
	report_check(&t->report, !found, "fe80::200:5eff:fe00:233", "nowhere",
		     "%s", found ? "there" : "nowhere");
	report_range(&t->report, "advertisements meanwhile",
		     (long)play_adverts(t, WIRE_DUT, 0, wire_now()), 1, 10);
}

static bool is_router(const struct heard *heard, const void *unused)
{
	(void)unused;
	return heard->seen.kind == SEEN_ROUTER;
}

static bool is_final(const struct heard *heard, const void *unused)
{
	return is_router(heard, unused) && heard->seen.len >= 8 &&
	       frame_get16(heard->seen.payload + 6) == 0;
}

static const struct heard *router_advertised(struct test *t,
					     struct setup *setup)
{
	const struct heard *heard;

	setup->router_advertisements = true;
	heard = play_active(t, setup);
	if (!heard)
		return NULL;
	heard = wire_wait(&t->wire, is_router, NULL, heard->when,
			  heard->when + 20 * SEC);
	report_check(&t->report, heard, "router advertisement", "there", "%s",
		     heard ? "there" : "none");
	return heard;
}

static void router_advertisement(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = router_advertised(t, &setup);
	uint8_t mac[6];

	if (!heard)
		return;
	play_virtual_mac(t, 51, mac);
	report_check(&t->report,
		     heard->seen.ttl == 255 &&
			     strcmp(address_text(&heard->seen.from),
				    "fe80::5:1") == 0,
		     "source", "fe80::5:1", "%s",
		     address_text(&heard->seen.from));
	report_check(&t->report, memcmp(heard->seen.mac, mac, 6) == 0, "MAC",
		     play_mac_text(mac), "%s", play_mac_text(heard->seen.mac));
}

static void no_final_advertisement(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	int64_t from;

	if (!router_advertised(t, &setup))
		return;
	from = play_say(t, &advert);
	wire_until(&t->wire, from + 2 * SEC);
	report_number(&t->report, "router advertisements of lifetime 0",
		      (long)wire_count(&t->wire, is_final, NULL, from,
				       from + 2 * SEC),
		      0);
}

/* Says that the host has this MAC now, and looks what the daemon's has. */
static void check_neighbor(struct test *t, const char *what, uint8_t last)
{
	struct address all = address_of("ff02::1"),
		       host = address_of("2001:db8::2");
	uint8_t group[6];
	struct ends ends;
	struct frame frame;
	char expected[24];
	const char *answer;

	address_group_mac(&all, group);
	ends = play_ends(t, "2001:db8::2", &all, group);
	ends.from_mac[5] = last;
	frame_neighbor(&frame, &ends, &host, 0x20000000);
	wire_send(&t->wire, WIRE_DUT, &frame);
	wire_until(&t->wire, wire_now() + 300 * MS);
	snprintf(expected, sizeof expected, "02:00:00:00:00:%02x", last);
	answer = dut_shell("ip -n dut -6 neigh show 2001:db8::2 dev eth0");
	report_check(&t->report, strstr(answer, expected), what, expected, "%s",
		     answer);
}

static void neighbor_changes(struct test *t)
{
	struct setup setup = play_std(t);

	dut_shell("ip -n dut neigh replace 2001:db8::2 lladdr "
		  "02:00:00:00:00:11 dev eth0 nud reachable");
	if (!play_start(t, 0, &setup))
		return;
	check_neighbor(t, "Backup", 0x12);
	if (play_next(t, WIRE_DUT, t->dut[0].started, wire_now() + 6 * SEC))
		check_neighbor(t, "Active", 0x13);
	else
		report_check(&t->report, false, "it becomes Active",
			     "an advertisement", "never");
}

/* The macvlan of the daemon is the one that is asked to be a proxy. */
static void proxy(struct test *t)
{
	struct setup setup = play_std(t);
	struct address beyond = address_of("198.51.100.50");
	const struct heard *heard;
	uint8_t mac[6];
	int64_t from;

	host_answer(t);
	if (!play_serving(t, &setup))
		return;
	dut_shell("ip netns exec dut sh -c 'for i in /proc/sys/net/ipv4/conf/"
		  "vrrp*; do echo 1 >$i/proxy_arp; done; "
		  "for i in /proc/sys/net/ipv4/neigh/vrrp*; "
		  "do echo 0 >$i/proxy_delay; done'");
	play_virtual_mac(t, 51, mac);
	from = host_ask(t, &beyond, HOST_ASK, mac);
	heard = host_reply(t, &beyond, HOST_ASK, from);
	if (report_check(&t->report, heard, "proxy answer", "there", "%s",
			 heard ? "there" : "none"))
		report_check(&t->report, memcmp(heard->seen.sha, mac, 6) == 0,
			     "its MAC", play_mac_text(mac), "%s",
			     play_mac_text(heard->seen.sha));
}

static bool is_wrong_redirect(const struct heard *heard, const void *address)
{
	return heard->seen.kind == SEEN_REDIRECT &&
	       !address_equals(&heard->seen.from, address);
}

static void redirect(struct test *t)
{
	struct setup setup = play_std(t);
	struct address address = play_virtual(&setup, 0), beyond;
	uint8_t mac[6];
	struct ends ends;
	struct frame frame;
	int64_t from;

	dut_shell("ip -n dut route add 203.0.113.0/24 via 192.0.2.200; "
		  "ip -n dut neigh replace 192.0.2.200 lladdr "
		  "02:00:00:00:00:c8 dev eth0 nud permanent; "
		  "ip netns exec dut sh -c 'for i in /proc/sys/net/ipv4/conf/*;"
		  " do echo 1 >$i/send_redirects; done'");
	host_answer(t);
	if (!play_serving(t, &setup))
		return;
	play_virtual_mac(t, 51, mac);
	beyond = address_of("203.0.113.9");
	ends = play_ends(t, "192.0.2.2", &beyond, mac);
	frame_udp(&frame, &ends, 4000);
	from = wire_now();
	for (int i = 0; i < 5; i++)
		wire_send(&t->wire, WIRE_DUT, &frame);
	wire_until(&t->wire, from + 2 * SEC);
	report_number(&t->report, "redirects from another address",
		      (long)wire_count(&t->wire, is_wrong_redirect, &address,
				       from, from + 2 * SEC),
		      0);
}

static void backup_addresses(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);

	if (play_backup(t, &setup, &advert) == WIRE_NEVER)
		return;
	wire_until(&t->wire, wire_now() + 500 * MS);
	for (size_t i = 0; i < setup.addresses; i++) {
		struct address address = play_virtual(&setup, i);
		bool there = dut_holds(&t->dut[0], address_text(&address));

		report_check(&t->report, !there, address_text(&address),
			     "not assigned", "%s",
			     there ? "assigned" : "not assigned");
	}
}

#define K(id, section, text, run, seconds)                                     \
	{                                                                      \
		id, "RFC 9568 " section, text, run, seconds, ROW_TWIN          \
	}

const struct row rows_forward[] = {
	K("K-08", "6.4.2", "Backup, packet to the virtual MAC", backup, 3),
	K("K-09", "6.4.3", "Active, packet to the virtual MAC", active, 5),
	K("K-15", "8.3.1", "accept off, packet to the address", drop_route, 7),
	{ "K-16", "RFC 9568 7.4", "no address of the virtual MAC",
	  no_autoconfiguration, 7, ROW_IPV6 },
	{ "K-19", "RFC 9568 8.2.3", "router advertisements",
	  router_advertisement, 25, ROW_IPV6 },
	{ "K-20", "impl", "none with lifetime 0", no_final_advertisement, 27,
	  ROW_IPV6 },
	{ "K-21", "RFC 9568 8.2.4", "a neighbour's MAC changes",
	  neighbor_changes, 6, ROW_IPV6 },
	{ "K-22", "RFC 9568 8.1.3", "proxy ARP on the virtual MAC", proxy, 6,
	  0 },
	{ "K-23", "RFC 9568 8.1.1", "redirects", redirect, 8, 0 },
	K("K-24", "6.4.2", "Backup has no virtual address", backup_addresses,
	  2),
	{ .id = NULL },
};
