/* SPDX-License-Identifier: MIT */
/*
 * What the hosts of the LAN notice: who answers for the address, with which
 * MAC, and who takes packets for it.
 */
#include "tests/conformance/host.h"

#include <string.h>

static bool check_mac(struct test *t, const char *what, const uint8_t mac[6],
		      const uint8_t expected[6])
{
	return report_check(&t->report, memcmp(mac, expected, 6) == 0, what,
			    play_mac_text(expected), "%s", play_mac_text(mac));
}

static bool check_yes(struct test *t, const char *what, bool is, bool expected)
{
	return report_check(&t->report, is == expected, what,
			    expected ? "yes" : "no", "%s", is ? "yes" : "no");
}

/* Backup of another one, for as long as the row may take. */
static bool be_backup(struct test *t, const struct setup *setup)
{
	struct advert advert = play_advert(t, setup, PL, 200);

	advert.interval = 1000;
	if (play_backup(t, setup, &advert) == WIRE_NEVER)
		return false;
	wire_until(&t->wire, wire_now() + 200 * MS);
	return true;
}

static bool be_active(struct test *t, const struct setup *setup)
{
	host_answer(t);
	return play_serving(t, setup);
}

static void backup_silent(struct test *t)
{
	struct setup setup = play_std(t);
	uint8_t real[6];
	int64_t from;

	if (!be_backup(t, &setup))
		return;
	play_real_mac(t, real);
	for (size_t i = 0; i < setup.addresses; i++) {
		struct address address = play_virtual(&setup, i);

		from = host_ask(t, &address, HOST_ASK, real);
		host_ask(t, &address, HOST_ASK_UNICAST, real);
		host_ask(t, &address, HOST_ASK_PROBE, real);
		wire_until(&t->wire, from + SEC);
		report_number(&t->report, "answers",
			      (long)host_replies(t, &address, HOST_ASK_PROBE,
						 from, from + SEC),
			      0);
	}
}

static void check_flags(struct test *t, enum host_ask how,
			const struct seen *seen)
{
	uint32_t expected = how == HOST_ASK_PROBE ? 0xa0000000 : 0xe0000000;

	if (!seen->has_mac)
		expected &= ~UINT32_C(0x20000000);
	report_check(&t->report, seen->flags == expected, "its flags",
		     how == HOST_ASK_PROBE ? "R, O" : "R, S, and O with a MAC",
		     "%08x", seen->flags);
}

static void check_reply(struct test *t, const struct address *address,
			enum host_ask how)
{
	static const char *const names[] = { "asked", "asked unicast",
					     "probed" };
	uint8_t virtual_mac[6];
	int64_t from = wire_now();
	const struct heard *heard;
	long count;

	play_virtual_mac(t, 51, virtual_mac);
	host_ask(t, address, how, virtual_mac);
	heard = host_reply(t, address, how, from);
	wire_until(&t->wire, from + SEC);
	count = (long)host_replies(t, address, how, from, from + SEC);
	/* Announcements that come meanwhile may be among those to a probe. */
	if (!report_range(&t->report, names[how], count, 1,
			  how == HOST_ASK_PROBE ? 7 : 1))
		return;
	if (address->len == 4) {
		check_mac(t, "its MAC", heard->seen.sha, virtual_mac);
		return;
	}
	/* RFC 4861 7.2.4: who asks unicast may get no MAC, and no O then. */
	if (how != HOST_ASK_UNICAST || heard->seen.has_mac)
		check_mac(t, "its MAC", heard->seen.mac, virtual_mac);
	check_flags(t, how, &heard->seen);
	if (how == HOST_ASK_PROBE)
		report_check(
			&t->report,
			strcmp(address_text(&heard->seen.to), "ff02::1") == 0,
			"to", "ff02::1", "%s", address_text(&heard->seen.to));
}

static void active_answers(struct test *t)
{
	struct setup setup = play_std(t);

	if (!be_active(t, &setup))
		return;
	for (size_t i = 0; i < setup.addresses; i++) {
		struct address address = play_virtual(&setup, i);

		check_reply(t, &address, HOST_ASK);
		check_reply(t, &address, HOST_ASK_UNICAST);
	}
}

static void active_answers_probes(struct test *t)
{
	struct setup setup = play_std(t);

	if (!be_active(t, &setup))
		return;
	for (size_t i = 0; i < setup.addresses; i++) {
		struct address address = play_virtual(&setup, i);

		check_reply(t, &address, HOST_ASK_PROBE);
	}
}

static void accept_off_answers(struct test *t)
{
	struct setup setup = play_std(t);
	struct address address = play_virtual(&setup, 0);

	setup.accept = DUT_ACCEPT_OFF;
	if (be_active(t, &setup))
		check_reply(t, &address, HOST_ASK);
}

