/* SPDX-License-Identifier: MIT */
/*
 * The two frames that move an address to another port of the switches and to
 * another neighbour entry of the hosts.  Both come from the virtual MAC, which
 * is what the bridges learn from (RFC 9568 section 2.4).
 */

#include "vrrpd/announce.h"

#include "vrrpd/wire.h"

#define ICMPV6 58

/* Of a Neighbor Advertisement: Router and Override (RFC 4861 section 4.4). */
#define ROUTER_OVERRIDE 0xa0

void announce_arp(uint8_t frame[ANNOUNCE_ARP], const uint8_t mac[6],
		  const uint8_t address[4])
{
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	static const uint8_t request[8] = { 0, 1, 8, 0, 6, 4, 0, 1 };
	uint8_t *arp = frame + WIRE_ETHERNET;

	wire_put_ethernet(frame, broadcast, mac, WIRE_TYPE_ARP);
	memcpy(arp, request, 8);
	memcpy(arp + 8, mac, 6);
	memcpy(arp + 14, address, 4);
	/* Section 6.4.2 wants the MAC here too, where RFC 5227 has zeros. */
	memcpy(arp + 18, mac, 6);
	memcpy(arp + 24, address, 4);
}

void announce_na(uint8_t frame[ANNOUNCE_NA], const uint8_t mac[6],
		 const uint8_t source[16], const uint8_t target[16])
{
	static const uint8_t all_nodes_mac[6] = { 0x33, 0x33, 0, 0, 0, 1 };
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
	static const uint8_t advert[8] = { 136, 0, 0, 0, ROUTER_OVERRIDE };
	uint8_t *ip = frame + WIRE_ETHERNET;
	uint8_t *icmp = ip + WIRE_IPV6;

	wire_put_ethernet(frame, all_nodes_mac, mac, WIRE_TYPE_IPV6);
	wire_put_ipv6(ip, WIRE_CS6, 32, ICMPV6, source, all_nodes);
	memcpy(icmp, advert, 8);
	memcpy(icmp + 8, target, 16);
	icmp[24] = 2; /* option: Target Link-Layer Address */
	icmp[25] = 1; /* of 8 octets */
	memcpy(icmp + 26, mac, 6);
	wire_put16(icmp + 2,
		   wire_checksum(wire_sum(wire_sum_ipv6(ip), icmp, 32)));
}
