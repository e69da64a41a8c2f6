/* SPDX-License-Identifier: MIT */
/*
 * To ask the kernel what it has dropped costs a system call, and a receiver
 * that has overflowed gives many frames in one turn: so it is asked only then.
 */
#include "vrrpd/hearing.h"

#include "vrrpd/router.h"

#define MANY 16 /* fewer than the smallest receiver holds */

/* Who is Active speaks in each interval, and may itself be late by half. */
static int64_t patience(const struct vrrp *v)
{
	return v->active_interval * 3 / 2;
}

/*
 * The first of many virtual routers that advertise at the same moment wakes us,
 * and all the others are read after one rest, which has to prove its worth.
 */
static void await_others(struct interface *iface, int frames, int64_t now)
{
	struct hearing *hearing = &iface->hearing;
	int64_t patience = iface->port ? iface->port->ops->patience : 0;

	if (hearing->rests)
		hearing->streams = frames > 1;
	else if (now - hearing->read < patience)
		hearing->streams = true;
	hearing->rests = !hearing->rests && hearing->streams && patience > 0;
	if (hearing->rests)
		loop_rest(iface->loop, patience);
	hearing->read = now;
}

void hearing_note(struct interface *iface, int frames, int most, int64_t now)
{
	struct hearing *hearing = &iface->hearing;
	uint64_t lost = hearing->lost;

	if (frames >= MANY)
		hearing->lost = interface_dropped(iface);
	/* What is left is as good as lost: it is judged before it is read. */
	if (hearing->lost != lost || frames == most)
		hearing->lost_at = now;
	await_others(iface, frames, now);
}

/* Could others have told it to be quiet, if it had heard them? */
static bool is_at_stake(const struct vrrp *v, int64_t now)
{
	int64_t late = now - v->deadline;

	if (v->state == VRRP_ACTIVE)
		return late >= 2 * v->par.interval;
	return v->state == VRRP_BACKUP && late >= 0 &&
	       v->expecting == VRRP_NO_RESPONSE;
}

bool hearing_is_doubtful(struct router *r, int64_t now)
{
	const struct vrrp *v = &r->vrrp;
	struct hearing *hearing = &r->interface->hearing;
	unsigned held;

	if (hearing->lost_at == 0 || now - hearing->lost_at > patience(v) ||
	    r->doubted == v->deadline || !is_at_stake(v, now))
		return false;
	r->doubted = v->deadline;
	loop_set(r->loop, &r->timer, now + patience(v));
	if (log_limit_allows(&hearing->limit, now, &held))
		log_warn("%s: frames were lost while this host did not let "
			 "vrrpd run: it listens for %.1f ms before it judges",
			 r->title, (double)patience(v) / 1000);
	return true;
}
