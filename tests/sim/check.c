/* SPDX-License-Identifier: MIT */
/*
 * One function for each property, named as its failure is reported, with the
 * clause that wants it.  Two of them are about all routers of an election and
 * have side conditions: they are promised `from` some time after the last
 * disturbance on, or as long as all is `calm`.
 */
#include "tests/sim/check.h"

#include "tests/sim/election.h"
#include "tests/sim/fence.h"
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

static bool is_in(const struct addresses *of, const struct address *address)
{
	for (size_t i = 0; i < of->count; i++)
		if (address_equal(&of->list[i], address))
			return true;
	return false;
}

static bool has_its_own(const struct vr *vr)
{
	const struct router *r = &vr->router;

	for (size_t i = 0; i < r->count; i++)
		if (!is_in(&vr->has, &r->addresses[i]))
			return false;
	return kernel_has(vr) && vr->has.count == r->count;
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
 * RFC 9568 sections 6.4.2 and 6.4.3: who is Active (or, with us, Leaving) has
 * the addresses that it is configured with, who is not has none.
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
	    (serving ? has_its_own(vr) : !kernel_has(vr))) {
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

/* So that its fence has shut by itself: before it goes to sleep again, it
   advertises, or has heard who is Active now. */
static bool has_overslept(const struct vr *vr)
{
	return vr->router.vrrp.state == VRRP_ACTIVE && vr->fence &&
	       vr->adverts > 0 && fence_told(vr) <= world.now;
}

/* RFC 9568 sections 8.1.2 and 8.2.2: the addresses first. */
static void announces_only_what_it_answers_for(const struct vr *vr,
					       const struct address *address)
{
	if (!kernel_answers_for(vr, address) &&
	    !(has_overslept(vr) && kernel_has(vr) && is_in(&vr->has, address)))
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
		    !other->host->clogged && election_are_together(vr, other) &&
		    world.now - other->since > down)
			NOT_TRUE(vr, "takes over from a living Active");
	}
}

/* ---- Of its fence ---- */

/*
 * RFC 9568 section 6.4.2: a Backup does not accept what is for the virtual MAC
 * or the addresses, nor answer for them.  From the step on in which it is one.
 */
static void a_backup_is_never_open(const struct vr *vr)
{
	if (vr->fence && !vrrp_is_serving(&vr->router.vrrp) &&
	    !has_yet_to_look(vr) &&
	    (fence_told(vr) > world.now || kernel_answers(vr)))
		NOT_TRUE(vr, "is not Active, and its fence is open");
}

/* Whose interface has its own traffic, too: it is a client like others. */
static void a_backup_can_speak_to_the_active(const struct vr *vr)
{
	const struct router *r = &vr->router;

	if (!vr->fence || vr->fences_link || vrrp_is_serving(&r->vrrp) ||
	    r->claim.actual != CLAIM_CLOSED || r->claim.job.posted)
		return;
	for (size_t i = 0; i < r->count; i++)
		if (!fence_passes(vr, &r->addresses[i]))
			NOT_TRUE(vr, "fences what it has not");
}

/*
 * Section 6.1: by when may somebody else be Active, by what was advertised?
 * Nobody has a shorter Skew_Time than priority 254.  Who resigns says so twice,
 * and serves on for its successor; one interval more is for who is late.
 */
static int64_t earliest_successor(const struct vr *vr)
{
	if (vr->adverts == 0)
		return world.now;
	if (vr->priority == 0)
		return vr->advertised + 2 * vr->interval + ELECTION_FAREWELL;
	return vr->advertised + 3 * vr->interval +
	       (256 - 254) * vr->interval / 256;
}

/*
 * fencing.h: whatever becomes of the agent, and of what it wants to advertise.
 * The fence is judged by what it was told, as it will be when nobody is there.
 */
static void falls_silent_before_another_may_be_active(const struct vr *vr)
{
	if (vr->fence && vrrp_is_serving(&vr->router.vrrp) &&
	    fence_told(vr) > earliest_successor(vr))
		NOT_TRUE(vr, "would still be open when another may be Active");
}

/*
 * The other way round, no outage by the fence: who advertises passes, though it
 * may come round to it late.  Nobody can be Active for it until then.
 */
