/* SPDX-License-Identifier: MIT */
/*
 * The one place where the core's actions meet the world.  Whether a router
 * runs is not remembered but computed, from its interface, its claim and its
 * sibling, whenever one of them changes: there is no flag to get stuck.
 */
#include "vrrpd/router.h"

#include "vrrpd/audit.h"
#include "vrrpd/lock.h"
#include "vrrpd/log.h"
#include "vrrpd/owner.h"
#include "vrrpd/responder.h"
#include "vrrpd/sending.h"
#include "vrrpd/settings.h"
#include "vrrpd/transition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Virtual routers of an interface: so many advertise in one millisecond, and
   more than so many are a crowd (netlink/gate.h). */
#define AT_ONCE 64
#define CROWD   64

static struct router *of_client(struct interface_client *client)
{
	return container_of(client, struct router, client);
}

/* The interface, the claim or the sibling is not what it was. */
static void update(struct router *r);

static void update_both(struct router *r)
{
	update(r);
	if (r->sibling)
		update(r->sibling);
}

/* ---- Actions ---- */

void router_alias(const struct router *r, char alias[LINK_ALIAS])
{
	naming_alias(alias, r->interface->name, r->config->vrid, r->af);
}

void router_mac(const struct router *r, uint8_t mac[6])
{
	if (r->config->virtual_mac) /* RFC 9568 section 7.3 */
		memcpy(mac,
		       (uint8_t[]){ 0x00, 0x00, 0x5e, 0x00,
				    r->family == IPV4 ? 0x01 : 0x02,
				    (uint8_t)r->config->vrid },
		       6);
	else
		memcpy(mac, r->interface->link.mac, 6);
}

/*
 * To delete a macvlan takes milliseconds of the kernel's lock, for which what
 * is still to be closed would have to wait.
 */
static bool waits_for_sibling(const struct router *r)
{
	return r->ended && r->vrrp.state == VRRP_INITIALIZE && r->sibling &&
	       r->sibling->vrrp.state == VRRP_LEAVING && !owner_is(r);
}

static void perform(struct router *r, unsigned actions)
{
	/* Nothing else opens it; and most events do nothing. */
	bool shut = actions & VRRP_SEND_ADVERT && fencing_is_shut(&r->fencing);

	r->claim.beside = r->vrrp.owes_advert;
	if (actions & VRRP_SEND_ADVERT)
		sending_advert(r, r->vrrp.par.priority);
	if (actions & VRRP_SEND_RESIGN)
		sending_advert(r, 0);
	if (actions & VRRP_CLAIM)
		claim_set(&r->claim, CLAIM_OPEN);
	if (actions & VRRP_RELEASE) {
		announcer_stop(&r->announcer);
		/* Or else its claim ends, too: update(). */
		if (!r->ended || waits_for_sibling(r))
			claim_set(&r->claim, CLAIM_CLOSED);
	}
	/* The hosts may have been told of another one meanwhile. */
	if (shut && r->vrrp.claimed && !fencing_is_shut(&r->fencing))
		actions |= VRRP_ANNOUNCE;
	if (actions & VRRP_ANNOUNCE)
		sending_announce(r);
}

/* Told of each event, as both may be so already. */
static void advertise(struct router *r)
{
	uint8_t mac[6];

	router_mac(r, mac);
	if (r->vrrp.state == VRRP_ACTIVE && r->vrrp.claimed)
		advertiser_start(&r->advertiser, mac);
	else
		advertiser_stop(&r->advertiser);
}

/* ---- Events ---- */

void router_event(struct router *r, const struct vrrp_event *ev)
{
	enum vrrp_state before = r->vrrp.state;
	int64_t deadline = r->vrrp.deadline;
	unsigned actions = vrrp_step(&r->vrrp, ev);

	fencing_update(r);
	perform(r, actions);
	audit_lateness(r, ev, before, deadline, actions);
	advertise(r);
	loop_set(r->loop, &r->timer, r->vrrp.deadline);
	if (r->vrrp.state == before) {
		transition_remind(r, ev->now);
		return;
	}
	if (r->sibling)
		r->sibling->vrrp.insist = r->vrrp.state == VRRP_ACTIVE;
	audit_transition(r, ev, before, deadline);
	if (before == VRRP_INITIALIZE) {
		r->heard = ev->now;
		r->has_active = false;
	}
	transition_log(r);
	if (vrrp_is_serving(&r->vrrp))
		r->has_active = false;
	if (r->vrrp.reason == VRRP_NO_SUCCESSOR)
		router_resume(r);
	if (r->vrrp.state == VRRP_INITIALIZE)
		update_both(r); /* nothing left to serve: it may end */
}

