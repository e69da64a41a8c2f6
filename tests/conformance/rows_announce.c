/* SPDX-License-Identifier: MIT */
/*
 * How a new Active moves the addresses to itself: gratuitous ARP, and
 * unsolicited Neighbor Advertisements.
 */
#include "tests/conformance/play.h"

#include <string.h>

/* An announcement of this address. */
static bool announces(const struct heard *heard, const void *arg)
{
	const struct address *address = arg;
	const struct seen *seen = &heard->seen;

	if (address->len == 4)
		return seen->kind == SEEN_ARP &&
		       address_equals(&seen->from, address) &&
		       address_equals(&seen->to, address);
	return seen->kind == SEEN_NEIGHBOR &&
	       address_equals(&seen->target, address) &&
	       seen->to_mac[0] == 0x33;
}

static const struct heard *
announcement(struct test *t, const struct address *address, int64_t from)
{
	const struct heard *heard =
		wire_wait(&t->wire, announces, address, from, from + 2 * SEC);

	report_check(&t->report, heard, "announcement", "there", "%s: %s",
		     address_text(address), heard ? "there" : "none");
	return heard;
}

static void check_mac(struct test *t, const char *what, const uint8_t mac[6],
		      const uint8_t expected[6])
{
	report_check(&t->report, memcmp(mac, expected, 6) == 0, what,
		     play_mac_text(expected), "%s", play_mac_text(mac));
}

static void check_arp(struct test *t, const struct seen *seen)
{
	uint8_t mac[6], all[6];

	memset(all, 255, 6);
	play_virtual_mac(t, 51, mac);
	check_mac(t, "Ethernet destination", seen->to_mac, all);
	check_mac(t, "sender hardware address", seen->sha, mac);
	report_number(&t->report, "op", seen->op, 1);
}

static void check_neighbor(struct test *t, const struct seen *seen)
{
	static const uint8_t all_nodes[] = { 0x33, 0x33, 0, 0, 0, 1 };
	uint8_t mac[6];

	play_virtual_mac(t, 51, mac);
	check_mac(t, "Ethernet destination", seen->to_mac, all_nodes);
	check_mac(t, "target link-layer address", seen->mac, mac);
	report_check(&t->report, seen->flags == 0xa0000000, "flags",
		     "a0000000 (R, O)", "%08x", seen->flags);
	report_check(&t->report,
		     strcmp(address_text(&seen->to), "ff02::1") == 0,
		     "destination", "ff02::1", "%s", address_text(&seen->to));
	report_number(&t->report, "hop limit", seen->ttl, 255);
	report_check(&t->report, seen->icmp_good, "checksum", "right", "%s",
		     seen->icmp_good ? "right" : "wrong");
}

/* Each address of setup, after the first advertisement. */
static void check_all(struct test *t, const struct setup *setup)
{
	const struct heard *heard = play_active(t, setup), *announced;

	for (size_t i = 0; heard && i < setup->addresses; i++) {
		struct address address = play_virtual(setup, i);

		announced = announcement(t, &address, heard->when);
		if (!announced)
			return;
		if (address.len == 4)
			check_arp(t, &announced->seen);
		else
			check_neighbor(t, &announced->seen);
	}
}

static void content(struct test *t)
{
	struct setup setup = play_std(t);

	check_all(t, &setup);
}

static void three(struct test *t)
{
	struct setup setup = play_std(t);

	setup.addresses = 3;
	setup.address[1] = "192.0.2.3/22";
	setup.address[2] = "192.0.2.4/22";
	check_all(t, &setup);
}

static void target_mac(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = play_active(t, &setup);
	struct address address = play_virtual(&setup, 0);
	uint8_t mac[6];

	heard = heard ? announcement(t, &address, heard->when) : NULL;
	play_virtual_mac(t, 51, mac);
	if (heard)
		check_mac(t, "target hardware address", heard->seen.tha, mac);
}

