/* SPDX-License-Identifier: MIT */
/*
 * What is lost is lost: the rounds are there for that, so a frame that the
 * kernel refuses is not sent again.
 */
#include "vrrpd/announcer.h"

#include "vrrpd/announce.h"
#include "vrrpd/fencing.h"

#include <string.h>
#include <sys/socket.h>

#define SLICE 64 /* frames per turn of the loop: about 0.1 ms */

static void send_one(struct announcer *a, const struct address *address)
{
	uint8_t frame[ANNOUNCE_NA];

	if (address->family == AF_INET) {
		announce_arp(frame, a->mac, address->bytes);
		fencing_send(a->fencing, a->interface, frame, ANNOUNCE_ARP);
	} else {
		/* The first address is the virtual link-local one. */
		announce_na(frame, a->mac, a->addresses[0].bytes,
			    address->bytes);
		fencing_send(a->fencing, a->interface, frame, ANNOUNCE_NA);
	}
}

static void expired(struct timer *timer, int64_t now)
{
	struct announcer *a = container_of(timer, struct announcer, timer);

	for (int i = 0; i < SLICE && a->next < a->count; i++)
		send_one(a, &a->addresses[a->next++]);
	if (a->next < a->count) {
		loop_set(a->loop, timer, now);
		return;
	}
	a->next = 0;
	if (a->rounds > 0 && --a->rounds > 0)
		loop_set(a->loop, timer, now + a->interval);
	else if (a->refresh > 0)
		loop_set(a->loop, timer, now + a->refresh);
}

void announcer_start(struct announcer *a, const uint8_t mac[6])
{
	memcpy(a->mac, mac, sizeof a->mac);
	a->timer.expired = expired;
	a->rounds = a->repeat;
	a->next = 0;
	expired(&a->timer, loop_now());
}

void announcer_stop(struct announcer *a)
{
	loop_set(a->loop, &a->timer, LOOP_NEVER);
}
