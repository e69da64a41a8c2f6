/* SPDX-License-Identifier: MIT */
/*
 * What a Backup takes for an advertisement.  One good advert(200), and then
 * bad ones of the same priority each half second: the daemon becomes Active as
 * if they had not been, and counts each of them under its own reason.
 */
#include "tests/conformance/play.h"

#include <stdlib.h>
#include <string.h>

static struct advert good(const struct test *t)
{
	struct setup setup = play_std(t);

	return play_advert(t, &setup, PL, 200);
}

/* The bad ones are said in turn. */
static void discarded_with(struct test *t, const struct setup *setup,
			   const struct advert *bad, size_t count,
			   const char *reason)
{
	struct advert advert = play_advert(t, setup, PL, 200);
	int64_t from = play_backup(t, setup, &advert);
	struct counters before;
	unsigned said;

	if (from == WIRE_NEVER)
		return;
	before = play_counters(t);
	said = play_pester(t, bad, count, 500 * MS, from, from + 8 * SEC);
	play_expect(t, "from the good advertisement to Active", from,
		    play_down(setup->priority, setup->interval));
	report_range(&t->report, "bad ones said", said, 4, 16);
	play_moved(t, &before, reason, said);
}

static void discarded(struct test *t, const struct advert *bad, size_t count,
		      const char *reason)
{
	struct setup setup = play_std(t);

	discarded_with(t, &setup, bad, count, reason);
}

static void control(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = good(t);
	int64_t from, last;
	unsigned said;

	if (!play_start(t, 0, &setup))
		return;
	from = wire_now();
	said = play_repeat(t, &advert, 500 * MS, from + 10 * SEC, &last);
	play_silence(t, "while good ones are heard", t->dut[0].started,
		     from + 10 * SEC);
	if (t->dut[0].daemon->has_status)
		report_number(&t->report, "advertisement-rcvd",
			      play_statistic(t, "advertisement-rcvd"), said);
}

static void ttl(struct test *t)
{
	struct advert bad[] = { good(t), good(t), good(t) };

	bad[0].ttl = 254;
	bad[1].ttl = 1;
	bad[2].ttl = 64;
	discarded(t, bad, 3, "ttl");
}

static void version_2(struct test *t)
{
	struct advert bad = good(t);

	bad.version = 2;
	bad.interval = 1;
	bad.trailer = 8;
	discarded(t, &bad, 1, "version");
}

static void versions(struct test *t)
{
	static const uint8_t others[] = { 1, 4, 15, 0 };
	struct advert bad[4];

	for (int i = 0; i < 4; i++) {
		bad[i] = good(t);
		bad[i].version = others[i];
	}
	discarded(t, bad, 4, "version");
}

static void types(struct test *t)
{
	static const uint8_t others[] = { 0, 2, 15 };
	struct advert bad[3];

	for (int i = 0; i < 3; i++) {
		bad[i] = good(t);
		bad[i].type = others[i];
	}
	discarded(t, bad, 3, "type");
}

static void too_short(struct test *t)
{
	static const size_t lengths[] = { 0, 4, 7 };
	struct advert bad[3];

	for (int i = 0; i < 3; i++) {
		bad[i] = good(t);
		bad[i].length = lengths[i];
	}
	discarded(t, bad, 3, "length");
}

static void count_too_high(struct test *t)
{
	struct advert bad = good(t);

	bad.count = (int)bad.addresses + 1;
	discarded(t, &bad, 1, "length");
}

static void half_an_address(struct test *t)
{
	struct advert bad = good(t);

	/* One address and 8 octets of a second; the checksum is right. */
	bad.addresses = 1;
	bad.count = 2;
	bad.trailer = 8;
	discarded(t, &bad, 1, "length");
}

static void flipped_bits(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = good(t);
	struct counters before, after;
	struct frame frame;
	size_t message = t->ipv6 ? 54 : 34, bits;
	int64_t from = play_backup(t, &setup, &advert), moved = 0;

	if (from == WIRE_NEVER)
		return;
	before = play_counters(t);
	frame_advert(&frame, &advert);
	bits = 8 * (frame.len - message);
	for (size_t bit = 0; bit < bits; bit++) {
		uint8_t mask = (uint8_t)(1 << bit % 8);

		frame.octets[message + bit / 8] ^= mask;
		wire_send(&t->wire, WIRE_DUT, &frame);
		frame.octets[message + bit / 8] ^= mask;
		/* All of them in the first two seconds. */
		wire_until(&t->wire, wire_now() + 2 * SEC / (int64_t)bits);
	}
	play_expect(t, "from the good advertisement to Active", from,
		    play_down(100, 100));
	after = play_counters(t);
	for (int i = 0; after.known && i < PLAY_REASONS; i++)
		moved += after.rejected[i] - before.rejected[i];
	if (after.known)
		report_number(&t->report, "rejected", moved, (long)bits);
}

