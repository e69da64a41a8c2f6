/* SPDX-License-Identifier: MIT */
/*
 * The advertisement codec against bytes that were computed elsewhere, one row
 * for each receive check of RFC 9568, and what random damage does to it.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/frames.h"
#include "tests/golden.h"
#include "vrrpd/packet.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define CS        INT64_C(10000)

static const uint8_t mac4[6] = { 0, 0, 0x5e, 0, 1, 51 };
static const uint8_t mac6[6] = { 0, 0, 0x5e, 0, 2, 51 };

static void assert_reason(enum packet_reason got, enum packet_reason want,
			  const char *what)
{
	if (got != want)
		fail_msg("%s: %s, expected %s", what, packet_reason_name(got),
			 packet_reason_name(want));
}

static void golden_frames_are_understood(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(golden); i++) {
		const struct golden *g = &golden[i];
		bool ipv4 = g->family == AF_INET;
		uint8_t frame[128];
		size_t len = unhex(frame, g->frame);
		struct packet p;

		assert_reason(packet_parse(frame, len, &p), PACKET_OK,
			      g->frame);
		assert_int_equal(p.family, g->family);
		assert_int_equal(p.vrid, 51);
		assert_int_equal(p.priority, g->priority);
		assert_int_equal(p.count, g->count);
		assert_int_equal(p.checksum, g->checksum);
		assert_int_equal(p.interval, 100 * CS);
		assert_memory_equal(p.source, frame + IP + (ipv4 ? 12 : 8),
				    ipv4 ? 4 : 16);
		assert_ptr_equal(p.addresses,
				 frame + (ipv4 ? MESSAGE4 : MESSAGE6) + 8);
	}
}

static void golden_frames_are_built_octet_for_octet(void **state)
{
	static const uint8_t source4[16] = { 192, 0, 2, 2 };
	static const uint8_t vips4[] = { 192, 0, 2, 1, 192, 0, 2, 254 };
	uint8_t source6[16], vips6[32];
	size_t i;

	(void)state;
	unhex(source6, SRC6);
	unhex(vips6, VIPS6);
	for (i = 0; i < LENGTH(golden); i++) {
		const struct golden *g = &golden[i];
		bool ipv4 = g->family == AF_INET;
		struct packet p = { .family = g->family,
				    .vrid = 51,
				    .priority = g->priority,
				    .count = g->count,
				    .checksum = g->checksum,
				    .interval = 100 * CS,
				    .addresses = ipv4 ? vips4 : vips6 };
		uint8_t want[128], frame[128];
		size_t len = unhex(want, g->frame);

		memcpy(p.source, ipv4 ? source4 : source6, 16);
		assert_int_equal(packet_build(frame, sizeof(frame), &p,
					      ipv4 ? mac4 : mac6),
				 len);
		assert_memory_equal(frame, want, len);
		assert_int_equal(packet_build(frame, len, &p, mac4), len);
		assert_int_equal(packet_build(frame, len - 1, &p, mac4), 0);
	}
}

/*
 * The checks of section 7.1: a good frame of priority 200, with some octets
 * overwritten.  Unless the checksum is the point, both checksums are right
 * again afterwards, so that nothing but the change can be the reason.
 */
