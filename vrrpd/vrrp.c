/* SPDX-License-Identifier: MIT */
/*
 * The state machine of RFC 9568 section 6.4, one function per state.  Beyond
 * the RFC there are three things, each to spare the clients a loss: LEAVING
 * (serve on after resigning until the successor speaks), the advert that waits
 * for the addresses when the old Active still serves, and the preempt delay.
 */
#include "vrrpd/vrrp.h"

#include <assert.h>

#define MS INT64_C(1000)

/* Longest wait of a first advert for the addresses, after priority 0, and what
   a successor may need beyond its skew to be heard. */
#define HANDOVER_BOUND (50 * MS)
#define LEAVE_MARGIN   (100 * MS)

void vrrp_init(struct vrrp *v, const struct vrrp_parameters *par)
{
	*v = (struct vrrp){
		.par = *par,
		.active_interval = par->interval,
		.deadline = VRRP_NEVER,
		.sparing_since = VRRP_NEVER,
	};
}

static int64_t skew(uint8_t priority, int64_t interval)
{
	return (256 - priority) * interval / 256;
}

int64_t vrrp_skew_time(const struct vrrp *v)
{
	return skew(v->par.priority, v->active_interval);
}

int64_t vrrp_active_down_interval(const struct vrrp *v)
{
	return 3 * v->active_interval + vrrp_skew_time(v);
}

bool vrrp_is_serving(const struct vrrp *v)
{
	return v->state == VRRP_ACTIVE || v->state == VRRP_LEAVING;
}

static int64_t handover_bound(const struct vrrp *v)
{
	int64_t half = v->par.interval / 2;

	return half < HANDOVER_BOUND ? half : HANDOVER_BOUND;
}

/*
 * The Active_Down_Timer, from Skew_Time and Active_Down_Interval as they are.
 * Who is to resume waits for one advertisement, of who may have preempted it.
 */
static void arm(struct vrrp *v)
{
	int64_t wait =
		v->resigned ? vrrp_skew_time(v) : vrrp_active_down_interval(v);

	if (v->expecting == VRRP_RESUMED)
		wait = v->active_interval;
	v->deadline = v->waiting_since + wait;
}

static void wait_for_active(struct vrrp *v, int64_t now, int64_t interval)
{
	v->active_interval = interval;
	v->learned = true;
	v->expecting = VRRP_NO_RESPONSE;
	v->resigned = false;
	v->waiting_since = now;
	arm(v);
}

static void become_backup(struct vrrp *v, int64_t now, int64_t interval,
			  enum vrrp_reason why)
{
	v->state = VRRP_BACKUP;
	v->reason = why;
	v->claimed = false;
	v->sparing_since = VRRP_NEVER;
	wait_for_active(v, now, interval);
}

/*
 * Who resigned serves on for a short time, who is preempted until we speak: it
 * must have been silent for three of its intervals before that comes first.
 */
static int64_t advert_bound(const struct vrrp *v, int64_t now)
{
	int64_t least = now + handover_bound(v);
	int64_t silent = v->discarded.at + 3 * v->discarded.interval;

	return v->reason == VRRP_PREEMPTED && silent > least ? silent : least;
}

/* An advert leaves now, the first of a beat. */
static void begin_beat(struct vrrp *v, int64_t now)
{
	v->deadline = now + v->par.interval - v->ahead % v->par.interval;
}

/* Decision 4 of the architecture: does the old Active still serve? */
static unsigned become_active(struct vrrp *v, int64_t now, enum vrrp_reason why)
{
	v->state = VRRP_ACTIVE;
	v->reason = why;
	v->claimed = false;
	v->replies = 0;
	v->owes_advert = why != VRRP_NO_RESPONSE && why != VRRP_RESUMED;
	if (v->owes_advert) {
		v->deadline = advert_bound(v, now);
		return VRRP_CLAIM;
	}
	begin_beat(v, now);
	return VRRP_SEND_ADVERT | VRRP_CLAIM;
}

static void become_initialize(struct vrrp *v, enum vrrp_reason why)
{
	v->state = VRRP_INITIALIZE;
	v->reason = why;
	v->claimed = false;
	v->deadline = VRRP_NEVER;
}

/* For what comes next; and a Backup that has heard nobody goes by its own. */
static void take_parameters(struct vrrp *v, const struct vrrp_event *ev)
{
	v->par = *ev->par;
	if (!v->learned)
		v->active_interval = v->par.interval;
}

