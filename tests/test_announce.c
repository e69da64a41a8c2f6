/* SPDX-License-Identifier: MIT */
/* Gratuitous ARP and Neighbor Advertisements, octet for octet. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/frames.h"
#include "vrrpd/announce.h"

static const uint8_t mac6[6] = { 0, 0, 0x5e, 0, 2, 0x33 };
static const uint8_t link_local[16] = { 0xfe, 0x80, [13] = 5, [15] = 1 };
static const uint8_t global[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };

static void gratuitous_arp_is_as_section_6_4_2_wants_it(void **state)
{
	static const uint8_t mac[6] = { 0, 0, 0x5e, 0, 1, 0x33 };
	static const uint8_t address[4] = { 192, 0, 2, 1 };
	uint8_t frame[ANNOUNCE_ARP], want[ANNOUNCE_ARP];

	(void)state;
	unhex(want, "ffffffffffff 00005e000133 0806 0001 0800 06 04 0001 "
		    "00005e000133 c0000201 00005e000133 c0000201");
	announce_arp(frame, mac, address);
	assert_memory_equal(frame, want, sizeof(want));
}

static void neighbor_advertisement_is_as_rfc_4861_has_it(void **state)
{
	uint8_t frame[ANNOUNCE_NA], want[ANNOUNCE_NA];

	(void)state;
	unhex(want, "333300000001 00005e000233 86dd 6c000000 0020 3a ff "
		    "fe80000000000000 0000000000050001 "
		    "ff02000000000000 0000000000000001 "
		    "88 00 4a2b a0000000 20010db800000000 0000000000000001 "
		    "02 01 00005e000233");
	announce_na(frame, mac6, link_local, global);
	assert_memory_equal(frame, want, sizeof(want));
}

static void its_checksum_covers_the_source(void **state)
{
	uint8_t frame[ANNOUNCE_NA];

	(void)state;
	announce_na(frame, mac6, global, global);
	assert_memory_equal(frame + 22, global, 16);
	assert_int_equal(frame[56], 0x1a);
	assert_int_equal(frame[57], 0xf8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gratuitous_arp_is_as_section_6_4_2_wants_it),
		cmocka_unit_test(neighbor_advertisement_is_as_rfc_4861_has_it),
		cmocka_unit_test(its_checksum_covers_the_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
