/* SPDX-License-Identifier: MIT */
/*
 * A tap sees what the host's own stack would have dropped, so that all of its
 * checks are made here.  The one that has no line of its own, that the target
 * is not multicast, follows from its being one of ours.
 */
#include "vrrpd/neighbor.h"

#include "vrrpd/wire.h"

#include <stdbool.h>

#define ICMPV6   58
#define SOLICIT  135
#define ADVERT   136
#define MESSAGE  24 /* octets of either, before the options */
#define OPTION   8  /* octets of one with an Ethernet address */
#define SHORTEST (WIRE_ETHERNET + WIRE_IPV6 + MESSAGE)
#define SOURCE   1 /* whose address it is */
#define TARGET   2
#define ASKED    0xe0 /* Router, Solicited, Override */
#define UNASKED  0xa0 /* Router, Override */
#define EVERYONE 0xff /* the first octet of an IPv6 multicast address */

static bool is_among(const struct neighbor *n, const uint8_t *address,
		     size_t size)
{
	for (size_t i = 0; i < n->count; i++)
		if (memcmp(n->addresses + i * size, address, size) == 0)
			return true;
	return false;
}

static bool is_group(const uint8_t mac[6])
{
	return mac[0] & 1;
}

static bool is_to_us(const struct neighbor *n, const uint8_t *frame,
		     unsigned type)
{
	return wire_get16(frame + 12) == type &&
	       (is_group(frame) || memcmp(frame, n->mac, 6) == 0);
}

/* Could it be told, and is it not ourselves? */
static bool is_another(const struct neighbor *n, const uint8_t mac[6])
{
	return !is_group(mac) && memcmp(mac, n->mac, 6) != 0;
}

size_t neighbor_answer_arp(const struct neighbor *n, const uint8_t *frame,
			   size_t len, uint8_t answer[NEIGHBOR_ARP])
{
	static const uint8_t request[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	static const uint8_t reply[8] = { 0, 1, 8, 0, 6, 4, 0, 2 };
	const uint8_t *arp = frame + WIRE_ETHERNET;
	const uint8_t *asker = arp + 8; /* its MAC and IP address */
	uint8_t *out = answer + WIRE_ETHERNET;

	if (len < NEIGHBOR_ARP || !is_to_us(n, frame, WIRE_TYPE_ARP) ||
	    memcmp(arp, request, 8) != 0 || !is_another(n, asker) ||
	    is_among(n, asker + 6, 4) || !is_among(n, arp + 24, 4))
		return 0;
	wire_put_ethernet(answer, asker, n->mac, WIRE_TYPE_ARP);
	memcpy(out + 18, asker, 10);
	memcpy(out + 14, arp + 24, 4);
	memcpy(out + 8, n->mac, 6);
	memcpy(out, reply, 8);
	return NEIGHBOR_ARP;
}

struct solicitation {
	const uint8_t *from, *to, *target;
	const uint8_t *mac; /* that it names as its sender's, or NULL */
};

static bool read_options(const uint8_t *at, size_t len, struct solicitation *s)
{
	while (len > 0) {
		size_t size = len < OPTION ? 0 : at[1] * 8u;

		if (size == 0 || size > len)
			return false;
		if (at[0] == SOURCE && size == OPTION)
			s->mac = at + 2;
		at += size;
		len -= size;
	}
	return true;
}

/* RFC 4861 section 7.1.1, as far as a single field tells. */
static bool read_solicitation(const uint8_t *ip, size_t len,
			      struct solicitation *s)
{
	const uint8_t *icmp = ip + WIRE_IPV6;
	size_t payload = wire_get16(ip + 4);

	*s = (struct solicitation){ ip + 8, ip + 24, icmp + 8, NULL };
	if (ip[0] >> 4 != 6 || ip[6] != ICMPV6 || ip[7] != 255 ||
	    payload < MESSAGE || payload > len - WIRE_IPV6 ||
	    icmp[0] != SOLICIT || icmp[1] != 0)
		return false;
	if (wire_checksum(wire_sum(wire_sum_ipv6(ip), icmp, payload)) != 0)
		return false;
	return read_options(icmp + MESSAGE, payload - MESSAGE, s);
}

/* Does it ask whether the address is free (RFC 4862 section 5.4)? */
static bool is_probe(const struct solicitation *s)
{
	static const uint8_t unspecified[16] = { 0 };

	return memcmp(s->from, unspecified, 16) == 0;
}

static bool is_valid_probe(const struct solicitation *s)
{
	static const uint8_t solicited_node[13] = { 0xff, 2, [11] = 1, 0xff };

	return !s->mac && memcmp(s->to, solicited_node, 13) == 0;
}

static size_t advertise(const struct neighbor *n, const uint8_t mac[6],
			const uint8_t to[16], uint8_t flags,
			const uint8_t target[16],
			uint8_t answer[NEIGHBOR_ADVERT])
{
	const uint8_t head[8] = { ADVERT, [4] = flags };
	uint8_t *ip = answer + WIRE_ETHERNET;
	uint8_t *icmp = ip + WIRE_IPV6;

	wire_put_ethernet(answer, mac, n->mac, WIRE_TYPE_IPV6);
	wire_put_ipv6(ip, 0, MESSAGE + OPTION, ICMPV6, target, to);
	memcpy(icmp + 26, n->mac, 6);
	icmp[25] = 1; /* of 8 octets */
	icmp[24] = TARGET;
	memcpy(icmp + 8, target, 16);
	memcpy(icmp, head, 8);
	wire_put16(icmp + 2, wire_checksum(wire_sum(wire_sum_ipv6(ip), icmp,
						    MESSAGE + OPTION)));
	return NEIGHBOR_ADVERT;
}

size_t neighbor_answer_solicitation(const struct neighbor *n,
				    const uint8_t *frame, size_t len,
				    uint8_t answer[NEIGHBOR_ADVERT])
{
	static const uint8_t all_nodes_mac[6] = { 0x33, 0x33, 0, 0, 0, 1 };
	static const uint8_t all_nodes[16] = { EVERYONE, 2, [15] = 1 };
	struct solicitation s;

	if (len < SHORTEST || !is_to_us(n, frame, WIRE_TYPE_IPV6) ||
	    !is_another(n, frame + 6) ||
	    !read_solicitation(frame + WIRE_ETHERNET, len - WIRE_ETHERNET,
			       &s) ||
	    !is_among(n, s.target, 16))
		return 0;
	if (is_probe(&s))
		return !is_valid_probe(&s)
			       ? 0
			       : advertise(n, all_nodes_mac, all_nodes, UNASKED,
					   s.target, answer);
	if (!s.mac) /* it may be known, and need not be said again */
		s.mac = frame + 6;
	if (s.from[0] == EVERYONE || is_among(n, s.from, 16) ||
	    !is_another(n, s.mac))
		return 0;
	return advertise(n, s.mac, s.from, ASKED, s.target, answer);
}
