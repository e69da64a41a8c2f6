/* SPDX-License-Identifier: MIT */
/*
 * Router Advertisements octet for octet, computed without the code that they
 * test, and Router Solicitations, good ones and those that RFC 4861 section
 * 6.1.1 has a router discard.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/frames.h"
#include "vrrpd/router_advert.h"

#define SEC INT64_C(1000000)

/* Where things are in a frame. */
enum { LENGTH = 18, NEXT = 20, HOPS = 21, SOURCE = 22, ICMP = 54 };

#define HEADER(octets)                                                         \
	"333300000001 00005e000233 86dd 60000000 " octets " 3aff "             \
	"fe80000000000000 0000000000050001 ff02000000000000 "                  \
	"0000000000000001 "
#define SLLA "0101 00005e000233 "

static const uint8_t mac[6] = { 0, 0, 0x5e, 0, 2, 0x33 };
static const uint8_t link_local[16] = { 0xfe, 0x80, [13] = 5, [15] = 1 };

static struct router_advert plain(void)
{
	return (struct router_advert){ .lifetime = 1800 * SEC,
				       .hop_limit = 64 };
}

static struct router_advert full(void)
{
	return (struct router_advert){
		.interval = 1800 * SEC,
		.lifetime = 9000 * SEC,
		.preference = ROUTER_ADVERT_HIGH,
		.hop_limit = 255,
		.managed = true,
		.other = true,
		.mtu = 1493,
		.reachable_time = 3600 * SEC,
		.retransmit_timer = 1500 * 1000,
		.prefixes = { { .network = { { 0x20, 0x01, 0x0d, 0xb8, 0, 1 },
					     64 },
				.on_link = true,
				.autonomous = true,
				.valid_lifetime = 86400 * SEC,
				.preferred_lifetime = 14400 * SEC },
			      { .network = { { 0xfd, [5] = 1, [15] = 7 }, 128 },
				.on_link = true,
				.valid_lifetime = 31536000 * SEC } },
		.prefix_count = 2,
		.servers = { { 0x20, 0x01, 0x0d, 0xb8, [15] = 0x53 },
			     { 0x20, 0x01, 0x0d, 0xb8, [15] = 0x54 } },
		.server_count = 2,
		.server_lifetime = 5400 * SEC,
	};
}

static void expect(const struct router_advert *ra, const char *text)
{
	uint8_t frame[ROUTER_ADVERT_MAX], want[ROUTER_ADVERT_MAX];
	size_t len = unhex(want, text);

	memset(frame, 0xa5, sizeof(frame));
	assert_int_equal(router_advert_build(frame, ra, mac, link_local), len);
	assert_memory_equal(frame, want, len);
}

static void the_shortest_has_no_option_but_the_mac_address(void **state)
{
	struct router_advert ra = plain();

	(void)state;
	expect(&ra, HEADER("0018") "8600 d3e5 40 00 0708 00000000 00000000 " //
	       SLLA);
}

static void every_option_has_its_place(void **state)
{
	struct router_advert ra = full();

	(void)state;
	expect(&ra, HEADER("0088") "8600 bcbe ff c8 2328 0036ee80 000005dc " //
	       SLLA "0501 0000 000005d5 "
				   "0304 40c0 00015180 00003840 00000000 "
				   "20010db800010000 0000000000000000 "
				   "0304 8080 01e13380 00000000 00000000 "
				   "fd00000000010000 0000000000000007 "
				   "1905 0000 00001518 "
				   "20010db800000000 0000000000000053 "
				   "20010db800000000 0000000000000054");
}

static void the_longest_fits(void **state)
{
	uint8_t frame[ROUTER_ADVERT_MAX];
	struct router_advert ra = full();

	(void)state;
	ra.prefix_count = ROUTER_ADVERT_PREFIXES;
	ra.server_count = ROUTER_ADVERT_SERVERS;
	assert_int_equal(router_advert_build(frame, &ra, mac, link_local),
			 ROUTER_ADVERT_MAX);
	assert_int_equal(frame[LENGTH] << 8 | frame[LENGTH + 1],
			 ROUTER_ADVERT_MAX - ICMP);
	assert_int_equal(frame[ROUTER_ADVERT_MAX - 16 * 8 - 8], 25);
	assert_int_equal(frame[ROUTER_ADVERT_MAX - 16 * 8 - 7], 17);
	assert_true(ROUTER_ADVERT_MAX - 14 <= 1280);
}

static uint8_t flags(struct router_advert ra)
{
	uint8_t frame[ROUTER_ADVERT_MAX];

	router_advert_build(frame, &ra, mac, link_local);
	return frame[ICMP + 5];
}