static void real_address(struct test *t)
{
	struct setup setup = play_std(t);
	struct address address =
		address_of(t->ipv6 ? "2001:db8::100" : "192.0.2.100");
	const struct heard *heard;
	uint8_t real[6];
	int64_t from;

	if (!be_active(t, &setup))
		return;
	play_real_mac(t, real);
	from = host_ask(t, &address, HOST_ASK, real);
	heard = host_reply(t, &address, HOST_ASK, from);
	if (check_yes(t, "answer", heard != NULL, true))
		check_mac(t, "its MAC",
			  t->ipv6 ? heard->seen.mac : heard->seen.sha, real);
	wire_until(&t->wire, from + SEC);
	report_number(
		&t->report, "answers",
		(long)host_replies(t, &address, HOST_ASK, from, from + SEC), 1);
}

static bool is_member(const char *group)
{
	return dut_shell("ip -n dut maddr show | grep -w %s", group)[0] != '\0';
}

static void groups(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);

	if (!be_active(t, &setup))
		return;
	check_yes(t, "Active: in ff02::1:ff05:1", is_member("ff02::1:ff05:1"),
		  true);
	check_yes(t, "Active: in ff02::1:ff00:1", is_member("ff02::1:ff00:1"),
		  true);
	play_say(t, &advert);
	play_holds(t, 0, &setup, false);
	wire_until(&t->wire, wire_now() + 500 * MS);
	check_yes(t, "Backup: in ff02::1:ff05:1", is_member("ff02::1:ff05:1"),
		  false);
}

/* Pings, TCP and UDP to each address of setup, by the virtual MAC. */
static void check_accepts(struct test *t, const struct setup *setup,
			  const uint8_t mac[6], bool expected)
{
	static const char *const names[] = { "answers a ping", "answers a SYN",
					     "answers UDP" };

	for (size_t i = 0; i < setup->addresses; i++) {
		struct address address = play_virtual(setup, i);

		for (int what = HOST_PING; what <= HOST_UDP; what++) {
			int64_t from =
				host_say(t, &address, mac, (enum host_say)what);

			check_yes(t, names[what],
				  host_heard(t, &address, from) != NULL,
				  expected);
		}
	}
}

static void accepts(struct test *t, enum dut_accept accept, bool expected)
{
	struct setup setup = play_std(t);
	uint8_t mac[6];

	setup.accept = accept;
	if (!be_active(t, &setup))
		return;
	play_virtual_mac(t, 51, mac);
	check_accepts(t, &setup, mac, expected);
}

static void accept_off(struct test *t)
{
	accepts(t, DUT_ACCEPT_OFF, false);
}

static void accept_on(struct test *t)
{
	accepts(t, DUT_ACCEPT_ON, true);
}

static void owner_accepts_with(struct test *t, enum dut_accept accept)
{
	struct setup setup = play_own(t);
	uint8_t mac[6];

	setup.accept = accept;
	if (!be_active(t, &setup))
		return;
	play_virtual_mac(t, 51, mac);
	check_accepts(t, &setup, mac, true);
}

static void owner_accepts(struct test *t)
{
	owner_accepts_with(t, DUT_ACCEPT_DEFAULT);
}

static void owner_accept_off(struct test *t)
{
	owner_accepts_with(t, DUT_ACCEPT_OFF);
}

static void backup_accepts_nothing(struct test *t)
{
	struct setup setup = play_std(t);
	uint8_t mac[6];

	host_answer(t);
	setup.accept = DUT_ACCEPT_ON;
	setup.addresses = 1;
	if (!be_backup(t, &setup))
		return;
	play_virtual_mac(t, 51, mac);
	check_accepts(t, &setup, mac, false);
	play_real_mac(t, mac);
	check_accepts(t, &setup, mac, false);
}

static void owner_demoted(struct test *t)
{
	struct setup setup = play_own(t);
	struct advert advert = play_advert(t, &setup, PH, 255);
	struct address address = play_virtual(&setup, 0);
	uint8_t macs[2][6];
	int64_t from;

	advert.interval = 1000;
	if (!be_active(t, &setup))
		return;
	play_real_mac(t, macs[0]);
	play_virtual_mac(t, 51, macs[1]);
	play_say(t, &advert);
	wire_until(&t->wire, wire_now() + SEC);
	from = host_ask(t, &address, HOST_ASK, macs[0]);
	check_yes(t, "answers for the address",
		  host_reply(t, &address, HOST_ASK, from) != NULL, false);
	for (int i = 0; i < 2; i++) {
		from = host_say(t, &address, macs[i], HOST_PING);
		check_yes(t, i ? "a ping to the virtual MAC" : "a ping",
			  host_heard(t, &address, from) != NULL, false);
	}
}

