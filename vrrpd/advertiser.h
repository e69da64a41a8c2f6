/* SPDX-License-Identifier: MIT */
#ifndef ADVERTISER_H
#define ADVERTISER_H

/*
 * Sends the Router Advertisements of one IPv6 virtual router while it is
 * Active: one at once, the next few soon, then now and then, and one for each
 * host that asks (RFC 4861 sections 6.2.4 and 6.2.6).  Stopped, it just falls
 * silent: a last one with lifetime 0 (section 6.2.5) would take the default
 * route from the hosts, which the successor keeps up from the same address.
 */

#include "vrrpd/loop.h"
#include "vrrpd/port.h"
#include "vrrpd/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fencing;
struct interface;
struct router_advert;

struct advertiser {
	/* Set before advertiser_start(). */
	struct loop *loop;
	struct interface *interface;
	const struct fencing *fencing;      /* or NULL: it may always speak */
	const struct router_advert *advert; /* NULL: never sends */
	const uint8_t *source;              /* the virtual link-local address */
	uint32_t seed;                      /* not 0; of the delays */

	uint8_t mac[6];
	struct timer timer;
	int initial; /* intervals to come that are short */
	bool has_sent;
	int64_t sent; /* us: when, the last one */
	struct status_advertiser status;
};

/* From the Ethernet address `mac`; it may run already. */
void advertiser_start(struct advertiser *advertiser, const uint8_t mac[6]);
void advertiser_stop(struct advertiser *advertiser);

/* The kinds of frames to be received for it (enum port_kind, combined). */
unsigned advertiser_kinds(const struct advertiser *advertiser);

/* To a valid Router Solicitation, and while it runs. */
void advertiser_answer(struct advertiser *advertiser, enum port_kind kind,
		       const uint8_t *frame, size_t len);

#endif
