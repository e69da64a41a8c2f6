/* SPDX-License-Identifier: MIT */
/*
 * One function for each property, named as its failure is reported, with the
 * clause that wants it.  Two of them are about all routers of an election and
 * have side conditions: they are promised `from` some time after the last
 * disturbance on, or as long as all is `calm`.
 */
#include "tests/sim/check.h"

#include "tests/sim/election.h"
#include "tests/sim/kernel.h"
#include "tests/sim/trace.h"
#include "tests/sim/wire.h"
#include "vrrpd/duration.h"

#define NOT_TRUE(vr, ...) not_true(__func__, vr, __VA_ARGS__)

static void not_true(const char *property, const struct vr *vr,
		     const char *what) __attribute__((noreturn));

static void not_true(const char *property, const struct vr *vr,
		     const char *what)
{
	trace_fail("%s: %s (VRID %d IPv%d) %s", property, vr->host->name,
		   vr->vrid, vr->family == IPV4 ? 4 : 6, what);
}

/* ---- Of one router ---- */

static bool answers_for_its_own(const struct vr *vr)
{
	const struct router *r = &vr->router;

	for (size_t i = 0; i < r->count; i++)
		if (!kernel_answers_for(vr, &r->addresses[i]))
			return false;
	return vr->has.count == r->count;
}

/*
 * What a killed agent has left answers until the next one looks, which it does
 * before it is a Backup.  In between no agent is there to keep a promise.
 */
static bool has_yet_to_look(const struct vr *vr)
{
	return vr->left && vr->router.vrrp.state == VRRP_INITIALIZE;
}

/*
 * RFC 9568 sections 6.4.2 and 6.4.3: who is Active (or, with us, Leaving)
 * answers for the addresses that it is configured with, who is not does not.
 * The wish for it is there in the same step; the kernel's deed, a macvlan that
 * is up or down, when no job is under way any more, and that takes no longer
 * than all jobs of the host together.
 */
static void holds_if_and_only_if_active(struct vr *vr)
{
	const struct claim *claim = &vr->router.claim;
	bool serving = vrrp_is_serving(&vr->router.vrrp);
	int64_t bound = election_claim_time(vr->host);

	if ((claim->wanted == CLAIM_OPEN) != serving)
		NOT_TRUE(vr, serving ? "is Active without a wish for the "
				       "addresses"
				     : "wants the addresses without being "
				       "Active");
	if (vr->up == serving &&
	    (serving ? answers_for_its_own(vr) : !kernel_answers(vr))) {
		vr->unequal = NEVER;
		return;
	}
	if (!claim->job.posted && !has_yet_to_look(vr))
		NOT_TRUE(vr, serving ? "is Active, not with its addresses"
				     : "keeps the addresses");
	if (vr->unequal == NEVER)
		vr->unequal = world.now;
	else if (world.now - vr->unequal > bound)
		NOT_TRUE(vr, serving ? "waits for the addresses"
				     : "cannot get rid of the addresses");
}

/* RFC 9568 section 6.4: no event has two advertisements among its actions. */
static void never_more_than_one_advert_per_step(struct vr *vr, uint64_t step)
{
	vr->sent = vr->step == step ? vr->sent + 1 : 1;
	vr->step = step;
	if (vr->sent > 1)
		NOT_TRUE(vr, "sends two in one step");
}

/* RFC 9568 section 6.4.2 (Backup), and 6.4.3 for the farewell. */
static void only_the_active_advertises(const struct vr *vr, bool farewell)
{
	enum vrrp_state state = vr->router.vrrp.state;

	if (farewell ? state == VRRP_ACTIVE || state == VRRP_BACKUP
		     : state != VRRP_ACTIVE)
		NOT_TRUE(vr, vrrp_state_name(state));
}

/* RFC 9568 sections 8.1.2 and 8.2.2: the addresses first. */
static void announces_only_what_it_answers_for(const struct vr *vr,
					       const struct address *address)
{
	if (!kernel_answers_for(vr, address))
		NOT_TRUE(vr, "does not answer for it");
}

