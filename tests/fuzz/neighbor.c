/* SPDX-License-Identifier: MIT */
/*
 * The input is a received frame, tried as it is and once more with its ICMPv6
 * checksum made right.  An answer is whole, comes from us, goes to no group
 * but all nodes, and answers a question that would not be answered again.
 */

#include "vrrpd/neighbor.h"

#include <string.h>

#include "tests/frames.h"
#include "tests/fuzz/fuzz.h"

#define ICMP 54

static const uint8_t ipv4[] = { 192, 0, 2, 1 };
static const uint8_t ipv6[] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };
static const struct neighbor arp = { { 0, 0, 0x5e, 0, 1, 51 }, ipv4, 1 };
static const struct neighbor ndp = { { 0, 0, 0x5e, 0, 2, 51 }, ipv6, 1 };

static void check_arp(const uint8_t *frame, size_t size)
{
	uint8_t answer[NEIGHBOR_ARP], again[NEIGHBOR_ARP];

	if (neighbor_answer_arp(&arp, frame, size, answer) == 0)
		return;
	assert(size >= NEIGHBOR_ARP && !(answer[0] & 1));
	assert(memcmp(answer + 6, arp.mac, 6) == 0);
	assert(memcmp(answer + 22, arp.mac, 6) == 0);
	assert(memcmp(answer + 28, ipv4, 4) == 0);
	assert(neighbor_answer_arp(&arp, answer, sizeof answer, again) == 0);
}

static void check_solicitation(const uint8_t *frame, size_t size)
{
	static const uint8_t all_nodes[6] = { 0x33, 0x33, 0, 0, 0, 1 };
	uint8_t answer[NEIGHBOR_ADVERT], again[NEIGHBOR_ADVERT];

	if (neighbor_answer_solicitation(&ndp, frame, size, answer) == 0)
		return;
	assert(size >= ICMP + 24);
	assert(!(answer[0] & 1) || memcmp(answer, all_nodes, 6) == 0);
	assert(memcmp(answer + 6, ndp.mac, 6) == 0);
	assert(memcmp(answer + ICMP + 8, ipv6, 16) == 0);
	assert(neighbor_answer_solicitation(&ndp, answer, sizeof answer,
					    again) == 0);
}

static void repair(uint8_t *frame, size_t size)
{
	unsigned long pseudo = (unsigned long)size - ICMP + 58;

	frame[18] = (uint8_t)((size - ICMP) >> 8);
	frame[19] = (uint8_t)(size - ICMP);
	pseudo += 0xffff - checksum(0, frame + 22, 32);
	put_checksum(frame + ICMP + 2, 0);
	put_checksum(frame + ICMP + 2,
		     checksum(pseudo, frame + ICMP, size - ICMP));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	check_arp(data, size);
	check_solicitation(data, size);
	assert(copy);
	memcpy(copy + 1, data, size);
	if (size >= ICMP + 24 && size < 65536)
		repair(copy + 1, size);
	check_solicitation(copy + 1, size);
	free(copy);
	return 0;
}
