/* SPDX-License-Identifier: MIT */
#ifndef TESTS_RULES_H
#define TESTS_RULES_H

/*
 * The rules that every run of the LAN must keep: those of RFC 9568 sections
 * 6.4.2 and 6.4.3 after each step, computed here anew; and what the operator
 * was promised, in each instant between two events.  Part of lan.h.
 */

static int64_t skew(const struct vrrp *v)
{
	return (256 - v->par.priority) * v->active_interval / 256;
}

/* RFC 9568 section 6.4.2: does this set the timer of a Backup anew? */
static bool is_heeded(const struct vrrp *before, const struct vrrp_event *event)
{
	uint8_t theirs = event->advert.priority;

	if (before->state != VRRP_BACKUP)
		return true;
	return event->type == VRRP_ADVERT &&
	       (theirs == 0 || !before->par.preempt ||
		theirs >= before->par.priority);
}

/* By other parameters, what was discarded last may have to be heeded. */
static bool is_heeded_late(const struct node *n, const struct vrrp_event *event)
{
	return event->type == VRRP_CHANGE && n->passed >= n->v.par.priority;
}

/* What a Backup discards, until something sets its timer. */
static void note_passed(struct node *n, const struct vrrp *before,
			const struct vrrp_event *event)
{
	if (is_heeded(before, event) || is_heeded_late(n, event)) {
		n->passed = 0;
		n->passed_at = n->passed_interval = 0;
	} else if (event->type == VRRP_ADVERT) {
		n->passed = event->advert.priority;
		n->passed_at = event->now;
		n->passed_interval = (uint32_t)event->advert.interval;
	}
}

/*
 * And no promotion by anything but the timer.  Other parameters, of which the
 * RFC is silent, count from when the timer was set.
 */
static int64_t backup_deadline(struct node *n, const struct vrrp *before,
			       const struct vrrp_event *event)
{
	int64_t at;

	if (is_heeded(before, event)) {
		n->waits_since = event->now;
		n->skewed = before->state == VRRP_BACKUP &&
			    event->advert.priority == 0;
	} else if (is_heeded_late(n, event)) {
		n->waits_since = n->passed_at;
		n->skewed = false;
	} else if (event->type != VRRP_CHANGE) {
		return before->deadline;
	}
	at = n->waits_since + skew(&n->v);
	if (!n->skewed)
		at += 3 * n->v.active_interval;
	return at < event->now ? event->now : at;
}

/* Whose interval does a Backup go by?  Its own until an Active was heard. */
static int64_t expected_interval(struct node *n, const struct vrrp *before,
				 const struct vrrp_event *event)
{
	if (event->type == VRRP_STARTUP)
		n->heard = false;
	if (event->type == VRRP_ADVERT && event->advert.priority > 0 &&
	    is_heeded(before, event)) {
		n->heard = true;
		return event->advert.interval;
	}
	if (is_heeded_late(n, event)) {
		n->heard = true;
		return n->passed_interval;
	}
	return n->heard ? before->active_interval : n->v.par.interval;
}

/*
 * The first advert may have to wait for the claim: for three intervals of who
 * is preempted, from its last advert on, and else for a short time only.
 */
static int64_t owed_deadline(const struct node *n, const struct vrrp *before,
			     const struct vrrp_event *event)
{
	int64_t interval = n->v.par.interval;
	int64_t soon =
		event->now + (interval / 2 < 50 * MS ? interval / 2 : 50 * MS);
	int64_t silent = n->passed_at + 3 * n->passed_interval;

	if (before->state == VRRP_ACTIVE && event->type != VRRP_ADVERT)
		return before->deadline;
	if (before->state == VRRP_ACTIVE && event->advert.priority == 0)
		return soon < before->deadline ? soon : before->deadline;
	if (before->state == VRRP_ACTIVE && n->v.reason != VRRP_PREEMPTED)
		return before->deadline;
	if (before->state == VRRP_ACTIVE)
		silent = event->now + 3 * event->advert.interval;
	return n->v.reason == VRRP_PREEMPTED && silent > soon ? silent : soon;
}