static const struct check {
	const char *name;
	int version; /* of IP: which frame */
	unsigned at;
	const char *octets;
	enum packet_reason reason;
} checks[] = {
	{ "IPv4 unchanged", 4, IP, "45", PACKET_OK },
	{ "IPv6 unchanged", 6, IP, "6c", PACKET_OK },
	{ "ARP", 4, 13, "06", PACKET_NOT_VRRP },
	{ "VLAN tag", 4, 12, "81", PACKET_NOT_VRRP },
	{ "IPv6 in an IPv4 frame", 4, IP, "65", PACKET_NOT_VRRP },
	{ "IPv4 in an IPv6 frame", 6, IP, "4c", PACKET_NOT_VRRP },
	{ "5.1.1.4 protocol 113", 4, IP + 9, "71", PACKET_NOT_VRRP },
	{ "5.1.2.4 hop-by-hop", 6, IP + 6, "00", PACKET_NOT_VRRP },
	{ "5.1.2.4 fragment", 6, IP + 6, "2c", PACKET_NOT_VRRP },
	{ "IHL 4", 4, IP, "44", PACKET_BAD_IP },
	{ "IHL beyond the packet", 4, IP, "4f", PACKET_BAD_IP },
	{ "total length > frame", 4, IP + 2, "0021", PACKET_BAD_IP },
	{ "total length < header", 4, IP + 2, "0013", PACKET_BAD_IP },
	{ "payload > frame", 6, IP + 4, "0029", PACKET_BAD_IP },
	{ "payload of 64 KiB", 6, IP + 4, "ffff", PACKET_BAD_IP },
	{ "first fragment", 4, IP + 6, "2000", PACKET_BAD_IP },
	{ "last fragment", 4, IP + 6, "0001", PACKET_BAD_IP },
	{ "don't fragment", 4, IP + 6, "4000", PACKET_OK },
	{ "to 224.0.0.1", 4, IP + 19, "01", PACKET_DESTINATION },
	{ "to ff02::1", 6, IP + 39, "01", PACKET_DESTINATION },
	{ "to ff05::12", 6, IP + 25, "05", PACKET_DESTINATION },
	{ "5.1.1.3 TTL 254", 4, IP + 8, "fe", PACKET_TTL },
	{ "5.1.1.3 TTL 1", 4, IP + 8, "01", PACKET_TTL },
	{ "5.1.2.3 hop limit 254", 6, IP + 7, "fe", PACKET_TTL },
	{ "7.1 version 0", 4, MESSAGE4, "01", PACKET_VERSION },
	{ "7.1 version 2", 4, MESSAGE4, "21", PACKET_VERSION },
	{ "7.1 version 4, IPv6", 6, MESSAGE6, "41", PACKET_VERSION },
	{ "7.1 version 15", 4, MESSAGE4, "f1", PACKET_VERSION },
	{ "5.2.2 type 0", 4, MESSAGE4, "30", PACKET_TYPE },
	{ "5.2.2 type 2", 4, MESSAGE4, "32", PACKET_TYPE },
	{ "5.2.2 type 15, IPv6", 6, MESSAGE6, "3f", PACKET_TYPE },
	{ "7.1 0 octets", 4, IP + 3, "14", PACKET_LENGTH },
	{ "7.1 1 octet", 4, IP + 3, "15", PACKET_LENGTH },
	{ "7.1 7 octets", 4, IP + 3, "1b", PACKET_LENGTH },
	{ "7.1 0 octets, IPv6", 6, IP + 5, "00", PACKET_LENGTH },
	{ "7.1 3/4 of an address", 4, IP + 3, "1f", PACKET_LENGTH },
	{ "7.1 1 of 2 addresses", 4, MESSAGE4 + 3, "02", PACKET_LENGTH },
	{ "7.1 1 of 255 addresses", 4, MESSAGE4 + 3, "ff", PACKET_LENGTH },
	{ "7.1 2 of 255, IPv6", 6, MESSAGE6 + 3, "ff", PACKET_LENGTH },
	{ "7.1 1.5 of 2, IPv6", 6, IP + 5, "20", PACKET_LENGTH },
	{ "5.2.8 one bit", 4, MESSAGE4 + 7, "64", PACKET_CHECKSUM },
	{ "5.2.8 zero", 4, MESSAGE4 + 6, "0000", PACKET_CHECKSUM },
	{ "5.2.8 IPv6, message alone", 6, MESSAGE6 + 6, "da24",
	  PACKET_CHECKSUM },
	{ "e8299 no address", 4, MESSAGE4 + 3, "00", PACKET_NO_ADDRESS },
	{ "e8299 no address, IPv6", 6, MESSAGE6 + 3, "00", PACKET_NO_ADDRESS },
	{ "e8300 2001::", 6, MESSAGE6 + 8, "2001", PACKET_NOT_LINK_LOCAL },
	{ "e8300 fec0::", 6, MESSAGE6 + 8, "fec0", PACKET_NOT_LINK_LOCAL },
	{ "e8300 febf::", 6, MESSAGE6 + 8, "febf", PACKET_OK },
	{ "e8301 interval 0", 4, MESSAGE4 + 5, "00", PACKET_NO_INTERVAL },
	{ "e8301 Reserve set", 6, MESSAGE6 + 4, "f000", PACKET_NO_INTERVAL },
};

