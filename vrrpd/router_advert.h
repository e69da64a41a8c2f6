/* SPDX-License-Identifier: MIT */
#ifndef ROUTER_ADVERT_H
#define ROUTER_ADVERT_H

/*
 * Router Advertisements of an IPv6 virtual router, from values to a frame, and
 * whether a frame is a Router Solicitation that asks for one (RFC 4861
 * sections 4.1, 4.2 and 6.1.1; RFC 4191 for the preference, RFC 8106 for the
 * DNS servers).  Pure.  When to send which is advertiser.h's concern.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ROUTER_ADVERT_PREFIXES 16
#define ROUTER_ADVERT_SERVERS  8

/* Octets of the longest frame: headers, fields, SLLA, MTU, prefixes, RDNSS.
   It fits into the smallest MTU of IPv6, 1280. */
#define ROUTER_ADVERT_MAX                                                      \
	(14 + 40 + 16 + 8 + 8 + 32 * ROUTER_ADVERT_PREFIXES + 8 +              \
	 16 * ROUTER_ADVERT_SERVERS)

enum router_advert_preference {
	ROUTER_ADVERT_MEDIUM,
	ROUTER_ADVERT_HIGH,
	ROUTER_ADVERT_LOW,
};

struct router_advert_prefix {
	struct router_advert_network {
		uint8_t address[16];
		uint8_t length; /* bits, 0..128 */
	} network;
	bool on_link;
	bool autonomous;
	int64_t valid_lifetime; /* us; whole seconds count in all lifetimes */
	int64_t preferred_lifetime; /* us */
};

/* The variables of RFC 4861 section 6.2.1, all times in us. */
struct router_advert {
	int64_t interval;         /* MaxRtrAdvInterval: not in the frame */
	int64_t lifetime;         /* up to 65535 s; 0: not a default router */
	int preference;           /* enum router_advert_preference */
	int hop_limit;            /* 0..255; 0: not said */
	bool managed;             /* addresses by DHCPv6 */
	bool other;               /* other things by DHCPv6 */
	int mtu;                  /* 0: not said */
	int64_t reachable_time;   /* whole ms count; 0: not said */
	int64_t retransmit_timer; /* whole ms count; 0: not said */
	struct router_advert_prefix prefixes[ROUTER_ADVERT_PREFIXES];
	size_t prefix_count;
	uint8_t servers[ROUTER_ADVERT_SERVERS][16]; /* of DNS */
	size_t server_count;
	int64_t server_lifetime;
};

/*
 * From `source`, the virtual link-local address, at `mac` to ff02::1.  Returns
 * the length of the frame.
 */
size_t router_advert_build(uint8_t frame[ROUTER_ADVERT_MAX],
			   const struct router_advert *ra, const uint8_t mac[6],
			   const uint8_t source[16]);

/* Would they say the same, as often? */
bool router_advert_equal(const struct router_advert *a,
			 const struct router_advert *b);

/* Is the frame a valid Router Solicitation (RFC 4861 section 6.1.1)? */
bool router_advert_is_solicited(const uint8_t *frame, size_t len);

#endif
