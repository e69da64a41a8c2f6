/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CLAUSES_H
#define TESTS_CLAUSES_H

/*
 * RFC 9568 section 6.4 as a table: I, B and A are the events of 6.4.1
 * (Initialize), 6.4.2 (Backup) and 6.4.3 (Active) in the order of the text,
 * each with both outcomes of its condition.  After them come the events which
 * the RFC does not know, and those that mean nothing in a state.
 */

#include "tests/router.h"
#include "vrrpd/vrrp.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	NONE = 0,
	ADVERT = VRRP_SEND_ADVERT,
	RESIGN = VRRP_SEND_RESIGN,
	CLAIM = VRRP_CLAIM,
	RELEASE = VRRP_RELEASE,
	TELL = VRRP_ANNOUNCE,
};

enum {
	INIT = VRRP_INITIALIZE,
	BACK = VRRP_BACKUP,
	ACTI = VRRP_ACTIVE,
	LEAV = VRRP_LEAVING,
};

enum {
	STARTUP = VRRP_STARTUP,
	SHUTDOWN = VRRP_SHUTDOWN,
	LEAVE = VRRP_LEAVE,
	TIMER = VRRP_TIMER,
	HEAR = VRRP_ADVERT,
	CLAIMED = VRRP_CLAIMED,
	FAILED = VRRP_CLAIM_FAILED,
	CHANGE = VRRP_CHANGE,
};

/* What the event makes of the timer: BOUND is how long a first advert waits for
   the addresses, LEARNED is DOWN at another's interval, MOVED is DOWN as it
   would be had it begun with what is configured now. */
enum timer {
	STOPPED,
	KEPT,
	INTERVAL,
	BOUND,
	SKEW,
	DOWN,
	LEARNED,
	MOVED,
	LONGER /* INTERVAL of what is configured now */
};

/*
 * A CHANGE makes the priority `theirs` and the interval 2 s.  `order` is how
 * the sender's address compares with ours.  Our interval is one second; every
 * advertisement carries 3 s, so that what learns from it shows.
 */