/* RFC 9568 section 6.4.1. */
static unsigned step_initialize(struct vrrp *v, const struct vrrp_event *ev)
{
	if (ev->type == VRRP_CHANGE)
		take_parameters(v, ev);
	if (ev->type != VRRP_STARTUP)
		return 0;
	if (v->par.priority == VRRP_OWNER)
		return become_active(v, ev->now, VRRP_STARTED);
	become_backup(v, ev->now, v->par.interval, VRRP_STARTED);
	v->learned = false;
	if (ev->resume)
		v->expecting = VRRP_RESUMED;
	arm(v);
	return 0;
}

/* Is an Active of lower priority to be left alone for now? */
static bool spares_lower(struct vrrp *v, int64_t now)
{
	if (v->insist)
		return false;
	if (!v->par.preempt)
		return true;
	if (v->sparing_since == VRRP_NEVER)
		v->sparing_since = now;
	return now < v->sparing_since + v->par.preempt_delay;
}

static void discard(struct vrrp *v, int64_t at, uint8_t priority,
		    int64_t interval)
{
	v->discarded.at = at;
	v->discarded.priority = priority;
	v->discarded.interval = interval;
}

/* RFC 9568 section 6.4.2, an advertisement in Backup. */
static void hear_active(struct vrrp *v, int64_t at, uint8_t priority,
			int64_t interval)
{
	if (priority == 0) {
		v->expecting = VRRP_RESIGNED;
		v->resigned = true;
		v->waiting_since = at;
		arm(v);
	} else if (priority >= v->par.priority) {
		v->sparing_since = VRRP_NEVER;
		wait_for_active(v, at, interval);
	} else if (spares_lower(v, at)) {
		wait_for_active(v, at, interval);
	} else { /* discarded: the deadline runs on, and will preempt it */
		v->expecting = VRRP_PREEMPTED;
		discard(v, at, priority, interval);
	}
}

/*
 * The wait began when it began, but is as long as it would be now; and whose
 * advertisement would not be discarded now, is not to be preempted.
 */
static void change_backup(struct vrrp *v, const struct vrrp_event *ev)
{
	take_parameters(v, ev);
	if (v->expecting == VRRP_PREEMPTED)
		hear_active(v, v->discarded.at, v->discarded.priority,
			    v->discarded.interval);
	arm(v);
	if (v->deadline < ev->now)
		v->deadline = ev->now;
}

static unsigned act_backup(struct vrrp *v, const struct vrrp_event *ev)
{
	switch (ev->type) {
	case VRRP_SHUTDOWN:
		become_initialize(v, VRRP_STOPPED);
		return 0;
	case VRRP_LEAVE:
		become_initialize(v, VRRP_ASKED);
		return 0;
	case VRRP_TIMER:
		if (ev->now < v->deadline)
			return 0;
		return become_active(v, ev->now, v->expecting);
	case VRRP_ADVERT:
		hear_active(v, ev->now, ev->advert.priority,
			    ev->advert.interval);
		return 0;
	case VRRP_CHANGE:
		change_backup(v, ev);
		return 0;
	case VRRP_STARTUP:
	case VRRP_CLAIMED:
	case VRRP_CLAIM_FAILED:
		return 0;
	}
	assert(0 && "unreachable");
	return 0;
}

/* Who resumes serves meanwhile, until it hears of another one. */
static unsigned step_backup(struct vrrp *v, const struct vrrp_event *ev)
{
	bool resuming = v->expecting == VRRP_RESUMED;
	unsigned actions = act_backup(v, ev);

	if (resuming &&
	    (v->state == VRRP_INITIALIZE ||
	     (v->state == VRRP_BACKUP && v->expecting != VRRP_RESUMED)))
		actions |= VRRP_RELEASE;
	return actions;
}

/* Would we, being Active, yield to the sender? */
static bool outranks(const struct vrrp *v, const struct vrrp_event *ev)
{
	return ev->advert.priority > v->par.priority ||
	       (ev->advert.priority == v->par.priority &&
		ev->advert.src_order > 0);
}

static unsigned leave(struct vrrp *v, const struct vrrp_event *ev)
{
	v->state = VRRP_LEAVING;
	v->reason = VRRP_ASKED;
	v->repeated = false;
	v->or_stay = ev->or_stay;
	v->next = v->par;
	v->waiting_since = ev->now;
	/* Who has heard it, speaks before one interval has passed. */
	v->deadline = ev->now + v->par.interval;
	return VRRP_SEND_RESIGN;
}

