/* SPDX-License-Identifier: MIT */
/*
 * While the old Active serves on, no advertisement of ours is due, and while we
 * hand over none is allowed: there the fence goes by the end of that wait, and
 * one interval more, for who is late.
 */
#include "vrrpd/fencing.h"

#include "vrrpd/fence.h"
#include "vrrpd/owner.h"
#include "vrrpd/promises.h"
#include "vrrpd/router.h"

#include <errno.h>
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

void fencing_begin(struct router *r)
{
	struct fencing *f = &r->fencing;

	char name[LINK_ALIAS];

	snprintf(f->why, sizeof f->why, "%s", r->interface->no_fence);
	naming_alias(name, r->interface->name, r->config->vrid, r->af);
	f->promises = r->interface->promises;
	if (f->promises)
		f->promise = promises_take(f->promises, name, &f->resume);
	f->fence = r->interface->fence;
	if (f->fence)
		f->place = fence_take(f->fence);
	if (f->fence && !f->place)
		snprintf(f->why, sizeof f->why, "too many virtual routers");
	if (f->place && !r->config->virtual_mac)
		fence_readdress(r->fencing.fence, f->place, NULL, 0,
				r->addresses, r->count);
}

void fencing_end(struct router *r)
{
	struct fencing *f = &r->fencing;

	if (f->promises)
		promises_drop(f->promises, f->promise);
	if (!f->place)
		return;
	if (!r->config->virtual_mac)
		fence_readdress(r->fencing.fence, f->place, r->addresses,
				r->count, NULL, 0);
	fence_drop(r->fencing.fence, f->place);
	f->place = 0;
}

void fencing_prepare(struct router *r)
{
	struct clsact *wanted = &r->claim.gate.fence;
	struct fence_programs programs;

	if (!r->fencing.place)
		return;
	programs = r->config->virtual_mac
			   ? fence_link_programs(r->fencing.fence)
			   : fence_address_programs(r->fencing.fence);
	wanted->in = programs.in;
	wanted->out = programs.out;
	wanted->class = r->fencing.place;
	wanted->handle = naming_filter(r->config->vrid, r->af);
	/* The other one's programs go now. */
	if (fencing_may_resume(r))
		fence_open_until(r->fencing.fence, r->fencing.place,
				 r->fencing.resume);
}

bool fencing_may_resume(const struct router *r)
{
	return r->fencing.resume > loop_now() && !owner_is(r);
}

void fencing_readdress(struct router *r, const struct address *addresses,
		       size_t count)
{
	if (r->fencing.place && !r->config->virtual_mac)
		fence_readdress(r->fencing.fence, r->fencing.place,
				r->addresses, r->count, addresses, count);
}

static void promise(struct router *r, int64_t until)
{
	if (r->fencing.promises)
		promises_make(r->fencing.promises, r->fencing.promise, until);
}

static void open_until(struct router *r, int64_t until)
{
	if (!r->fencing.place)
		return;
	fence_open_until(r->fencing.fence, r->fencing.place, until);
	r->fencing.open = true;
}

void fencing_update(struct router *r)
{
	const struct vrrp *v = &r->vrrp;
	struct fencing *f = &r->fencing;
	bool waits = v->state == VRRP_LEAVING || v->owes_advert;

	if (vrrp_is_serving(v) && !waits)
		return;
	if (v->state != VRRP_INITIALIZE || !f->resume)
		promise(r, 0);
	if (vrrp_is_serving(v)) {
		open_until(r, v->deadline + v->par.interval);
	} else if (f->open) {
		fence_shut(f->fence, f->place);
		f->open = false;
	}
}

void fencing_advertised(struct router *r, int64_t sent)
{
	int64_t until = sent + earliest_successor(r->vrrp.par.interval);

	if (r->vrrp.state != VRRP_ACTIVE)
		return;
	promise(r, until);
	open_until(r, until);
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
		fence_lift(r->fencing.fence, f->place);
	if (claim->fence_error)
		snprintf(f->why, sizeof f->why, "%s",
			 strerror(-claim->fence_error));
	else
		f->why[0] = '\0';
	if (claim->fence_error && !f->said)
		log_warn("%s: no fence: %s", r->title, f->why);
	f->said = claim->fence_error;
}

static bool is_raised(const struct fencing *f)
{
	return f->place && f->why[0] == '\0';
}

int fencing_send(const struct fencing *f, struct interface *interface,
		 const uint8_t *frame, size_t len)
{
	if (f && is_raised(f) && !fence_is_open(f->fence, f->place))
		return -EACCES;
	return interface_send(interface, frame, len);
}

const char *fencing_state(const struct router *r)
{
	if (!is_raised(&r->fencing))
		return "none";
	return fence_is_open(r->fencing.fence, r->fencing.place) ? "open"
								 : "shut";
}