static void simple_event(struct router *r, enum vrrp_event_type type)
{
	router_event(r, &(struct vrrp_event){ .type = type,
					      .now = loop_now(),
					      .or_stay = !r->ended });
}

static void timer_expired(struct timer *timer, int64_t now)
{
	struct router *r = container_of(timer, struct router, timer);

	if (hearing_is_doubtful(r, now))
		return;
	router_event(r, &(struct vrrp_event){ .type = VRRP_TIMER, .now = now });
}

static void receive(struct interface_client *client, const struct packet *p,
		    int64_t now)
{
	struct router *r = of_client(client);
	const uint8_t *own = r->interface->primary[r->family];
	struct vrrp_event ev = {
		.type = VRRP_ADVERT,
		.now = now,
		.advert = { p->priority, p->interval,
			    memcmp(p->source, own, address_size(r->af)) },
	};

	audit_advert(r, p, now);
	if (p->priority > 0) {
		memcpy(r->active, p->source, sizeof r->active);
		r->active_priority = p->priority;
		r->has_active = true;
	}
	router_event(r, &ev);
	if (r->vrrp.state == VRRP_BACKUP)
		r->heard = now;
	else if (vrrp_is_serving(&r->vrrp))
		r->has_active = false;
}

static void discard(struct interface_client *client, enum packet_reason reason,
		    const struct packet *p, bool logged, int64_t now)
{
	audit_discard(of_client(client), reason, p, logged, now);
}

static void discard_kept(struct interface_client *client,
			 enum packet_reason reason, uint64_t count)
{
	audit_discard_kept(of_client(client), reason, count);
}

void router_changed(struct router *r, int ifindex, const char *name)
{
	const struct claim *claim = &r->claim;

	if (claim->actual == CLAIM_ABSENT)
		return;
	if (ifindex == 0 || ifindex == claim->ifindex ||
	    (owner_is(r) && ifindex == r->parent) ||
	    (name && r->config->virtual_mac &&
	     strcmp(name, claim->gate.name) == 0))
		claim_check(&r->claim);
}

/* ---- The claim ---- */

static void claim_settled(struct claim *claim, int err)
{
	struct router *r = container_of(claim, struct router, claim);
	char more[LOG_HELD];
	unsigned held;

	r->inherited = false;
	fencing_settled(r);
	if (err) {
		if (claim->actual == CLAIM_ABSENT)
			r->claim_error = err;
		if (log_burst_allows(&r->claim_limit, loop_now(), &held))
			log_warn("%s: virtual addresses: %s%s", r->title,
				 strerror(-err), log_held(held, more));
		simple_event(r, VRRP_CLAIM_FAILED);
	} else if (claim->actual == CLAIM_OPEN) {
		simple_event(r, VRRP_CLAIMED);
	} else if (claim->leftovers) {
		log_info("%s: removed what a killed vrrpd has left behind",
			 r->title);
	} else if (r->ended && claim->give_back) {
		owner_gave_back(r);
	}
	if (!vrrp_is_serving(&r->vrrp))
		update_both(r);
}

static void claim_repaired(struct claim *claim, unsigned differences)
{
	struct router *r = container_of(claim, struct router, claim);
	char more[LOG_HELD];
	unsigned held;

	if (owner_is(r) && r->vrrp.state == VRRP_INITIALIZE)
		return; /* the interface had its own, as it does at boot */
	r->counters.repairs += differences;
	if (log_limit_allows(&r->repair_limit, loop_now(), &held))
		log_warn("%s: another program changed the virtual addresses or "
			 "%s: put right%s",
			 r->title,
			 claim->gate.name[0] ? claim->gate.name
					     : r->interface->name,
			 log_held(held, more));
	if (claim->actual == CLAIM_OPEN && claim->wanted == CLAIM_OPEN)
		sending_announce(r);
}

static void make_claim(struct router *r, int parent)
{
	struct gate *gate = &r->claim.gate;

	memset(gate, 0, sizeof *gate);
	strcpy(gate->parent, r->interface->name);
	router_alias(r, gate->alias);
	if (r->config->virtual_mac)
		naming_macvlan(gate->name, parent, r->config->vrid, r->af);
	router_mac(r, gate->mac);
	gate->family = r->af;
	gate->owned = owner_is(r);
	gate->crowded = interface_clients(r->interface) > CROWD;
	gate->resumed =
		vrrp_is_serving(&r->vrrp) || fencing_may_resume(r, loop_now());
	fencing_prepare(r);
	r->parent = parent;
	r->claim_error = claim_readdress(&r->claim, r->addresses, r->count);
	if (r->claim_error)
		return;
	if (gate->owned)
		owner_look(r);
	if (responder_is_needed(r))
		gate->drop.metric = naming_metric(parent, r->config->vrid);
	claim_set(&r->claim, gate->resumed ? CLAIM_OPEN : CLAIM_CLOSED);
}

