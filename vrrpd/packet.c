/* SPDX-License-Identifier: MIT */
/*
 * The advertisement on the wire.  packet_parse() goes through the checks of
 * RFC 9568 section 7.1 in the order of enum packet_reason, so that one bad
 * frame moves one counter, and always the same one: first the IP header, of
 * either family, then the VRRP message, which both have in common.
 */

#include "vrrpd/packet.h"

#include "vrrpd/wire.h"

#include <assert.h>
#include <sys/socket.h>

#define VRRP         112  /* IP protocol number */
#define ADVERT       0x31 /* version 3, type 1 */
#define MESSAGE      8    /* octets before the first address */
#define CENTISECOND  10000
#define MAX_INTERVAL (INT64_C(4095) * CENTISECOND)

static const uint8_t group_ipv4[4] = { 224, 0, 0, 18 };
static const uint8_t group_ipv6[16] = { 0xff, 2, [15] = 0x12 };
static const uint8_t group_mac_ipv4[6] = { 1, 0, 0x5e, 0, 0, 0x12 };
static const uint8_t group_mac_ipv6[6] = { 0x33, 0x33, 0, 0, 0, 0x12 };

/* The VRRP message inside a frame, and what its IP header says of it. */
struct message {
	const uint8_t *at;
	size_t len; /* as the IP header has it: no Ethernet padding */
	const uint8_t *ip;
	uint8_t ttl;
};

static size_t address_octets(uint8_t family)
{
	return family == AF_INET ? 4 : 16;
}

/*
 * The pseudo-header that most readers of RFC 5798 section 5.2.8 took IPv4 to
 * have: that of TCP and UDP, with the addresses which the packet really has.
 */
static uint32_t sum_ipv4(const uint8_t *ip, size_t len)
{
	return wire_sum((uint32_t)len + VRRP, ip + 12, 8);
}

static enum packet_reason open_ipv4(const uint8_t *ip, size_t len,
				    struct packet *p, struct message *m)
{
	size_t header, total;

	if (len < WIRE_IPV4)
		return PACKET_BAD_IP;
	if (ip[0] >> 4 != 4 || ip[9] != VRRP)
		return PACKET_NOT_VRRP;
	header = (ip[0] & 15u) * 4;
	total = wire_get16(ip + 2);
	if (header < WIRE_IPV4 || total < header || total > len)
		return PACKET_BAD_IP;
	if (wire_get16(ip + 6) & 0x3fff) /* more fragments, or an offset */
		return PACKET_BAD_IP;
	/* A tap sees the packet before the host's IP stack has checked it. */
	if (wire_checksum(wire_sum(0, ip, header)) != 0)
		return PACKET_BAD_IP;
	p->family = AF_INET;
	memcpy(p->source, ip + 12, 4);
	*m = (struct message){ ip + header, total - header, ip, ip[8] };
	return memcmp(ip + 16, group_ipv4, 4) == 0 ? PACKET_OK
						   : PACKET_DESTINATION;
}

/* Section 5.1.2.4 has no extension headers, so that there are no fragments. */
static enum packet_reason open_ipv6(const uint8_t *ip, size_t len,
				    struct packet *p, struct message *m)
{
	size_t payload;

	if (len < WIRE_IPV6)
		return PACKET_BAD_IP;
	if (ip[0] >> 4 != 6 || ip[6] != VRRP)
		return PACKET_NOT_VRRP;
	payload = wire_get16(ip + 4);
	if (payload > len - WIRE_IPV6)
		return PACKET_BAD_IP;
	p->family = AF_INET6;
	memcpy(p->source, ip + 8, 16);
	*m = (struct message){ ip + WIRE_IPV6, payload, ip, ip[7] };
	return memcmp(ip + 24, group_ipv6, 16) == 0 ? PACKET_OK
						    : PACKET_DESTINATION;
}

/*
 * IPv4 allows octets after the last address and does not sum them.  In IPv6
 * the upper-layer length is that of the payload (RFC 8200 section 8.1), so
 * that the sum has to cover all of it.
 */
static bool checksum_is_right(const struct message *m, struct packet *p)
{
	size_t len = MESSAGE + (size_t)p->count * 4;
	uint32_t sum;

	if (p->family == AF_INET6) {
		sum = wire_sum(wire_sum_ipv6(m->ip), m->at, m->len);
		return wire_checksum(sum) == 0;
	}
	sum = wire_sum(0, m->at, len);
	if (wire_checksum(sum) == 0)
		return true;
	p->checksum = PACKET_RFC5798;
	return wire_checksum(sum + sum_ipv4(m->ip, len)) == 0;
}

static bool first_is_link_local(const struct packet *p)
{
	return p->addresses[0] == 0xfe && (p->addresses[1] & 0xc0) == 0x80;
}

