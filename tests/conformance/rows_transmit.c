/* SPDX-License-Identifier: MIT */
/*
 * What an Active's advertisements look like, octet by octet, and how evenly
 * they come.
 */
#include "tests/conformance/play.h"

#include <stdlib.h>
#include <string.h>

static bool check_mac(struct test *t, const char *what, const uint8_t mac[6],
		      const char *expected)
{
	return report_check(&t->report,
			    strcmp(play_mac_text(mac), expected) == 0, what,
			    expected, "%s", play_mac_text(mac));
}

static bool check_address(struct test *t, const char *what,
			  const struct address *address, const char *expected)
{
	return report_check(&t->report,
			    strcmp(address_text(address), expected) == 0, what,
			    expected, "%s", address_text(address));
}

static void check_octets(struct test *t, const char *what, const uint8_t *p,
			 size_t len, const char *expected)
{
	char text[160] = "";

	for (size_t i = 0; i < len && i < 50; i++)
		snprintf(text + 3 * i, sizeof text - 3 * i, "%02x%s", p[i],
			 i + 1 < len ? " " : "");
	report_check(&t->report, strcmp(text, expected) == 0, what, expected,
		     "%s", text);
}

static void ethernet_header(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = play_active(t, &setup);

	for (int i = 0; heard && i < 3; i++) {
		if (i > 0)
			heard = play_next(t, WIRE_DUT, heard->when,
					  heard->when + 2 * SEC);
		if (!heard)
			break;
		check_mac(t, "destination", heard->seen.to_mac,
			  t->ipv6 ? "33:33:00:00:00:12" : "01:00:5e:00:00:12");
		check_mac(t, "source", heard->seen.from_mac,
			  t->ipv6 ? "00:00:5e:00:02:33" : "00:00:5e:00:01:33");
		report_number(&t->report, "EtherType", heard->seen.ethertype,
			      t->ipv6 ? 0x86dd : 0x0800);
	}
	report_check(&t->report, heard, "advertisements", "three", "%s",
		     heard ? "three" : "fewer");
}

static void check_ip_header(struct test *t, const struct seen *seen)
{
	report_number(&t->report, "TTL or hop limit", seen->ttl, 255);
	report_number(&t->report, "protocol", seen->protocol, 112);
	check_address(t, "destination", &seen->to,
		      t->ipv6 ? "ff02::12" : "224.0.0.18");
	check_address(t, "source", &seen->from,
		      t->ipv6 ? "fe80::a:2" : "192.0.2.100");
	report_check(&t->report, seen->header_good, "IP header", "good", "%s",
		     seen->header_good ? "good" : "bad");
}

static void ip_header(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = play_active(t, &setup);

	if (heard)
		check_ip_header(t, &heard->seen);
}

static void message(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = play_active(t, &setup);

	if (!heard)
		return;
	check_octets(t, "message", heard->seen.payload, 6, "31 33 64 01 00 64");
	check_octets(t, "addresses", heard->seen.payload + 8,
		     heard->seen.len - 8, "c0 00 02 01");
	report_number(&t->report, "IP total length",
		      frame_get16(heard->octets + 16), 32);
}

static void checksum(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = play_active(t, &setup);

	if (!heard)
		return;
	check_octets(t, "checksum", heard->seen.payload + 6, 2,
		     t->ipv6 ? "3f eb" : "a8 65");
	report_check(&t->report,
		     t->ipv6 ? heard->seen.pseudo : heard->seen.plain,
		     "recomputed", "right", "%s",
		     heard->seen.plain    ? "right without pseudo-header"
		     : heard->seen.pseudo ? "right with pseudo-header"
					  : "wrong");
	report_number(&t->report, "message length", (long)heard->seen.len,
		      t->ipv6 ? 40 : 12);
}

static void checksum_rfc5798(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard;

	setup.checksum = DUT_CHECKSUM_RFC5798;
	heard = play_active(t, &setup);
	if (heard)
		report_check(&t->report,
			     heard->seen.pseudo && !heard->seen.plain,
			     "checksum", "with pseudo-header", "%s",
			     heard->seen.pseudo  ? "with pseudo-header"
			     : heard->seen.plain ? "without it"
						 : "wrong");
}

static void ipv6_headers(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = play_active(t, &setup);

	if (!heard)
		return;
	check_mac(t, "Ethernet destination", heard->seen.to_mac,
		  "33:33:00:00:00:12");
	check_mac(t, "Ethernet source", heard->seen.from_mac,
		  "00:00:5e:00:02:33");
	check_ip_header(t, &heard->seen);
}

