/* SPDX-License-Identifier: MIT */
#ifndef PACKET_H
#define PACKET_H

/*
 * The VRRPv3 advertisement (RFC 9568 section 5) as a whole Ethernet frame:
 * bytes to checked struct, struct to bytes, for IPv4 and IPv6.  Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_MAX (14 + 40 + 8 + 255 * 16) /* octets of the longest frame */

/* How the IPv4 checksum is computed; IPv6 always has its pseudo-header. */
enum packet_checksum {
	PACKET_RFC9568, /* the VRRP message alone (section 5.2.8) */
	PACKET_RFC5798, /* with a pseudo-header, as most of the installed base
			 */
};

/*
 * Why a frame was not handed to a virtual router, in the order of the checks
 * (RFC 9568 section 7.1, errata 8298 to 8301).  packet_parse() finds all but
 * PACKET_OWN, PACKET_VRID, and which form of the checksum is refused: only the
 * receiver can know.
 */
enum packet_reason {
	PACKET_OK,
	PACKET_NOT_VRRP,       /* no IPv4 or IPv6 packet of protocol 112 */
	PACKET_BAD_IP,         /* truncated, fragmented, header lengths wrong */
	PACKET_DESTINATION,    /* not 224.0.0.18 or ff02::12 */
	PACKET_OWN,            /* sent by this host, looped back */
	PACKET_TTL,            /* TTL or hop limit is not 255 */
	PACKET_VERSION,        /* not 3 */
	PACKET_TYPE,           /* not 1, ADVERTISEMENT */
	PACKET_LENGTH,         /* shorter than its header or its address list */
	PACKET_CHECKSUM,       /* wrong in either form, or refused */
	PACKET_VRID,           /* not configured on this interface and family */
	PACKET_NO_ADDRESS,     /* address count 0 (erratum 8299) */
	PACKET_NOT_LINK_LOCAL, /* IPv6: the first address (erratum 8300) */
	PACKET_NO_INTERVAL,    /* Max Advertise Interval 0 (erratum 8301) */
	PACKET_REASONS,
};

struct packet {
	uint8_t family; /* AF_INET or AF_INET6 */
	uint8_t vrid;
	uint8_t priority;
	uint8_t count; /* of addresses */
	enum packet_checksum checksum;
	int64_t interval;         /* Max Advertise Interval, us: 0..40950000 */
	uint8_t source[16];       /* IP source; IPv4 uses the first 4 octets */
	const uint8_t *addresses; /* count times 4 or 16 octets, packed */
};

/*
 * Read a received frame.  After PACKET_OK all of *p is valid and p->addresses
 * points into the frame.  After any reason from PACKET_TTL on, family and
 * source are valid; vrid too where the message has a second octet, else 0.
 */
enum packet_reason packet_parse(const uint8_t *frame, size_t len,
				struct packet *p);

/*
 * Write the frame that announces *p, from the Ethernet source `mac` and the
 * IP source p->source.  Returns its length in octets, or 0 if it does not fit
 * into `size`.
 */
size_t packet_build(uint8_t *frame, size_t size, const struct packet *p,
		    const uint8_t mac[6]);

/*
 * Does it announce exactly these addresses, `count` of them packed like
 * p->addresses?  Their order does not matter (RFC 9568 section 5.2.9).
 */
bool packet_has_addresses(const struct packet *p, const uint8_t *addresses,
			  size_t count);

/* A short name for counters and logs, such as "checksum". */
const char *packet_reason_name(enum packet_reason reason);

#endif