/*
 * An advert that is so late comes after three silent intervals: another may
 * have taken over and told the hosts so.  They must learn again who answers.
 */
static unsigned advert_after(const struct vrrp *v, int64_t late)
{
	if (v->claimed && late >= 2 * v->par.interval)
		return VRRP_SEND_ADVERT | VRRP_ANNOUNCE;
	return VRRP_SEND_ADVERT;
}

/* Section 6.4.3, Adver_Timer: on a fixed beat, so that the rate is kept. */
static unsigned advertise(struct vrrp *v, int64_t now)
{
	int64_t late = now - v->deadline;

	if (late < 0)
		return 0;
	v->replies = 0;
	if (v->owes_advert || late >= v->par.interval)
		begin_beat(v, now);
	else
		v->deadline += v->par.interval;
	v->owes_advert = false;
	return advert_after(v, late);
}

/* Others must not go by the old values any longer than it takes to say so. */
static unsigned change_active(struct vrrp *v, const struct vrrp_event *ev)
{
	unsigned actions = advert_after(v, ev->now - v->deadline);

	take_parameters(v, ev);
	if (v->owes_advert)
		return 0; /* it will tell them */
	v->replies = 0;
	begin_beat(v, ev->now);
	return actions;
}

/* Another router believes to be Active: it and the LAN must learn better. */
static unsigned assert_active(struct vrrp *v)
{
	if (v->replies == VRRP_REPLIES)
		return 0;
	v->replies++;
	return VRRP_SEND_ADVERT | (v->claimed ? VRRP_ANNOUNCE : 0);
}

/* Who is preempted goes on, or ends, and waits for our first advert. */
static void hear_predecessor(struct vrrp *v, const struct vrrp_event *ev)
{
	int64_t soon = ev->now + handover_bound(v);

	if (ev->advert.priority == 0) {
		v->deadline = soon < v->deadline ? soon : v->deadline;
	} else if (v->reason == VRRP_PREEMPTED) {
		discard(v, ev->now, ev->advert.priority, ev->advert.interval);
		v->deadline = advert_bound(v, ev->now);
	}
}

/* Section 6.4.3, an advertisement while Active. */
static unsigned hear_other(struct vrrp *v, const struct vrrp_event *ev)
{
	uint8_t priority = ev->advert.priority;
	unsigned actions;

	if (outranks(v, ev)) {
		become_backup(v, ev->now, ev->advert.interval,
			      priority > v->par.priority ? VRRP_OUTRANKED
							 : VRRP_TIE_LOST);
		return VRRP_RELEASE;
	}
	if (v->owes_advert) {
		hear_predecessor(v, ev);
		return 0;
	}
	actions = assert_active(v);
	if (priority != 0)
		return actions; /* the Adver_Timer runs on */
	if (actions & VRRP_SEND_ADVERT)
		begin_beat(v, ev->now);
	return actions & ~(unsigned)VRRP_ANNOUNCE; /* it gives up by itself */
}

static unsigned claimed(struct vrrp *v, int64_t now)
{
	v->claimed = true;
	if (!v->owes_advert)
		return VRRP_ANNOUNCE;
	v->owes_advert = false;
	begin_beat(v, now);
	return VRRP_SEND_ADVERT | VRRP_ANNOUNCE;
}

/* RFC 9568 section 6.4.3. */
static unsigned step_active(struct vrrp *v, const struct vrrp_event *ev)
{
	switch (ev->type) {
	case VRRP_STARTUP:
		return 0;
	case VRRP_SHUTDOWN:
		become_initialize(v, VRRP_STOPPED);
		return VRRP_SEND_RESIGN | VRRP_RELEASE;
	case VRRP_LEAVE:
		return leave(v, ev);
	case VRRP_TIMER:
		return advertise(v, ev->now);
	case VRRP_ADVERT:
		return hear_other(v, ev);
	case VRRP_CLAIMED:
		return claimed(v, ev->now);
	case VRRP_CLAIM_FAILED:
		become_initialize(v, VRRP_UNABLE);
		return VRRP_SEND_RESIGN | VRRP_RELEASE;
	case VRRP_CHANGE:
		return change_active(v, ev);
	}
	assert(0 && "unreachable");
	return 0;
}

/* It hands over as what it was; what it is then, has been configured since. */
static void end_leaving(struct vrrp *v, enum vrrp_reason why)
{
	become_initialize(v, why);
	v->par = v->next;
}

/*
 * It has served all the time.  Who has not been heard of may have told the
 * hosts to turn to it, all the same.
 */