static void order(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = play_active(t, &setup), *announced;
	struct address address = play_virtual(&setup, 0);

	if (!heard)
		return;
	announced = announcement(t, &address, heard->when);
	report_number(&t->report, "announcements before the advertisement",
		      (long)wire_count(&t->wire, announces, &address,
				       t->dut[0].started, heard->when),
		      0);
	if (announced)
		report_time(&t->report, "from it to the announcement",
			    announced->when - heard->when, 0);
}

static void ethernet_source(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = play_active(t, &setup);
	struct address address = play_virtual(&setup, 0);
	uint8_t mac[6];

	heard = heard ? announcement(t, &address, heard->when) : NULL;
	play_virtual_mac(t, 51, mac);
	if (heard)
		check_mac(t, "Ethernet source", heard->seen.from_mac, mac);
}

static void owner(struct test *t)
{
	struct setup setup = play_own(t);

	check_all(t, &setup);
}

/* Does it name an owned address with another MAC than the virtual one? */
static bool misnames(const struct heard *heard, const void *arg)
{
	const struct setup *setup = arg;
	const struct seen *seen = &heard->seen;
	uint8_t mac[6];

	frame_virtual_mac(mac, setup->family == 6, 51);
	for (size_t i = 0; i < setup->addresses; i++) {
		struct address address = play_virtual(setup, i);

		if (seen->kind == SEEN_ARP &&
		    address_equals(&seen->from, &address) &&
		    memcmp(seen->sha, mac, 6) != 0)
			return true;
		if (seen->kind == SEEN_NEIGHBOR &&
		    address_equals(&seen->target, &address) &&
		    (!seen->has_mac || memcmp(seen->mac, mac, 6) != 0))
			return true;
		if ((seen->kind == SEEN_SOLICIT || seen->kind == SEEN_ROUTER) &&
		    address_equals(&seen->from, &address) && seen->has_mac &&
		    memcmp(seen->mac, mac, 6) != 0)
			return true;
	}
	return false;
}

static void owner_cold(struct test *t)
{
	struct setup setup = play_own(t);
	int64_t from;
	bool active;

	dut_shell("ip -n dut link set eth0 down");
	dut_configure(&t->dut[0], &setup, 1);
	dut_start(&t->dut[0]);
	wire_until(&t->wire, wire_now() + SEC);
	from = wire_now();
	dut_shell("ip -n dut link set eth0 up; ip -n dut addr add "
		  "fe80::a:2/64 dev eth0 nodad; ip -n dut addr add "
		  "2001:db8::100/64 dev eth0 nodad");
	active = play_next(t, WIRE_DUT, from, from + 5 * SEC) != NULL;
	report_check(&t->report, active, "Active after link up", "yes", "%s",
		     active ? "yes" : "no");
	wire_until(&t->wire, from + 5 * SEC);
	report_number(&t->report, "frames that name it with another MAC",
		      (long)wire_count(&t->wire, misnames, &setup, from,
				       from + 5 * SEC),
		      0);
}

const struct row rows_announce[] = {
	{ "G-01", "RFC 9568 6.4.2, erratum 7949", "gratuitous ARP", content, 5,
	  0 },
	{ "G-02", "RFC 9568 6.4.2", "its target hardware address", target_mac,
	  5, 0 },
	{ "G-03", "RFC 9568 6.4.2", "the advertisement goes first", order, 5,
	  ROW_TWIN },
	{ "G-04", "RFC 9568 2.4", "Ethernet source", ethernet_source, 5,
	  ROW_TWIN },
	{ "G-05", "RFC 9568 6.4.2", "one for each of three", three, 5, 0 },
	{ "G-06", "RFC 9568 6.4.2, RFC 4861 4.4",
	  "unsolicited Neighbor Advertisements", content, 5, ROW_IPV6 },
	{ "G-07", "RFC 9568 6.4.1, erratum 7947", "the owner's", owner, 2,
	  ROW_TWIN },
	{ "G-08", "RFC 9568 8.1.2, 8.2.2", "an owner that boots", owner_cold, 7,
	  ROW_TWIN },
	{ .id = NULL },
};
