/* SPDX-License-Identifier: MIT */
/*
 * The advertisement codec where a change of one character went unnoticed:
 * frames that end just where something begins, and the first address of a
 * list.  tests/mutate looks for such places.
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
#include "vrrpd/packet.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))

/* The first octets of a good frame's message, and nothing after them. */
static enum packet_reason parse_short(bool ipv4, size_t octets, uint8_t first,
				      struct packet *p)
{
	uint8_t frame[128], *copy;
	size_t start = ipv4 ? MESSAGE4 : MESSAGE6;
	size_t len = start + octets;
	enum packet_reason reason;

	unhex(frame, ipv4 ? GOOD4 : GOOD6);
	frame[start] = first;
	if (ipv4)
		frame[IP + 3] = (uint8_t)(len - IP);
	else
		frame[IP + 5] = (uint8_t)octets;
	if (ipv4)
		fix_ip(frame);
	/* In memory of that size, so that ASan sees a read beyond it. */
	copy = malloc(len);
	assert_non_null(copy);
	memcpy(copy, frame, len);
	reason = packet_parse(copy, len, p);
	free(copy);
	return reason;
}

static void a_message_may_end_at_any_octet(void **state)
{
	static const struct {
		size_t octets;
		uint8_t first, vrid;
		enum packet_reason reason;
	} rows[] = {
		{ 0, 0x31, 0, PACKET_LENGTH },  { 1, 0x31, 0, PACKET_LENGTH },
		{ 1, 0x21, 0, PACKET_VERSION }, { 1, 0x32, 0, PACKET_TYPE },
		{ 2, 0x31, 51, PACKET_LENGTH }, { 2, 0x21, 51, PACKET_VERSION },
		{ 7, 0x31, 51, PACKET_LENGTH }, { 8, 0x31, 51, PACKET_LENGTH },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++)
		for (int ipv4 = 0; ipv4 < 2; ipv4++) {
			struct packet p;

			assert_int_equal(parse_short(ipv4, rows[i].octets,
						     rows[i].first, &p),
					 rows[i].reason);
			assert_int_equal(p.vrid, rows[i].vrid);
			assert_int_equal(p.family, ipv4 ? AF_INET : AF_INET6);
		}
}

/* With octets after the message, which are not to be taken for the VRID. */
static void padding_is_no_vrid(void **state)
{
	uint8_t frame[128];
	size_t len = unhex(frame, GOOD4);
	struct packet p;

	(void)state;
	frame[IP + 3] = MESSAGE4 + 1 - IP;
	fix_ip(frame);
	assert_int_equal(packet_parse(frame, len, &p), PACKET_LENGTH);
	assert_int_equal(p.vrid, 0);
}

static void each_address_of_a_list_counts(void **state)
{
	static const uint8_t ours[] = {
		192, 0, 2, 1, 192, 0, 2, 2, 192, 0, 2, 3
	};
	struct packet p = { .family = AF_INET, .count = 3 };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		uint8_t theirs[sizeof ours];

		memcpy(theirs, ours, sizeof ours);
		theirs[i * 4 + 3] = 9;
		p.addresses = theirs;
		assert_false(packet_has_addresses(&p, ours, 3));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_message_may_end_at_any_octet),
		cmocka_unit_test(padding_is_no_vrid),
		cmocka_unit_test(each_address_of_a_list_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