static void an_active_that_advertises_is_never_shut(const struct vr *vr)
{
	if (vr->fence && vr->router.vrrp.state == VRRP_ACTIVE &&
	    vr->adverts > 0 && world.now < vr->advertised + 3 * vr->interval &&
	    fence_told(vr) <= world.now)
		NOT_TRUE(vr, "is Active, advertises, and its fence is shut");
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

/* Nobody is there who could yield. */
static bool is_frozen(const struct vr *vr)
{
	return !host_is_awake(vr->host) || has_yet_to_look(vr);
}

/*
 * Of who is not to be heard, without a fence nothing can be promised.  With
 * one, that it is silent before anybody is Active for want of its
 * advertisements; not that nobody preempts it meanwhile, follows it as it has
 * resigned, or is back who was Active before.  Who has not heard of it yet goes
 * by another interval (HACKING.md, Known gaps).
 */
static bool is_excused(const struct vr *vr, const struct vr *other)
{
	const struct vrrp *v = &other->router.vrrp;

	if (!is_frozen(vr) && !vr->host->clogged)
		return false;
	if (!vr->fence || v->active_interval < vr->interval)
		return true;
	return is_frozen(vr) &&
	       (v->reason != VRRP_NO_RESPONSE || other->since < vr->advertised);
}

/* Who hands over waits for an advertisement, not for a farewell. */
static bool both_leave(const struct vr *a, const struct vr *b)
{
	return a->seen == VRRP_LEAVING && b->seen == VRRP_LEAVING;
}

static bool are_beside(const struct vr *a, const struct vr *b)
{
	return wire_reaches(a->host, b->host) &&
	       wire_reaches(b->host, a->host) && !both_leave(a, b) &&
	       !is_excused(a, b) && !is_excused(b, a);
}

/*
 * Section 6.4.3: who is Active and hears a better one is no more; so two answer
 * for as long as the better one's advertisement is under way, if they can hear
 * each other.
 */
static void two_answer_for_the_way_of_a_frame_at_most(struct vr *vr,
						      const struct election *e)
{
	if (world.now - vr->beside > election_overlap(e))
		NOT_TRUE(vr, "answers, and so does another one");
}

static const struct vr *find_other(const struct vr *vr, struct vr **answering,
				   size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (answering[i] != vr && are_beside(vr, answering[i]))
			return answering[i];
	return NULL;
}

static void look_beside(struct election *e)
{
	size_t count;
	struct vr **answering = election_answering(e, &count);
	int64_t hearing = election_hears_from(e), due;

	e->look_again = count > 1 && hearing > world.now ? hearing : NEVER;
	for (size_t i = 0; i < count; i++) {
		struct vr *vr = answering[i];
		const struct vr *other = NULL;

		if (hearing <= world.now)
			other = find_other(vr, answering, count);
		if (other != vr->other)
			vr->beside = world.now;
		vr->other = other;
		if (!other)
			continue;
		two_answer_for_the_way_of_a_frame_at_most(vr, e);
		due = vr->beside + election_overlap(e) + 1;
		e->look_again = due < e->look_again ? due : e->look_again;
	}
}

static void look_at(struct election *e)
{
	const struct group *g;
	bool anybody = false;

	e->dirty = false;
	look_beside(e);
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

/* Its own time has come, and nobody is there to say so. */
static bool has_shut_by_itself(const struct vr *vr)
{
	return vr->fence && kernel_has(vr) && fence_told(vr) == world.now;
}

static void notice(struct vr *vr)
{
	enum vrrp_state state = vr->router.vrrp.state;
	bool answers = kernel_answers(vr);

	if (answers != vr->answered) {
		vr->answered = answers;
		vr->other = NULL;
		vr->had = vr->has;
		vr->election->dirty = true;
		if (!answers && has_shut_by_itself(vr))
			trace_vr(vr, "falls silent by itself");
		else
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
static int64_t due_at = NEVER; /* check_due() */

uint64_t check_transitions(void)
{
	return transitions;
}

static void judge_fence(const struct vr *vr)
{
	a_backup_is_never_open(vr);
	a_backup_can_speak_to_the_active(vr);
	falls_silent_before_another_may_be_active(vr);
	an_active_that_advertises_is_never_shut(vr);
}

void check_step(struct host *host)
{
	steps++;
	for (size_t i = 0; i < host->count; i++) {
		struct vr *vr = host->vrs[i];

		transitions += vr->seen != vr->router.vrrp.state;
		notice(vr);
		if (host_is_awake(host))
			holds_if_and_only_if_active(vr);
		if (host->powered)
			judge_fence(vr);
	}
	fence_watch(host);
	for (size_t i = 0; i < host->count && !held; i++) {
		struct election *e = host->vrs[i]->election;

		if (e->dirty)
			look_at(e);
		if (e->look_again < due_at)
			due_at = e->look_again;
	}
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
	vr->advertised = world.now;
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

static void find_due(void)
{
	due_at = NEVER;
	for (struct election *e = election_first(); e; e = e->next) {
		if (e->pending && e->from < due_at)
			due_at = e->from;
		if (e->look_again < due_at)
			due_at = e->look_again;
	}
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

void check_deafen(void)
{
	for (struct election *e = election_first(); e; e = e->next)
		e->deafened = world.now;
}

int64_t check_due(void)
{
	return due_at;
}

void check_all(void)
{
	for (struct election *e = election_first(); e; e = e->next) {
		if (world.now < e->from && world.now < e->look_again)
			continue;
		e->pending = e->pending && world.now < e->from;
		look_at(e);
	}
	find_due();
}
