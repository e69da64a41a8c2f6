/* SPDX-License-Identifier: MIT */
#ifndef TESTS_LAN_H
#define TESTS_LAN_H

/*
 * A LAN of three routers in simulated time, as a world for explore.h: struct
 * lan is its whole state, and lan_step() takes it one event further, as the
 * adversary chooses.  Times are in microseconds, most of them counted in units
 * of the longest interval: by 4.5 of these all have settled, between 5 and 10
 * the first fault comes, and five after the last one the network is good.
 */

#include "tests/explore.h"
#include "vrrpd/vrrp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MS  INT64_C(1000)
#define SEC INT64_C(1000000)

#define N       3
#define LATENCY 300 /* of a frame, us */
#define AIR     160 /* frames on the way, or waiting for who is stalled */

enum fault {
	NOTHING,
	CRASH,
	LEAVE,
	DRAIN, /* leave, or stay; RESTART is to come back */
	STALL,
	RESTART,
	RAISE, /* its priority, so that none is higher */
	LOWER, /* its priority, to the lowest */
	SLOW,  /* twice its interval */
	FAULTS,
};

typedef unsigned step_function(struct vrrp *v, const struct vrrp_event *event);

/* What the adversary may do. */
struct plan {
	const char *name;
	bool no_preempt;
	int64_t interval[N];
	unsigned faults;       /* set of 1 << enum fault: the first one */
	int instants;          /* of it */
	int more;              /* others, each by any event of the window */
	unsigned later;        /* set of what these may be */
	int frames;            /* that it may lose, delay or double, in all */
	bool lossy_boot;       /* else that begins when all have settled */
	bool lossy_only;       /* frames may be lost, and nothing else */
	bool late;             /* may one router start when all have settled? */
	bool slow_claims;      /* may each claim be fast or slow? */
	uint8_t priority[N];   /* one for each router */
	step_function *tested; /* vrrp_step(), unless a test tests the test */
};

struct frame {
	int64_t at;
	uint32_t interval;
	uint8_t from, to, priority;
	uint8_t held; /* it has arrived; its receiver is stalled */
};

/* What may happen next. */
enum kind { FRAME, TIMER, CLAIMED, START, FAULT, WAKE };

struct item {
	int64_t at;
	enum kind kind;
	int who;
};

struct node {
	struct vrrp v;
	int64_t claim_at;    /* when the kernel will have the addresses */
	int64_t start_at;    /* the next four: NEVER for "not" */
	int64_t wake_at;     /* from being stalled */
	int64_t alive_since; /* Active, and not stalled, since then */
	int64_t waits_since; /* Backup: when its timer was set */
	int64_t passed_at;   /* Backup: its last advert that it discarded */
	uint32_t passed_interval;
	uint8_t passed; /* and that one's priority; or 0 */
	bool skewed;    /* its timer, to Skew_Time: another resigned */
	bool heard;     /* Backup: an Active, whose interval it has */
	uint8_t spoken; /* adverts since the beat, or promotion */
	bool up;
	bool stalled;
	bool may_stay; /* asked to leave, or to stay */
	bool holds;    /* between VRRP_CLAIM and VRRP_RELEASE */
	bool answers;  /* the kernel has the addresses */
};

struct lan {
	struct explore *x;
	const struct plan *plan;
	struct node node[N];
	int64_t now;
	int64_t unit;       /* the longest interval at the start */
	int64_t slow_claim; /* less than what the first advert waits */
	int64_t fault_at;   /* of the first; NEVER: not, or not again */
	int64_t lossy_from, heal_at, settled_at;
	int64_t two_since; /* another answers beside an Active; or NEVER */
	uint8_t fault, victim, nap;
	uint8_t frames, more; /* that the adversary has left */
	uint8_t answering;    /* routers, when last looked */
	bool begun;
	bool disturbed; /* not all that happened was planned */
	bool excused;   /* from serving without a break */
	bool served;    /* by somebody, when last looked */
	bool misled;    /* a resignation came late: 6.4.2 obeys it */
	uint8_t flying;
	struct frame air[AIR]; /* by time, the first one next */
};

