/* SPDX-License-Identifier: MIT */
/*
 * One block of memory, filled from its beginning.  Where it is too small, what
 * does not fit is counted all the same, and so the first try tells how much is
 * needed.
 */
#include "vrrpd/snapshot.h"

#include "netlink/address.h"

#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

struct snapshot_router {
	struct snapshot_router *next;
	struct status_router shown; /* points to what follows, and to texts */
	struct status_counters counters;
	struct status_error error;
	struct status_advertiser advertiser;
	uint8_t primary[16], active[16];
};

struct snapshot_interface {
	struct snapshot_interface *next;
	struct status_interface shown;
	uint64_t rejected[PACKET_REASONS];
};

/* NULL: no room. */
static void *take(struct snapshot *s, size_t size)
{
	size_t align = alignof(max_align_t);
	size_t at = (s->used + align - 1) / align * align;

	s->used = at + size;
	return s->used <= s->size ? s->room + at : NULL;
}

static void *copy(struct snapshot *s, const void *from, size_t size)
{
	void *to = size > 0 ? take(s, size) : NULL;

	return to ? memcpy(to, from, size) : NULL;
}

static const char *copy_text(struct snapshot *s, const char *text)
{
	return text ? copy(s, text, strlen(text) + 1) : NULL;
}

static const uint8_t *copy_address(uint8_t to[16], const uint8_t *from,
				   uint8_t family)
{
	return from ? memcpy(to, from, address_size(family)) : NULL;
}

void snapshot_begin(struct snapshot *s)
{
	s->used = 0;
	s->routers = NULL;
	s->last_router = &s->routers;
	s->interfaces = NULL;
	s->last_interface = &s->interfaces;
	status_read_clock(&s->clock);
}

void snapshot_add_vrrp(struct snapshot *s, const struct status_vrrp *v)
{
	s->vrrp = *v;
}

static void copy_values(struct snapshot_router *to,
			const struct status_router *from)
{
	struct status_router *shown = &to->shown;

	to->counters = *from->counters;
	shown->counters = &to->counters;
	to->error = *from->error;
	shown->error = &to->error;
	shown->primary = copy_address(to->primary, from->primary, from->family);
	shown->active = copy_address(to->active, from->active, from->family);
	if (from->advertiser) {
		to->advertiser = *from->advertiser;
		shown->advertiser = &to->advertiser;
	}
}

void snapshot_add_router(struct snapshot *s, const struct status_router *from)
{
	struct snapshot_router *to = take(s, sizeof *to);
	struct status_router shown = *from;

	shown.name = copy_text(s, from->name);
	shown.interface = copy_text(s, from->interface);
	shown.fault = copy_text(s, from->fault);
	shown.no_fence = copy_text(s, from->no_fence);
	shown.why = copy_text(s, from->why);
	shown.addresses = copy(s, from->addresses,
			       from->address_count * sizeof *from->addresses);
	if (!snapshot_is_whole(s))
		return;
	to->next = NULL;
	to->shown = shown;
	copy_values(to, from);
	*s->last_router = to;
	s->last_router = &to->next;
}

void snapshot_add_interface(struct snapshot *s,
			    const struct status_interface *from)
{
	struct snapshot_interface *to = take(s, sizeof *to);
	struct status_interface shown = *from;

	shown.name = copy_text(s, from->name);
	shown.no_xdp = copy_text(s, from->no_xdp);
	if (!snapshot_is_whole(s))
		return;
	to->next = NULL;
	to->shown = shown;
	memcpy(to->rejected, from->rejected, sizeof to->rejected);
	to->shown.rejected = to->rejected;
	*s->last_interface = to;
	s->last_interface = &to->next;
}

bool snapshot_is_whole(const struct snapshot *s)
{
	return s->used <= s->size;
}

/* Written to here, or else the kernel would get the pages when the loop is. */
int snapshot_grow(struct snapshot *s)
{
	size_t size = s->used + s->used / 4;
	char *room = malloc(size);

	if (!room)
		return -ENOMEM;
	memset(room, 0, size);
	free(s->room);
	s->room = room;
	s->size = size;
	return 0;
}

char *snapshot_print(const struct snapshot *s)
{
	struct status *status = status_begin(&s->clock);

	if (!status)
		return NULL;
	status_add_vrrp(status, &s->vrrp);
	for (const struct snapshot_router *r = s->routers; r; r = r->next)
		status_add_router(status, &r->shown);
	for (const struct snapshot_interface *i = s->interfaces; i; i = i->next)
		status_add_interface(status, &i->shown);
	return status_end(status);
}

void snapshot_clear(struct snapshot *s)
{
	free(s->room);
	*s = (struct snapshot){ 0 };
}
