/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FAULTS_H
#define TESTS_FAULTS_H

/*
 * What may befall a router of the LAN, once at an instant of the plan, or at
 * any event while the network is bad.  A new fault is a row in enum fault, a
 * line in is_possible(), and what it does in strike().  Part of lan.h.
 */

/*
 * Who is told to leave when it has just become Active may take an advert of
 * another Active, that has yet to hear it, for its successor's, where a skew is
 * shorter than that takes (HACKING.md, Known gaps).
 */
static bool is_misleading(const struct lan *l, int who, int from,
			  uint8_t priority, int64_t after)
{
	int64_t ours = l->node[who].v.par.interval;
	int64_t theirs = l->node[from].v.par.interval;
	int64_t least = ours < theirs ? ours : theirs;

	return from != who && priority != 0 &&
	       after >= (256 - priority) * least / 256;
}

static bool is_misled(const struct lan *l, int who)
{
	if (l->node[who].v.state != VRRP_ACTIVE)
		return false;
	for (int i = 0; i < l->flying; i++) {
		const struct frame *f = &l->air[i];

		if (f->to == who &&
		    is_misleading(l, who, f->from, f->priority, f->at - l->now))
			return true;
	}
	for (int i = 0; i < N; i++) {
		const struct vrrp *v = &l->node[i].v;

		if (v->state == VRRP_ACTIVE &&
		    is_misleading(l, who, i, v->par.priority, 2 * LATENCY))
			return true;
	}
	return false;
}

/*
 * Whose priority is lowered while it takes over from one that serves, or has
 * not long ceased to, may yield to that one's last advert, or not be taken for
 * the successor that it is (HACKING.md, Known gaps).
 */
static bool is_undercut(const struct lan *l, int who)
{
	if (l->node[who].v.state != VRRP_ACTIVE)
		return false;
	for (int i = 0; i < N; i++)
		if (i != who && vrrp_is_serving(&l->node[i].v))
			return true;
	for (int i = 0; i < l->flying; i++) {
		const struct frame *f = &l->air[i];

		if (f->to == who && f->priority != 0)
			return true;
		/* It was raised just now: it takes that back. */
		if (f->from == who && f->priority > l->plan->priority[who])
			return true;
	}
	return false;
}

/*
 * Who is raised, being Active, when an advert that it will yield to is on its
 * way from one that is leaving already, says to that one what a successor says.
 */
static bool is_crossed(const struct lan *l, int who)
{
	for (int i = 0; i < l->flying; i++) {
		const struct frame *f = &l->air[i];

		if (f->to == who && f->priority != 0 &&
		    l->node[f->from].v.state == VRRP_LEAVING)
			return l->node[who].v.state == VRRP_ACTIVE;
	}
	return false;
}

static void stall(struct lan *l, int who, int nap)
{
	const int64_t naps[] = { l->unit / 2, 5 * l->unit / 2, 6 * l->unit };
	struct node *n = &l->node[who];

	n->stalled = true;
	n->wake_at = l->now + naps[nap];
	put_off_healing(l, n->wake_at + longest(l));
	/* It may hear then of who is dead by now. */
	put_off_settling(l, n->wake_at + 3 * longest(l));
}

static struct vrrp_parameters changed(const struct lan *l, enum fault how,
				      int who)
{
	struct vrrp_parameters par = l->node[who].v.par;

	if (how == SLOW)
		par.interval = 2 * l->plan->interval[who];
	else
		par.priority = how == RAISE ? 254 : 1;
	return par;
}

static void change(struct lan *l, enum fault how, int who)
{
	struct vrrp_parameters par = changed(l, how, who);

	happen_from(l, who, who,
		    (struct vrrp_event){ .type = VRRP_CHANGE, .par = &par });
}

static void strike(struct lan *l, enum fault fault, int who, int nap)
{
	static const enum story told[FAULTS] = {
		[CRASH] = STORY_CRASHES,
		[STALL] = STORY_STALLS,
		[RESTART] = STORY_RESTARTS,
	};

	if (told[fault] != STORY_EVENT)
		tell(l, told[fault], who, who);
	l->disturbed = l->disturbed || fault == CRASH || fault == STALL;
	switch (fault) {
	case NOTHING:
	case FAULTS:
		break;
	case CRASH:
		stop(l, who);
		break;
	case LEAVE:
		l->excused = l->excused || is_misled(l, who);
		l->node[who].may_stay = false;
		happen(l, who, VRRP_LEAVE);
		break;
	case DRAIN:
		l->excused = l->excused || is_misled(l, who);
		if (l->node[who].v.state != VRRP_LEAVING)
			l->node[who].may_stay = true;
		happen_from(l, who, who,
			    (struct vrrp_event){ .type = VRRP_LEAVE,
						 .or_stay = true });
		break;
	case STALL:
		stall(l, who, nap);
		break;
	case RESTART:
		start(l, who);
		break;
	case LOWER:
		l->excused = l->excused || is_undercut(l, who);
		change(l, fault, who);
		break;
	case RAISE:
		l->excused = l->excused || is_crossed(l, who);
		change(l, fault, who);
		break;
	case SLOW:
		change(l, fault, who);
		break;
	}
	put_off_healing(l, l->now + 5 * longest(l));
}

/* An owner stays one: to cease is to be ended, and to start as another. */
static bool is_news(const struct lan *l, enum fault how, int who)
{
	const struct vrrp_parameters *par = &l->node[who].v.par;
	struct vrrp_parameters then = changed(l, how, who);

	if (how == SLOW)
		return then.interval != par->interval;
	return par->priority != VRRP_OWNER && then.priority != par->priority;
}

static bool is_possible(const struct lan *l, enum fault fault, int who)
{
	const struct node *n = &l->node[who];

	switch (fault) {
	case NOTHING:
	case FAULTS:
		return false;
	case RESTART:
		return !n->stalled && n->start_at == VRRP_NEVER &&
		       n->v.state == VRRP_INITIALIZE;
	case CRASH:
	case LEAVE:
	case DRAIN:
	case STALL:
		break;
	case RAISE:
	case LOWER:
	case SLOW:
		if (!is_news(l, fault, who))
			return false;
		break;
	}
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
			if (l->plan->later & 1u << fault &&
			    is_possible(l, (enum fault)fault, i))
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
