/* SPDX-License-Identifier: MIT */
#ifndef WIRE_H
#define WIRE_H

/*
 * What the makers of frames share: big-endian numbers at any alignment,
 * Ethernet and IPv6 headers, and the Internet checksum (RFC 1071).  Pure.
 */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define WIRE_ETHERNET 14 /* octets of an Ethernet header */
#define WIRE_IPV4     20 /* octets of an IPv4 header without options */
#define WIRE_IPV6     40 /* octets of an IPv6 header */

/* As a TOS or traffic class: "network control".  RFC 9568 section 2.5 asks for
   priority in the queues of others. */
#define WIRE_CS6 0xc0

#define WIRE_TYPE_IPV4 0x0800
#define WIRE_TYPE_ARP  0x0806
#define WIRE_TYPE_IPV6 0x86dd

static inline uint16_t wire_get16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline void wire_put16(uint8_t *at, unsigned value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

/* Add `len` octets to a running sum; enough for 128 KiB of them. */
static inline uint32_t wire_sum(uint32_t sum, const uint8_t *at, size_t len)
{
	for (; len > 1; at += 2, len -= 2)
		sum += wire_get16(at);
	return len > 0 ? sum + (uint32_t)at[0] * 256 : sum;
}

/* The checksum of a running sum: 0 where a right checksum is summed too. */
static inline uint16_t wire_checksum(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

/* The pseudo-header (RFC 8200 section 8.1) of the IPv6 header at `ip`. */
static inline uint32_t wire_sum_ipv6(const uint8_t *ip)
{
	return wire_sum((uint32_t)wire_get16(ip + 4) + ip[6], ip + 8, 32);
}

static inline void wire_put_ethernet(uint8_t *at, const uint8_t to[6],
				     const uint8_t from[6], unsigned type)
{
	memcpy(at, to, 6);
	memcpy(at + 6, from, 6);
	wire_put16(at + 12, type);
}

/* Hop limit 255: what stays on the link and can prove it (RFC 5082). */
static inline void wire_put_ipv6(uint8_t *at, unsigned traffic_class,
				 size_t payload, uint8_t next_header,
				 const uint8_t from[16], const uint8_t to[16])
{
	wire_put16(at, 6u << 12 | traffic_class << 4);
	wire_put16(at + 2, 0);
	wire_put16(at + 4, (unsigned)payload);
	at[6] = next_header;
	at[7] = 255;
	memcpy(at + 8, from, 16);
	memcpy(at + 24, to, 16);
}

#endif