static unsigned stay(struct vrrp *v, int64_t now)
{
	v->state = VRRP_ACTIVE;
	v->reason = VRRP_NO_SUCCESSOR;
	v->par = v->next;
	v->owes_advert = false;
	v->replies = 0;
	v->deadline = now + v->par.interval;
	return VRRP_SEND_ADVERT | (v->claimed ? VRRP_ANNOUNCE : 0);
}

/*
 * The first deadline is one interval after resigning: nobody spoke, so the
 * priority 0 may be lost, and by now repeating it delays no one's skew.  The
 * second ends the service, or the wish to hand it over.
 */
static unsigned leaving_timer(struct vrrp *v, int64_t now)
{
	if (now < v->deadline)
		return 0;
	if (v->repeated && v->or_stay)
		return stay(v, now);
	if (v->repeated) {
		end_leaving(v, VRRP_NO_SUCCESSOR);
		return VRRP_RELEASE;
	}
	v->repeated = true;
	v->deadline = now + skew(1, v->par.interval) + LEAVE_MARGIN;
	return VRRP_SEND_RESIGN;
}

/*
 * Whoever ranks below us speaks because of our priority 0, no sooner than its
 * skew after it, by our interval or its own; or it was Active before us, and
 * has yet to hear, if we said so, that it is no more.
 */
static bool is_successor(const struct vrrp *v, const struct vrrp_event *ev)
{
	int64_t ours = v->par.interval, theirs = ev->advert.interval;

	if (ev->advert.priority == 0)
		return false;
	if (v->repeated || v->owes_advert || outranks(v, ev))
		return true;
	return ev->now - v->waiting_since >=
	       skew(ev->advert.priority, ours < theirs ? ours : theirs);
}

static unsigned step_leaving(struct vrrp *v, const struct vrrp_event *ev)
{
	switch (ev->type) {
	case VRRP_SHUTDOWN:
		end_leaving(v, VRRP_STOPPED);
		return VRRP_RELEASE;
	case VRRP_TIMER:
		return leaving_timer(v, ev->now);
	case VRRP_ADVERT:
		if (!is_successor(v, ev))
			return 0;
		end_leaving(v, VRRP_HANDED_OVER);
		return VRRP_RELEASE;
	case VRRP_LEAVE:
		v->or_stay = v->or_stay && ev->or_stay;
		return 0;
	case VRRP_CLAIMED:
		v->claimed = true;
		return 0;
	case VRRP_CLAIM_FAILED: /* nothing is left to hand over */
		end_leaving(v, VRRP_UNABLE);
		return VRRP_RELEASE;
	case VRRP_CHANGE:
		v->next = *ev->par;
		return 0;
	case VRRP_STARTUP:
		return 0;
	}
	assert(0 && "unreachable");
	return 0;
}

unsigned vrrp_step(struct vrrp *v, const struct vrrp_event *ev)
{
	switch (v->state) {
	case VRRP_INITIALIZE:
		return step_initialize(v, ev);
	case VRRP_BACKUP:
		return step_backup(v, ev);
	case VRRP_ACTIVE:
		return step_active(v, ev);
	case VRRP_LEAVING:
		return step_leaving(v, ev);
	}
	assert(0 && "unreachable");
	return 0;
}

const char *vrrp_state_name(enum vrrp_state state)
{
	static const char *const name[] = {
		[VRRP_INITIALIZE] = "initialize",
		[VRRP_BACKUP] = "backup",
		[VRRP_ACTIVE] = "active",
		[VRRP_LEAVING] = "leaving",
	};
	return name[state];
}

const char *vrrp_reason_name(enum vrrp_reason reason)
{
	static const char *const name[VRRP_REASONS] = {
		[VRRP_NO_REASON] = "none",
		[VRRP_STARTED] = "startup",
		[VRRP_RESUMED] = "resumed",
		[VRRP_NO_RESPONSE] = "no-response",
		[VRRP_RESIGNED] = "priority",
		[VRRP_PREEMPTED] = "preempted",
		[VRRP_OUTRANKED] = "higher-priority",
		[VRRP_TIE_LOST] = "higher-address",
		[VRRP_STOPPED] = "shutdown",
		[VRRP_UNABLE] = "addresses-failed",
		[VRRP_ASKED] = "asked",
		[VRRP_HANDED_OVER] = "handed-over",
		[VRRP_NO_SUCCESSOR] = "no-successor",
	};
	return name[reason];
}
