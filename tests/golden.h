/* SPDX-License-Identifier: MIT */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

/* Advertisements octet for octet, computed apart from our code. */

#include "tests/frames.h"
#include "vrrpd/packet.h"

#include <sys/socket.h>

/* Complete frames of VRID 51 at 100 centiseconds. */
static const struct golden {
	uint8_t family;
	uint8_t priority;
	uint8_t count;
	enum packet_checksum checksum;
	const char *frame;
} golden[] = {
	{ AF_INET, 100, 1, PACKET_RFC9568,
	  ETH4 IP4 "31336401 0064a865 c0000201" },
	{ AF_INET, 200, 1, PACKET_RFC9568,
	  ETH4 IP4 "3133c801 00644465 c0000201" },
	{ AF_INET, 0, 1, PACKET_RFC9568,
	  ETH4 IP4 "31330001 00640c66 c0000201" },
	{ AF_INET, 100, 2, PACKET_RFC9568,
	  ETH4 IP4_2 "31336402 0064e565 c0000201 c00002fe" },
	{ AF_INET, 100, 1, PACKET_RFC5798,
	  ETH4 IP4 "31336401 006405d4 c0000201" },
	{ AF_INET, 200, 1, PACKET_RFC5798,
	  ETH4 IP4 "3133c801 0064a1d3 c0000201" },
	{ AF_INET, 0, 1, PACKET_RFC5798,
	  ETH4 IP4 "31330001 006469d4 c0000201" },
	{ AF_INET, 100, 2, PACKET_RFC5798,
	  ETH4 IP4_2 "31336402 006442d0 c0000201 c00002fe" },
	{ AF_INET6, 100, 2, PACKET_RFC9568,
	  ETH6 IP6 "31336402 00643feb " VIPS6 },
	{ AF_INET6, 200, 2, PACKET_RFC9568,
	  ETH6 IP6 "3133c802 0064dbea " VIPS6 },
	{ AF_INET6, 0, 2, PACKET_RFC9568, ETH6 IP6 "31330002 0064a3eb " VIPS6 },
};

#endif