static void flags_are_where_rfc_4191_and_4861_have_them(void **state)
{
	struct router_advert ra = plain();

	(void)state;
	assert_int_equal(flags(ra), 0);
	ra.managed = true;
	assert_int_equal(flags(ra), 0x80);
	ra.managed = false;
	ra.other = true;
	assert_int_equal(flags(ra), 0x40);
	ra.preference = ROUTER_ADVERT_HIGH;
	assert_int_equal(flags(ra), 0x48);
	ra.preference = ROUTER_ADVERT_LOW;
	assert_int_equal(flags(ra), 0x58);
	ra.lifetime = 1;
	assert_int_equal(flags(ra), 0x58);
	ra.lifetime = 0;
	assert_int_equal(flags(ra), 0x40);
}

static void an_autonomous_prefix_may_be_off_the_link(void **state)
{
	uint8_t frame[ROUTER_ADVERT_MAX];
	struct router_advert ra = full();

	(void)state;
	ra.mtu = 0;
	ra.prefixes[0].on_link = false;
	router_advert_build(frame, &ra, mac, link_local);
	assert_int_equal(frame[ICMP + 24], 3);
	assert_int_equal(frame[ICMP + 24 + 3], 0x40);
}

static size_t length(struct router_advert ra)
{
	uint8_t frame[ROUTER_ADVERT_MAX];

	return router_advert_build(frame, &ra, mac, link_local);
}

static void options_are_there_when_needed(void **state)
{
	struct router_advert ra = plain();

	(void)state;
	ra.mtu = 1;
	assert_int_equal(length(ra), 78 + 8);
	ra.server_count = 1;
	assert_int_equal(length(ra), 78 + 8 + 24);
	ra.prefix_count = 1;
	assert_int_equal(length(ra), 78 + 8 + 24 + 32);
}

/* Each of these makes it another one. */
static void change_item(struct router_advert *ra, int which)
{
	switch (which) {
	case 12:
		ra->servers[1][15]++;
		break;
	case 13:
		ra->prefixes[1].network.address[15]++;
		break;
	case 14:
		ra->prefixes[1].network.length++;
		break;
	case 15:
		ra->prefixes[1].on_link = false;
		break;
	case 16:
		ra->prefixes[1].autonomous = true;
		break;
	case 17:
		ra->prefixes[1].valid_lifetime++;
		break;
	case 18:
		ra->prefixes[0].preferred_lifetime++;
		break;
	default:
		fail();
	}
}

static void change(struct router_advert *ra, int which)
{
	switch (which) {
	case 0:
		ra->interval++;
		break;
	case 1:
		ra->lifetime++;
		break;
	case 2:
		ra->preference = ROUTER_ADVERT_LOW;
		break;
	case 3:
		ra->hop_limit--;
		break;
	case 4:
		ra->managed = false;
		break;
	case 5:
		ra->other = false;
		break;
	case 6:
		ra->mtu++;
		break;
	case 7:
		ra->reachable_time++;
		break;
	case 8:
		ra->retransmit_timer++;
		break;
	case 9:
		ra->prefix_count--;
		break;
	case 10:
		ra->server_count--;
		break;
	case 11:
		ra->server_lifetime++;
		break;
	default:
		change_item(ra, which);
	}
}

static void two_are_equal_unless_something_differs(void **state)
{
	struct router_advert a = full(), b = full();

	(void)state;
	assert_true(router_advert_equal(&a, &b));
	for (int i = 0; i <= 18; i++) {
		b = full();
		change(&b, i);
		assert_false(router_advert_equal(&a, &b));
		assert_false(router_advert_equal(&b, &a));
	}
	b = full();
	b.prefixes[2].network.length = 64; /* not in use */
	b.servers[2][0] = 1;
	assert_true(router_advert_equal(&a, &b));
}

#define ASKS "333300000002 020000000001 86dd 60000000 "
#define TO   "ff02000000000000 0000000000000002 "

static const char nameless[] = ASKS
	"0008 3aff 0000000000000000 0000000000000000 " TO "8500 7bb8 00000000";
static const char addressed[] =
	ASKS "0020 3aff fe80000000000000 0000000000000009 " TO
	     "8500 f49a 00000000 0101 020000000001 "
	     "0e02 11111111111111111111 11111111";

struct solicitation {
	uint8_t frame[128];
	size_t len;
};

static struct solicitation solicitation(const char *text)
{
	struct solicitation s = { .len = 0 };

	s.len = unhex(s.frame, text);
	return s;
}

/* Exactly as long as it is, so that a sanitizer sees who reads beyond. */
static bool is_valid(const struct solicitation *s)
{
	uint8_t *copy = malloc(s->len ? s->len : 1);
	bool valid;

	assert_non_null(copy);
	memcpy(copy, s->frame, s->len);
	valid = router_advert_is_solicited(copy, s->len);
	free(copy);
	return valid;
}

