/* SPDX-License-Identifier: MIT */
/*
 * All routers of a virtual router say the same from the same addresses, so
 * that a host cannot tell them apart, and keeps its default route whoever is
 * Active (RFC 9568 section 8.2.3).
 */
#include "vrrpd/router_advert.h"

#include "vrrpd/wire.h"

#include <assert.h>

#define ICMPV6 58

#define SOLICITATION  133 /* of 8 octets and options */
#define ADVERTISEMENT 134 /* of 16 octets and options */
#define MANAGED       0x80u
#define OTHER         0x40u

/* Options, and their length in units of 8 octets. */
enum {
	SOURCE_ADDRESS = 1,
	PREFIX = 3,
	MTU = 5,
	DNS_SERVERS = 25,
};

static uint32_t seconds(int64_t us)
{
	return (uint32_t)(us / 1000000);
}

static uint32_t milliseconds(int64_t us)
{
	return (uint32_t)(us / 1000);
}

static void put32(uint8_t *at, uint32_t value)
{
	wire_put16(at, value >> 16);
	wire_put16(at + 2, value & 0xffff);
}

/* Each of these returns where the next option goes. */

static uint8_t *put_source_address(uint8_t *at, const uint8_t mac[6])
{
	at[0] = SOURCE_ADDRESS;
	at[1] = 1;
	memcpy(at + 2, mac, 6);
	return at + 8;
}

static uint8_t *put_mtu(uint8_t *at, int mtu)
{
	at[0] = MTU;
	at[1] = 1;
	put32(at + 4, (uint32_t)mtu);
	return at + 8;
}

static uint8_t *put_prefix(uint8_t *at, const struct router_advert_prefix *p)
{
	at[0] = PREFIX;
	at[1] = 4;
	at[2] = p->network.length;
	at[3] = (uint8_t)(p->on_link << 7 | p->autonomous << 6);
	put32(at + 4, seconds(p->valid_lifetime));
	put32(at + 8, seconds(p->preferred_lifetime));
	memcpy(at + 16, p->network.address, 16);
	return at + 32;
}

static uint8_t *put_servers(uint8_t *at, const struct router_advert *ra)
{
	at[0] = DNS_SERVERS;
	at[1] = (uint8_t)(1 + 2 * ra->server_count);
	put32(at + 4, seconds(ra->server_lifetime));
	memcpy(at + 8, ra->servers, 16 * ra->server_count);
	return at + 8 + 16 * ra->server_count;
}

/* RFC 4191 section 2.2: nothing but medium without a lifetime. */
static unsigned preference_bits(const struct router_advert *ra)
{
	static const uint8_t bits[] = {
		[ROUTER_ADVERT_HIGH] = 1,
		[ROUTER_ADVERT_LOW] = 3,
	};

	return ra->lifetime > 0 ? bits[ra->preference] : 0;
}

static void put_fields(uint8_t *at, const struct router_advert *ra)
{
	at[0] = ADVERTISEMENT;
	at[4] = (uint8_t)ra->hop_limit;
	at[5] = (uint8_t)((ra->managed ? MANAGED : 0u) |
			  (ra->other ? OTHER : 0u) | preference_bits(ra) << 3);
	wire_put16(at + 6, seconds(ra->lifetime));
	put32(at + 8, milliseconds(ra->reachable_time));
	put32(at + 12, milliseconds(ra->retransmit_timer));
}

size_t router_advert_build(uint8_t frame[ROUTER_ADVERT_MAX],
			   const struct router_advert *ra, const uint8_t mac[6],
			   const uint8_t source[16])
{
	static const uint8_t all_nodes_mac[6] = { 0x33, 0x33, 0, 0, 0, 1 };
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
	uint8_t *ip = frame + WIRE_ETHERNET;
	uint8_t *icmp = ip + WIRE_IPV6;
	uint8_t *at = icmp + 16;
	size_t len;

	assert(ra->prefix_count <= ROUTER_ADVERT_PREFIXES);
	assert(ra->server_count <= ROUTER_ADVERT_SERVERS);
	memset(frame, 0, ROUTER_ADVERT_MAX);
	put_fields(icmp, ra);
	at = put_source_address(at, mac);
	if (ra->mtu > 0)
		at = put_mtu(at, ra->mtu);
	for (size_t i = 0; i < ra->prefix_count; i++)
		at = put_prefix(at, &ra->prefixes[i]);
	if (ra->server_count > 0)
		at = put_servers(at, ra);
	len = (size_t)(at - icmp);
	wire_put_ethernet(frame, all_nodes_mac, mac, WIRE_TYPE_IPV6);
	wire_put_ipv6(ip, 0, len, ICMPV6, source, all_nodes);
	wire_put16(icmp + 2,
		   wire_checksum(wire_sum(wire_sum_ipv6(ip), icmp, len)));
	return (size_t)(at - frame);
}

static bool prefix_equal(const struct router_advert_prefix *a,
			 const struct router_advert_prefix *b)
{
	return memcmp(&a->network, &b->network, sizeof a->network) == 0 &&
	       a->on_link == b->on_link && a->autonomous == b->autonomous &&
	       a->valid_lifetime == b->valid_lifetime &&
	       a->preferred_lifetime == b->preferred_lifetime;
}

bool router_advert_equal(const struct router_advert *a,
			 const struct router_advert *b)
{
	if (a->prefix_count != b->prefix_count ||
	    a->server_count != b->server_count)
		return false;
	for (size_t i = 0; i < a->prefix_count; i++)
		if (!prefix_equal(&a->prefixes[i], &b->prefixes[i]))
			return false;
	return a->interval == b->interval && a->lifetime == b->lifetime &&
	       a->preference == b->preference && a->hop_limit == b->hop_limit &&
	       a->managed == b->managed && a->other == b->other &&
	       a->mtu == b->mtu && a->reachable_time == b->reachable_time &&
	       a->retransmit_timer == b->retransmit_timer &&
	       memcmp(a->servers, b->servers, 16 * a->server_count) == 0 &&
	       a->server_lifetime == b->server_lifetime;
}

/* The options of a solicitation, from somebody with an address or not. */
static bool options_are_valid(const uint8_t *at, size_t len, bool addressed)
{
	if (len % 8 != 0)
		return false;
	while (len > 0) {
		size_t size = 8u * at[1];

		if (size == 0 || size > len)
			return false;
		if (at[0] == SOURCE_ADDRESS && !addressed)
			return false;
		at += size;
		len -= size;
	}
	return true;
}

bool router_advert_is_solicited(const uint8_t *frame, size_t len)
{
	static const uint8_t unspecified[16] = { 0 };
	const uint8_t *ip = frame + WIRE_ETHERNET;
	const uint8_t *icmp = ip + WIRE_IPV6;
	size_t size;

	if (len < WIRE_ETHERNET + WIRE_IPV6 + 8 ||
	    wire_get16(frame + 12) != WIRE_TYPE_IPV6)
		return false;
	size = wire_get16(ip + 4);
	if (ip[0] >> 4 != 6 || size < 8 ||
	    size > len - WIRE_ETHERNET - WIRE_IPV6)
		return false;
	if (ip[6] != ICMPV6 || ip[7] != 255)
		return false;
	if (icmp[0] != SOLICITATION || icmp[1] != 0 ||
	    wire_checksum(wire_sum(wire_sum_ipv6(ip), icmp, size)) != 0)
		return false;
	return options_are_valid(icmp + 8, size - 8,
				 memcmp(ip + 8, unspecified, 16) != 0);
}
