/* SPDX-License-Identifier: MIT */
/*
 * What a virtual router leaves to the process that takes over from this one,
 * and goes on with in that: where the protocol stands, what it has heard and
 * counted, and its fence.  The kernel has all else.  What comes of the
 * configuration is not in it, as that may be another one by then.
 */
#include "vrrpd/estate.h"
#include "vrrpd/router.h"
#include "vrrpd/settings.h"

#define FIELD(member) ESTATE_FIELD(struct router, member)

static const struct estate_field fields[] = {
	FIELD(vrrp.par.priority),
	FIELD(vrrp.par.preempt),
	FIELD(vrrp.par.preempt_delay),
	FIELD(vrrp.par.interval),
	FIELD(vrrp.state),
	FIELD(vrrp.reason),
	FIELD(vrrp.active_interval),
	FIELD(vrrp.deadline),
	FIELD(vrrp.insist),
	FIELD(vrrp.learned),
	FIELD(vrrp.waiting_since),
	FIELD(vrrp.resigned),
	FIELD(vrrp.expecting),
	FIELD(vrrp.sparing_since),
	FIELD(vrrp.discarded.at),
	FIELD(vrrp.discarded.interval),
	FIELD(vrrp.discarded.priority),
	FIELD(vrrp.claimed),
	FIELD(vrrp.owes_advert),
	FIELD(vrrp.replies),
	FIELD(fencing.place),
	FIELD(fencing.until),
	FIELD(drained),
	FIELD(served),
	FIELD(doubted),
	FIELD(has_active),
	FIELD(active),
	FIELD(active_priority),
	FIELD(heard),
	FIELD(last.from),
	FIELD(last.reason),
	FIELD(last.time),
	FIELD(last.deadline),
	FIELD(last.late),
	FIELD(last.slipped),
	FIELD(last.silence),
	FIELD(slip.deadline),
	FIELD(slip.late),
	FIELD(counters.active_transitions),
	FIELD(counters.advertisement_rcvd),
	FIELD(counters.advertisement_sent),
	FIELD(counters.advertisement_not_sent),
	FIELD(counters.priority_zero_rcvd),
	FIELD(counters.priority_zero_sent),
	FIELD(counters.interval_errors),
	FIELD(counters.address_list_errors),
	FIELD(counters.legacy_checksum_rcvd),
	FIELD(counters.owner_adverts_rcvd),
	FIELD(counters.repairs),
	FIELD(counters.ip_ttl_errors),
	FIELD(counters.invalid_type_rcvd),
	FIELD(counters.packet_length_errors),
	FIELD(counters.no_address_rcvd),
	FIELD(counters.not_link_local_rcvd),
	FIELD(counters.no_interval_rcvd),
	FIELD(counters.new_active_events),
	FIELD(counters.error_events),
	FIELD(last_event),
	FIELD(active_reason),
	FIELD(obstacle),
	FIELD(why),
	FIELD(began),
	FIELD(up),
	FIELD(differences),
	FIELD(different),
	FIELD(advertiser.status.sent),
	FIELD(advertiser.status.solicited),
};

static const struct estate_kind kind = {
	fields,
	sizeof fields / sizeof *fields,
};

void router_give(struct router *r, struct estate *estate)
{
	char name[LINK_ALIAS];

	router_alias(r, name);
	estate_add(estate, name, &kind, r);
	loop_set(r->loop, &r->timer, LOOP_NEVER);
	announcer_stop(&r->announcer);
	advertiser_stop(&r->advertiser);
	claim_abandon(&r->claim);
	fencing_abandon(r);
	router_unpair(r);
	router_withdraw(r);
}

int router_inherit(struct router *r, struct estate *estate)
{
	char name[LINK_ALIAS];
	int err = router_lock(r);

	if (err)
		return err;
	router_alias(r, name);
	if (!estate_take(estate, name, &kind, r)) {
		router_begin(r);
		return 0;
	}
	fencing_inherit(r);
	r->elsewhere = false;
	r->inherited = r->vrrp.state != VRRP_INITIALIZE;
	settings_restate(r);
	return 0;
}
