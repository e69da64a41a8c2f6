/* SPDX-License-Identifier: MIT */
/*
 * The input is the life of a virtual router: its parameters, then its events,
 * four octets each.  Whatever comes, in any order and at any time, the rules
 * of vrrp.h hold after each step.
 */

#include "vrrpd/vrrp.h"

#include <string.h>

#include "tests/fuzz/fuzz.h"

#define CENTISECOND INT64_C(10000)

/* 10 ms to 40.95 s, short ones from most octets. */
static int64_t take_interval(struct fuzz *f)
{
	uint8_t octet = fuzz_octet(f);

	return (octet < 248 ? 1 + octet % 100 : 4095) * CENTISECOND;
}

/* From nothing to 9 s; or when the timer is due, to the microsecond. */
static int64_t take_time(struct fuzz *f, const struct vrrp *v, int64_t now)
{
	const int64_t late[] = { 0, -1, v->par.interval, 2 * v->par.interval };
	uint8_t octet = fuzz_octet(f);

	if (octet >= 128 && v->deadline != VRRP_NEVER && v->deadline > now)
		return v->deadline + late[octet % 4];
	return now + octet * octet * INT64_C(571);
}

static void check_timer(const struct vrrp *v, const struct vrrp_event *ev)
{
	int64_t longest = v->par.interval > v->active_interval
				  ? v->par.interval
				  : v->active_interval;

	/* Who is preempted is waited for as long as it may be silent. */
	if (v->owes_advert && v->discarded.interval > longest)
		longest = v->discarded.interval;
	assert((v->deadline == VRRP_NEVER) == (v->state == VRRP_INITIALIZE));
	if (v->deadline == VRRP_NEVER)
		return;
	assert(ev->type != VRRP_TIMER || v->deadline > ev->now);
	assert(v->deadline <= ev->now + 4 * longest + 10 * CENTISECOND);
}

static void check_step(const struct vrrp *old, const struct vrrp *v,
		       const struct vrrp_event *ev, unsigned actions)
{
	unsigned sent = actions & (VRRP_SEND_ADVERT | VRRP_SEND_RESIGN);
	bool served = vrrp_is_serving(old), serves = vrrp_is_serving(v);

	assert(!(actions & VRRP_CLAIM) == !(!served && serves));
	assert(!(actions & VRRP_RELEASE) == !(served && !serves));
	assert(sent != (VRRP_SEND_ADVERT | VRRP_SEND_RESIGN));
	assert(!(actions & VRRP_SEND_ADVERT) || v->state == VRRP_ACTIVE);
	assert(!(actions & VRRP_SEND_RESIGN) || served);
	assert(!(actions & VRRP_ANNOUNCE) ||
	       (v->claimed && v->state == VRRP_ACTIVE));
	assert(!v->claimed || serves);
	assert(v->state == old->state || v->reason != VRRP_NO_REASON);
	assert(v->replies <= VRRP_REPLIES && v->reason < VRRP_REASONS);
	/* Early or stale, it changes nothing; in time, the beat is kept. */
	if (ev->type == VRRP_TIMER && ev->now < old->deadline)
		assert(!actions && memcmp(old, v, sizeof *v) == 0);
	else if (ev->type == VRRP_TIMER && old->state == VRRP_ACTIVE)
		assert(actions & VRRP_SEND_ADVERT);
	if (ev->type == VRRP_CHANGE)
		assert(v->state == old->state &&
		       (v->deadline == old->deadline ||
			v->deadline >= ev->now));
	check_timer(v, ev);
}

static struct vrrp_parameters take_parameters(struct fuzz *f)
{
	uint8_t priority = fuzz_octet(f), flags = fuzz_octet(f);

	return (struct vrrp_parameters){
		.priority = priority ? priority : 1,
		.preempt = flags & 1,
		.preempt_delay = (flags >> 2) * INT64_C(300000),
		.interval = take_interval(f),
	};
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = { data, data + size };
	struct vrrp_parameters par = take_parameters(&f);
	struct vrrp v, old;
	int64_t now = 0;

	vrrp_init(&v, &par);
	while (f.at < f.end) {
		unsigned octet = fuzz_octet(&f);
		struct vrrp_event ev = {
			.type = (enum vrrp_event_type)(octet % 8),
			.par = &par,
			.advert.src_order = (int)(octet / 8 % 3) - 1,
		};
		unsigned actions;

		v.insist = octet / 24 % 2;
		ev.advert.priority = fuzz_octet(&f);
		ev.advert.interval = take_interval(&f);
		ev.now = now = take_time(&f, &v, now);
		if (ev.type == VRRP_CHANGE)
			par = take_parameters(&f);
		memcpy(&old, &v, sizeof old);
		actions = vrrp_step(&v, &ev);
		check_step(&old, &v, &ev, actions);
	}
	return 0;
}