/* With the other form of IPv4, and none at all in IPv6. */
static struct advert other_checksum(const struct test *t)
{
	struct advert advert = good(t);

	advert.pseudo = !advert.pseudo;
	return advert;
}

static void strict_checksum(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert bad = good(t);

	bad.pseudo = true;
	setup.checksum = DUT_CHECKSUM_STRICT;
	discarded_with(t, &setup, &bad, 1, "checksum");
}

static void ipv6_checksum(struct test *t)
{
	struct advert bad = other_checksum(t);

	discarded(t, &bad, 1, "checksum");
}

static void accepted(struct test *t, const struct setup *setup,
		     const struct advert *adverts, size_t count,
		     const char *statistic, unsigned least, unsigned most)
{
	struct counters before;
	int64_t from;
	unsigned said;

	if (!play_start(t, 0, setup))
		return;
	before = play_counters(t);
	from = t->dut[0].started;
	play_say(t, &adverts[0]);
	said = 1 + play_pester(t, adverts, count, 500 * MS, from,
			       wire_now() + 6 * SEC);
	play_silence(t, "while they are said", from, wire_now());
	play_moved(t, &before, "none", 0);
	if (!t->dut[0].daemon->has_status)
		return;
	report_number(&t->report, "advertisement-rcvd",
		      play_statistic(t, "advertisement-rcvd"), said);
	if (statistic)
		report_range(&t->report, statistic,
			     play_statistic(t, statistic), said * least,
			     said * most);
}

static void either_checksum(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = other_checksum(t);

	setup.checksum = DUT_CHECKSUM_EITHER;
	accepted(t, &setup, &advert, 1, "rfc5798-checksums-rcvd", 1, 1);
}

static void other_vrid(struct test *t)
{
	struct advert bad = good(t);

	bad.vrid = 52;
	discarded(t, &bad, 1, "vrid");
}

static void other_interface(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = good(t);
	int64_t from = play_backup(t, &setup, &advert), next = from;
	struct counters before = play_counters(t);
	struct frame frame;

	if (from == WIRE_NEVER)
		return;
	frame_advert(&frame, &advert);
	while (!play_next(t, WIRE_DUT, from, next += 500 * MS) &&
	       next < from + 6 * SEC)
		wire_send(&t->wire, WIRE_FAR, &frame);
	play_expect(t, "from the good advertisement on eth0 to Active", from,
		    play_down(100, 100));
	play_moved(t, &before, "none", 0);
}

static void count_zero(struct test *t)
{
	struct advert bad = good(t);

	bad.addresses = 0;
	discarded(t, &bad, 1, "no-address");
}

static void global_first(struct test *t)
{
	struct advert bad = good(t);

	bad.address[0] = address_of("2001:db8::1");
	bad.address[1] = address_of("fe80::5:1");
	discarded(t, &bad, 1, "not-link-local");
}

static void interval_zero(struct test *t)
{
	struct advert bad = good(t);

	bad.interval = 0;
	discarded(t, &bad, 1, "no-interval");
}

static void reserve(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = good(t);
	int64_t from;

	advert.reserve = 15;
	if (!play_start(t, 0, &setup))
		return;
	wire_until(&t->wire, wire_now() + SEC);
	from = play_say(t, &advert);
	play_expect(t, "from it to Active, by its 100 cs", from,
		    play_down(100, 100));
	if (t->dut[0].daemon->has_status)
		report_number(&t->report, "interval-errors",
			      play_statistic(t, "interval-errors"), 0);
}

static void other_interval(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = good(t);

	advert.interval = 300;
	accepted(t, &setup, &advert, 1, "interval-errors", 1, 1);
	if (t->dut[0].daemon->has_status)
		report_range(&t->report, "lines of log about it",
			     dut_logged(&t->dut[0], "interval"), 1, 5);
}

static void other_lists(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert lists[3] = { good(t), good(t), good(t) };
	size_t last = setup.addresses;
	const char *extra = t->ipv6 ? "2001:db8::77" : "192.0.2.77";

	/* Wrong, too many, too few. */
	if (!t->ipv6)
		setup.address[setup.addresses++] = "192.0.2.254/22";
	lists[0].address[last - 1] = address_of(extra);
	lists[1].address[last] = address_of(t->ipv6 ? "2001:db8::7" : extra);
	lists[1].address[last + 1] = address_of(extra);
	lists[1].addresses = last + 2;
	lists[2].addresses = 1;
	accepted(t, &setup, lists, 3, "address-list-errors", 1, 1);
}

static void other_order(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert;
	struct address first;

	setup.addresses = 3;
	setup.address[1] = t->ipv6 ? "2001:db8::1/64" : "192.0.2.254/22";
	setup.address[2] = t->ipv6 ? "2001:db8::2/64" : "192.0.2.253/22";
	advert = play_advert(t, &setup, PL, 200);
	first = advert.address[1];
	advert.address[1] = advert.address[2];
	advert.address[2] = first;
	accepted(t, &setup, &advert, 1, "address-list-errors", 0, 0);
}

