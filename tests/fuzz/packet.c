/* SPDX-License-Identifier: MIT */
/*
 * The input is a received frame.  It is tried as it is, and once more with its
 * checksums made right, which no random change would find.  What is accepted
 * has its fields in range, and a frame built of it says the same.
 */

#include "vrrpd/packet.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "tests/frames.h"
#include "tests/fuzz/fuzz.h"

static void check_fields(const struct packet *p, size_t octets,
			 const uint8_t *frame, size_t size)
{
	const uint8_t *end = p->addresses + p->count * octets;

	assert(p->family == AF_INET || p->family == AF_INET6);
	assert(p->count > 0);
	assert(p->interval >= 10000 && p->interval <= 40950000);
	assert(p->interval % 10000 == 0);
	assert(p->addresses >= frame + MESSAGE4 + 8 && end <= frame + size);
	assert(packet_has_addresses(p, p->addresses, p->count));
	assert(!packet_has_addresses(p, p->addresses, p->count + 1u));
}

static void check_rebuilt(const struct packet *p, size_t octets)
{
	static const uint8_t mac[6] = { 0, 0, 0x5e, 0, 1, 51 };
	uint8_t frame[PACKET_MAX];
	size_t size = packet_build(frame, sizeof frame, p, mac);
	struct packet q;

	assert(size > 0);
	assert(packet_parse(frame, size, &q) == PACKET_OK);
	assert(q.family == p->family && q.vrid == p->vrid);
	assert(q.priority == p->priority && q.count == p->count);
	assert(q.checksum == p->checksum && q.interval == p->interval);
	assert(memcmp(q.source, p->source, 16) == 0);
	assert(memcmp(q.addresses, p->addresses, p->count * octets) == 0);
}

static void check(const uint8_t *frame, size_t size)
{
	struct packet p;
	enum packet_reason reason = packet_parse(frame, size, &p);
	size_t octets = p.family == AF_INET ? 4 : 16;

	assert(reason < PACKET_REASONS && packet_reason_name(reason));
	assert(reason != PACKET_OWN && reason != PACKET_VRID);
	assert((reason == PACKET_OK || reason >= PACKET_TTL) <=
	       (p.family != 0));
	if (reason != PACKET_OK)
		return;
	check_fields(&p, octets, frame, size);
	check_rebuilt(&p, octets);
}

/* Without IP options, and with nothing after the message. */
static void repair(uint8_t *frame, size_t size)
{
	if (size >= MESSAGE6 + 8 && frame[IP] >> 4 == 6) {
		fix_message6(frame, size - MESSAGE6);
	} else if (size >= MESSAGE4 + 8 && frame[IP] == 0x45) {
		fix_ip(frame);
		fix_message4(frame, size - MESSAGE4);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size + 1);

	check(data, size);
	assert(copy);
	memcpy(copy + 1, data, size);
	repair(copy + 1, size);
	check(copy + 1, size);
	free(copy);
	return 0;
}