static void every_check_has_its_reason(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(checks); i++) {
		const struct check *c = &checks[i];
		bool ipv4 = c->version == 4;
		uint8_t frame[128] = { 0 };
		size_t len = unhex(frame, ipv4 ? GOOD4 : GOOD6);
		struct packet p;

		unhex(frame + c->at, c->octets);
		if (ipv4)
			fix_ip(frame);
		if (c->reason != PACKET_CHECKSUM && ipv4)
			fix_message4(frame, frame[MESSAGE4 + 3] ? 12 : 8);
		else if (c->reason != PACKET_CHECKSUM)
			fix_message6(frame, len - MESSAGE6);
		assert_reason(packet_parse(frame, len, &p), c->reason, c->name);
		if (c->reason < PACKET_TTL && c->reason != PACKET_OK)
			continue;
		assert_int_equal(p.family, ipv4 ? AF_INET : AF_INET6);
		assert_memory_equal(p.source, frame + IP + (ipv4 ? 12 : 8),
				    ipv4 ? 4 : 16);
	}
}

static void ip_header_is_verified(void **state)
{
	uint8_t frame[128];
	size_t len = unhex(frame, GOOD4);
	struct packet p;

	(void)state;
	frame[IP + 1] ^= 1;
	assert_reason(packet_parse(frame, len, &p), PACKET_BAD_IP, "TOS");
}

/* What golden bytes of the digest must do that no sender of ours sends. */
static void odd_golden_messages_are_judged(void **state)
{
	static const struct {
		const char *message;
		enum packet_reason reason;
	} odd[] = {
		{ "31336401 f064b864 c0000201", PACKET_OK },
		{ "31336401 0000a8c9 c0000201", PACKET_NO_INTERVAL },
		{ "31336400 00646a68", PACKET_NO_ADDRESS },
		{ "32336401 0064a765 c0000201", PACKET_TYPE },
		{ "21336401 0001b8c8 c0000201 0000000000000000",
		  PACKET_VERSION },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(odd); i++) {
		uint8_t frame[128];
		size_t len = unhex(frame, GOOD4);
		struct packet p;

		len = MESSAGE4 + unhex(frame + MESSAGE4, odd[i].message);
		frame[IP + 3] = (uint8_t)(len - IP);
		fix_ip(frame);
		assert_reason(packet_parse(frame, len, &p), odd[i].reason,
			      odd[i].message);
		assert_int_equal(p.vrid, 51);
		if (odd[i].reason == PACKET_OK)
			assert_int_equal(p.interval, 100 * CS);
	}
}

/*
 * Each defect alone gives its reason, and of two the earlier one: damage every
 * pair of fields that the checks look at.
 */
