/* SPDX-License-Identifier: MIT */
#ifndef AUDIT_H
#define AUDIT_H

/*
 * What is remarked of a virtual router: counters, the last event and error in
 * the words of RFC 8347 (model.h), and what operators must hear of senders
 * that are configured differently.  Nothing here acts on the protocol.
 */

#include "vrrpd/packet.h"
#include "vrrpd/vrrp.h"

#include <stdbool.h>
#include <stdint.h>

struct router;

/* A valid advertisement arrived (RFC 9568 section 7.1). */
void audit_advert(struct router *r, const struct packet *p, int64_t now);

/* One with its VRID was discarded; `logged`: the interface has said so. */
void audit_discard(struct router *r, enum packet_reason reason,
		   const struct packet *p, bool logged, int64_t now);

/* `count` more of which nothing else is known: only counted. */
void audit_discard_kept(struct router *r, enum packet_reason reason,
			uint64_t count);

/* r->fault has changed, which the core does not know yet. */
void audit_fault(struct router *r);

/*
 * *ev came in the state `before`, in which the timer was to expire at
 * `deadline`; what the core said to it has been done.
 */
void audit_lateness(struct router *r, const struct vrrp_event *ev,
		    enum vrrp_state before, int64_t deadline, unsigned actions);

/*
 * *ev has brought it here from the state `before`, in which the timer was to
 * expire at `deadline`.  Fills in r->last, among others.
 */
void audit_transition(struct router *r, const struct vrrp_event *ev,
		      enum vrrp_state before, int64_t deadline);

#endif
