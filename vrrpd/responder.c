/* SPDX-License-Identifier: MIT */
/*
 * What the kernel does by itself for an address that it has, done by the agent
 * for one that it has not.  An answer that the kernel refuses to send is lost:
 * who asked will ask again.
 */
#include "vrrpd/responder.h"

#include "vrrpd/neighbor.h"
#include "vrrpd/router.h"

bool responder_is_needed(const struct router *r)
{
	return !r->config->accept && r->config->priority != VRRP_OWNER;
}

unsigned responder_kinds(const struct router *r)
{
	if (!responder_is_needed(r))
		return 0;
	return r->family == IPV4 ? PORT_ARP : PORT_NEIGHBOR;
}

void responder_answer(struct router *r, enum port_kind kind,
		      const uint8_t *frame, size_t len)
{
	struct neighbor n = { .addresses = r->wire, .count = r->count };
	uint8_t answer[NEIGHBOR_ADVERT];
	size_t size = 0;

	/* Without its routes the host would send on what comes next. */
	if (!vrrp_is_serving(&r->vrrp) || r->claim.actual != CLAIM_OPEN)
		return;
	router_mac(r, n.mac);
	switch (kind) {
	case PORT_ARP:
		size = neighbor_answer_arp(&n, frame, len, answer);
		break;
	case PORT_NEIGHBOR:
		size = neighbor_answer_solicitation(&n, frame, len, answer);
		break;
	case PORT_ROUTER_SOLICIT:
		break;
	}
	if (size > 0)
		fencing_send(&r->fencing, r->interface, answer, size);
}
