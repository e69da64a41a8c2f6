/* SPDX-License-Identifier: MIT */
#ifndef TESTS_LAN_H
#define TESTS_LAN_H

/*
 * A LAN of three routers in simulated time, for test_lan.c.  run() plays one
 * sequence of the adversary's choices from start to end and checks the rules
 * after each step.  Times are in microseconds, most of them counted in units
 * of the longest interval: by 4.5 of these all have settled, between 5 and 10
 * the fault comes, and five later at the earliest the network is good again.
 */

#include "tests/explore.h"
#include "vrrpd/vrrp.h"

#include <stdbool.h>
#include <stdint.h>

#define MS  INT64_C(1000)
#define SEC INT64_C(1000000)

#define N       3
#define LATENCY 300  /* of a frame, us */
#define STEPS   4000 /* of a run: more is a storm of adverts */

enum fault { NOTHING, CRASH, LEAVE, STALL };

/* What the adversary may do. */
struct plan {
	const char *name;
	const uint8_t *priority; /* one for each router */
	bool no_preempt;
	int64_t interval[N];
	unsigned faults;  /* set of 1 << enum fault */
	int instants;     /* of the fault */
	int losses;       /* of frames, in all */
	bool lossy_boot;  /* else losses begin when all have settled */
	bool late;        /* may one router start when all have settled? */
	bool slow_claims; /* may each claim be fast or slow? */
};

struct frame {
	int64_t at;
	int from, to;
	uint8_t priority;
};

enum kind { FRAME, TIMER, CLAIMED, START, FAULT, WAKE };

/* What may happen next. */
struct item {
	int64_t at;
	enum kind kind;
	int who;
};

struct node {
	struct vrrp v;
	bool up;
	bool stalled;
	bool holds;       /* between VRRP_CLAIM and VRRP_RELEASE */
	bool answers;     /* the kernel has the addresses */
	int64_t claim_at; /* when it will have them */
	int64_t start_at;
	int64_t alive_since; /* Active, and not stalled, since then */
	int delayed;
	struct frame inbox[STEPS];
};

struct step {
	int64_t now;
	int who;
	struct vrrp_event event;
	enum vrrp_state before, after;
	unsigned actions;
};

struct lan {
	const struct plan *plan;
	struct explore *x;
	struct node node[N];
	int64_t now;
	int64_t unit;       /* the longest interval */
	int64_t slow_claim; /* less than what the first advert waits */
	enum fault fault;
	int victim;
	int64_t fault_at, wake_at;   /* NEVER: not, or not again */
	int64_t struck_at, woken_at; /* for the reader of the run */
	int losses;
	int64_t lossy_from, heal_at, settled_at;
	bool excused;    /* from what check_instant() wants */
	bool served;     /* by somebody, when last looked */
	int sent, taken; /* frames */
	struct frame air[STEPS * 2];
	int steps;
	struct step trace[STEPS];
};

/* Must not return: the includer prints the run and fails the test. */
static void broken(const struct lan *l, const char *rule);