static const struct clause {
	const char *name;
	int from, event;
	uint8_t theirs; /* priority */
	int order;
	uint8_t ours; /* priority */
	bool preempt;
	int to, actions;
	enum timer timer;
} clauses[] = {
	{ "I1", INIT, STARTUP, 0, 0, 255, 1, ACTI, CLAIM, BOUND },
	{ "I2", INIT, STARTUP, 0, 0, 100, 1, BACK, NONE, DOWN },
	{ "I3 higher", INIT, HEAR, 255, 1, 100, 1, INIT, NONE, STOPPED },
	{ "I3 lower", INIT, HEAR, 1, -1, 100, 1, INIT, NONE, STOPPED },
	{ "I3 zero", INIT, HEAR, 0, 1, 100, 1, INIT, NONE, STOPPED },
	{ "I4", INIT, SHUTDOWN, 0, 0, 100, 1, INIT, NONE, STOPPED },

	{ "B1", BACK, SHUTDOWN, 0, 0, 100, 1, INIT, NONE, STOPPED },
	{ "B2 early", BACK, TIMER, 0, 0, 100, 1, BACK, NONE, KEPT },
	{ "B3", BACK, HEAR, 0, 1, 100, 1, BACK, NONE, SKEW },
	{ "B3 no preempt", BACK, HEAR, 0, -1, 100, 0, BACK, NONE, SKEW },
	{ "B4 higher", BACK, HEAR, 101, -1, 100, 1, BACK, NONE, LEARNED },
	{ "B4 equal, below", BACK, HEAR, 100, -1, 100, 1, BACK, NONE, LEARNED },
	{ "B4 equal, above", BACK, HEAR, 100, 1, 100, 1, BACK, NONE, LEARNED },
	{ "B4 owner", BACK, HEAR, 255, -1, 100, 1, BACK, NONE, LEARNED },
	{ "B4 spares lower", BACK, HEAR, 99, 1, 100, 0, BACK, NONE, LEARNED },
	{ "B4 no preempt", BACK, HEAR, 101, 1, 100, 0, BACK, NONE, LEARNED },
	{ "B5", BACK, HEAR, 99, 1, 100, 1, BACK, NONE, KEPT },
	{ "B5 lowest", BACK, HEAR, 1, -1, 100, 1, BACK, NONE, KEPT },

	{ "A1", ACTI, SHUTDOWN, 0, 0, 100, 1, INIT, RESIGN | RELEASE, STOPPED },
	{ "A2 early", ACTI, TIMER, 0, 0, 100, 1, ACTI, NONE, KEPT },
	{ "A3", ACTI, HEAR, 0, 1, 100, 1, ACTI, ADVERT, INTERVAL },
	{ "A3 below", ACTI, HEAR, 0, -1, 100, 1, ACTI, ADVERT, INTERVAL },
	{ "A4 higher", ACTI, HEAR, 101, -1, 100, 1, BACK, RELEASE, LEARNED },
	{ "A4 no preempt", ACTI, HEAR, 101, -1, 100, 0, BACK, RELEASE,
	  LEARNED },
	{ "A4 equal, above", ACTI, HEAR, 100, 1, 100, 1, BACK, RELEASE,
	  LEARNED },
	{ "A4 owners", ACTI, HEAR, 255, 1, 255, 1, BACK, RELEASE, LEARNED },
	{ "A5 lower", ACTI, HEAR, 99, 1, 100, 1, ACTI, ADVERT | TELL, KEPT },
	{ "A5 no preempt", ACTI, HEAR, 99, 1, 100, 0, ACTI, ADVERT | TELL,
	  KEPT },
	{ "A5 equal, below", ACTI, HEAR, 100, -1, 100, 1, ACTI, ADVERT | TELL,
	  KEPT },
	{ "A5 equal, same", ACTI, HEAR, 100, 0, 100, 1, ACTI, ADVERT | TELL,
	  KEPT },
	{ "A5 owners", ACTI, HEAR, 255, -1, 255, 1, ACTI, ADVERT | TELL, KEPT },
	{ "A5 owner", ACTI, HEAR, 254, 1, 255, 1, ACTI, ADVERT | TELL, KEPT },

	{ "leave", INIT, LEAVE, 0, 0, 100, 1, INIT, NONE, STOPPED },
	{ "leave", BACK, LEAVE, 0, 0, 100, 1, INIT, NONE, STOPPED },
	{ "leave", ACTI, LEAVE, 0, 0, 100, 1, LEAV, RESIGN, INTERVAL },
	{ "leave again", LEAV, LEAVE, 0, 0, 100, 1, LEAV, NONE, KEPT },
	{ "stay anyway", LEAV, STARTUP, 0, 0, 100, 1, LEAV, NONE, KEPT },
	{ "early", LEAV, TIMER, 0, 0, 100, 1, LEAV, NONE, KEPT },
	{ "resigns too", LEAV, HEAR, 0, 1, 100, 1, LEAV, NONE, KEPT },
	{ "successor", LEAV, HEAR, 254, -1, 255, 1, INIT, RELEASE, STOPPED },
	{ "successor", LEAV, HEAR, 154, 1, 200, 1, INIT, RELEASE, STOPPED },
	{ "higher", LEAV, HEAR, 101, -1, 100, 1, INIT, RELEASE, STOPPED },
	{ "equal, above", LEAV, HEAR, 100, 1, 100, 1, INIT, RELEASE, STOPPED },
	{ "predecessor", LEAV, HEAR, 99, 1, 100, 1, LEAV, NONE, KEPT },
	{ "equal, below", LEAV, HEAR, 100, -1, 100, 1, LEAV, NONE, KEPT },
	{ "predecessor", LEAV, HEAR, 153, -1, 200, 1, LEAV, NONE, KEPT },
	{ "no time left", LEAV, SHUTDOWN, 0, 0, 100, 1, INIT, RELEASE,
	  STOPPED },
	{ "unable", ACTI, FAILED, 0, 0, 100, 1, INIT, RESIGN | RELEASE,
	  STOPPED },
	{ "unable", LEAV, FAILED, 0, 0, 100, 1, INIT, RELEASE, STOPPED },

	/* Not in the RFC: what is configured changes. */
	{ "stored", INIT, CHANGE, 200, 0, 100, 1, INIT, NONE, STOPPED },
	{ "sooner", BACK, CHANGE, 200, 0, 100, 1, BACK, NONE, MOVED },
	{ "later", BACK, CHANGE, 1, 0, 100, 1, BACK, NONE, MOVED },
	{ "said", ACTI, CHANGE, 200, 0, 100, 1, ACTI, ADVERT, LONGER },
	{ "said", ACTI, CHANGE, 1, 0, 100, 0, ACTI, ADVERT, LONGER },
	{ "said", ACTI, CHANGE, 255, 0, 255, 1, ACTI, ADVERT, LONGER },
	{ "ignored", LEAV, CHANGE, 200, 0, 100, 1, LEAV, NONE, KEPT },

	{ "stale", INIT, TIMER, 0, 0, 100, 1, INIT, NONE, STOPPED },
	{ "stale", INIT, CLAIMED, 0, 0, 100, 1, INIT, NONE, STOPPED },
	{ "stale", INIT, FAILED, 0, 0, 100, 1, INIT, NONE, STOPPED },
	{ "stale", BACK, STARTUP, 0, 0, 100, 1, BACK, NONE, KEPT },
	{ "stale", BACK, CLAIMED, 0, 0, 100, 1, BACK, NONE, KEPT },
	{ "stale", BACK, FAILED, 0, 0, 100, 1, BACK, NONE, KEPT },
	{ "stale", ACTI, STARTUP, 0, 0, 100, 1, ACTI, NONE, KEPT },
	{ "stale", LEAV, CLAIMED, 0, 0, 100, 1, LEAV, NONE, KEPT },
};

