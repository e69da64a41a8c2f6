/* SPDX-License-Identifier: MIT */
#ifndef DECODE_H
#define DECODE_H

/*
 * What a frame on the segment says about virtual addresses: VRRPv3
 * advertisements, ARP answers and announcements, neighbour advertisements, and
 * echo replies from them.
 * Written from the RFCs and sharing nothing with the agent, so that the two
 * can disagree.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum seen_kind {
	SEEN_ADVERT,
	SEEN_ARP_ANNOUNCEMENT, /* sender and target address are the same */
	SEEN_ARP_REPLY,
	SEEN_NA, /* that nobody has asked for */
	SEEN_NA_REPLY,
	SEEN_ECHO_REPLY,
};

enum seen_checksum {
	SEEN_BAD_CHECKSUM,
	SEEN_RFC9568,
	SEEN_RFC5798, /* IPv4 with pseudo-header */
};

struct seen {
	enum seen_kind kind;
	uint8_t family;     /* AF_INET or AF_INET6 */
	uint8_t mac[6];     /* Ethernet source */
	uint8_t source[16]; /* IP source; ARP: the sender's address */

	uint8_t vrid; /* advert, from here on */
	uint8_t priority;
	uint8_t count; /* of addresses */
	uint8_t ttl;
	int64_t interval; /* us */
	enum seen_checksum checksum;

	uint8_t target[16]; /* others: the address announced or answered for */
	uint8_t target_mac[6]; /* and its MAC */
};

/* False: the frame is something else. */
bool decode_frame(const uint8_t *frame, size_t len, struct seen *seen);

const char *seen_kind_name(enum seen_kind kind);
const char *seen_checksum_name(enum seen_checksum checksum);

#endif