static bool has_resigned_lately(const struct vr *vr)
{
	return world.now - vr->election->resigned_at <=
	       vr->router.vrrp.par.interval + vr->election->interval;
}

/*
 * RFC 9568 section 6.1, Preempt_Mode: who does not preempt takes over only
 * from somebody who was not to be heard for an Active_Down_Interval.
 */
static void no_preempt_when_preempt_is_off(const struct vr *vr)
{
	const struct config_router *c = vr->router.config;
	const struct election *e = vr->election;
	int64_t down = vrrp_active_down_interval(&vr->router.vrrp) +
		       2 * wire_latency() + 4 * election_oversleep(e);

	if (c->preempt || c->priority == VRRP_OWNER || vr->router.vrrp.insist ||
	    has_resigned_lately(vr) || world.now - e->unplanned <= down)
		return;
	for (size_t i = 0; i < e->count; i++) {
		const struct vr *other = e->members[i];

		if (other != vr && other->seen == VRRP_ACTIVE &&
		    election_are_together(vr, other) &&
		    world.now - other->since > down)
			NOT_TRUE(vr, "takes over from a living Active");
	}
}

/* ---- Of all ---- */

/*
 * RFC 9568 section 6.4: among those who hear each other, exactly one serves,
 * and nobody who preempts has a higher priority.
 */
static void exactly_one_active_the_best(const struct group *g)
{
	const struct config_router *best;

	if (g->able == 0)
		return;
	if (g->serving == 0)
		NOT_TRUE(g->best ? g->best : g->any,
			 "waits, and nobody serves");
	if (g->serving > 1)
		NOT_TRUE(g->active, "serves, and is not the only one");
	if (!kernel_answers(g->active))
		NOT_TRUE(g->active, "is Active without the addresses");
	if (!g->best)
		return;
	best = g->best->router.config;
	if (best->priority > g->active->router.config->priority)
		NOT_TRUE(g->best, "should be Active");
}

/*
 * HACKING.md, Leaving and Addresses first: who leaves, comes or preempts does
 * so without a moment at which nobody answers.
 */
static void
a_planned_exit_never_leaves_the_address_unserved(const struct group *g)
{
	if (g->ready && g->answering == 0)
		NOT_TRUE(g->ready, "is there, and nobody answers");
}

static void look_at(struct election *e)
{
	const struct group *g;
	bool anybody = false;

	e->dirty = false;
	if (!(e->calm && e->prompt) && world.now < e->from)
		return;
	g = election_groups(e);
	for (; g; g = g->next) {
		anybody = anybody || g->able > 0;
		if (g->unclean)
			continue;
		if (e->calm && e->prompt)
			a_planned_exit_never_leaves_the_address_unserved(g);
		if (world.now >= e->from)
			exactly_one_active_the_best(g);
	}
	if (world.now >= e->from)
		e->calm = anybody;
}

/* ---- When ---- */

static void trace_kernel(const struct vr *vr, const struct address *address,
			 bool answers)
{
	char text[ADDRESS_TEXT];

	trace_vr(vr, "%s %s",
		 answers ? "answers for" : "does not answer any more for",
		 address_format(address, false, text));
}

static bool is_in(const struct addresses *of, const struct address *address)
{
	for (size_t i = 0; i < of->count; i++)
		if (address_equal(&of->list[i], address))
			return true;
	return false;
}

/* Another list of addresses, while it answers: what is new, what is gone? */
static void notice_addresses(struct vr *vr)
{
	struct addresses had = vr->had;
	bool same = had.count == vr->has.count;

	vr->had = vr->has;
	for (size_t i = 0; i < vr->has.count; i++)
		if (!is_in(&had, &vr->has.list[i])) {
			trace_kernel(vr, &vr->has.list[i], true);
			same = false;
		}
	for (size_t i = 0; i < had.count; i++)
		if (!is_in(&vr->has, &had.list[i]))
			trace_kernel(vr, &had.list[i], false);
	if (!same)
		vr->announced = 0;
}

