/* SPDX-License-Identifier: MIT */
/*
 * One timer for all: whoever asks moves the next advertisement forward, and
 * each one that is sent begins a new interval, as all go to all hosts.
 */
#include "vrrpd/advertiser.h"

#include "vrrpd/fencing.h"
#include "vrrpd/router_advert.h"

#include <string.h>
#include <sys/param.h>

#define SEC INT64_C(1000000)

/* RFC 4861 section 10. */
#define MAX_INITIAL_INTERVAL (16 * SEC)
#define MAX_INITIAL          3
#define MIN_DELAY            (3 * SEC) /* between two to all hosts */
#define MAX_ANSWER_DELAY     (SEC / 2)

/* xorshift32: the delays are to differ, not to be secret. */
static int64_t between(struct advertiser *a, int64_t min, int64_t max)
{
	a->seed ^= a->seed << 13;
	a->seed ^= a->seed >> 17;
	a->seed ^= a->seed << 5;
	return min + a->seed % (max - min + 1);
}

static bool is_running(const struct advertiser *a)
{
	return a->timer.slot != 0;
}

/* Not before the last one has had its time. */
static int64_t at_earliest(const struct advertiser *a, int64_t now)
{
	return a->has_sent ? MAX(now, a->sent + MIN_DELAY) : now;
}

/* Section 6.2.1: MinRtrAdvInterval. */
static int64_t interval(struct advertiser *a)
{
	int64_t max = a->advert->interval;
	int64_t chosen = between(a, MAX(max / 3, MIN_DELAY), max);

	if (a->initial == 0)
		return chosen;
	a->initial--;
	return MIN(chosen, MAX_INITIAL_INTERVAL);
}

static void expired(struct timer *timer, int64_t now)
{
	struct advertiser *a = container_of(timer, struct advertiser, timer);
	uint8_t frame[ROUTER_ADVERT_MAX];
	size_t len = router_advert_build(frame, a->advert, a->mac, a->source);

	if (fencing_send(a->fencing, a->interface, frame, len) == 0)
		a->status.sent++;
	a->has_sent = true;
	a->sent = now;
	loop_set(a->loop, timer, now + interval(a));
}

void advertiser_start(struct advertiser *a, const uint8_t mac[6])
{
	int64_t now = loop_now();

	if (!a->advert)
		return;
	memcpy(a->mac, mac, sizeof a->mac);
	if (is_running(a))
		return;
	a->timer.expired = expired;
	a->initial = MAX_INITIAL;
	loop_set(a->loop, &a->timer, at_earliest(a, now));
}

void advertiser_stop(struct advertiser *a)
{
	loop_set(a->loop, &a->timer, LOOP_NEVER);
}

unsigned advertiser_kinds(const struct advertiser *a)
{
	return a->advert ? PORT_ROUTER_SOLICIT : 0;
}

void advertiser_answer(struct advertiser *a, enum port_kind kind,
		       const uint8_t *frame, size_t len)
{
	int64_t now = loop_now(), answer;

	if (kind != PORT_ROUTER_SOLICIT || !is_running(a) ||
	    !router_advert_is_solicited(frame, len))
		return;
	a->status.solicited++;
	answer = at_earliest(a, now) + between(a, 0, MAX_ANSWER_DELAY);
	if (answer < a->timer.deadline)
		loop_set(a->loop, &a->timer, answer);
}
