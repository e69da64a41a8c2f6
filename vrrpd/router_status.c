/* SPDX-License-Identifier: MIT */
/*
 * What a virtual router shows of itself.  Values and pointers into it alone:
 * nothing is worked out here that it does not go by.
 */
#include "vrrpd/responder.h"
#include "vrrpd/router.h"

/* What the core knows, or was told by the configuration. */
static void protocol_status(const struct router *r,
			    struct status_router *status)
{
	const struct vrrp *v = &r->vrrp;

	status->priority = v->par.priority;
	status->preempt = v->par.preempt;
	status->preempt_delay = v->par.preempt_delay;
	status->interval = v->par.interval;
	status->active_interval = v->active_interval;
	status->skew_time = vrrp_skew_time(v);
	status->active_down_interval = vrrp_active_down_interval(v);
	status->deadline = v->deadline;
	status->state = v->state;
	if (r->interface->has_primary[r->family])
		status->primary = r->interface->primary[r->family];
	if (vrrp_is_serving(v)) {
		status->active = r->interface->primary[r->family];
		status->active_priority = v->par.priority;
	} else if (r->has_active) {
		status->active = r->active;
		status->active_priority = r->active_priority;
	}
}

void router_status(const struct router *r, struct status_router *status)
{
	*status = (struct status_router){
		.name = r->config->name,
		.interface = r->interface->name,
		.fault = r->fault[0] ? r->fault : NULL,
		.drained = r->drained,
		.vrid = (uint8_t)r->config->vrid,
		.family = r->af,
		.accept = !responder_is_needed(r),
		.virtual_mac = r->config->virtual_mac,
		.serving = r->claim.actual == CLAIM_OPEN,
		.fence = fencing_state(r),
		.no_fence = r->fencing.why,
		.addresses = r->addresses,
		.address_count = r->count,
		.counters = &r->counters,
		.error = &r->error,
		.event = r->last_event,
		.active_reason = r->active_reason,
		.why = r->why,
		.began = r->began,
		.up = r->up,
		.last = r->last,
	};
	if (r->advertiser.advert)
		status->advertiser = &r->advertiser.status;
	protocol_status(r, status);
}