/* The longest interval that anybody can have learned by now. */
static int64_t longest(const struct lan *l)
{
	int64_t interval = 0;

	for (int i = 0; i < N; i++)
		if (l->node[i].v.par.interval > interval)
			interval = l->node[i].v.par.interval;
	return interval;
}

#include "tests/story.h"

#include "tests/rules.h"

static int choose(struct lan *l, int ways)
{
	return explore_choose(l->x, ways);
}

/* From the last fault on, until all have had the time to find each other. */
static void put_off_settling(struct lan *l, int64_t until)
{
	int64_t slowest = 0;

	for (int i = 0; i < N; i++) {
		uint8_t priority = l->node[i].v.par.priority;
		int64_t skew = (256 - priority) * longest(l) / 256;

		slowest = skew > slowest ? skew : slowest;
	}
	until += longest(l) + slowest + l->slow_claim + 2 * LATENCY;
	if (l->settled_at < until)
		l->settled_at = until;
}

static void put_off_healing(struct lan *l, int64_t until)
{
	if (l->heal_at < until)
		l->heal_at = until;
	put_off_settling(l, until);
}

/* ---- Frames ---- */

static void fly(struct lan *l, struct frame f)
{
	int i = l->flying;

	rule(l, l->flying < AIR, "few frames are on their way");
	if (l->x->broken)
		return;
	for (; i > 0 && l->air[i - 1].at > f.at; i--)
		l->air[i] = l->air[i - 1];
	l->air[i] = f;
	l->flying++;
}

static struct frame land(struct lan *l, int i)
{
	struct frame f = l->air[i];

	l->flying--;
	memmove(&l->air[i], &l->air[i + 1],
		(size_t)(l->flying - i) * sizeof(f));
	return f;
}

/* What the adversary may do to a frame: ALONE costs nothing. */
enum meddling { ALONE, LOSE, DELAY, DOUBLE };

static enum meddling meddle(struct lan *l, int64_t too_late)
{
	bool may_delay = too_late > l->now + LATENCY && too_late < l->heal_at;
	enum meddling ways[] = { ALONE, LOSE, DOUBLE, DELAY };

	if (l->frames == 0 || l->now < l->lossy_from || l->now >= l->heal_at)
		return ALONE;
	return ways[choose(l, l->plan->lossy_only ? 2 : may_delay ? 4 : 3)];
}

/* Delayed, it comes just after the deadline that it should have beaten. */
static void transmit_to(struct lan *l, int from, int to, uint8_t priority)
{
	int64_t deadline = l->node[to].v.deadline, too_late;
	struct frame f = { .at = l->now + LATENCY,
			   .interval = (uint32_t)l->node[from].v.par.interval,
			   .from = (uint8_t)from,
			   .to = (uint8_t)to,
			   .priority = priority };
	enum meddling what;

	too_late = deadline == VRRP_NEVER ? 0 : deadline + 1;
	what = meddle(l, too_late);
	if (what != ALONE) {
		static const enum story told[] = { STORY_EVENT, STORY_LOST,
						   STORY_DELAYED,
						   STORY_DOUBLED };

		l->frames--;
		l->disturbed = true;
		tell(l, told[what], from, to);
	}
	if (what == LOSE)
		return;
	if (what == DELAY) { /* its sender seems to live, or to resign then */
		f.at = too_late;
		l->misled = l->misled || priority == 0;
		put_off_settling(l, too_late + 3 * longest(l));
	}
	fly(l, f);
	if (what == DOUBLE) {
		f.at += LATENCY;
		fly(l, f);
	}
}

static void transmit(struct lan *l, int from, uint8_t priority)
{
	for (int to = 0; to < N; to++)
		if (to != from && l->node[to].up)
			transmit_to(l, from, to, priority);
}

/* ---- Events ---- */

static void happen_from(struct lan *l, int who, int sender,
			struct vrrp_event event)
{
	struct node *n = &l->node[who];
	struct vrrp before = n->v;
	unsigned actions;

