/* SPDX-License-Identifier: MIT */
/*
 * The arithmetic of RFC 9568 section 6.1, from outside: how long it may take
 * at most until those who hear each other agree.
 */
#include "tests/sim/election.h"

#include "tests/sim/wire.h"

#include <stdlib.h>
#include <string.h>

#define HANDOVER (50 * MS) /* vrrp.c: an advert waits so long for a claim */
#define FAREWELL ELECTION_FAREWELL

static struct election *elections;
static struct group *groups; /* by label */
static int *labels;          /* of each host: whom it is together with */
static bool *unclean;        /* by label */
static struct vr **answering;
static size_t room;

struct election *election_first(void)
{
	return elections;
}

static struct election *find(enum family_index family, uint8_t vrid)
{
	struct election *e;

	for (e = elections; e; e = e->next)
		if (e->family == family && e->vrid == vrid)
			return e;
	e = calloc(1, sizeof *e);
	if (!e)
		abort();
	e->family = family;
	e->vrid = vrid;
	e->unplanned = e->resigned_at = e->deafened = -NEVER / 2;
	e->from = e->look_again = NEVER;
	e->next = elections;
	elections = e;
	return e;
}

void election_join(struct vr *vr)
{
	struct election *e = find(vr->family, vr->vrid);

	e->members = realloc(e->members, (e->count + 1) * sizeof *e->members);
	if (!e->members)
		abort();
	e->members[e->count++] = vr;
	vr->election = e;
}

/* ---- Who hears whom ---- */

static void make_room(void)
{
	if (world.count <= room)
		return;
	room = world.count;
	groups = realloc(groups, room * sizeof *groups);
	labels = realloc(labels, room * sizeof *labels);
	unclean = realloc(unclean, room * sizeof *unclean);
	answering = realloc(answering, room * sizeof *answering);
	if (!groups || !labels || !unclean || !answering)
		abort();
}

static bool is_present(const struct host *host)
{
	return host_is_awake(host) && host->link_up;
}

static bool is_near(const struct host *a, const struct host *b)
{
	if (!wire_is_muted())
		return a->segment == b->segment;
	return wire_connects(a, b) || wire_connects(b, a);
}

static void spread(int label, const struct host *from)
{
	labels[from->index] = label;
	for (size_t i = 0; i < world.count; i++) {
		const struct host *to = world.hosts[i];

		if (labels[i] >= 0 || !is_present(to) || !is_near(from, to))
			continue;
		if (wire_is_muted())
			spread(label, to);
		else
			labels[i] = label;
	}
}

static bool is_clean(int label)
{
	for (size_t i = 0; i < world.count && wire_is_muted(); i++)
		for (size_t j = 0; j < world.count; j++)
			if (i != j && labels[i] == label &&
			    labels[j] == label &&
			    !wire_connects(world.hosts[i], world.hosts[j]))
				return false;
	return true;
}

void election_regroup(void)
{
	make_room();
	for (size_t i = 0; i < world.count; i++)
		labels[i] = -1;
	for (size_t i = 0; i < world.count; i++)
		if (labels[i] < 0 && is_present(world.hosts[i]))
			spread((int)i, world.hosts[i]);
	for (size_t i = 0; i < world.count; i++)
		unclean[i] = labels[i] == (int)i && !is_clean((int)i);
}

bool election_are_together(const struct vr *a, const struct vr *b)
{
	int label = labels[a->host->index];

	return label >= 0 && label == labels[b->host->index] && !unclean[label];
}

/* ---- Who is there ---- */

/* The longest of all, configured or learned. */
static int64_t longest_interval(const struct election *e)
{
	int64_t longest = 0;

	for (size_t i = 0; i < e->count; i++) {
		const struct vr *vr = e->members[i];
		const struct vrrp *v = &vr->router.vrrp;

		if (!vr->host->powered)
			continue;
		if (v->par.interval > longest)
			longest = v->par.interval;
		if (v->active_interval > longest)
			longest = v->active_interval;
	}
	return longest;
}

static bool preempts(const struct vr *vr)
{
	const struct config_router *c = vr->router.config;

	return c->preempt || c->priority == VRRP_OWNER;
}

