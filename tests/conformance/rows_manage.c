/* SPDX-License-Identifier: MIT */
/*
 * Several virtual routers in one daemon, and what it makes of configurations
 * that are wrong.
 */
#include "tests/conformance/host.h"

#include <stdlib.h>
#include <string.h>

struct who {
	bool ipv6;
	int vrid; /* 0 is any */
	enum wire_port port;
};

static bool is_of(const struct heard *heard, const void *arg)
{
	const struct who *who = arg;

	return heard->seen.kind == SEEN_ADVERT && heard->port == who->port &&
	       (who->vrid == 0 || heard->seen.vrid == who->vrid) &&
	       (heard->seen.from.len == 16) == who->ipv6;
}

static void families(struct test *t)
{
	struct setup both[2];
	struct who ipv4 = { .vrid = 51 }, ipv6 = { .ipv6 = true, .vrid = 51 };
	const struct heard *heard;
	struct advert advert;
	int64_t last, from;

	both[0] = play_std(t);
	t->ipv6 = true;
	both[1] = play_std(t);
	advert = play_advert(t, &both[0], PL, 200);
	if (!play_start_many(t, 0, both, 2))
		return;
	from = wire_now();
	play_repeat(t, &advert, 500 * MS, from + 6 * SEC, &last);
	heard = wire_wait(&t->wire, is_of, &ipv6, t->dut[0].started,
			  from + 6 * SEC);
	report_check(&t->report, heard, "IPv6", "Active", "%s",
		     heard ? "Active" : "silent");
	report_number(&t->report, "advertisements in IPv4",
		      (long)wire_count(&t->wire, is_of, &ipv4,
				       t->dut[0].started, from + 6 * SEC),
		      0);
}

static void opposite_roles(struct test *t)
{
	struct setup both[2] = { play_std(t), play_std(t) };
	struct who first = { t->ipv6, 1, WIRE_DUT };
	struct who second = { t->ipv6, 2, WIRE_DUT };
	struct advert higher, lower;
	struct address address;
	const struct heard *heard;
	uint8_t mac[6];
	int64_t from;

	both[0].vrid = 1;
	both[0].priority = 200;
	both[1].vrid = 2;
	both[1].address[0] = t->ipv6 ? "fe80::5:2/64" : "192.0.2.3/22";
	both[1].address[1] = "2001:db8::2/64";
	lower = play_advert(t, &both[0], PL, 100);
	higher = play_advert(t, &both[1], PL, 200);
	if (!play_start_many(t, 0, both, 2))
		return;
	from = wire_now();
	for (int i = 0; i < 16; i++) {
		play_say(t, &higher);
		if (i < 6)
			play_say(t, &lower);
		wire_until(&t->wire, from + (i + 1) * 500 * MS);
	}
	report_range(&t->report, "advertisements of VRID 1",
		     (long)wire_count(&t->wire, is_of, &first,
				      t->dut[0].started, wire_now()),
		     4, 12);
	report_number(&t->report, "advertisements of VRID 2",
		      (long)wire_count(&t->wire, is_of, &second,
				       t->dut[0].started, wire_now()),
		      0);
	play_virtual_mac(t, 1, mac);
	address = play_virtual(&both[0], 0);
	from = host_ask(t, &address, HOST_ASK, mac);
	heard = host_reply(t, &address, HOST_ASK, from);
	report_check(&t->report,
		     heard &&
			     memcmp(t->ipv6 ? heard->seen.mac : heard->seen.sha,
				    mac, 6) == 0,
		     "VRID 1 answers with", play_mac_text(mac), "%s",
		     !heard    ? "nothing"
		     : t->ipv6 ? play_mac_text(heard->seen.mac)
			       : play_mac_text(heard->seen.sha));
}

