/* SPDX-License-Identifier: MIT */
/*
 * Making text takes memory, and for hundreds of virtual routers milliseconds:
 * both are no business of the loop's thread, nor is to free the text.  Nor can
 * it be the netlink worker's, which hangs while another program holds the
 * kernel's lock: that is when people ask what is going on.
 */
#include "vrrpd/inquiry.h"

#include "vrrpd/routers.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_wanted(const struct router *r, const struct inquiry *inquiry)
{
	return inquiry->kind == INQUIRY_STATUS ||
	       strcmp(r->config->name, inquiry->text) == 0;
}

static bool runs_wanted(const struct inquiries *set, const struct interface *i,
			const struct inquiry *inquiry)
{
	for (struct member *m = set->routers->members; m; m = m->next)
		if (m->router.interface == i && is_wanted(&m->router, inquiry))
			return true;
	return false;
}

static void add_vrrp(struct inquiries *set)
{
	struct status_vrrp vrrp;

	routers_count(set->routers, &vrrp);
	vrrp.began = *set->began;
	snapshot_add_vrrp(&set->snapshot, &vrrp);
}

static void add_interface(struct snapshot *snapshot, const struct interface *i)
{
	struct status_interface shown = {
		.name = i->name,
		.packet_io = i->port ? i->port->ops->name : NULL,
		.no_xdp = i->no_xdp,
		.rejected = i->rejected,
		.dropped = interface_dropped(i),
	};

	snapshot_add_interface(snapshot, &shown);
}

static void take_snapshot(struct inquiries *set, const struct inquiry *inquiry)
{
	struct status_router shown;

	for (struct interface *i = set->routers->interfaces; i; i = i->next)
		interface_take_kept(i);
	snapshot_begin(&set->snapshot);
	add_vrrp(set);
	for (struct member *m = set->routers->members; m; m = m->next) {
		if (!is_wanted(&m->router, inquiry))
			continue;
		router_status(&m->router, &shown);
		snapshot_add_router(&set->snapshot, &shown);
	}
	for (struct interface *i = set->routers->interfaces; i; i = i->next)
		if (runs_wanted(set, i, inquiry))
			add_interface(&set->snapshot, i);
}

/* On the clerk's thread.  Neither an answer nor an error: there is room now. */
static void run(struct job *job)
{
	struct inquiries *set = container_of(job, struct inquiries, job);
	const struct inquiry *inquiry = &set->queue[0];

	if (inquiry->kind != INQUIRY_REFUSAL &&
	    !snapshot_is_whole(&set->snapshot)) {
		set->err = snapshot_grow(&set->snapshot);
		return;
	}
	set->answer = inquiry->kind == INQUIRY_REFUSAL
			      ? status_error(inquiry->text)
			      : snapshot_print(&set->snapshot);
	set->err = set->answer ? 0 : -ENOMEM;
}

static void drop_first(struct inquiries *set)
{
	set->count--;
	memmove(&set->queue[0], &set->queue[1],
		set->count * sizeof set->queue[0]);
}

/* Whoever has gone meanwhile needs no answer. */
static void begin(struct inquiries *set)
{
	while (set->count > 0 &&
	       !control_is_waiting(set->control, set->queue[0].ticket))
		drop_first(set);
	if (set->count == 0)
		return;
	if (set->queue[0].kind != INQUIRY_REFUSAL)
		take_snapshot(set, &set->queue[0]);
	worker_post(set->clerk, &set->job);
}

static void done(struct job *job)
{
	struct inquiries *set = container_of(job, struct inquiries, job);

	if (set->answer || set->err) {
		control_give(set->control, set->queue[0].ticket, set->answer);
		set->answer = NULL;
		drop_first(set);
	}
	begin(set);
}

/* But for the first one, whose job is out. */
static void forget_the_gone(struct inquiries *set)
{
	size_t kept = 1;

	for (size_t n = 1; n < set->count; n++)
		if (control_is_waiting(set->control, set->queue[n].ticket))
			set->queue[kept++] = set->queue[n];
	set->count = kept;
}

void inquiries_add(struct inquiries *set, uint64_t ticket,
		   enum inquiry_kind kind, const char *text)
{
	struct inquiry *inquiry;

	if (set->count == INQUIRIES)
		forget_the_gone(set);
	inquiry = &set->queue[set->count++];
	inquiry->ticket = ticket;
	inquiry->kind = kind;
	snprintf(inquiry->text, sizeof inquiry->text, "%s", text);
	if (set->job.posted)
		return;
	set->job.run = run;
	set->job.done = done;
	begin(set);
}

void inquiries_free(struct inquiries *set)
{
	free(set->answer);
	snapshot_clear(&set->snapshot);
}