static void the_first_check_that_fails_names_the_reason(void **state)
{
	static const enum packet_reason order[] = {
		PACKET_NOT_VRRP,    PACKET_BAD_IP,
		PACKET_DESTINATION, PACKET_TTL,
		PACKET_VERSION,     PACKET_TYPE,
		PACKET_LENGTH,      PACKET_CHECKSUM,
		PACKET_NO_ADDRESS,  PACKET_NOT_LINK_LOCAL,
		PACKET_NO_INTERVAL,
	};
	size_t i, j;

	(void)state;
	for (i = 0; i < LENGTH(order); i++)
		for (j = i; j < LENGTH(order); j++) {
			unsigned bad = 1u << order[i] | 1u << order[j];
			uint8_t frame[128], *m = frame + MESSAGE6;
			size_t len = unhex(frame, GOOD6);
			struct packet p;

			if (bad & 1u << PACKET_NOT_VRRP)
				frame[IP + 6] = 113;
			if (bad & 1u << PACKET_BAD_IP)
				len = MESSAGE6 + 4;
			if (bad & 1u << PACKET_DESTINATION)
				frame[IP + 39] = 1;
			if (bad & 1u << PACKET_TTL)
				frame[IP + 7] = 254;
			if (bad & 1u << PACKET_VERSION)
				m[0] = (uint8_t)(0x20 | (m[0] & 15));
			if (bad & 1u << PACKET_TYPE)
				m[0] = (uint8_t)((m[0] & 0xf0) | 2);
			if (bad & 1u << PACKET_LENGTH)
				frame[IP + 5] = 7;
			if (bad & 1u << PACKET_NO_ADDRESS)
				m[3] = 0;
			if (bad & 1u << PACKET_NOT_LINK_LOCAL)
				m[8] = 0x20;
			if (bad & 1u << PACKET_NO_INTERVAL)
				m[5] = 0;
			fix_message6(frame, 40);
			if (bad & 1u << PACKET_CHECKSUM)
				m[7] ^= 1;
			assert_reason(packet_parse(frame, len, &p), order[i],
				      packet_reason_name(order[j]));
		}
}

static void no_flipped_bit_of_a_message_is_accepted(void **state)
{
	size_t i;
	unsigned bit;

	(void)state;
	for (i = 0; i < LENGTH(golden); i++) {
		size_t start =
			golden[i].family == AF_INET ? MESSAGE4 : MESSAGE6;
		uint8_t frame[128];
		size_t len = unhex(frame, golden[i].frame);

		for (bit = 0; bit < (len - start) * 8; bit++) {
			uint8_t *octet = frame + start + bit / 8;
			uint8_t flip = (uint8_t)(1u << bit % 8);
			struct packet p;

			*octet ^= flip;
			if (packet_parse(frame, len, &p) == PACKET_OK)
				fail_msg("%s: bit %u", golden[i].frame, bit);
			*octet ^= flip;
		}
	}
}

/* In memory of exactly that size, so that ASan sees a read beyond it. */
static void no_truncated_frame_is_accepted(void **state)
{
	size_t i, cut;

	(void)state;
	for (i = 0; i < LENGTH(golden); i++) {
		uint8_t frame[128];
		size_t len = unhex(frame, golden[i].frame);

		for (cut = 0; cut < len; cut++) {
			uint8_t *copy = malloc(cut + 1);
			struct packet p;

			assert_non_null(copy);
			memcpy(copy + 1, frame, cut);
			assert_reason(packet_parse(copy + 1, cut, &p),
				      cut < IP ? PACKET_NOT_VRRP
					       : PACKET_BAD_IP,
				      golden[i].frame);
			free(copy);
		}
	}
}

static void ethernet_padding_is_ignored(void **state)
{
	uint8_t frame[60];
	struct packet p;

	(void)state;
	memset(frame, 0xa5, sizeof(frame));
	unhex(frame, GOOD4);
	assert_reason(packet_parse(frame, sizeof(frame), &p), PACKET_OK, "60");
	assert_int_equal(p.count, 1);
}

/* RFC 9568 only wants a message to be complete (section 7.1). */
static void octets_after_the_addresses_are_no_error(void **state)
{
	uint8_t frame[128];
	size_t len = unhex(frame, GOOD4);
	struct packet p;

	(void)state;
	memset(frame + len, 0xa5, 5);
	frame[IP + 3] = 37;
	fix_ip(frame);
	assert_reason(packet_parse(frame, len + 5, &p), PACKET_OK, "IPv4");

	len = unhex(frame, GOOD6);
	memset(frame + len, 0xa5, 5);
	frame[IP + 5] = 45;
	assert_reason(packet_parse(frame, len + 5, &p), PACKET_CHECKSUM,
		      "IPv6, not summed");
	fix_message6(frame, 45);
	assert_reason(packet_parse(frame, len + 5, &p), PACKET_OK,
		      "IPv6, summed");
	assert_int_equal(p.count, 2);
}

