/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAULTS_H
#define TESTS_FAULTS_H

/*
 * What may befall a router of the LAN, once at an instant of the plan, or at
 * any event while the network is bad.  A new fault is a row in enum fault, a
 * line in may_befall(), and what it does in strike().  Part of lan.h.
 */

/*
 * Who is told to leave when it has just become Active may take an advert of
 * its predecessor for its successor's, where a skew is shorter than the way of
 * a frame (HACKING.md, Known gaps).
 */
static bool is_misled(const struct lan *l, int who)
{
	const struct vrrp *v = &l->node[who].v;

	for (int i = 0; i < l->flying; i++) {
		const struct frame *f = &l->air[i];
		int64_t theirs = l->node[f->from].v.par.interval;
		int64_t least =
			theirs < v->par.interval ? theirs : v->par.interval;

		if (f->to == who && f->priority != 0 &&
		    f->at - l->now >= (256 - f->priority) * least / 256)
			return v->state == VRRP_ACTIVE;
	}
	return false;
}

static void stall(struct lan *l, int who, int nap)
{
	const int64_t naps[] = { l->unit / 2, 5 * l->unit / 2, 6 * l->unit };
	struct node *n = &l->node[who];

	n->stalled = true;
	n->wake_at = l->now + naps[nap];
	put_off_healing(l, n->wake_at + l->unit);
	/* It may hear then of who is dead by now. */
	put_off_settling(l, n->wake_at + 3 * l->unit);
}

static void strike(struct lan *l, enum fault fault, int who, int nap)
{
	static const enum story told[FAULTS] = {
		STORY_EVENT,  STORY_CRASHES,  STORY_EVENT,
		STORY_STALLS, STORY_RESTARTS,
	};

	if (fault != NOTHING && fault != LEAVE)
		tell(l, told[fault], who, who);
	l->disturbed = l->disturbed || fault == CRASH || fault == STALL;
	put_off_healing(l, l->now + 5 * l->unit);
	switch (fault) {
	case NOTHING:
	case FAULTS:
		break;
	case CRASH:
		stop(l, who);
		break;
	case LEAVE:
		l->excused = l->excused || is_misled(l, who);
		happen(l, who, VRRP_LEAVE);
		break;
	case STALL:
		stall(l, who, nap);
		break;
	case RESTART:
		start(l, who);
		break;
	}
}

static bool may_befall(const struct lan *l, enum fault fault, int who)
{
	const struct node *n = &l->node[who];

	if (!(l->plan->later & 1u << fault))
		return false;
	if (fault == RESTART)
		return !n->stalled && n->start_at == VRRP_NEVER &&
		       n->v.state == VRRP_INITIALIZE;
	return n->up && !n->stalled && n->v.state != VRRP_INITIALIZE;
}

/* One more fault?  If so, right after the last event or just before the next,
   which would come at `next`. */
static bool strike_again(struct lan *l, int64_t next)
{
	struct item ways[FAULTS * N + 1];
	int count = 1, way;

	if (l->more == 0 || l->now < l->lossy_from || l->now >= l->heal_at)
		return false;
	for (int fault = CRASH; fault < FAULTS; fault++)
		for (int i = 0; i < N; i++)
			if (may_befall(l, (enum fault)fault, i))
				ways[count++] =
					(struct item){ fault, FAULT, i };
	way = choose(l, count);
	if (way == 0)
		return false;
	l->more--;
	if (next > l->now + LATENCY && next != VRRP_NEVER && choose(l, 2))
		l->now = next;
	strike(l, (enum fault)ways[way].at, ways[way].who,
	       ways[way].at == STALL ? choose(l, 3) : 0);
	return true;
}

#endif
