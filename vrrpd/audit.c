/* SPDX-License-Identifier: MIT */
/*
 * The only module that counts for a virtual router, but for what the router
 * itself sends.  An advertisement that differs from our configuration is no
 * reason to discard it, but to say so: somebody has made a mistake somewhere.
 */
#include "vrrpd/audit.h"

#include "vrrpd/log.h"
#include "vrrpd/model.h"
#include "vrrpd/router.h"
#include "vrrpd/transition.h"

#include <arpa/inet.h>
#include <string.h>

enum {
	OTHER_INTERVAL = 1,
	OTHER_ADDRESSES = 2,
	OTHER_CHECKSUM = 4,
	OTHER_OWNER = 8, /* erratum 8298 */
};

static void remember(struct router *r, enum model_router_error error,
		     const struct packet *p, int64_t now)
{
	r->error.reason = model_router_error_name(error);
	r->error.family = r->af;
	r->error.time = now;
	memcpy(r->error.source, p->source, sizeof r->error.source);
}

/* RFC 9568 section 7.1: differences to report, though not to act on. */
static unsigned compare(struct router *r, const struct packet *p, int64_t now)
{
	unsigned differences = 0;

	if (p->interval != r->config->interval) {
		r->counters.interval_errors++;
		remember(r, MODEL_INTERVAL_ERROR, p, now);
		differences |= OTHER_INTERVAL;
	}
	if (!packet_has_addresses(p, r->wire, r->count)) {
		r->counters.address_list_errors++;
		remember(r, MODEL_ADDRESS_LIST_ERROR, p, now);
		differences |= OTHER_ADDRESSES;
	}
	if (r->family == IPV4 && p->checksum == PACKET_RFC5798) {
		r->counters.legacy_checksum_rcvd++;
		if (r->config->checksum != CONFIG_RFC5798)
			differences |= OTHER_CHECKSUM;
	}
	if (r->config->priority == VRRP_OWNER) {
		r->counters.owner_adverts_rcvd++;
		differences |= OTHER_OWNER;
	}
	return differences;
}

/*
 * Said once, and again when it is another router or another difference.  Only
 * the first two are errors in the model.
 */
static void report(struct router *r, const struct packet *p,
		   unsigned differences, int64_t now)
{
	size_t size = address_size(r->af);
	char sender[INET6_ADDRSTRLEN], more[LOG_HELD];
	unsigned held = 0;

	if (differences == r->differences &&
	    memcmp(p->source, r->different, size) == 0)
		return;
	if (differences && !log_limit_allows(&r->mismatch_limit, now, &held))
		return;
	r->differences = differences;
	memcpy(r->different, p->source, size);
	if (!differences)
		return;
	inet_ntop(r->af, p->source, sender, sizeof sender);
	log_warn("%s: %s is configured differently:%s%s%s%s%s", r->title,
		 sender,
		 differences & OTHER_INTERVAL ? " advertisement interval" : "",
		 differences & OTHER_ADDRESSES ? " virtual addresses" : "",
		 differences & OTHER_CHECKSUM
			 ? " checksum (RFC 5798's; it may discard ours, see "
			   "checksum in vrrpd.cfg(5))"
			 : "",
		 differences & OTHER_OWNER
			 ? " it advertises the addresses that we own"
			 : "",
		 log_held(held, more));
	if (differences & (OTHER_INTERVAL | OTHER_ADDRESSES))
		r->counters.error_events++;
}

void audit_advert(struct router *r, const struct packet *p, int64_t now)
{
	r->counters.advertisement_rcvd++;
	r->counters.priority_zero_rcvd += p->priority == 0;
	report(r, p, compare(r, p, now), now);
}

/* Of the virtual router that the VRID names; NULL: it has none for this. */
static uint64_t *counter_of(struct router *r, enum packet_reason reason)
{
	switch (reason) {
	case PACKET_TTL:
		return &r->counters.ip_ttl_errors;
	case PACKET_TYPE:
		return &r->counters.invalid_type_rcvd;
	case PACKET_LENGTH:
		return &r->counters.packet_length_errors;
	case PACKET_NO_ADDRESS:
		return &r->counters.no_address_rcvd;
	case PACKET_NOT_LINK_LOCAL:
		return &r->counters.not_link_local_rcvd;
	case PACKET_NO_INTERVAL:
		return &r->counters.no_interval_rcvd;
	case PACKET_OK:
	case PACKET_NOT_VRRP:
	case PACKET_BAD_IP:
	case PACKET_DESTINATION:
	case PACKET_OWN:
	case PACKET_VERSION:  /* what stands behind it is no VRID then */
	case PACKET_CHECKSUM: /* nor is it known to be right */
	case PACKET_VRID:
	case PACKET_REASONS:
		break;
	}
	return NULL;
}

