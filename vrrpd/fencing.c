/* SPDX-License-Identifier: MIT */
/*
 * Only an advertisement opens the fence, or keeps it open.  Who has resigned
 * sends no more of them, but serves until its successor speaks: there the fence
 * goes by the end of that wait, and one interval more, for who is late.
 */
#include "vrrpd/fencing.h"

#include "vrrpd/fence.h"
#include "vrrpd/owner.h"
#include "vrrpd/promises.h"
#include "vrrpd/router.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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
	router_alias(r, name);
	f->promises = r->interface->promises;
	if (f->promises)
		f->promise = promises_take(f->promises, name, &f->resume);
	f->fence = r->interface->fence;
	if (f->fence && !fence_take_over(f->fence, f->place))
		f->place = fence_take(f->fence);
	if (f->fence && !f->place)
		snprintf(f->why, sizeof f->why, "too many virtual routers");
	if (f->place && !r->config->virtual_mac)
		fence_readdress(f->fence, f->place, NULL, 0, r->addresses,
				r->count);
	if (promises_is_held(f->promises, f->promise))
		r->drained = true;
	if (f->resume <= loop_now() || owner_is(r) || r->drained)
		f->resume = 0;
	f->until = f->resume;
	if (f->place && f->until)
		fence_open_until(f->fence, f->place, f->until);
}

static bool has_address(const struct router *r, const struct address *a)
{
	for (size_t i = 0; i < r->count; i++)
		if (address_equal(&r->addresses[i], a))
			return true;
	return false;
}

static void forget_outdated(struct router *r)
{
	struct fencing *f = &r->fencing;

	for (size_t i = 0; i < f->outdated_count && f->place; i++)
		if (!has_address(r, &f->outdated[i]))
			fence_readdress(f->fence, f->place, &f->outdated[i], 1,
					NULL, 0);
	free(f->outdated);
	f->outdated = NULL;
	f->outdated_count = 0;
}

void fencing_end(struct router *r)
{
	struct fencing *f = &r->fencing;

	forget_outdated(r);
	if (f->promises)
		promises_drop(f->promises, f->promise);
	if (!f->place)
		return;
	if (!r->config->virtual_mac)
		fence_readdress(f->fence, f->place, r->addresses, r->count,
				NULL, 0);
	fence_drop(f->fence, f->place);
	f->place = 0;
}

void fencing_abandon(struct router *r)
{
	struct fencing *f = &r->fencing;

	free(f->outdated);
	f->outdated = NULL;
	f->outdated_count = 0;
	f->promises = NULL;
	f->place = 0;
}

void fencing_inherit(struct router *r)
{
	struct fencing *f = &r->fencing;
	int64_t until = f->until;

	fencing_begin(r);
	f->until = f->before = until;
	f->resume = 0;
}

void fencing_hold(struct router *r)
{
	const struct router *other = r->sibling;
	bool serves = vrrp_is_serving(&r->vrrp) ||
		      (other && vrrp_is_serving(&other->vrrp));
	enum promises_hold hold = serves ? PROMISES_ASKED : PROMISES_OUT;

	if (!r->drained)
		hold = PROMISES_FREE;
	promises_hold(r->fencing.promises, r->fencing.promise, hold);
}

void fencing_prepare(struct router *r)
{
	const struct fencing *f = &r->fencing;
	struct clsact *wanted = &r->claim.gate.fence;
	struct fence_programs programs;

	if (!f->place)
		return;
	programs = r->config->virtual_mac ? fence_link_programs(f->fence)
					  : fence_address_programs(f->fence);
	wanted->in = programs.in;
	wanted->out = programs.out;
	wanted->class = f->place;
	wanted->handle = naming_filter(r->config->vrid, r->af);
}

/* While it listens for one interval, and if there is time for that. */
bool fencing_may_resume(const struct router *r, int64_t now)
{
	return r->fencing.resume > now + r->vrrp.par.interval;
}

void fencing_readdress(struct router *r, const struct address *addresses,
		       size_t count)
{
	struct fencing *f = &r->fencing;
	size_t size = (f->outdated_count + r->count) * sizeof *f->outdated;
	struct address *grown;

	if (!f->place || r->config->virtual_mac)
		return;
	fence_readdress(f->fence, f->place, NULL, 0, addresses, count);
	grown = realloc(f->outdated, size);
	if (!grown)
		return; /* fenced for good, then */
	memcpy(grown + f->outdated_count, r->addresses,
	       r->count * sizeof *grown);
	f->outdated = grown;
	f->outdated_count += r->count;
}

/* Who leaves has told the LAN so: there is nothing to resume. */
static void promise(struct router *r, int64_t until)
{
	struct fencing *f = &r->fencing;

	if (f->promises)
		promises_make(f->promises, f->promise,
			      r->vrrp.state == VRRP_ACTIVE ? until : 0);
}

static void open_until(struct router *r, int64_t until)
{
	struct fencing *f = &r->fencing;

	if (f->place)
		fence_open_until(f->fence, f->place, until);
	f->until = until;
	promise(r, until);
}

static void shut(struct router *r)
{
	struct fencing *f = &r->fencing;

	if (f->place)
		fence_shut(f->fence, f->place);
	f->until = 0;
	promise(r, 0);
}

/* It has not started yet, or nobody else has spoken since. */
static bool is_resuming(const struct router *r)
{
	const struct vrrp *v = &r->vrrp;

	return r->fencing.resume &&
	       (v->state == VRRP_INITIALIZE ||
		(v->state == VRRP_BACKUP && v->expecting == VRRP_RESUMED));
}

void fencing_update(struct router *r)
{
	struct fencing *f = &r->fencing;

	if (!is_resuming(r))
		f->resume = 0;
	/* While it serves, too: it may be lifted. */
	if ((vrrp_is_serving(&r->vrrp) || f->resume) != (f->until != 0))
		shut(r);
}

void fencing_advertise(struct router *r, int64_t now)
{
	const struct vrrp *v = &r->vrrp;

	r->fencing.before = r->fencing.until;
	if (v->state == VRRP_ACTIVE)
		open_until(r, now + earliest_successor(v->par.interval));
	else if (v->state == VRRP_LEAVING && r->fencing.until > now)
		open_until(r, v->deadline + v->par.interval);
}

void fencing_take_back(struct router *r)
{
	if (r->fencing.until == r->fencing.before)
		return;
	if (r->fencing.before)
		open_until(r, r->fencing.before);
	else
		shut(r);
}

static bool is_raised(const struct fencing *f)
{
	return f->place && f->why[0] == '\0';
}

bool fencing_is_shut(const struct fencing *f)
{
	return is_raised(f) && !fence_is_open(f->fence, f->place);
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
	if (claim_is_settled(claim) && !claim->next)
		forget_outdated(r);
	if (!r->config->virtual_mac && !f->until &&
	    claim->actual == CLAIM_CLOSED)
		fence_lift(f->fence, f->place);
	if (claim->fence_error)
		snprintf(f->why, sizeof f->why, "%s",
			 strerror(-claim->fence_error));
	else
		f->why[0] = '\0';
	if (claim->fence_error && !f->said)
		log_warn("%s: no fence: %s", r->title, f->why);
	f->said = claim->fence_error;
}

int fencing_send(const struct fencing *f, struct interface *interface,
		 const uint8_t *frame, size_t len)
{
	if (f && fencing_is_shut(f))
		return -EACCES;
	return interface_send(interface, frame, len);
}

const char *fencing_state(const struct router *r)
{
	if (!is_raised(&r->fencing))
		return "none";
	return fencing_is_shut(&r->fencing) ? "shut" : "open";
}