static void link_local_first(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard;
	int status;

	setup.address[0] = "2001:db8::1/64";
	setup.address[1] = "fe80::5:1/64";
	dut_configure(&t->dut[0], &setup, 1);
	dut_start(&t->dut[0]);
	status = dut_wait(&t->dut[0], 500);
	if (status >= 0) {
		report_check(&t->report, status != 0,
			     "global address given first", "refused",
			     "exit status %d", status);
		return;
	}
	heard = play_next(t, WIRE_DUT, t->dut[0].started, wire_now() + 6 * SEC);
	if (!heard) {
		report_check(&t->report, true, "global address given first",
			     "refused", "nothing is advertised");
		return;
	}
	if (!report_number(&t->report, "octets", (long)heard->seen.len, 40))
		return;
	check_octets(t, "first address", heard->seen.payload + 8, 16,
		     "fe 80 00 00 00 00 00 00 00 00 00 00 00 05 00 01");
}

/* A Backup that has learned 10 cs from another takes over soon. */
static const struct heard *active_soon(struct test *t, struct setup *setup)
{
	struct advert advert = play_advert(t, setup, PL, 255);
	int64_t said;

	advert.interval = 1;
	if (!play_start(t, 0, setup))
		return NULL;
	said = play_say(t, &advert);
	return play_next(t, WIRE_DUT, said, said + 3 * SEC);
}