	event.now = l->now;
	actions = l->plan->tested(&n->v, &event);
	tell_event(l, who, sender, &event, before.state, actions);
	if (before.state != VRRP_ACTIVE)
		n->alive_since = l->now;
	if (actions & VRRP_CLAIM) {
		rule(l, !n->holds, "who claims did not hold");
		n->holds = true;
		n->claim_at = l->now + MS / 10;
		if (l->plan->slow_claims && choose(l, 2))
			n->claim_at = l->now + l->slow_claim;
	}
	if (actions & VRRP_RELEASE) {
		rule(l, n->holds, "who releases did hold");
		n->holds = n->answers = false;
		n->claim_at = VRRP_NEVER;
	}
	/* What is not looked at again is no part of the state. */
	if (n->v.expecting != VRRP_PREEMPTED ||
	    (n->v.state != VRRP_BACKUP && !n->v.owes_advert))
		memset(&n->v.discarded, 0, sizeof(n->v.discarded));
	if (n->v.state != VRRP_LEAVING) {
		memset(&n->v.next, 0, sizeof(n->v.next));
		n->v.or_stay = false;
	}
	check_step(l, who, &before, &event, actions);
	if (actions & VRRP_SEND_ADVERT)
		transmit(l, who, n->v.par.priority);
	if (actions & VRRP_SEND_RESIGN)
		transmit(l, who, 0);
}

static void happen(struct lan *l, int who, enum vrrp_event_type type)
{
	happen_from(l, who, who, (struct vrrp_event){ .type = type });
}

static void receive(struct lan *l, struct frame f)
{
	struct vrrp_event event = {
		.type = VRRP_ADVERT,
		.advert = { f.priority, f.interval, f.from - f.to },
	};

	happen_from(l, f.to, f.from, event);
}

static void start(struct lan *l, int who)
{
	struct node *n = &l->node[who];
	struct vrrp_parameters par = n->v.par;

	vrrp_init(&n->v, &par);
	n->start_at = VRRP_NEVER;
	n->up = true;
	n->may_stay = false;
	happen(l, who, VRRP_STARTUP);
}

/* Its frames are lost with it. */
static void stop(struct lan *l, int who)
{
	struct node *n = &l->node[who];

	n->up = n->stalled = n->holds = n->answers = false;
	n->claim_at = n->wake_at = VRRP_NEVER;
	n->v.state = VRRP_INITIALIZE;
	n->v.deadline = VRRP_NEVER;
	for (int i = l->flying; i > 0; i--)
		if (l->air[i - 1].to == who)
			land(l, i - 1);
}

/* What has arrived meanwhile is read before any timer is looked at. */
static void wake(struct lan *l, int who)
{
	struct node *n = &l->node[who];

	n->wake_at = VRRP_NEVER;
	n->stalled = false;
	n->alive_since = l->now;
	tell(l, STORY_WAKES, who, who);
	for (int i = 0; i < l->flying;)
		if (l->air[i].held && l->air[i].to == who)
			receive(l, land(l, i));
		else
			i++;
}

#include "tests/faults.h"

/* ---- What is next ---- */

static void arrive(struct lan *l, struct frame f)
{
	const struct node *n = &l->node[f.to];

	if (n->stalled) {
		f.held = true;
		f.at = n->wake_at;
		fly(l, f);
	} else if (n->up) {
		receive(l, f);
	}
}

static void claim(struct lan *l, int who)
{
	l->node[who].claim_at = VRRP_NEVER;
	l->node[who].answers = true;
	happen(l, who, VRRP_CLAIMED);
}

static void take(struct lan *l, const struct item *item)
{
	switch (item->kind) {
	case FRAME: /* `who` is its place in the air */
		arrive(l, land(l, item->who));
		break;
	case TIMER:
		happen(l, item->who, VRRP_TIMER);
		break;
	case CLAIMED:
		claim(l, item->who);
		break;
	case START:
		start(l, item->who);
		break;
	case FAULT:
		l->fault_at = VRRP_NEVER;
		if (is_possible(l, (enum fault)l->fault, item->who))
			strike(l, (enum fault)l->fault, item->who, l->nap);
		break;
	case WAKE:
		wake(l, item->who);
		break;
	}
}

static int64_t not_before(int64_t now, int64_t at)
{
	return at < now ? now : at;
}

static void offer(struct item *items, int *count, int64_t at, enum kind kind,
		  int who)
{
	if (at == VRRP_NEVER || (*count > 0 && at > items[0].at))
		return;
	if (*count > 0 && at < items[0].at)
		*count = 0;
	items[(*count)++] = (struct item){ at, kind, who };
}