#define require(l, condition)                                                  \
	do {                                                                   \
		if (!(condition))                                              \
			broken(l, #condition);                                 \
	} while (0)

static int choose(struct lan *l, int ways)
{
	return explore_choose(l->x, ways);
}

static int64_t skew(const struct vrrp *v)
{
	return (256 - v->par.priority) * v->active_interval / 256;
}

/* RFC 9568 section 6.4.2, and no promotion by anything but the timer. */
static int64_t backup_deadline(const struct vrrp *before,
			       const struct vrrp *after,
			       const struct vrrp_event *event)
{
	uint8_t theirs = event->advert.priority;

	if (before->state == VRRP_BACKUP && event->type != VRRP_ADVERT)
		return before->deadline;
	if (before->state == VRRP_BACKUP && theirs == 0)
		return event->now + skew(after);
	if (before->state == VRRP_BACKUP && after->par.preempt &&
	    theirs < after->par.priority)
		return before->deadline;
	return event->now + 3 * after->active_interval + skew(after);
}

/* Section 6.4.3; the first advert may have to wait for the claim. */
static int64_t active_deadline(const struct vrrp *before,
			       const struct vrrp *after,
			       const struct vrrp_event *event, unsigned actions)
{
	int64_t interval = after->par.interval;
	int64_t bound = interval / 2 < 50 * MS ? interval / 2 : 50 * MS;
	bool sends = actions & VRRP_SEND_ADVERT;

	if (before->state != VRRP_ACTIVE)
		return event->now + (after->owes_advert ? bound : interval);
	if (!sends || (event->type == VRRP_ADVERT && event->advert.priority))
		return before->deadline;
	if (event->type == VRRP_TIMER && !before->owes_advert &&
	    event->now - before->deadline < interval)
		return before->deadline + interval;
	return event->now + interval;
}

static int64_t leaving_deadline(const struct vrrp *before,
				const struct vrrp *after,
				const struct vrrp_event *event)
{
	int64_t interval = after->par.interval;

	if (before->state != VRRP_LEAVING)
		return event->now + interval;
	if (event->type != VRRP_TIMER || event->now < before->deadline)
		return before->deadline;
	return event->now + 255 * interval / 256 + 100 * MS;
}

static int64_t expected_deadline(const struct vrrp *before,
				 const struct vrrp *after,
				 const struct vrrp_event *event,
				 unsigned actions)
{
	switch (after->state) {
	case VRRP_INITIALIZE:
		return VRRP_NEVER;
	case VRRP_BACKUP:
		return backup_deadline(before, after, event);
	case VRRP_ACTIVE:
		return active_deadline(before, after, event, actions);
	case VRRP_LEAVING:
		return leaving_deadline(before, after, event);
	}
	return 0;
}

/*
 * Without preemption nobody takes over from an Active that has been there for
 * as long as it takes to be heard in spite of all losses.
 */
static bool nobody_was_there(const struct lan *l, int who)
{
	int i;

	for (i = 0; i < N; i++)
		if (i != who && l->node[i].up && !l->node[i].stalled &&
		    l->node[i].v.state == VRRP_ACTIVE &&
		    l->now - l->node[i].alive_since > 5 * l->unit)
			return false;
	return true;
}

static void check_step(const struct lan *l, int who, const struct vrrp *before,
		       const struct vrrp_event *event, unsigned actions)
{
	const struct node *n = &l->node[who];
	const struct vrrp *v = &n->v;
	bool promoted = before->state != VRRP_ACTIVE && v->state == VRRP_ACTIVE;
	bool advert = actions & VRRP_SEND_ADVERT;
	bool resign = actions & VRRP_SEND_RESIGN;

	require(l, n->holds == vrrp_is_serving(v));
	require(l, vrrp_is_serving(v) == (v->state == VRRP_ACTIVE ||
					  v->state == VRRP_LEAVING));
	require(l, v->deadline == expected_deadline(before, v, event, actions));
	require(l, event->type != VRRP_TIMER || v->deadline > l->now);
	require(l, !(advert && resign));
	require(l, !advert || v->state == VRRP_ACTIVE);
	require(l, !resign || v->state == VRRP_LEAVING);
	require(l, !promoted || event->type == VRRP_TIMER ||
			   event->type == VRRP_STARTUP);
	require(l,
		!promoted || !l->plan->no_preempt || nobody_was_there(l, who));
}

static void transmit(struct lan *l, int from, uint8_t priority)
{
	int to;

	for (to = 0; to < N; to++) {
		if (to == from || !l->node[to].up)
			continue;
		if (l->losses > 0 && l->now >= l->lossy_from &&
		    l->now < l->heal_at && choose(l, 2)) {
			l->losses--;
			continue;
		}
		require(l, l->sent < STEPS * 2);
		l->air[l->sent++] =
			(struct frame){ l->now + LATENCY, from, to, priority };
	}
}

static void happen(struct lan *l, int who, struct vrrp_event event)
{
	struct node *n = &l->node[who];
	struct vrrp before = n->v;
	unsigned actions;

	event.now = l->now;
	actions = vrrp_step(&n->v, &event);
	require(l, l->steps < STEPS);
	l->trace[l->steps++] =
		(struct step){ l->now,       who,        event,
			       before.state, n->v.state, actions };
	if (before.state != VRRP_ACTIVE)
		n->alive_since = l->now;
	if (actions & VRRP_CLAIM) {
		require(l, !n->holds);
		n->holds = true;
		n->claim_at = l->now + MS / 10;
		if (l->plan->slow_claims && choose(l, 2))
			n->claim_at = l->now + l->slow_claim;
	}
	if (actions & VRRP_RELEASE) {
		require(l, n->holds);
		n->holds = n->answers = false;
		n->claim_at = VRRP_NEVER;
	}
	check_step(l, who, &before, &event, actions);
	if (actions & VRRP_SEND_ADVERT)
		transmit(l, who, n->v.par.priority);
	if (actions & VRRP_SEND_RESIGN)
		transmit(l, who, 0);
}

static void receive(struct lan *l, const struct frame *f)
{
	happen(l, f->to,
	       (struct vrrp_event){ .type = VRRP_ADVERT,
				    .advert = { f->priority,
						l->node[f->from].v.par.interval,
						f->from - f->to } });
}

/* An advert in the air looks like a successor's to a router that leaves. */
static bool is_about_to_hear(const struct lan *l, int who)
{
	int i;

	for (i = l->taken; i < l->sent; i++)
		if (l->air[i].to == who && l->air[i].priority != 0)
			return true;
	return false;
}

static void strike(struct lan *l)
{
	struct node *n = &l->node[l->victim];

	l->fault_at = VRRP_NEVER;
	l->struck_at = l->now;
	switch (l->fault) {
	case NOTHING:
		break;
	case CRASH:
		n->up = n->holds = n->answers = false;
		break;
	case LEAVE:
		l->excused = n->v.state == VRRP_ACTIVE &&
			     is_about_to_hear(l, l->victim);
		happen(l, l->victim, (struct vrrp_event){ .type = VRRP_LEAVE });
		break;
	case STALL:
		n->stalled = true;
		break;
	}
}

/* What has arrived meanwhile is read before any timer is looked at. */
static void wake(struct lan *l)
{
	struct node *n = &l->node[l->victim];
	int i;

	l->wake_at = VRRP_NEVER;
	l->woken_at = l->now;
	n->stalled = false;
	n->alive_since = l->now;
	for (i = 0; i < n->delayed; i++)
		receive(l, &n->inbox[i]);
	n->delayed = 0;
}

static void take(struct lan *l, const struct item *item)
{
	struct node *n = &l->node[item->who];
	const struct frame *f;

	switch (item->kind) {
	case FRAME:
		f = &l->air[l->taken++];
		if (n->stalled)
			n->inbox[n->delayed++] = *f;
		else if (n->up)
			receive(l, f);
		break;
	case TIMER:
		happen(l, item->who, (struct vrrp_event){ .type = VRRP_TIMER });
		break;
	case CLAIMED:
		n->claim_at = VRRP_NEVER;
		n->answers = true;
		happen(l, item->who,
		       (struct vrrp_event){ .type = VRRP_CLAIMED });
		break;
	case START:
		n->start_at = VRRP_NEVER;
		n->up = true;
		happen(l, item->who,
		       (struct vrrp_event){ .type = VRRP_STARTUP });
		break;
	case FAULT:
		strike(l);
		break;
	case WAKE:
		wake(l);
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

/* The earliest; of several at the same time the adversary takes one. */
static struct item next_item(struct lan *l)
{
	struct item items[3 + 3 * N];
	int i, count = 0;

	if (l->taken < l->sent)
		offer(items, &count, l->air[l->taken].at, FRAME,
		      l->air[l->taken].to);
	offer(items, &count, l->fault_at, FAULT, l->victim);
	offer(items, &count, l->wake_at, WAKE, l->victim);
	for (i = 0; i < N; i++) {
		const struct node *n = &l->node[i];

		offer(items, &count, n->start_at, START, i);
		if (!n->up || n->stalled)
			continue;
		offer(items, &count, not_before(l->now, n->v.deadline), TIMER,
		      i);
		offer(items, &count, not_before(l->now, n->claim_at), CLAIMED,
		      i);
	}
	/* Routers that start do not hear each other start. */
	return items[items[0].kind == START ? 0 : choose(l, count)];
}

/* Healed: one Active, and with preemption none is better. */
static void check_settled(const struct lan *l)
{
	uint8_t best = 0, active = 0;
	int i, actives = 0;

	for (i = 0; i < N; i++) {
		const struct node *n = &l->node[i];

		if (!n->up || n->v.state == VRRP_INITIALIZE)
			continue;
		if (n->v.par.priority > best)
			best = n->v.par.priority;
		if (n->v.state == VRRP_ACTIVE) {
			actives++;
			active = n->v.par.priority;
			require(l, n->answers);
		} else {
			require(l, n->v.state == VRRP_BACKUP && !n->answers);
		}
	}
	require(l, actives == 1);
	require(l, l->plan->no_preempt || active == best);
}

/*
 * What holds from now until the next event.  A planned change must not be
 * noticed by a client: with no crash, no stall and no loss, an address that
 * was served once all had started is served ever after.
 */
static void check_instant(struct lan *l, int64_t until)
{
	bool planned = l->plan->losses == 0 && !l->excused &&
		       (l->fault == NOTHING || l->fault == LEAVE);
	int i, answering = 0;

	for (i = 0; i < N; i++)
		answering += l->node[i].answers;
	if (planned && l->now > 9 * l->unit / 2) {
		require(l, answering > 0 || !l->served);
		l->served = l->served || answering > 0;
	}
	if (until > l->settled_at)
		check_settled(l);
}

/* The fault, and how long the network stays bad after it. */
static void draw_fate(struct lan *l)
{
	const struct plan *p = l->plan;
	enum fault allowed[STALL + 1];
	int64_t unit = l->unit, longest = 0;
	int i, n = 0;

	for (i = NOTHING; i <= STALL; i++)
		if (p->faults & 1u << i)
			allowed[n++] = (enum fault)i;
	l->fault = allowed[choose(l, n)];
	l->victim = 0;
	l->fault_at = l->wake_at = VRRP_NEVER;
	l->struck_at = l->woken_at = 0;
	l->heal_at = 10 * unit;
	if (l->fault != NOTHING) {
		l->victim = choose(l, N);
		l->fault_at = 5 * unit +
			      5 * unit * choose(l, p->instants) / p->instants;
		l->heal_at = l->fault_at + 5 * unit;
	}
	if (l->fault == STALL) {
		int64_t nap[] = { unit / 2, 5 * unit / 2, 6 * unit };

		l->wake_at = l->fault_at + nap[choose(l, 3)];
		if (l->heal_at < l->wake_at + unit)
			l->heal_at = l->wake_at + unit;
	}
	for (i = 0; i < N; i++) {
		int64_t least = (256 - p->priority[i]) * unit / 256;

		longest = least > longest ? least : longest;
	}
	l->settled_at =
		l->heal_at + unit + longest + l->slow_claim + 2 * LATENCY;
}

static void begin(struct lan *l, const struct plan *p, struct explore *x)
{
	int i, late;

	l->plan = p;
	l->x = x;
	l->now = 0;
	l->unit = 0;
	l->sent = l->taken = l->steps = 0;
	l->losses = p->losses;
	l->served = l->excused = false;
	late = p->late ? choose(l, N + 1) : N;
	for (i = 0; i < N; i++) {
		struct node *n = &l->node[i];
		struct vrrp_parameters par = { .priority = p->priority[i],
					       .preempt = !p->no_preempt,
					       .interval = p->interval[i] };

		vrrp_init(&n->v, &par);
		n->up = n->stalled = n->holds = n->answers = false;
		n->delayed = 0;
		n->claim_at = VRRP_NEVER;
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

static void run(struct lan *l, const struct plan *p, struct explore *x)
{
	begin(l, p, x);
	while (l->now < l->settled_at + 4 * l->unit) {
		struct item item = next_item(l);

		check_instant(l, item.at);
		l->now = item.at;
		take(l, &item);
	}
}

#endif
