/* SPDX-License-Identifier: MIT */
/*
 * The input is any Ethernet frame: what a port may hand over although nobody
 * asked for it.  Whether it is an advertisement is judged here anew, in the
 * simplest way; all else, be it BFD, ARP or a fragment, is none, and says
 * nothing of a sender.  The verdict comes from the frame alone: it is the same
 * whatever is behind it in memory, and at any alignment.
 */

#include "vrrpd/packet.h"

#include <string.h>
#include <sys/socket.h>

#include "tests/frames.h"
#include "tests/fuzz/fuzz.h"

#define BEHIND 64 /* octets */

/* Protocol 112, not in a VLAN, and with no extension header before it. */
static bool is_vrrp(const uint8_t *frame, size_t size)
{
	if (size >= IP + 20 && frame[12] == 0x08 && frame[13] == 0x00)
		return frame[IP] >> 4 == 4 && frame[IP + 9] == 112;
	if (size >= IP + 40 && frame[12] == 0x86 && frame[13] == 0xdd)
		return frame[IP] >> 4 == 6 && frame[IP + 6] == 112;
	return false;
}

/* An IP header that is not all there is a bad one. */
static bool is_cut_short(const uint8_t *frame, size_t size)
{
	return (size >= IP && size < IP + 20 && frame[12] == 0x08 &&
		frame[13] == 0x00) ||
	       (size >= IP && size < IP + 40 && frame[12] == 0x86 &&
		frame[13] == 0xdd);
}

static void check_verdict(const uint8_t *frame, size_t size,
			  enum packet_reason reason, const struct packet *p)
{
	assert(reason < PACKET_REASONS);
	if (is_cut_short(frame, size))
		assert(reason == PACKET_BAD_IP);
	else if (!is_vrrp(frame, size))
		assert(reason == PACKET_NOT_VRRP);
	else
		assert(reason != PACKET_NOT_VRRP);
	if (reason == PACKET_NOT_VRRP || reason == PACKET_BAD_IP)
		assert(p->family == 0 && p->vrid == 0 && !p->addresses);
	if (reason == PACKET_OK)
		assert(p->addresses +
			       p->count * (p->family == AF_INET ? 4 : 16) <=
		       frame + size);
}

/* The same frame elsewhere, and `filler` behind it. */
static void check_again(const uint8_t *data, size_t size, int filler,
			enum packet_reason reason, const struct packet *p)
{
	uint8_t *copy = malloc(size + 1 + BEHIND);
	struct packet q;

	assert(copy);
	memcpy(copy + 1, data, size);
	memset(copy + 1 + size, filler, BEHIND);
	assert(packet_parse(copy + 1, size, &q) == reason);
	assert(q.family == p->family && q.vrid == p->vrid);
	assert(q.priority == p->priority && q.count == p->count);
	assert(q.interval == p->interval && q.checksum == p->checksum);
	assert(memcmp(q.source, p->source, sizeof q.source) == 0);
	assert(!q.addresses == !p->addresses);
	if (q.addresses)
		assert(q.addresses - (copy + 1) == p->addresses - data);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct packet p;
	enum packet_reason reason = packet_parse(data, size, &p);

	check_verdict(data, size, reason, &p);
	check_again(data, size, 0, reason, &p);
	check_again(data, size, 0xff, reason, &p);
	return 0;
}