static void ip_options_are_passed_over(void **state)
{
	static const uint8_t router_alert[4] = { 0x94, 4, 0, 0 };
	uint8_t frame[128];
	size_t len = unhex(frame, GOOD4);
	struct packet p;

	(void)state;
	memmove(frame + MESSAGE4 + 4, frame + MESSAGE4, len - MESSAGE4);
	memcpy(frame + MESSAGE4, router_alert, 4);
	frame[IP] = 0x46;
	frame[IP + 3] = 36;
	fix_ip(frame);
	assert_reason(packet_parse(frame, len + 4, &p), PACKET_OK, "IHL 6");
	assert_int_equal(p.vrid, 51);
	assert_int_equal(p.priority, 200);
	assert_ptr_equal(p.addresses, frame + MESSAGE4 + 12);
}

static void intervals_reach_from_1_to_4095_centiseconds(void **state)
{
	static const struct {
		int64_t interval;
		uint8_t octets[2];
	} edge[] = { { 1 * CS, { 0, 1 } },
		     { 100 * CS, { 0, 100 } },
		     { 4095 * CS, { 0x0f, 0xff } } };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(edge); i++) {
		uint8_t frame[128], vip[4] = { 192, 0, 2, 1 };
		struct packet q, p = { .family = AF_INET,
				       .vrid = 1,
				       .count = 1,
				       .interval = edge[i].interval,
				       .addresses = vip };
		size_t len = packet_build(frame, sizeof(frame), &p, mac4);

		assert_memory_equal(frame + MESSAGE4 + 4, edge[i].octets, 2);
		assert_reason(packet_parse(frame, len, &q), PACKET_OK, "edge");
		assert_int_equal(q.interval, edge[i].interval);
	}
}

/* xorshift64: the same numbers in every run. */
static uint64_t random_bits(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed >> 16;
}

static void assert_packets_equal(const struct packet *a, const struct packet *b)
{
	assert_int_equal(a->family, b->family);
	assert_int_equal(a->vrid, b->vrid);
	assert_int_equal(a->priority, b->priority);
	assert_int_equal(a->count, b->count);
	assert_int_equal(a->checksum, b->checksum);
	assert_int_equal(a->interval, b->interval);
	assert_memory_equal(a->source, b->source, 16);
	assert_memory_equal(a->addresses, b->addresses,
			    a->count * (a->family == AF_INET ? 4u : 16u));
}

static void random_packets_survive_the_round_trip(void **state)
{
	static uint8_t frame[PACKET_MAX], addresses[255 * 16];
	uint64_t seed = 9568;
	unsigned run, i;

	(void)state;
	for (run = 0; run < 5000; run++) {
		bool ipv4 = random_bits(&seed) & 1;
		struct packet q, p = {
			.family = ipv4 ? AF_INET : AF_INET6,
			.vrid = (uint8_t)(1 + random_bits(&seed) % 255),
			.priority = (uint8_t)random_bits(&seed),
			.count = (uint8_t)(1 + random_bits(&seed) % 255),
			.interval =
				(int64_t)(1 + random_bits(&seed) % 4095) * CS,
			.addresses = addresses,
		};
		size_t len;

		if (ipv4 && random_bits(&seed) & 1)
			p.checksum = PACKET_RFC5798;
		for (i = 0; i < (ipv4 ? 4 : 16); i++)
			p.source[i] = (uint8_t)random_bits(&seed);
		for (i = 0; i < sizeof(addresses); i++)
			addresses[i] = (uint8_t)random_bits(&seed);
		addresses[0] = 0xfe;
		addresses[1] = 0x80;
		len = packet_build(frame, sizeof(frame), &p, mac4);
		assert_int_equal(len, ipv4 ? 42u + p.count * 4u
					   : 62u + p.count * 16u);
		assert_reason(packet_parse(frame, len, &q), PACKET_OK, "built");
		assert_packets_equal(&p, &q);
	}
}