static enum packet_reason read_message(const struct message *m,
				       struct packet *p)
{
	if (m->len > 1)
		p->vrid = m->at[1];
	if (m->ttl != 255)
		return PACKET_TTL;
	if (m->len == 0)
		return PACKET_LENGTH;
	if (m->at[0] >> 4 != ADVERT >> 4)
		return PACKET_VERSION;
	if (m->at[0] != ADVERT)
		return PACKET_TYPE;
	if (m->len < MESSAGE)
		return PACKET_LENGTH;
	p->priority = m->at[2];
	p->count = m->at[3];
	p->interval = (wire_get16(m->at + 4) & 0x0fff) * CENTISECOND;
	p->addresses = m->at + MESSAGE;
	if (m->len < MESSAGE + p->count * address_octets(p->family))
		return PACKET_LENGTH;
	if (!checksum_is_right(m, p))
		return PACKET_CHECKSUM;
	if (p->count == 0)
		return PACKET_NO_ADDRESS;
	if (p->family == AF_INET6 && !first_is_link_local(p))
		return PACKET_NOT_LINK_LOCAL;
	return p->interval == 0 ? PACKET_NO_INTERVAL : PACKET_OK;
}

enum packet_reason packet_parse(const uint8_t *frame, size_t len,
				struct packet *p)
{
	enum packet_reason reason = PACKET_NOT_VRRP;
	const uint8_t *ip;
	struct message m;

	memset(p, 0, sizeof(*p));
	if (len < WIRE_ETHERNET)
		return PACKET_NOT_VRRP;
	ip = frame + WIRE_ETHERNET;
	len -= WIRE_ETHERNET;
	if (wire_get16(frame + 12) == WIRE_TYPE_IPV4)
		reason = open_ipv4(ip, len, p, &m);
	else if (wire_get16(frame + 12) == WIRE_TYPE_IPV6)
		reason = open_ipv6(ip, len, p, &m);
	return reason == PACKET_OK ? read_message(&m, p) : reason;
}

static void put_ipv4(uint8_t *ip, size_t payload, const struct packet *p)
{
	memset(ip, 0, WIRE_IPV4);
	ip[0] = 4 << 4 | WIRE_IPV4 / 4;
	ip[1] = WIRE_CS6;
	wire_put16(ip + 2, (unsigned)(WIRE_IPV4 + payload));
	ip[8] = 255;
	ip[9] = VRRP;
	memcpy(ip + 12, p->source, 4);
	memcpy(ip + 16, group_ipv4, 4);
	wire_put16(ip + 10, wire_checksum(wire_sum(0, ip, WIRE_IPV4)));
}

static void put_message(uint8_t *at, size_t len, const struct packet *p,
			uint32_t pseudo_header)
{
	assert(p->interval >= 0 && p->interval <= MAX_INTERVAL);
	at[0] = ADVERT;
	at[1] = p->vrid;
	at[2] = p->priority;
	at[3] = p->count;
	wire_put16(at + 4, (unsigned)(p->interval / CENTISECOND));
	wire_put16(at + 6, 0);
	memcpy(at + MESSAGE, p->addresses, len - MESSAGE);
	wire_put16(at + 6, wire_checksum(wire_sum(pseudo_header, at, len)));
}

size_t packet_build(uint8_t *frame, size_t size, const struct packet *p,
		    const uint8_t mac[6])
{
	size_t len = MESSAGE + p->count * address_octets(p->family);
	size_t header = p->family == AF_INET ? WIRE_IPV4 : WIRE_IPV6;
	uint32_t sum = 0;
	uint8_t *ip;

	if (size < WIRE_ETHERNET + header + len)
		return 0;
	ip = frame + WIRE_ETHERNET;
	if (p->family == AF_INET) {
		wire_put_ethernet(frame, group_mac_ipv4, mac, WIRE_TYPE_IPV4);
		put_ipv4(ip, len, p);
		if (p->checksum == PACKET_RFC5798)
			sum = sum_ipv4(ip, len);
	} else {
		wire_put_ethernet(frame, group_mac_ipv6, mac, WIRE_TYPE_IPV6);
		wire_put_ipv6(ip, WIRE_CS6, len, VRRP, p->source, group_ipv6);
		sum = wire_sum_ipv6(ip);
	}
	put_message(ip + header, len, p, sum);
	return WIRE_ETHERNET + header + len;
}

static bool announces(const struct packet *p, const uint8_t *address,
		      size_t size)
{
	for (size_t i = 0; i < p->count; i++)
		if (memcmp(p->addresses + i * size, address, size) == 0)
			return true;
	return false;
}

bool packet_has_addresses(const struct packet *p, const uint8_t *addresses,
			  size_t count)
{
	size_t size = address_octets(p->family);

	if (p->count != count)
		return false;
	if (memcmp(p->addresses, addresses, count * size) == 0)
		return true;
	for (size_t i = 0; i < count; i++)
		if (!announces(p, addresses + i * size, size))
			return false;
	return true;
}

const char *packet_reason_name(enum packet_reason reason)
{
	static const char *const name[PACKET_REASONS] = {
		[PACKET_OK] = "ok",
		[PACKET_NOT_VRRP] = "not-vrrp",
		[PACKET_BAD_IP] = "bad-ip",
		[PACKET_DESTINATION] = "destination",
		[PACKET_OWN] = "own",
		[PACKET_TTL] = "ttl",
		[PACKET_VERSION] = "version",
		[PACKET_TYPE] = "type",
		[PACKET_LENGTH] = "length",
		[PACKET_CHECKSUM] = "checksum",
		[PACKET_VRID] = "vrid",
		[PACKET_NO_ADDRESS] = "no-address",
		[PACKET_NOT_LINK_LOCAL] = "not-link-local",
		[PACKET_NO_INTERVAL] = "no-interval",
	};

	return name[reason];
}