static bool is_from_virtual(const struct heard *heard, const void *arg)
{
	const struct setup *setup = arg;

	if (heard->seen.kind != SEEN_SOLICIT)
		return false;
	for (size_t i = 0; i < setup->addresses; i++) {
		struct address address = play_virtual(setup, i);

		if (address_equals(&heard->seen.from, &address) &&
		    heard->seen.has_mac)
			return true;
	}
	return false;
}

/* A ping from a virtual address, to a host that is not known yet. */
static void own_solicitations(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard;
	uint8_t mac[6];
	int64_t from;
	long wrong = 0, count = 0;

	if (!be_active(t, &setup))
		return;
	play_virtual_mac(t, 51, mac);
	from = wire_now();
	t->wire.answerers = 0;
	dut_shell("ip netns exec dut ping -6 -c 1 -W 1 -I 2001:db8::1 "
		  "2001:db8::2; D=$(ip -n dut -o link show type macvlan | "
		  "sed 's/^[0-9]*: \\([^@:]*\\).*/\\1/'); ip netns exec dut "
		  "ping -6 -c 1 -W 1 -I $D fe80::a:1 2>&1");
	wire_until(&t->wire, wire_now() + 100 * MS);
	for (heard = wire_wait(&t->wire, is_from_virtual, &setup, from,
			       wire_now());
	     heard; heard = wire_wait(&t->wire, is_from_virtual, &setup,
				      heard->when, wire_now())) {
		count++;
		wrong += memcmp(heard->seen.mac, mac, 6) != 0;
	}
	report_number(&t->report, "solicitations with another MAC", wrong, 0);
	report_remark(&t->report, "of %ld from virtual addresses", count);
}

static bool is_duplicate_probe(const struct heard *heard, const void *arg)
{
	const struct setup *setup = arg;
	struct address none = address_of("::");

	if (heard->seen.kind != SEEN_SOLICIT ||
	    !address_equals(&heard->seen.from, &none))
		return false;
	for (size_t i = 0; i < setup->addresses; i++) {
		struct address address = play_virtual(setup, i);

		if (address_equals(&heard->seen.target, &address))
			return true;
	}
	return false;
}

static void duplicate_detection(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard;

	dut_shell("ip netns exec dut sh -c 'cd /proc/sys/net/ipv6/conf; "
		  "for i in all default eth0; do echo 1 >$i/accept_dad; "
		  "echo 1 >$i/dad_transmits; done'");
	heard = play_active(t, &setup);
	if (!heard)
		return;
	for (int i = 0; i < 10; i++) {
		check_yes(t, "tentative",
			  dut_shell("ip -n dut -6 addr show | grep -E "
				    "'tentative|dadfailed'")[0] != '\0',
			  false);
		wire_until(&t->wire, wire_now() + 50 * MS);
	}
	play_holds(t, 0, &setup, true);
	wire_until(&t->wire, heard->when + 3 * SEC);
	report_number(&t->report, "probes for virtual addresses",
		      (long)wire_count(&t->wire, is_duplicate_probe, &setup,
				       t->dut[0].started, wire_now()),
		      0);
}

#define K(id, section, text, run, seconds)                                     \
	{                                                                      \
		id, section, text, run, seconds, ROW_TWIN                      \
	}

const struct row rows_host[] = {
	K("K-01", "RFC 9568 6.4.2", "Backup is asked for the address",
	  backup_silent, 3), /* K-04 in IPv6 */
	K("K-02", "RFC 9568 6.4.3, 8.1.2, 8.2.2",
	  "Active is asked for the address", active_answers,
	  12), /* K-05 in IPv6 */
	K("K-03", "RFC 9568 8.1.2", "Active is asked for its real address",
	  real_address, 10),
	K("K-05off", "RFC 9568 6.4.3", "accept off, asked for the address",
	  accept_off_answers, 10),
	K("K-06", "RFC 4861 7.2.4, RFC 5227 2.1", "the address is probed for",
	  active_answers_probes, 12),
	{ "K-07", "RFC 9568 6.4.3", "solicited-node groups", groups, 10,
	  ROW_IPV6 },
	K("K-10", "RFC 9568 6.4.3", "Active, accept off", accept_off, 16),
	K("K-11", "RFC 9568 6.4.3", "Active, accept on", accept_on, 9),
	K("K-12", "RFC 9568 6.4.3", "owner, Active", owner_accepts, 6),
	K("K-12off", "RFC 9568 6.4.3", "owner, Active, accept off",
	  owner_accept_off, 6),
	K("K-13", "RFC 9568 6.4.2", "Backup, accept on", backup_accepts_nothing,
	  8),
	K("K-14", "RFC 9568 6.4.2", "owner that became Backup", owner_demoted,
	  9),
	{ "K-17", "RFC 9568 8.2.2", "Active asks for a host", own_solicitations,
	  11, ROW_IPV6 },
	{ "K-18", "RFC 9568 8.2.2", "duplicate address detection",
	  duplicate_detection, 8, ROW_IPV6 },
	{ .id = NULL },
};
