/* SPDX-License-Identifier: MIT */
#ifndef ANNOUNCER_H
#define ANNOUNCER_H

/*
 * Sends the gratuitous ARP / unsolicited NA frames of one virtual router: some
 * rounds at once, then a round now and then for whoever missed them.  Rounds
 * go out in slices, so that thousands of addresses never delay an advert.
 */

#include "netlink/address.h"
#include "vrrpd/loop.h"

#include <stddef.h>
#include <stdint.h>

struct fencing;
struct interface;

struct announcer {
	/* Set before announcer_start(). */
	struct loop *loop;
	struct interface *interface;
	const struct fencing *fencing;   /* or NULL: it may always speak */
	const struct address *addresses; /* of one family */
	size_t count;
	int repeat;       /* rounds */
	int64_t interval; /* us between them */
	int64_t refresh;  /* us between later rounds; 0: none */

	uint8_t mac[6];
	struct timer timer;
	int rounds;  /* still to come */
	size_t next; /* address of this round */
};

/* (Re)start with the first round, from the Ethernet address `mac`. */
void announcer_start(struct announcer *announcer, const uint8_t mac[6]);
void announcer_stop(struct announcer *announcer);

#endif