static void notice(struct vr *vr)
{
	enum vrrp_state state = vr->router.vrrp.state;
	bool answers = kernel_answers(vr);

	if (answers != vr->answered) {
		vr->answered = answers;
		vr->had = vr->has;
		vr->election->dirty = true;
		trace_kernel(vr, &vr->has.list[0], answers);
	} else if (answers) {
		notice_addresses(vr);
	}
	if (state == vr->seen)
		return;
	if (vr->seen == VRRP_BACKUP && state == VRRP_ACTIVE)
		no_preempt_when_preempt_is_off(vr);
	if (vr->adverts > 0 && state != VRRP_ACTIVE && state != VRRP_LEAVING) {
		trace_vr(vr, "is silent; advertisements sent: %u",
			 (unsigned)vr->adverts);
		vr->adverts = 0;
		vr->announced = 0;
	}
	vr->seen = state;
	vr->since = world.now;
	vr->election->dirty = true;
}

static uint64_t steps; /* of all, to tell one from the next */
static uint64_t transitions;
static bool held;

uint64_t check_transitions(void)
{
	return transitions;
}

void check_step(struct host *host)
{
	steps++;
	for (size_t i = 0; i < host->count; i++) {
		struct vr *vr = host->vrs[i];

		transitions += vr->seen != vr->router.vrrp.state;
		notice(vr);
		if (host->powered)
			holds_if_and_only_if_active(vr);
	}
	for (size_t i = 0; i < host->count && !held; i++)
		if (host->vrs[i]->election->dirty)
			look_at(host->vrs[i]->election);
}

void check_advert(struct vr *vr, const struct packet *packet)
{
	char time[DURATION_TEXT];

	only_the_active_advertises(vr, packet->priority == 0);
	never_more_than_one_advert_per_step(vr, steps);
	if (vr->adverts == 0 || packet->priority != vr->priority ||
	    packet->interval != vr->interval)
		trace_vr(vr, "advertises priority %d every %s",
			 packet->priority,
			 duration_format(packet->interval, time));
	vr->adverts++;
	vr->priority = packet->priority;
	vr->interval = packet->interval;
	if (packet->priority == 0)
		vr->election->resigned_at = world.now;
}

void check_announcement(struct vr *vr, const struct address *address)
{
	const struct router *r = &vr->router;
	unsigned all = (1U << r->count) - 1, before = vr->announced;

	announces_only_what_it_answers_for(vr, address);
	for (size_t i = 0; i < r->count; i++)
		if (address_equal(&r->addresses[i], address))
			vr->announced |= 1U << i;
	if (vr->announced == all && before != all)
		trace_vr(vr, "announces its addresses");
}

bool check_has_actives(size_t wanted)
{
	for (struct election *e = election_first(); e; e = e->next) {
		size_t count = 0;

		for (size_t i = 0; i < e->count; i++)
			count += e->members[i]->seen == VRRP_ACTIVE;
		if (count != wanted)
			return false;
	}
	return true;
}

static int64_t due = NEVER;

static void find_due(void)
{
	due = NEVER;
	for (struct election *e = election_first(); e; e = e->next)
		if (e->pending && e->from < due)
			due = e->from;
}

void check_hold(void)
{
	held = true;
}

void check_disturb(enum disturbance disturbance)
{
	held = false;
	election_regroup();
	for (struct election *e = election_first(); e; e = e->next) {
		election_disturb(e, disturbance);
		look_at(e);
	}
	find_due();
}

int64_t check_due(void)
{
	return due;
}

void check_all(void)
{
	for (struct election *e = election_first(); e; e = e->next)
		if (world.now >= e->from) {
			e->pending = false;
			look_at(e);
		}
	find_due();
}