static bool is_better(const struct vr *a, const struct vr *b)
{
	return !b || a->router.config->priority > b->router.config->priority;
}

/* Has it been there for long enough to hear a farewell? */
static bool is_ready(const struct vr *vr)
{
	if (vr->seen == VRRP_BACKUP)
		return world.now - vr->since > 2 * vr->election->interval;
	return vr->seen == VRRP_ACTIVE;
}

/* If nobody takes over. */
static bool may_stay(const struct vr *vr)
{
	return vr->seen == VRRP_LEAVING && !vr->host->leaving &&
	       vr->router.drained;
}

/* To serve, and to say so. */
static bool is_able(const struct host *host)
{
	return !host->refuses && !host->clogged;
}

static void count(struct group *g, const struct vr *vr)
{
	const struct host *host = vr->host;

	if (vr->seen == VRRP_ACTIVE || vr->seen == VRRP_LEAVING) {
		g->serving++;
		if (is_better(vr, g->active))
			g->active = vr;
	}
	g->answering += vr->answered;
	if (may_stay(vr))
		g->ready = vr;
	if (host->leaving || vr->router.drained)
		return;
	g->able++;
	g->any = vr;
	if (preempts(vr) && is_better(vr, g->best))
		g->best = vr;
	if (is_ready(vr))
		g->ready = vr;
}

const struct group *election_groups(struct election *e)
{
	struct group *first = NULL;

	e->interval = longest_interval(e);
	memset(groups, 0, room * sizeof *groups);
	for (size_t i = 0; i < e->count; i++) {
		int label = labels[e->members[i]->host->index];

		if (label < 0 || !is_able(e->members[i]->host) ||
		    !e->members[i]->host->powered)
			continue;
		if (groups[label].members++ == 0) {
			groups[label].unclean = unclean[label];
			groups[label].next = first;
			first = &groups[label];
		}
		count(&groups[label], e->members[i]);
	}
	return first;
}

/* ---- How long it takes ---- */

int64_t election_oversleep(const struct election *e)
{
	int64_t longest = 0;

	for (size_t i = 0; i < e->count; i++)
		if (e->members[i]->host->oversleep > longest)
			longest = e->members[i]->host->oversleep;
	return longest;
}

/* Three steps for each of its routers, and three for its interface. */
int64_t election_claim_time(const struct host *host)
{
	return (3 * (int64_t)host->count + 3) * host->job_time +
	       8 * host->oversleep;
}

static int64_t slack(const struct election *e)
{
	int64_t claims = 0;

	for (size_t i = 0; i < e->count; i++) {
		int64_t time = election_claim_time(e->members[i]->host);

		claims = time > claims ? time : claims;
	}
	return claims + 3 * wire_latency() + 4 * election_oversleep(e);
}

struct vr **election_answering(const struct election *e, size_t *count)
{
	*count = 0;
	for (size_t i = 0; i < e->count; i++)
		if (e->members[i]->answered)
			answering[(*count)++] = e->members[i];
	return answering;
}

/* Four advertisements and what they lead to, as three may have been lost. */
int64_t election_hears_from(const struct election *e)
{
	if (wire.lose > 0)
		return NEVER;
	return e->deafened + 4 * longest_interval(e) + slack(e);
}

/*
 * The way of a frame.  One more for the answer to a worse one, that speaks too
 * early as it goes by a shorter interval (HACKING.md, Known gaps).  And without
 * a fence, the kernel has to take the addresses away, too.
 */
int64_t election_overlap(const struct election *e)
{
	int64_t time = wire_latency() + 4 * election_oversleep(e);
	int64_t interval = longest_interval(e);
	bool unequal = false, unfenced = false;

	for (size_t i = 0; i < e->count; i++) {
		const struct vr *vr = e->members[i];

		unequal |= vr->host->powered &&
			   vr->router.vrrp.par.interval != interval;
		unfenced |= vr->host->unfenced;
	}
	return time + unequal * wire_latency() + unfenced * slack(e);
}

static int64_t skew(const struct vr *vr, int64_t interval)
{
	return (256 - vr->router.config->priority) * interval / 256;
}