/* Section 6.4.3. */
static int64_t active_deadline(const struct node *n, const struct vrrp *before,
			       const struct vrrp_event *event, unsigned actions)
{
	int64_t interval = n->v.par.interval;
	bool sends = actions & VRRP_SEND_ADVERT;

	if (n->v.owes_advert)
		return owed_deadline(n, before, event);
	if (before->state != VRRP_ACTIVE)
		return event->now + interval;
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

static int64_t expected_deadline(struct node *n, const struct vrrp *before,
				 const struct vrrp_event *event,
				 unsigned actions)
{
	switch (n->v.state) {
	case VRRP_INITIALIZE:
		return VRRP_NEVER;
	case VRRP_BACKUP:
		return backup_deadline(n, before, event);
	case VRRP_ACTIVE:
		return active_deadline(n, before, event, actions);
	case VRRP_LEAVING:
		return leaving_deadline(before, &n->v, event);
	}
	return 0;
}

/*
 * How many frames can go wrong before a living Active is given up: three in a
 * row, or two of one that has doubled its interval, which the first must tell.
 */
static int endurance(const struct lan *l, int who)
{
	return l->node[who].v.par.interval > l->plan->interval[who] ? 2 : 3;
}

/*
 * Without preemption nobody takes over from an Active that has been there for
 * as long as it takes to be heard in spite of all losses; but an owner preempts
 * always, and who has yet to hear somebody goes by an interval of its own.
 */
static bool nobody_was_there(const struct lan *l, int who)
{
	const struct node *n = &l->node[who];
	int wrong = l->plan->frames - l->frames;

	if (l->misled || n->v.par.priority == VRRP_OWNER ||
	    (!n->heard && n->v.par.interval < longest(l)))
		return true;
	for (int i = 0; i < N; i++)
		if (i != who && l->node[i].up && !l->node[i].stalled &&
		    l->node[i].v.state == VRRP_ACTIVE &&
		    l->now - l->node[i].alive_since > 5 * longest(l) &&
		    wrong < endurance(l, i))
			return false;
	return true;
}

/*
 * Who has heard nobody since it started goes by an interval of its own, and if
 * that is a short one, takes over from an Active of which it does not know
 * (HACKING.md, Known gaps).
 */
static bool is_unaware(const struct lan *l, const struct node *n)
{
	return l->served && !n->heard && n->v.par.interval < longest(l);
}

/* One advert for each beat, and few replies between: counted from outside. */
static void check_rate(struct lan *l, int who, const struct vrrp *before,
		       const struct vrrp_event *event, unsigned actions)
{
	struct node *n = &l->node[who];

	if (before->state != VRRP_ACTIVE || event->type == VRRP_TIMER ||
	    event->type == VRRP_CHANGE)
		n->spoken = 0;
	else if (event->type == VRRP_ADVERT && actions & VRRP_SEND_ADVERT)
		n->spoken++;
	rule(l, n->spoken <= VRRP_REPLIES, "replies are few");
}

/* Not in the RFC: an Active says at once what has changed. */
static void check_change(struct lan *l, const struct vrrp *before,
			 const struct vrrp *after,
			 const struct vrrp_event *event, unsigned actions)
{
	bool stays = before->state == VRRP_LEAVING;
	const struct vrrp_parameters *due = stays ? &before->par : event->par;
	bool says = before->state == VRRP_ACTIVE && !before->owes_advert;

	rule(l, after->state == before->state, "a change changes no state");
	rule(l,
	     after->par.priority == due->priority &&
		     after->par.interval == due->interval,
	     "what is configured is in force, unless it is leaving");
	rule(l, !!(actions & VRRP_SEND_ADVERT) == says,
	     "a change is said at once, by who is Active and has spoken");
}

static void check_step(struct lan *l, int who, const struct vrrp *before,
		       const struct vrrp_event *event, unsigned actions)
{
	struct node *n = &l->node[who];
	const struct vrrp *v = &n->v;
	bool promoted = before->state != VRRP_ACTIVE && v->state == VRRP_ACTIVE;
	bool advert = actions & VRRP_SEND_ADVERT;
	bool resign = actions & VRRP_SEND_RESIGN;

	rule(l, n->holds == vrrp_is_serving(v),
	     "who serves holds the addresses, and nobody else");
	rule(l,
	     vrrp_is_serving(v) ==
		     (v->state == VRRP_ACTIVE || v->state == VRRP_LEAVING),
	     "Active and Leaving serve");
	rule(l,
	     v->state != VRRP_BACKUP ||
		     v->active_interval == expected_interval(n, before, event),
	     "a Backup goes by the interval that it has heard");
	rule(l, v->deadline == expected_deadline(n, before, event, actions),
	     "the timer is that of RFC 9568");
	rule(l, event->type != VRRP_TIMER || v->deadline > l->now,
	     "a timer that expired is stopped or set");
	rule(l, !(advert && resign), "who advertises does not resign");
	rule(l, !advert || v->state == VRRP_ACTIVE,
	     "only an Active advertises");
	rule(l, !resign || v->state == VRRP_LEAVING, "who resigns is Leaving");
	rule(l,
	     !promoted || event->type == VRRP_TIMER ||
		     event->type == VRRP_STARTUP,
	     "only time makes an Active");
	rule(l, !promoted || !l->plan->no_preempt || nobody_was_there(l, who),
	     "without preemption a living Active stays");
	rule(l,
	     !n->may_stay || before->state != VRRP_LEAVING ||
		     event->type != VRRP_TIMER || vrrp_is_serving(v),
	     "who may stay serves on for want of a successor");
	n->may_stay = n->may_stay && v->state == VRRP_LEAVING;
	l->excused = l->excused || (promoted && is_unaware(l, n));
	note_passed(n, before, event);
	if (event->type == VRRP_CHANGE)
		check_change(l, before, v, event, actions);
	check_rate(l, who, before, event, actions);
}

/* Not for good: it will, if nobody takes over. */
static bool may_stay(const struct node *n)
{
	return n->v.state == VRRP_LEAVING && n->may_stay;
}

/* Who could take over is there, or nobody needs to. */
static bool has_successor(const struct lan *l)
{
	for (int i = 0; i < N; i++)
		if (l->node[i].up && (l->node[i].v.state == VRRP_BACKUP ||
				      l->node[i].v.state == VRRP_ACTIVE ||
				      may_stay(&l->node[i])))
			return true;
	return false;
}

/*
 * All who serve have resigned for the last time, and who could take over has
 * started since, so that nobody has told it: it waits for an Active as after
 * any start.
 */
static bool nobody_is_asked(const struct lan *l)
{
	bool leaving = false;

	for (int i = 0; i < N; i++) {
		const struct node *n = &l->node[i];

		if (!n->up)
			continue;
		if (n->v.state == VRRP_ACTIVE || may_stay(n) ||
		    (n->v.state == VRRP_LEAVING && !n->v.repeated) ||
		    (n->v.state == VRRP_BACKUP && (n->heard || n->v.resigned)))
			return false;
		leaving = leaving || n->v.state == VRRP_LEAVING;
	}
	return leaving;
}

/* Healed: one Active, and with preemption none is better. */
static void check_settled(struct lan *l)
{
	uint8_t best = 0, active = 0;
	int actives = 0;

	for (int i = 0; i < N; i++) {
		const struct node *n = &l->node[i];

		if (!n->up || n->v.state == VRRP_INITIALIZE)
			continue;
		if (n->v.state == VRRP_LEAVING && !has_successor(l))
			continue; /* it waits for nobody */
		if (n->v.par.priority > best)
			best = n->v.par.priority;
		if (n->v.state == VRRP_ACTIVE) {
			actives++;
			active = n->v.par.priority;
			rule(l, n->answers, "a settled Active answers");
		} else {
			rule(l, n->v.state == VRRP_BACKUP && !n->answers,
			     "once healed, all others are Backup");
		}
	}
	rule(l, actives == (best > 0), "once healed, there is one Active");
	rule(l, l->plan->no_preempt || active == best,
	     "once healed, the best is Active");
}

/*
 * A planned change must not be noticed by a client: with no crash, no stall
 * and no frame lost, an address that was served once all had started is served
 * ever after; and who answers beside an Active hears it at once, and stops.
 */
static void check_service(struct lan *l, int64_t until)
{
	int answering = 0;
	bool active = false;

	for (int i = 0; i < N; i++) {
		const struct node *n = &l->node[i];

		answering += n->answers;
		active = active || (n->answers && n->v.state == VRRP_ACTIVE);
	}
	l->excused = l->excused || !has_successor(l) || nobody_is_asked(l);
	if (l->disturbed || l->excused || l->now <= 9 * l->unit / 2)
		return;
	rule(l, answering > 0 || !l->served,
	     "a planned change leaves the addresses served");
	l->served = l->served || answering > 0;
	if (answering < 2 || !active)
		l->two_since = VRRP_NEVER;
	else if (answering > l->answering || l->two_since == VRRP_NEVER)
		l->two_since = l->now;
	l->answering = (uint8_t)answering;
	rule(l,
	     l->two_since == VRRP_NEVER || until - l->two_since <= 2 * LATENCY,
	     "none answers beside an Active");
}

/* What holds from now until the next event. */
static void check_instant(struct lan *l, int64_t until)
{
	if (until == l->now)
		return;
	check_service(l, until);
	if (until > l->settled_at)
		check_settled(l);
}

#endif