/* The first frame that nobody holds. */
static void offer_frame(const struct lan *l, struct item *items, int *count)
{
	for (int i = 0; i < l->flying; i++)
		if (!l->air[i].held) {
			offer(items, count, l->air[i].at, FRAME, i);
			return;
		}
}

/* The earliest; of several at the same time the adversary takes one. */
static struct item next_item(struct lan *l)
{
	struct item items[2 + 4 * N];
	int count = 0;

	offer_frame(l, items, &count);
	offer(items, &count, l->fault_at, FAULT, l->victim);
	for (int i = 0; i < N; i++) {
		const struct node *n = &l->node[i];

		offer(items, &count, n->start_at, START, i);
		offer(items, &count, n->wake_at, WAKE, i);
		if (!n->up || n->stalled)
			continue;
		offer(items, &count, not_before(l->now, n->v.deadline), TIMER,
		      i);
		offer(items, &count, not_before(l->now, n->claim_at), CLAIMED,
		      i);
	}
	if (count == 0)
		return (struct item){ VRRP_NEVER, FAULT, 0 };
	/* Routers that start do not hear each other start. */
	return items[items[0].kind == START ? 0 : choose(l, count)];
}

/* The first fault, and how long the network stays bad without one. */
static void draw_fate(struct lan *l)
{
	const struct plan *p = l->plan;
	uint8_t allowed[FAULTS];
	int n = 0;

	for (uint8_t i = NOTHING; i < FAULTS; i++)
		if (p->faults & 1u << i)
			allowed[n++] = i;
	l->fault = allowed[choose(l, n)];
	l->fault_at = VRRP_NEVER;
	put_off_healing(l, 10 * l->unit);
	if (l->fault == NOTHING)
		return;
	l->victim = (uint8_t)choose(l, N);
	l->fault_at = 5 * l->unit +
		      5 * l->unit * choose(l, p->instants) / p->instants;
	if (l->fault == STALL)
		l->nap = (uint8_t)choose(l, 3);
}

static void begin(struct lan *l)
{
	const struct plan *p = l->plan;
	int late;

	l->begun = true;
	l->two_since = VRRP_NEVER;
	l->frames = (uint8_t)p->frames;
	l->more = (uint8_t)p->more;
	late = p->late ? choose(l, N + 1) : N;
	for (int i = 0; i < N; i++) {
		struct node *n = &l->node[i];

		n->v.deadline = n->claim_at = n->wake_at = VRRP_NEVER;
		n->v.par = (struct vrrp_parameters){
			.priority = p->priority[i],
			.preempt = !p->no_preempt,
			.interval = p->interval[i],
		};
		n->start_at = 0;
		if (p->interval[i] > l->unit)
			l->unit = p->interval[i];
	}
	if (late < N)
		l->node[late].start_at = 23 * l->unit / 5;
	l->slow_claim = l->unit / 2 < 50 * MS ? l->unit * 2 / 5 : 40 * MS;
	l->lossy_from = p->lossy_boot ? 0 : 9 * l->unit / 2;
	draw_fate(l);
}

static size_t lan_size(const void *state)
{
	const struct lan *l = state;

	return offsetof(struct lan, air) + l->flying * sizeof(l->air[0]);
}

static bool lan_step(struct explore *x, void *state)
{
	struct lan *l = state;
	struct item item;

	if (!l->begun) {
		begin(l);
		return true;
	}
	if (l->now >= l->settled_at + 4 * longest(l))
		return false;
	item = next_item(l);
	x->landmark = l->now < l->heal_at && item.at >= l->heal_at;
	check_instant(l, item.at);
	if (x->broken || strike_again(l, item.at))
		return !x->broken;
	if (item.at == VRRP_NEVER)
		return false;
	l->now = item.at;
	take(l, &item);
	return !x->broken;
}

/* All runs of a plan; see explore_all(). */
static bool lan_explore(struct explore *x, const struct plan *plan)
{
	static struct lan lan;

	memset(&lan, 0, sizeof(lan));
	lan.x = x;
	lan.plan = plan;
	x->step = lan_step;
	x->size = lan_size;
	x->constant = offsetof(struct lan, node);
	x->found = keep_story;
	return explore_all(x, &lan);
}

#endif