static void vrids(struct test *t)
{
	static const int vrid[] = { 1, 127, 128, 255 };
	static const char *const first[] = { "192.0.2.1/22", "192.0.2.2/22",
					     "192.0.2.3/22", "192.0.2.4/22" };
	static const char *const ll[] = { "fe80::5:1/64", "fe80::5:2/64",
					  "fe80::5:3/64", "fe80::5:4/64" };
	struct setup setup[4];

	for (int i = 0; i < 4; i++) {
		setup[i] = play_fast(t);
		setup[i].vrid = vrid[i];
		setup[i].address[0] = t->ipv6 ? ll[i] : first[i];
		setup[i].addresses = 1;
	}
	if (!play_start_many(t, 0, setup, 4))
		return;
	for (int i = 0; i < 4; i++) {
		struct who who = { t->ipv6, vrid[i], WIRE_DUT };
		const struct heard *heard =
			wire_wait(&t->wire, is_of, &who, t->dut[0].started,
				  wire_now() + 3 * SEC);
		uint8_t mac[6];

		play_virtual_mac(t, vrid[i], mac);
		report_check(&t->report,
			     heard && memcmp(heard->seen.from_mac, mac, 6) == 0,
			     "Ethernet source", play_mac_text(mac), "%s",
			     heard ? play_mac_text(heard->seen.from_mac)
				   : "nothing");
	}
}

static void all_255(struct test *t)
{
	static struct setup setup[DUT_ROUTERS];
	static char text[DUT_ROUTERS][24];
	long least = 1000, most = 0;
	int64_t from;

	for (int i = 0; i < DUT_ROUTERS; i++) {
		setup[i] = play_std(t);
		setup[i].vrid = i + 1;
		snprintf(text[i], sizeof text[i], "192.0.3.%d/22", i + 1);
		setup[i].address[0] = text[i];
	}
	/* 192.0.3.255 is the LAN's broadcast address. */
	setup[254].address[0] = "192.0.2.254/22";
	if (!play_start_many(t, 0, setup, DUT_ROUTERS))
		return;
	wire_until(&t->wire, wire_now() + 8 * SEC);
	from = wire_now();
	wire_until(&t->wire, from + 10 * SEC);
	for (int i = 0; i < DUT_ROUTERS; i++) {
		struct who who = { false, i + 1, WIRE_DUT };
		long count = (long)wire_count(&t->wire, is_of, &who, from,
					      from + 10 * SEC);

		least = count < least ? count : least;
		most = count > most ? count : most;
	}
	report_range(&t->report, "least of one in 10 s", least, 9, 11);
	report_range(&t->report, "most of one in 10 s", most, 9, 11);
}

static void two_interfaces(struct test *t)
{
	struct setup both[2] = { play_std(t), play_std(t) };
	struct who near = { t->ipv6, 51, WIRE_DUT };
	struct who far = { t->ipv6, 51, WIRE_FAR };
	struct advert advert = play_advert(t, &both[0], PL, 200);
	const struct heard *heard;
	int64_t from, last;

	both[1].interface = "eth1";
	both[1].address[0] = t->ipv6 ? "fe80::5:1/64" : "198.51.100.1/24";
	both[1].address[1] = "2001:db8:1::1/64";
	if (!play_start_many(t, 0, both, 2))
		return;
	from = wire_now();
	play_repeat(t, &advert, 500 * MS, from + 6 * SEC, &last);
	heard = wire_wait(&t->wire, is_of, &far, t->dut[0].started, wire_now());
	report_check(&t->report, heard, "on eth1", "Active", "%s",
		     heard ? "Active" : "silent");
	report_number(&t->report, "advertisements on eth0",
		      (long)wire_count(&t->wire, is_of, &near,
				       t->dut[0].started, wire_now()),
		      0);
}

/* It ends with an error, or goes on without this virtual router. */
static void refused(struct test *t, const char *what, const struct setup *setup)
{
	int status;

	dut_configure(&t->dut[0], setup, 1);
	dut_start(&t->dut[0]);
	status = dut_wait(&t->dut[0], 5000);
	if (play_next(t, WIRE_DUT, t->dut[0].started, wire_now()))
		report_check(&t->report, false, what, "refused",
			     "it advertises");
	else
		report_check(&t->report, status != 0, what, "refused",
			     status < 0 ? "nothing is advertised"
					: "exit status %d",
			     status);
	if (status < 0)
		dut_stop(&t->dut[0]);
}

static void wrong_numbers(struct test *t)
{
	static const struct {
		int vrid, priority;
		unsigned interval;
		const char *what;
	} wrong[] = {
		{ 0, 100, 100, "VRID 0" },
		{ 256, 100, 100, "VRID 256" },
		{ 51, 0, 100, "priority 0" },
		{ 51, 256, 100, "priority 256" },
		{ 51, 100, 0, "interval 0" },
		{ 51, 100, 4096, "interval 4096" },
	};

	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct setup setup = play_std(t);

		setup.vrid = wrong[i].vrid;
		setup.priority = wrong[i].priority;
		setup.interval = wrong[i].interval;
		refused(t, wrong[i].what, &setup);
	}
}

