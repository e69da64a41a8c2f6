/* SPDX-License-Identifier: MIT */
/*
 * What a frame from the daemon under test is: taken apart without judging it,
 * the fields as they stand, and for each checksum whether it is right.
 */
#ifndef CONFORMANCE_SEEN_H
#define CONFORMANCE_SEEN_H

#include "tests/conformance/frame.h"

enum seen_kind {
	SEEN_OTHER,
	SEEN_ADVERT, /* anything of protocol 112 */
	SEEN_ARP,
	SEEN_SOLICIT,
	SEEN_NEIGHBOR,
	SEEN_ROUTER, /* Router Advertisement */
	SEEN_REPLY,  /* echo reply */
	SEEN_UNREACHABLE,
	SEEN_REDIRECT,
	SEEN_TCP,
	SEEN_UDP,
	SEEN_ECHO,
};

struct seen {
	enum seen_kind kind;
	uint8_t to_mac[6], from_mac[6];
	uint16_t ethertype;
	struct address from, to; /* of IP; of ARP spa and tpa */
	uint8_t ttl, protocol;
	bool header_good; /* the IPv4 header's checksum, lengths */
	/* After the IP header. */
	const uint8_t *payload;
	size_t len;
	/* SEEN_ADVERT: the fields, and which checksum it has. */
	uint8_t vrid, priority, count;
	uint16_t interval_field;
	bool plain, pseudo;
	/* SEEN_ARP. */
	uint16_t op;
	uint8_t sha[6], tha[6];
	/* ICMPv6 and the messages of Neighbor Discovery. */
	bool icmp_good;
	uint32_t flags; /* octets 4..7 */
	struct address target;
	bool has_mac; /* source or target link-layer option */
	uint8_t mac[6];
};

void seen_parse(struct seen *seen, const uint8_t *octets, size_t len);

#endif