/* With the checksum put right. */
static bool is_valid_summed(struct solicitation *s)
{
	size_t size = (size_t)(s->frame[LENGTH] << 8 | s->frame[LENGTH + 1]);
	uint8_t *icmp = s->frame + ICMP;
	unsigned long pseudo = (unsigned long)size + 58;

	pseudo += 0xffff - checksum(0, s->frame + SOURCE, 32);
	put_checksum(icmp + 2, 0);
	put_checksum(icmp + 2, checksum(pseudo, icmp, size));
	return is_valid(s);
}

/* Is it still valid with this octet instead? */
static bool is_valid_with(const char *text, size_t at, uint8_t value)
{
	struct solicitation s = solicitation(text);

	s.frame[at] = value;
	return is_valid_summed(&s);
}

static void a_good_solicitation_is_one(void **state)
{
	struct solicitation s = solicitation(nameless);

	(void)state;
	assert_true(is_valid(&s));
	s = solicitation(addressed);
	assert_true(is_valid(&s));
	s.len += 6; /* the padding of Ethernet */
	assert_true(is_valid(&s));
}

static void each_rule_of_section_6_1_1_counts(void **state)
{
	struct solicitation s = solicitation(nameless);

	(void)state;
	assert_false(is_valid_with(nameless, HOPS, 254));
	assert_false(is_valid_with(nameless, NEXT, 59));
	assert_false(is_valid_with(nameless, ICMP, 134));
	assert_false(is_valid_with(nameless, ICMP + 1, 1));
	s.frame[ICMP + 2] ^= 1;
	assert_false(is_valid(&s));
	assert_true(is_valid_with(nameless, ICMP + 7, 0xff)); /* reserved */
}

static void other_frames_are_none(void **state)
{
	(void)state;
	assert_false(is_valid_with(nameless, 12, 0x08));
	assert_false(is_valid_with(nameless, 13, 0xde));
	assert_false(is_valid_with(nameless, 14, 0x50));
	assert_false(is_valid_with(nameless, 14, 0x70));
	assert_true(is_valid_with(nameless, 14, 0x6f));
}

static void lengths_are_those_of_the_packet(void **state)
{
	struct solicitation s = solicitation(nameless);

	(void)state;
	for (size_t len = 0; len < s.len; len++) {
		struct solicitation shorter = s;

		shorter.len = len;
		assert_false(is_valid(&shorter));
	}
	s.frame[LENGTH + 1] = 7;
	assert_false(is_valid_summed(&s));
	s.frame[LENGTH + 1] = 9;
	assert_false(is_valid_summed(&s));
	s = solicitation(addressed);
	s.len--;
	assert_false(is_valid(&s));
}

static void options_fill_the_packet(void **state)
{
	struct solicitation s = solicitation(addressed);

	(void)state;
	assert_false(is_valid_with(addressed, ICMP + 9, 0));
	assert_false(is_valid_with(addressed, ICMP + 9, 2));
	assert_true(is_valid_with(addressed, ICMP + 9, 3));
	assert_false(is_valid_with(addressed, ICMP + 9, 4));
	assert_false(is_valid_with(addressed, ICMP + 17, 0));
	assert_false(is_valid_with(addressed, ICMP + 17, 1));
	assert_false(is_valid_with(addressed, ICMP + 17, 3));
	s.frame[LENGTH + 1] = 31; /* the last option has an octet too few */
	assert_false(is_valid_summed(&s));
	s.frame[LENGTH + 1] = 17;
	assert_false(is_valid_summed(&s));
	s.frame[LENGTH + 1] = 16;
	assert_true(is_valid_summed(&s));
}

static void who_has_no_address_says_none_of_its_mac(void **state)
{
	struct solicitation s = solicitation(addressed);

	(void)state;
	memset(s.frame + SOURCE, 0, 16);
	assert_false(is_valid_summed(&s));
	s.frame[ICMP + 8] = 14;
	assert_true(is_valid_summed(&s));
	s.frame[ICMP + 16] = 1;
	assert_false(is_valid_summed(&s));
	s.frame[SOURCE + 15] = 1;
	assert_true(is_valid_summed(&s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			the_shortest_has_no_option_but_the_mac_address),
		cmocka_unit_test(every_option_has_its_place),
		cmocka_unit_test(the_longest_fits),
		cmocka_unit_test(flags_are_where_rfc_4191_and_4861_have_them),
		cmocka_unit_test(options_are_there_when_needed),
		cmocka_unit_test(an_autonomous_prefix_may_be_off_the_link),
		cmocka_unit_test(two_are_equal_unless_something_differs),
		cmocka_unit_test(a_good_solicitation_is_one),
		cmocka_unit_test(each_rule_of_section_6_1_1_counts),
		cmocka_unit_test(other_frames_are_none),
		cmocka_unit_test(lengths_are_those_of_the_packet),
		cmocka_unit_test(options_fill_the_packet),
		cmocka_unit_test(who_has_no_address_says_none_of_its_mac),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
