/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_DROP_H
#define NETLINK_DROP_H

/*
 * What an open gate has in the place of addresses when the host is to accept
 * nothing that is sent to them, and yet to forward for those who send to its
 * MAC: a blackhole route for each address, so that such packets go nowhere
 * (RFC 9568 section 8.3.1), and for IPv6 the solicited-node groups, so that
 * questions about the addresses arrive.  Who answers those is not its
 * business.  Blocks: worker thread only.
 */

#include "netlink/netlink.h"

#include <stdbool.h>
#include <stdint.h>

struct gate;

struct drop {
	/* Set by the owner.  Of the routes: no two gates of the namespace have
	   the same, and it tells who comes after a crash whose they are.  0:
	   there are none, what an open gate has are addresses. */
	uint32_t metric;

	int groups; /* 1 + the socket that is a member; 0: none */
};

bool drop_is_wanted(const struct gate *gate);

/* The functions of gate.h, for gate.c only; each is idempotent. */
int drop_open(struct netlink *nl, struct gate *gate);

/* The host can reach who else has the addresses now. */
int drop_silence(struct netlink *nl, const struct gate *gate);

/*
 * After the link has gone down, as leaving a group on a link that is up would
 * send a report from it.
 */
int drop_close(struct netlink *nl, struct gate *gate);

/* Adds the number of differences that were put right to *repaired. */
int drop_check(struct netlink *nl, struct gate *gate, bool open,
	       unsigned *repaired);

/* Does nobody who is alive have this metric?  Called for each route. */
typedef bool drop_is_orphan(uint8_t family, uint32_t metric);

/* Remove the routes that killed agents have left behind, and count them. */
int drop_sweep(struct netlink *nl, drop_is_orphan *is_orphan,
	       unsigned *removed);

#endif