static void wrong_addresses(struct test *t)
{
	struct setup setup = play_std(t);

	setup.addresses = 0;
	refused(t, "no address", &setup);
	setup.addresses = 1;
	setup.address[0] = "2001:db8::1/64";
	refused(t, "IPv6 without link-local address", &setup);
}

/*
 * The correction may also be that the host is given the address, which makes
 * its router the owner, with a line of log that says so.
 */
static bool has_become_owner(const struct test *t, const struct setup *setup)
{
	const char *text = setup->address[0];
	char address[64] = "";

	strncat(address, text, strcspn(text, "/"));
	return dut_holds(&t->dut[0], address) &&
	       dut_logged(&t->dut[0], text) > 0;
}

static void not_owner(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard;
	bool corrected;
	int status;

	setup.priority = 255;
	setup.owner = true;
	dut_configure(&t->dut[0], &setup, 1);
	dut_start(&t->dut[0]);
	status = dut_wait(&t->dut[0], 1000);
	heard = play_next(t, WIRE_DUT, t->dut[0].started, wire_now() + 4 * SEC);
	corrected = heard &&
		    (heard->seen.priority < 255 || has_become_owner(t, &setup));
	report_check(&t->report, !heard || corrected,
		     "priority 255 without the address",
		     "refused, or corrected", "%s",
		     status > 0  ? "refused"
		     : corrected ? "corrected"
		     : heard     ? "advertised"
				 : "it waits");
}

static void owner_with_100(struct test *t)
{
	struct setup setup = play_own(t);
	const struct heard *heard;
	int status;

	setup.priority = 100;
	setup.owner = false;
	dut_configure(&t->dut[0], &setup, 1);
	dut_start(&t->dut[0]);
	status = dut_wait(&t->dut[0], 1000);
	heard = play_next(t, WIRE_DUT, t->dut[0].started, wire_now() + 5 * SEC);
	report_check(&t->report, !heard || heard->seen.priority == 255,
		     "owner with priority 100", "refused, or corrected",
		     "%s %s",
		     status > 0 ? "refused"
		     : heard    ? "advertised"
				: "it waits",
		     heard ? "as it is" : "");
}

static void version_2_too(struct test *t)
{
	struct setup setup = play_std(t);
	long old = 0, new = 0;

	setup.version2 = true;
	if (!play_active(t, &setup))
		return;
	wire_until(&t->wire, wire_now() + 3 * SEC);
	for (size_t i = 0; i < t->wire.count; i++) {
		const struct seen *seen = &t->wire.heard[i]->seen;

		if (seen->kind != SEEN_ADVERT || seen->len < 12)
			continue;
		old += seen->payload[0] == 0x21 && seen->len == 20;
		new += seen->payload[0] == 0x31;
	}
	report_range(&t->report, "of version 2", old, 3, 5);
	report_range(&t->report, "of version 3", new, 3, 5);
}

const struct row rows_manage[] = {
	{ "M-01", "RFC 9568 3", "the families of one VRID", families, 8, 0 },
	{ "M-02", "RFC 9568 4.2", "two VRIDs in opposite roles", opposite_roles,
	  11, ROW_TWIN },
	{ "M-03", "RFC 9568 7.3", "VRIDs 1, 127, 128, 255", vrids, 3,
	  ROW_TWIN },
	{ "M-04", "RFC 9568 3", "255 VRIDs", all_255, 32, 0 },
	{ "M-05", "RFC 9568 7.1", "one VRID on two interfaces", two_interfaces,
	  8, 0 },
	{ "M-06", "RFC 9568 6.1", "numbers out of range", wrong_numbers, 4,
	  ROW_TWIN },
	{ "M-06list", "RFC 9568 6.1", "no address, or no link-local one",
	  wrong_addresses, 3, ROW_IPV6 },
	{ "M-07", "RFC 9568 5.2.4", "priority 255 without the address",
	  not_owner, 6, ROW_TWIN },
	{ "M-07owner", "RFC 9568 5.2.4", "the address with priority 100",
	  owner_with_100, 7, ROW_TWIN },
	{ "M-11", "RFC 9568 8.4.2", "VRRPv2 beside it", version_2_too, 8, 0 },
	{ .id = NULL },
};