/* Until this one is Active, if nobody better is. */
static int64_t wait_of(const struct vr *vr)
{
	const struct config_router *c = vr->router.config;
	int64_t interval = vr->election->interval;
	int64_t wait = 3 * interval + skew(vr, interval) + HANDOVER;

	if (c->preempt_delay > 0)
		wait += c->preempt_delay + 2 * interval;
	if (vr->seen == VRRP_LEAVING) /* it comes back after that */
		wait += 2 * interval + FAREWELL;
	return wait;
}

/* From any state: who is to become Active has heard nobody better. */
static int64_t any_bound(struct election *e)
{
	const struct group *g = election_groups(e);
	int64_t bound = 2 * e->interval + FAREWELL;

	for (; g; g = g->next)
		for (size_t i = 0; i < e->count; i++) {
			const struct vr *vr = e->members[i];

			if (vr->host->powered &&
			    (!g->best || !is_better(g->best, vr)) &&
			    wait_of(vr) > bound)
				bound = wait_of(vr);
		}
	return bound;
}

/* Several are Active, and the best of them is heard by all. */
static int64_t heal_bound(struct election *e)
{
	int64_t bound = 0;

	for (const struct group *g = election_groups(e); g; g = g->next) {
		int64_t interval;

		if (!g->active || (g->best && is_better(g->best, g->active)))
			return any_bound(e);
		interval = g->active->router.vrrp.par.interval;
		interval += skew(g->active, interval);
		bound = interval > bound ? interval : bound;
	}
	return bound;
}

/* Somebody resigns, and the best of the others waits for its skew. */
static int64_t leave_bound(struct election *e)
{
	const struct group *g = election_groups(e);
	int64_t interval = e->interval, bound = 0;

	if (wire.reorder > 0)
		return any_bound(e);
	for (; g; g = g->next) {
		int64_t time = 2 * interval + FAREWELL; /* there is none */

		if (g->best && (g->best == g->ready || is_ready(g->best)))
			time = skew(g->best, interval) + HANDOVER;
		bound = time > bound ? time : bound;
	}
	return bound;
}

/* Nothing is promised of a LAN that loses frames, or with a host on it that
   cannot do what it has to. */
static bool is_rough(const struct election *e)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->members[i]->host->powered &&
		    !is_able(e->members[i]->host))
			return true;
	return wire.lose > 0 || election_oversleep(e) >= 10 * MS;
}

/* vrrp.c: how long the first advert waits for the addresses; in IPv6 they are
   asked for twice.  A job may be under way already. */
static bool is_prompt(const struct election *e)
{
	for (size_t i = 0; i < e->count; i++) {
		const struct host *host = e->members[i]->host;
		int64_t bound = e->members[i]->router.vrrp.par.interval / 2;
		int64_t jobs =
			(int64_t)host->count * (e->family == IPV4 ? 1 : 2) + 1;

		if (!host->powered)
			continue;
		if (jobs * host->job_time + 2 * host->oversleep >=
		    (bound < HANDOVER ? bound : HANDOVER))
			return false;
	}
	return true;
}

static int64_t bound_of(struct election *e, enum disturbance disturbance)
{
	bool settled = world.now >= e->from;

	switch (disturbance) {
	case DISTURB_LEAVE:
		return settled ? leave_bound(e) : any_bound(e);
	case DISTURB_HEAL:
		return settled ? heal_bound(e) : any_bound(e);
	case DISTURB_START:
	case DISTURB_FAULT:
	case DISTURB_SCENE:
		break;
	}
	return any_bound(e);
}

void election_disturb(struct election *e, enum disturbance disturbance)
{
	int64_t from = world.now + bound_of(e, disturbance) + slack(e);

	if (is_rough(e))
		e->from = NEVER;
	else if (world.now >= e->from || e->from == NEVER || from > e->from)
		e->from = from;
	e->pending = e->from != NEVER;
	e->prompt = is_prompt(e);
	if (disturbance == DISTURB_START || disturbance == DISTURB_LEAVE)
		return;
	e->calm = false;
	e->unplanned = world.now;
}

void election_free(void)
{
	while (elections) {
		struct election *next = elections->next;

		free(elections->members);
		free(elections);
		elections = next;
	}
	free(groups);
	free(labels);
	free(unclean);
	free(answering);
}