/* Damage some octets, sums made right half the time so as to get further. */
static size_t mutate(uint8_t *frame, uint64_t *seed)
{
	bool ipv4 = random_bits(seed) & 1;
	size_t len = unhex(frame, ipv4 ? GOOD4 : GOOD6);
	unsigned n = (unsigned)(random_bits(seed) % 4);

	while (n-- > 0)
		frame[random_bits(seed) % len] =
			(uint8_t)(random_bits(seed) & random_bits(seed));
	if (random_bits(seed) % 4 == 0)
		len = random_bits(seed) % (len + 1);
	if (random_bits(seed) & 1 && ipv4 && len >= MESSAGE4 + 12) {
		frame[IP] = 0x45;
		fix_ip(frame);
		fix_message4(frame, 12);
	} else if (random_bits(seed) & 1 && !ipv4 && len > MESSAGE6 + 8) {
		fix_message6(frame, len - MESSAGE6);
	}
	return len;
}

static void what_is_accepted_of_random_damage_is_rebuilt_equal(void **state)
{
	uint64_t seed = 5798;
	unsigned run, accepted = 0, reasons = 0;

	(void)state;
	for (run = 0; run < 200000; run++) {
		uint8_t frame[128], again[PACKET_MAX];
		size_t len = mutate(frame, &seed);
		uint8_t *copy = malloc(len + 1);
		enum packet_reason reason;
		struct packet p, q;

		assert_non_null(copy);
		memcpy(copy + 1, frame, len);
		reason = packet_parse(copy + 1, len, &p);
		reasons |= 1u << reason;
		if (reason == PACKET_OK) {
			accepted++;
			len = packet_build(again, sizeof(again), &p, mac4);
			assert_true(len > 0);
			assert_reason(packet_parse(again, len, &q), PACKET_OK,
				      "rebuilt");
			assert_packets_equal(&p, &q);
		}
		free(copy);
	}
	/* The damage was neither total nor none, and reached every check. */
	assert_in_range(accepted, 20000, 180000);
	assert_int_equal(reasons | 1u << PACKET_OWN | 1u << PACKET_VRID,
			 (1u << PACKET_REASONS) - 1);
}

static void every_reason_has_a_name_of_its_own(void **state)
{
	int i, j;

	(void)state;
	for (i = 0; i < PACKET_REASONS; i++)
		for (j = 0; j < i; j++)
			assert_string_not_equal(
				packet_reason_name((enum packet_reason)i),
				packet_reason_name((enum packet_reason)j));
}

/* Section 5.2.9: the order is a debugging aid, no more. */
static void an_address_list_is_compared_without_its_order(void **state)
{
	static const uint8_t ours[] = { 192, 0, 2, 1, 192, 0, 2, 2 };
	static const uint8_t turned[] = { 192, 0, 2, 2, 192, 0, 2, 1 };
	static const uint8_t other[] = { 192, 0, 2, 1, 192, 0, 2, 3 };
	struct packet p = { .family = AF_INET, .count = 2 };

	(void)state;
	p.addresses = ours;
	assert_true(packet_has_addresses(&p, ours, 2));
	assert_false(packet_has_addresses(&p, ours, 1));
	p.addresses = turned;
	assert_true(packet_has_addresses(&p, ours, 2));
	p.addresses = other;
	assert_false(packet_has_addresses(&p, ours, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_address_list_is_compared_without_its_order),
		cmocka_unit_test(golden_frames_are_understood),
		cmocka_unit_test(golden_frames_are_built_octet_for_octet),
		cmocka_unit_test(every_check_has_its_reason),
		cmocka_unit_test(ip_header_is_verified),
		cmocka_unit_test(odd_golden_messages_are_judged),
		cmocka_unit_test(the_first_check_that_fails_names_the_reason),
		cmocka_unit_test(no_flipped_bit_of_a_message_is_accepted),
		cmocka_unit_test(no_truncated_frame_is_accepted),
		cmocka_unit_test(ethernet_padding_is_ignored),
		cmocka_unit_test(octets_after_the_addresses_are_no_error),
		cmocka_unit_test(ip_options_are_passed_over),
		cmocka_unit_test(intervals_reach_from_1_to_4095_centiseconds),
		cmocka_unit_test(random_packets_survive_the_round_trip),
		cmocka_unit_test(
			what_is_accepted_of_random_damage_is_rebuilt_equal),
		cmocka_unit_test(every_reason_has_a_name_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