/* There is a claim on the interface as it is now, or none and no wish. */
static void update_claim(struct router *r)
{
	int parent = r->interface->link.ifindex;

	if (waits_for_sibling(r))
		return;
	if (r->elsewhere || (r->ended && r->vrrp.state == VRRP_INITIALIZE))
		parent = 0;
	if (!r->interface->link.ethernet)
		parent = 0;
	if (r->parent != parent)
		r->claim_error = 0; /* that was another interface's */
	if (r->claim.wanted != CLAIM_ABSENT && r->parent != parent) {
		r->claim.give_back = owner_gives_back(r);
		claim_set(&r->claim, CLAIM_ABSENT);
	} else if (parent && claim_is_settled(&r->claim) &&
		   r->claim.actual == CLAIM_ABSENT && !r->claim_error) {
		make_claim(r, parent);
	}
}

/* ---- Whether it runs ---- */

/* To be out of service is a fault for who `waits`: who serves hands over. */
static const char *own_fault(const struct router *r, bool waits, char *text,
			     size_t size)
{
	const char *fault = interface_fault(r->interface, r->family);

	if (waits && r->drained)
		return "drained";
	if (fault)
		return fault;
	if (r->elsewhere)
		return INTERFACE_PREPARING;
	if (r->claim_error && r->claim.actual == CLAIM_ABSENT) {
		snprintf(text, size, "cannot prepare the addresses: %s",
			 strerror(-r->claim_error));
		return text;
	}
	if (r->claim.actual == CLAIM_ABSENT ||
	    r->parent != r->interface->link.ifindex)
		return INTERFACE_PREPARING;
	return owner_fault(r);
}

static void find_fault(struct router *r)
{
	char text[96];
	bool waits = r->vrrp.state == VRRP_INITIALIZE;
	const char *fault = own_fault(r, waits, text, sizeof text);
	const char *whose = "";

	/* One that has handed over does not end what the other still serves. */
	if (!fault && r->sibling && !r->sibling->ended) {
		fault = own_fault(r->sibling, waits, text, sizeof text);
		whose = r->family == IPV4 ? "IPv6: " : "IPv4: ";
	}
	/* One that runs need not stop for one that was added, or has ended;
	   or because it has run in another process until now. */
	if (fault && (whose[0] || r->inherited) && !waits &&
	    strcmp(fault, INTERFACE_PREPARING) == 0)
		fault = NULL;
	snprintf(r->fault, sizeof r->fault, "%s%s", fault ? whose : "",
		 fault ? fault : "");
}

/* What was left open for it to resume is closed if it cannot. */
static void start(struct router *r)
{
	struct vrrp_event ev = { .type = VRRP_STARTUP, .now = loop_now() };

	ev.resume =
		fencing_may_resume(r, ev.now) && r->claim.wanted == CLAIM_OPEN;
	router_event(r, &ev);
	if (!ev.resume && r->vrrp.state == VRRP_BACKUP &&
	    r->claim.wanted == CLAIM_OPEN)
		claim_set(&r->claim, CLAIM_CLOSED);
}

static void update(struct router *r)
{
	char before[sizeof r->fault];

	memcpy(before, r->fault, sizeof before);
	find_fault(r);
	fencing_hold(r);
	audit_fault(r);
	if (r->fault[0] && r->vrrp.state != VRRP_INITIALIZE)
		simple_event(r, VRRP_SHUTDOWN);
	update_claim(r);
	if (r->ended || r->vrrp.state != VRRP_INITIALIZE)
		return;
	if (!r->fault[0]) {
		start(r);
		return;
	}
	if (strcmp(before, r->fault) != 0)
		transition_log_fault(r);
	owner_wait(r);
}

static void solicited(struct interface_client *client, enum port_kind kind,
		      const uint8_t *frame, size_t len)
{
	responder_answer(of_client(client), kind, frame, len);
	advertiser_answer(&of_client(client)->advertiser, kind, frame, len);
}

static void interface_changed(struct interface_client *client)
{
	update(of_client(client));
}

/* ---- Life ---- */