static void padded(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = good(t);

	advert.pad_to = 60;
	accepted(t, &setup, &advert, 1, NULL, 0, 0);
}

static void ip_options(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = good(t);

	advert.options = true;
	accepted(t, &setup, &advert, 1, NULL, 0, 0);
}

/* Has the frame moved this counter and no other? */
static void counted_as(struct test *t, const struct advert *advert,
		       bool checksum_broken, const char *reason)
{
	struct counters before = play_counters(t);
	struct frame frame;

	frame_advert(&frame, advert);
	if (checksum_broken)
		frame.octets[(t->ipv6 ? 54 : 34) + 6] ^= 1;
	wire_send(&t->wire, WIRE_DUT, &frame);
	wire_until(&t->wire, wire_now() + 100 * MS);
	play_moved(t, &before, reason, 1);
}

/* Each frame has two faults, of which one is the next one's second. */
static void faults_in_order(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert bad[7];

	if (!t->dut[0].daemon->has_status) {
		report_skip(&t->report, "the daemon has no status");
		return;
	}
	for (int i = 0; i < 7; i++)
		bad[i] = good(t);
	bad[0].ttl = 254;
	bad[0].version = bad[1].version = 2;
	bad[1].type = bad[2].type = 2;
	bad[2].length = 4;
	bad[3].count = (int)bad[3].addresses + 1;
	bad[4].vrid = bad[5].vrid = 52;
	bad[5].addresses = bad[6].addresses = 0;
	bad[6].interval = 0;
	setup.checksum = DUT_CHECKSUM_STRICT;
	if (!play_start(t, 0, &setup))
		return;
	counted_as(t, &bad[0], false, "ttl");
	counted_as(t, &bad[1], false, "version");
	counted_as(t, &bad[2], false, "type");
	counted_as(t, &bad[3], true, "length");
	counted_as(t, &bad[4], true, "checksum");
	counted_as(t, &bad[5], false, "vrid");
	counted_as(t, &bad[6], false, "no-address");
	if (t->ipv6)
		return;
	bad[5].pseudo = bad[6].pseudo = true;
	counted_as(t, &bad[5], false, "vrid");
	counted_as(t, &bad[6], false, "checksum");
}

#define R(id, section, text, run, seconds)                                     \
	{                                                                      \
		id, section, text, run, seconds, ROW_TWIN                      \
	}

const struct row rows_receive[] = {
	R("R-01", "RFC 9568 7.1", "good advertisements", control, 11),
	R("R-02", "RFC 9568 7.1, 5.1.1.3, 5.1.2.3", "TTL 254, 1, 64", ttl, 6),
	R("R-04", "RFC 9568 7.1", "version 2", version_2, 6),
	R("R-05", "RFC 9568 7.1", "versions 1, 4, 15, 0", versions, 6),
	R("R-06", "RFC 9568 5.2.2", "types 0, 2, 15", types, 6),
	R("R-07", "RFC 9568 7.1", "message of 0, 4, 7 octets", too_short, 6),
	R("R-08", "RFC 9568 7.1", "fewer addresses than counted",
	  count_too_high, 6),
	{ "R-09", "RFC 9568 7.1", "half an IPv6 address", half_an_address, 6,
	  ROW_IPV6 },
	R("R-10", "RFC 9568 7.1", "each bit flipped", flipped_bits, 6),
	{ "R-11", "RFC 9568 5.2.8", "pseudo-header, strict", strict_checksum, 6,
	  0 },
	{ "R-12", "RFC 5798 5.2.8", "pseudo-header, lenient", either_checksum,
	  7, 0 },
	{ "R-13", "RFC 9568 5.2.8", "IPv6 without pseudo-header", ipv6_checksum,
	  6, ROW_IPV6 },
	R("R-14", "RFC 9568 7.1", "another VRID", other_vrid, 6),
	R("R-15", "RFC 9568 7.1", "on another interface", other_interface, 6),
	R("R-16", "RFC 9568 5.2.5, erratum 8299", "count 0", count_zero, 6),
	{ "R-17", "erratum 8300", "global address first", global_first, 6,
	  ROW_IPV6 },
	R("R-18", "erratum 8301", "interval 0", interval_zero, 6),
	R("R-19", "RFC 9568 5.2.6", "reserved bits are ignored", reserve, 6),
	R("R-20", "RFC 9568 7.1", "another interval is accepted",
	  other_interval, 7),
	R("R-21", "RFC 9568 7.1", "other addresses are accepted", other_lists,
	  7),
	R("R-21order", "RFC 9568 7.1", "another order is no error", other_order,
	  7),
	{ "R-22", "IEEE 802.3", "padding", padded, 7, 0 },
	{ "R-23", "RFC 791", "IPv4 options", ip_options, 7, 0 },
	R("R-29", "RFC 9568 7.1", "of two faults the first is counted",
	  faults_in_order, 3),
	{ .id = NULL },
};
