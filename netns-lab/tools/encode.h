/* SPDX-License-Identifier: MIT */
#ifndef ENCODE_H
#define ENCODE_H

/*
 * Frames that a hostile host sends: VRRPv3 advertisements with whatever may be
 * wrong in them, claims of an address by ARP or Neighbor Discovery, and UDP.
 * Written from the RFCs and sharing nothing with the agent.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ENCODE_FRAME     1514 /* octets there must be room for */
#define ENCODE_ADDRESSES 20

/* IPv4 addresses are the first four octets of sixteen. */
struct encode_advert {
	uint8_t family; /* AF_INET or AF_INET6 */
	uint8_t mac[6]; /* Ethernet source */
	uint8_t source[16];
	uint8_t ttl;
	uint8_t version;
	uint8_t type;
	uint8_t vrid;
	uint8_t priority;
	uint16_t interval; /* centiseconds */
	uint8_t count;     /* of addresses, at most ENCODE_ADDRESSES */
	uint8_t addresses[ENCODE_ADDRESSES][16];
	uint8_t missing; /* octets that its end lacks, less than its length */
	bool bad_checksum;
};

/* "`address` is at `mac`", said to one host, or to all. */
struct encode_claim {
	uint8_t family;
	uint8_t mac[6];
	uint8_t address[16];
	bool answer; /* to a question of: */
	uint8_t to_mac[6];
	uint8_t to[16];
};

/* Of the shortest length, to the discard port. */
struct encode_udp {
	uint8_t family;
	uint8_t mac[6], to_mac[6];
	uint8_t source[16], to[16];
	uint16_t source_port;
};

/* All return the length of the frame. */
size_t encode_advert(const struct encode_advert *advert, uint8_t *frame);
size_t encode_claim(const struct encode_claim *claim, uint8_t *frame);
size_t encode_udp(const struct encode_udp *udp, uint8_t *frame);

#endif
