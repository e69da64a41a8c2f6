/* SPDX-License-Identifier: MIT */
#ifndef TESTS_ROUTER_H
#define TESTS_ROUTER_H

/* Virtual routers to try things on, made by events as in real life. */

#include "vrrpd/vrrp.h"

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

#define MS  INT64_C(1000)
#define SEC INT64_C(1000000)

/* Of priority 100 at one second. */
#define SKEW_100    609375
#define DOWN_100    (3 * SEC + SKEW_100)
#define LEARNED_100 INT64_C(10828125) /* DOWN_100 at three seconds */

#define NOW (1000 * SEC)

static inline struct vrrp make(uint8_t priority, bool preempt, int64_t interval)
{
	struct vrrp_parameters par = { .priority = priority,
				       .preempt = preempt,
				       .interval = interval };
	struct vrrp v;

	vrrp_init(&v, &par);
	return v;
}

static inline unsigned happen(struct vrrp *v, enum vrrp_event_type type,
			      int64_t now)
{
	struct vrrp_event event = { .type = type, .now = now };

	return vrrp_step(v, &event);
}

static inline unsigned hear(struct vrrp *v, int64_t now, uint8_t priority,
			    int64_t interval)
{
	struct vrrp_event event = { .type = VRRP_ADVERT,
				    .now = now,
				    .advert = { priority, interval, 1 } };

	return vrrp_step(v, &event);
}

static inline struct vrrp make_backup(int64_t since)
{
	struct vrrp v = make(100, true, SEC);

	happen(&v, VRRP_STARTUP, since);
	assert(v.state == VRRP_BACKUP);
	return v;
}

/* Serving, the last advert sent at `since`. */
static inline struct vrrp make_active(int64_t since)
{
	struct vrrp v = make_backup(since - DOWN_100);

	happen(&v, VRRP_TIMER, since);
	happen(&v, VRRP_CLAIMED, since);
	assert(v.state == VRRP_ACTIVE);
	return v;
}

/* A Backup to whom the Active has resigned, its skew over at NOW. */
static inline struct vrrp make_successor(int64_t interval)
{
	struct vrrp v = make(100, true, interval);
	int64_t resigned = NOW - vrrp_skew_time(&v);

	happen(&v, VRRP_STARTUP, resigned);
	hear(&v, resigned, 0, interval);
	assert(v.deadline == NOW);
	return v;
}

/* Preempts after `delay`; hears its first advert at NOW, in time. */
static inline struct vrrp make_patient(int64_t delay)
{
	struct vrrp_parameters par = { .priority = 100,
				       .preempt = true,
				       .preempt_delay = delay,
				       .interval = SEC };
	struct vrrp v;

	vrrp_init(&v, &par);
	happen(&v, VRRP_STARTUP, NOW - 500 * MS);
	return v;
}

#endif