void audit_discard_kept(struct router *r, enum packet_reason reason,
			uint64_t count)
{
	uint64_t *counter = counter_of(r, reason);

	if (counter)
		*counter += count;
}

void audit_discard(struct router *r, enum packet_reason reason,
		   const struct packet *p, bool logged, int64_t now)
{
	audit_discard_kept(r, reason, 1);
	if (reason != PACKET_LENGTH)
		return;
	r->counters.error_events += logged;
	remember(r, MODEL_PACKET_LENGTH_ERROR, p, now);
}

/* Siblings hinder each other: a primary address is needed by both. */
static enum model_obstacle find_obstacle(const struct router *r)
{
	const struct interface *i = r->interface;

	if (r->drained && r->vrrp.state == VRRP_INITIALIZE)
		return MODEL_NO_OBSTACLE;
	if (!i->link.running || !i->port)
		return MODEL_INTERFACE_OBSTACLE;
	if (!i->has_primary[r->family] ||
	    (r->sibling && !i->has_primary[r->sibling->family]))
		return MODEL_PRIMARY_OBSTACLE;
	return MODEL_ADDRESSES_OBSTACLE;
}

/* What was overcome is kept until the start, whose event it gives. */
void audit_fault(struct router *r)
{
	enum model_obstacle obstacle;

	if (!r->fault[0])
		return;
	if (strstr(r->fault, INTERFACE_PREPARING) &&
	    r->vrrp.state == VRRP_INITIALIZE)
		return;
	obstacle = find_obstacle(r);
	if (obstacle == r->obstacle)
		return;
	r->obstacle = obstacle;
	r->last_event = model_obstacle_event(obstacle);
}

/* Half an interval is what a router may be late and still not be missed. */
static void remember_slip(struct router *r, enum vrrp_state before,
			  int64_t deadline, int64_t late)
{
	int64_t interval = before == VRRP_BACKUP ? r->vrrp.active_interval
						 : r->vrrp.par.interval;

	if (late <= interval / 2)
		return;
	r->slip.deadline = deadline;
	r->slip.late = late;
	/* After three silent intervals others may take over. */
	if (before == VRRP_ACTIVE && r->vrrp.state == VRRP_ACTIVE &&
	    late >= 2 * interval)
		transition_log_late(r, late);
}

/*
 * A Backup's deadline has been judged when it is another one: by the timer, or
 * by what came while this host slept.  What an Active hears is no judgement of
 * its deadline, unless it yields.
 */
void audit_lateness(struct router *r, const struct vrrp_event *ev,
		    enum vrrp_state before, int64_t deadline, unsigned actions)
{
	bool timer = ev->type == VRRP_TIMER;
	bool judged = before == VRRP_BACKUP ? r->vrrp.deadline != deadline
					    : r->vrrp.state != before;
	bool sent = timer && actions & VRRP_SEND_ADVERT;
	int64_t late;

	if ((!timer && ev->type != VRRP_ADVERT) || (!judged && !sent))
		return;
	/* An Active that yields may have slept since that advert came. */
	late = (before == VRRP_BACKUP && !sent ? ev->now : loop_now()) -
	       deadline;
	if (late < 0)
		return;
	if (before == VRRP_BACKUP)
		lateness_add(&r->interface->lateness.timers,
			     ev->now - deadline);
	if (sent) {
		lateness_add(&r->interface->lateness.adverts, late);
		r->interface->lateness.late += late > r->vrrp.par.interval / 2;
	}
	remember_slip(r, before, deadline, late);
}

/* Was it so lately that what follows may be its fault? */
static bool has_slipped(const struct router *r, int64_t now)
{
	return r->slip.late > 0 && now - r->slip.deadline - r->slip.late <=
					   vrrp_active_down_interval(&r->vrrp);
}

void audit_transition(struct router *r, const struct vrrp_event *ev,
		      enum vrrp_state before, int64_t deadline)
{
	r->last = (struct status_transition){
		.from = before,
		.reason = r->vrrp.reason,
		.time = ev->now,
		.deadline = ev->type == VRRP_TIMER ? deadline : VRRP_NEVER,
		.silence = before == VRRP_BACKUP ? ev->now - r->heard : -1,
	};
	if (ev->type == VRRP_TIMER || ev->type == VRRP_ADVERT)
		r->last.slipped = has_slipped(r, ev->now);
	if (r->last.slipped)
		r->last.deadline = r->slip.deadline;
	r->last.late = r->last.slipped ? r->slip.late : ev->now - deadline;
	r->counters.active_transitions += r->vrrp.state == VRRP_ACTIVE;
	r->last_event = model_event(&r->vrrp, r->obstacle);
	r->active_reason = model_active_reason(&r->vrrp, r->active_reason);
	if (before == VRRP_INITIALIZE) {
		r->up = ev->now;
		r->obstacle = MODEL_NO_OBSTACLE;
	}
}
