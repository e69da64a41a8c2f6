/* SPDX-License-Identifier: MIT */
/*
 * While the old Active serves on, no advertisement of ours is due, and while we
 * hand over none is allowed: there the fence goes by the end of that wait, and
 * one interval more, for who is late.
 */
#include "vrrpd/fencing.h"

#include "vrrpd/fence.h"
#include "vrrpd/owner.h"
#include "vrrpd/router.h"

#include <stdio.h>
#include <string.h>

/*
 * The first Backup to speak would be one of priority 254 (RFC 9568 section
 * 6.1); who is the owner, is Active.
 */
static int64_t earliest_successor(int64_t interval)
{
	return 3 * interval + interval * (256 - 254) / 256;
}

static struct fence *fence_of(const struct router *r)
{
	return r->interface->fence;
}

void fencing_begin(struct router *r)
{
	struct fencing *f = &r->fencing;

	snprintf(f->why, sizeof f->why, "%s", r->interface->no_fence);
	if (fence_of(r))
		f->place = fence_take(fence_of(r));
	if (fence_of(r) && !f->place)
		snprintf(f->why, sizeof f->why, "too many virtual routers");
	if (f->place && !r->config->virtual_mac)
		fence_readdress(fence_of(r), f->place, NULL, 0, r->addresses,
				r->count);
}

void fencing_end(struct router *r)
{
	struct fencing *f = &r->fencing;

	if (!f->place)
		return;
	if (!r->config->virtual_mac)
		fence_readdress(fence_of(r), f->place, r->addresses, r->count,
				NULL, 0);
	fence_drop(fence_of(r), f->place);
	f->place = 0;
}

void fencing_prepare(struct router *r)
{
	struct clsact *wanted = &r->claim.gate.fence;
	struct fence_programs programs;

	if (!r->fencing.place)
		return;
	programs = r->config->virtual_mac ? fence_link_programs(fence_of(r))
					  : fence_address_programs(fence_of(r));
	wanted->in = programs.in;
	wanted->out = programs.out;
	wanted->class = r->fencing.place;
	wanted->handle = naming_filter(r->config->vrid, r->af);
}

void fencing_readdress(struct router *r, const struct address *addresses,
		       size_t count)
{
	if (r->fencing.place && !r->config->virtual_mac)
		fence_readdress(fence_of(r), r->fencing.place, r->addresses,
				r->count, addresses, count);
}

static void open_until(struct router *r, int64_t until)
{
	fence_open_until(fence_of(r), r->fencing.place, until);
	r->fencing.open = true;
}

void fencing_update(struct router *r)
{
	const struct vrrp *v = &r->vrrp;

	if (!r->fencing.place)
		return;
	if (!vrrp_is_serving(v)) {
		if (r->fencing.open)
			fence_shut(fence_of(r), r->fencing.place);
		r->fencing.open = false;
	} else if (v->state == VRRP_LEAVING || v->owes_advert) {
		open_until(r, v->deadline + v->par.interval);
	}
}

void fencing_advertised(struct router *r, int64_t sent)
{
	if (r->fencing.place && r->vrrp.state == VRRP_ACTIVE)
		open_until(r, sent + earliest_successor(r->vrrp.par.interval));
}

/*
 * The parent, which has its own traffic, must not be fenced from who has the
 * addresses now.
 */
void fencing_settled(struct router *r)
{
	const struct claim *claim = &r->claim;
	struct fencing *f = &r->fencing;

	if (!f->place)
		return;
	if (!r->config->virtual_mac && !f->open &&
	    claim->actual == CLAIM_CLOSED)
		fence_lift(fence_of(r), f->place);
	if (claim->fence_error)
		snprintf(f->why, sizeof f->why, "%s",
			 strerror(-claim->fence_error));
	else
		f->why[0] = '\0';
	if (claim->fence_error && !f->said)
		log_warn("%s: no fence: %s", r->title, f->why);
	f->said = claim->fence_error;
}

const char *fencing_state(const struct router *r)
{
	if (!r->fencing.place || r->fencing.why[0])
		return "none";
	return fence_is_open(fence_of(r), r->fencing.place) ? "open" : "shut";
}