static void set_claim(struct router *r)
{
	r->claim.worker = r->interface->worker;
	r->claim.netlink = r->interface->netlink;
	r->claim.settled = claim_settled;
	r->claim.repaired = claim_repaired;
	claim_init(&r->claim);
}

static void set_client(struct router *r)
{
	r->client = (struct interface_client){
		.family = r->family,
		.vrid = (uint8_t)r->config->vrid,
		.virtual_mac = r->config->virtual_mac,
		.strict_checksum = r->config->checksum == CONFIG_RFC9568_STRICT,
		.addresses = r->addresses,
		.count = r->count,
		.owner = owner_is(r),
		.packet_io = (enum config_packet_io)r->config->packet_io,
		.receive = receive,
		.discard = discard,
		.discard_kept = discard_kept,
		.kinds = responder_kinds(r) | advertiser_kinds(&r->advertiser),
		.solicited = solicited,
		.update = interface_changed,
	};
	r->vrrp.ahead =
		(int64_t)interface_clients(r->interface) / AT_ONCE * 1000;
	interface_add_client(r->interface, &r->client);
}

int router_open(struct router *r, const struct config_router *config,
		enum family_index family, struct interface *interface)
{
	int err;

	r->family = family;
	r->af = family == IPV4 ? AF_INET : AF_INET6;
	r->interface = interface;
	r->loop = interface->loop;
	r->began = loop_now();
	r->last.deadline = VRRP_NEVER;
	r->last.silence = -1;
	r->timer.expired = timer_expired;
	r->lock = -1;
	r->announcer.loop = r->loop;
	r->announcer.interface = interface;
	r->announcer.fencing = &r->fencing;
	r->advertiser.loop = r->loop;
	r->advertiser.interface = interface;
	r->advertiser.fencing = &r->fencing;
	r->advertiser.seed = (uint32_t)loop_now() | 1;
	set_claim(r);
	r->elsewhere = true;
	err = settings_take(r, config);
	if (!err)
		set_client(r);
	return err;
}

int router_lock(struct router *r)
{
	char alias[LINK_ALIAS];

	if (r->lock >= 0)
		return 0;
	router_alias(r, alias);
	r->lock = lock_take(alias);
	return r->lock < 0 ? r->lock : 0;
}

int router_begin(struct router *r)
{
	int err = router_lock(r);

	if (err)
		return err;
	r->elsewhere = false;
	fencing_begin(r);
	return 0;
}

void router_withdraw(struct router *r)
{
	struct interface_client **slot;

	if (!r->interface)
		return;
	slot = &r->interface->clients[r->family][r->config->vrid];
	if (*slot == &r->client)
		*slot = NULL;
	r->interface = NULL; /* which may be gone before it is */
	lock_drop(r->lock);
	r->lock = -1;
}

void router_free(struct router *r)
{
	if (!r->config)
		return;
	router_unpair(r);
	fencing_end(r);
	router_withdraw(r);
	claim_free(&r->claim);
	free(r->wire);
}

void router_pair(struct router *a, struct router *b)
{
	a->sibling = b;
	b->sibling = a;
	a->vrrp.insist = b->vrrp.state == VRRP_ACTIVE;
	b->vrrp.insist = a->vrrp.state == VRRP_ACTIVE;
}

void router_unpair(struct router *r)
{
	if (!r->sibling)
		return;
	r->sibling->sibling = NULL;
	r->sibling->vrrp.insist = false;
	r->sibling = NULL;
	r->vrrp.insist = false;
}

void router_retry(struct router *r)
{
	r->claim_error = 0;
	update(r);
}

void router_drain(struct router *r)
{
	if (r->drained)
		return;
	r->drained = true;
	r->served = vrrp_is_serving(&r->vrrp);
	simple_event(r, VRRP_LEAVE);
	update_both(r);
}

/* Both families, as they are to be in one place; who is handing over yet, comes
   back after it. */
void router_resume(struct router *r)
{
	if (!r->drained)
		return;
	r->drained = false;
	if (r->sibling)
		r->sibling->drained = false;
	update_both(r);
}

void router_leave(struct router *r)
{
	r->ended = true;
	simple_event(r, VRRP_LEAVE);
	update_both(r);
}

void router_stop(struct router *r)
{
	r->ended = true;
	simple_event(r, VRRP_SHUTDOWN);
	update_both(r);
}

bool router_has_ended(const struct router *r)
{
	return r->ended && r->vrrp.state == VRRP_INITIALIZE &&
	       r->claim.actual == CLAIM_ABSENT && claim_is_settled(&r->claim);
}