/* The event comes at NOW; the timer that runs then expires at KEEP. */
#define KEEP (NOW + 600 * MS)

/* Lead a router into a state, by events alone. */
static inline struct vrrp router_for(const struct clause *c)
{
	struct vrrp v = make(c->ours, c->preempt, SEC);
	int64_t start = KEEP - SEC;

	if (c->from == INIT)
		return v;
	if (c->from == BACK)
		start = KEEP - vrrp_active_down_interval(&v);
	else if (c->ours != VRRP_OWNER)
		start -= vrrp_active_down_interval(&v);
	happen(&v, VRRP_STARTUP, start);
	if (c->from != BACK) {
		happen(&v, VRRP_TIMER, KEEP - SEC);
		happen(&v, VRRP_CLAIMED, KEEP - SEC);
	}
	if (c->from == LEAV)
		happen(&v, VRRP_LEAVE, KEEP - SEC);
	assert((int)v.state == c->from);
	return v;
}

/* At NOW, and all that it carries. */
static inline struct vrrp_event event_of(const struct clause *c)
{
	static struct vrrp_parameters par;

	par = (struct vrrp_parameters){ .priority = c->theirs,
					.preempt = c->preempt,
					.interval = 2 * SEC };
	return (struct vrrp_event){
		.type = (enum vrrp_event_type)c->event,
		.now = NOW,
		.par = &par,
		.advert = { c->theirs, 3 * SEC, c->order },
	};
}

static inline int64_t expected_deadline(const struct clause *c)
{
	int64_t skew = c->ours == VRRP_OWNER ? 3906 : 609375;

	switch (c->timer) {
	case STOPPED:
		return VRRP_NEVER;
	case KEPT:
		return KEEP;
	case INTERVAL:
		return NOW + SEC;
	case BOUND:
		return NOW + SEC / 20;
	case SKEW:
		return NOW + skew;
	case DOWN:
		return NOW + 3 * SEC + skew;
	case LEARNED:
		return NOW + 9 * SEC + (256 - c->ours) * 3 * SEC / 256;
	case MOVED:
		return KEEP - 3 * SEC - skew + 6 * SEC +
		       (256 - c->theirs) * 2 * SEC / 256;
	case LONGER:
		return NOW + 2 * SEC;
	}
	return 0;
}

#endif