static void interval_field(struct test *t)
{
	static const unsigned intervals[] = { 1, 100, 4095 };

	for (size_t i = 0; i < 3; i++) {
		struct setup setup = play_std(t);
		const struct heard *heard;

		setup.interval = intervals[i];
		heard = active_soon(t, &setup);
		report_number(&t->report, "interval and reserve",
			      heard ? heard->seen.interval_field : -1,
			      intervals[i]);
		dut_stop(&t->dut[0]);
	}
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t median(int64_t *values, size_t count)
{
	qsort(values, count, sizeof *values, compare);
	return values[count / 2];
}

/*
 * When one comes late, the next is back on the schedule and less than an
 * interval later: so each is held against the last five, and is too early only
 * if it is so for all of them.
 */
static int count_early(const int64_t *when, int count, int64_t interval)
{
	int early = 0;

	for (int n = 1; n < count; n++) {
		bool good = false;

		for (int m = n > 5 ? n - 5 : 0; m < n; m++)
			good |= when[n] - when[m] >=
				(n - m) * interval - REPORT_EARLY_US;
		early += !good;
	}
	return early;
}

static void spacing(struct test *t)
{
	enum { COUNT = 51, SIDE = 10 };
	struct setup setup = play_fast(t);
	const struct heard *heard = active_soon(t, &setup);
	int64_t when[COUNT], head[SIDE], tail[SIDE], slope;

	for (int i = 0; i < COUNT; i++) {
		if (!report_check(&t->report, heard, "advertisements", "51",
				  "%d", i + (heard != NULL)))
			return;
		when[i] = heard->when;
		heard = play_next(t, WIRE_DUT, when[i], when[i] + 5 * SEC);
	}
	memset(&t->report, 0, sizeof t->report);
	for (int i = 0; i < SIDE; i++) {
		head[i] = when[i] - i * 100 * MS;
		tail[i] =
			when[COUNT - SIDE + i] - (COUNT - SIDE + i) * 100 * MS;
	}
	slope = (median(tail, SIDE) - median(head, SIDE)) / (COUNT - SIDE);
	report_range(&t->report, "mean spacing in us", 100 * MS + slope, 99000,
		     101000);
	report_number(&t->report, "spacings below 90 ms",
		      count_early(when, COUNT, 100 * MS), 0);
	report_range(&t->report, "drift over the run in us",
		     (when[COUNT - 1] - when[0]) - (COUNT - 1) * 100 * MS,
		     -REPORT_EARLY_US, REPORT_LATE_US);
}

static void fastest(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard;
	long count;

	setup.interval = 1;
	heard = active_soon(t, &setup);
	if (!report_check(&t->report, heard, "Active", "yes", "%s",
			  heard ? "yes" : "no"))
		return;
	wire_until(&t->wire, heard->when + 10 * SEC);
	count = (long)play_adverts(t, WIRE_DUT, heard->when,
				   heard->when + 10 * SEC);
	/* Down to 900 on a machine that is too busy, but never too many. */
	report_range(&t->report, "advertisements in 10 s", count, 900, 1020);
	if (count < 980)
		report_remark(&t->report, "fewer than 980, a busy machine?");
}

static void slowest(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard;

	setup.interval = 4095;
	heard = active_soon(t, &setup);
	if (!report_check(&t->report, heard, "Active", "yes", "%s",
			  heard ? "yes" : "no"))
		return;
	play_expect(t, "the next advertisement", heard->when, 40950 * MS);
}

static void sixteen_addresses(struct test *t)
{
	static char text[16][20];
	struct setup setup = play_std(t);
	const struct heard *heard;
	int misplaced = 0;

	setup.addresses = 16;
	for (size_t i = 0; i < 16; i++) {
		snprintf(text[i], sizeof text[i], "192.0.2.%zu/22",
			 10 + i * 7 % 16);
		setup.address[i] = text[i];
	}
	heard = play_active(t, &setup);
	if (!heard)
		return;
	report_number(&t->report, "count", heard->seen.count, 16);
	if (!report_number(&t->report, "length", (long)heard->seen.len, 72))
		return;
	for (size_t i = 0; i < 16; i++) {
		struct address address = play_virtual(&setup, i);

		misplaced += memcmp(heard->seen.payload + 8 + 4 * i,
				    address.octets, 4) != 0;
	}
	report_number(&t->report, "addresses out of order", misplaced, 0);
	report_check(&t->report, heard->seen.plain || heard->seen.pseudo,
		     "checksum, of either form", "right", "%s",
		     heard->seen.plain || heard->seen.pseudo ? "right"
							     : "wrong");
}

static void owner(struct test *t)
{
	struct setup setup = play_own(t);
	const struct heard *heard = play_active(t, &setup);

	if (!heard)
		return;
	report_number(&t->report, "priority", heard->seen.priority, 255);
	check_address(t, "source", &heard->seen.from,
		      t->ipv6 ? "fe80::a:2" : "192.0.2.100");
}

static void owner_mac(struct test *t)
{
	struct setup setup = play_own(t);
	const struct heard *heard = play_active(t, &setup);

	if (heard)
		check_mac(t, "source", heard->seen.from_mac,
			  t->ipv6 ? "00:00:5e:00:02:33" : "00:00:5e:00:01:33");
}

static void source_follows(struct test *t)
{
	const char *now = t->ipv6 ? "fe80::a:9" : "192.0.2.50";
	const char *before = t->ipv6 ? "fe80::a:2/64" : "192.0.2.100/22";
	struct setup setup = play_fast(t);
	const struct heard *heard = play_active(t, &setup);
	int64_t from;

	if (!heard)
		return;
	dut_shell("ip -n %s addr add %s dev eth0 %s", t->dut[0].name, now,
		  t->ipv6 ? "nodad" : "");
	dut_shell("ip -n %s addr del %s dev eth0", t->dut[0].name, before);
	from = wire_now() + 2 * SEC;
	wire_until(&t->wire, from);
	heard = play_next(t, WIRE_DUT, from, from + 2 * SEC);
	if (report_check(&t->report, heard, "advertisements go on", "yes", "%s",
			 heard ? "yes" : "no"))
		check_address(t, "source", &heard->seen.from, now);
}

const struct row rows_transmit[] = {
	{ "T-01", "RFC 9568 7.2, 7.3", "Ethernet header", ethernet_header, 7,
	  0 },
	{ "T-02", "RFC 9568 5.1.1, 7.2", "IPv4 header", ip_header, 4, 0 },
	{ "T-03", "RFC 9568 5.2", "message", message, 4, 0 },
	{ "T-04", "RFC 9568 5.2.8", "IPv4 checksum, of the message alone",
	  checksum, 4, 0 },
	{ "T-05", "RFC 5798 5.2.8", "IPv4 checksum with pseudo-header if asked",
	  checksum_rfc5798, 4, 0 },
	{ "T-06", "RFC 9568 7.2, 7.3, 5.1.2", "Ethernet and IPv6 header",
	  ipv6_headers, 4, ROW_IPV6 },
	{ "T-07", "RFC 9568 5.2.8, RFC 8200 8.1", "IPv6 checksum", checksum, 4,
	  ROW_IPV6 },
	{ "T-08", "RFC 9568 5.2.9", "the link-local address goes first",
	  link_local_first, 4, ROW_IPV6 },
	{ "T-09", "RFC 9568 5.2.6, 5.2.7", "intervals 1, 100, 4095 cs",
	  interval_field, 5, ROW_TWIN },
	{ "T-10", "RFC 9568 6.4.3", "50 advertisements at 100 ms", spacing, 6,
	  ROW_TWIN },
	{ "T-11", "RFC 9568 6.4.3", "10 s at 10 ms", fastest, 11, ROW_TWIN },
	{ "T-12", "RFC 9568 6.4.3", "interval 40.95 s", slowest, 45, 0 },
	{ "T-13", "RFC 9568 5.2.5, 5.2.9", "16 IPv4 addresses",
	  sixteen_addresses, 4, 0 },
	{ "T-14", "RFC 9568 5.2.4", "address owner", owner, 1, ROW_TWIN },
	{ "T-14mac", "RFC 9568 7.2", "address owner, virtual MAC", owner_mac, 1,
	  ROW_TWIN },
	{ "T-15", "RFC 9568 5.1.1.1, 5.1.2.1", "the source follows the address",
	  source_follows, 6, ROW_TWIN },
	{ .id = NULL },
};
