/* SPDX-License-Identifier: MIT */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

/*
 * What the agent shows of itself (status.h) at one moment, copied together with
 * all that it points to: so another thread can make text of it while the loop
 * goes on.  The loop only copies; the memory comes from the other thread.
 */

#include "vrrpd/status.h"

#include <stdbool.h>
#include <stddef.h>

struct snapshot_router;
struct snapshot_interface;

/* Zero-initialized it is empty, and has no room. */
struct snapshot {
	char *room;
	size_t size; /* of the room, */
	size_t used; /* what is wanted of it: may be more */
	struct status_clock clock;
	struct status_vrrp vrrp;
	struct snapshot_router *routers, **last_router;
	struct snapshot_interface *interfaces, **last_interface;
};

/* Of now; what was in it is forgotten.  None of these takes memory. */
void snapshot_begin(struct snapshot *snapshot);
void snapshot_add_vrrp(struct snapshot *snapshot, const struct status_vrrp *v);
void snapshot_add_router(struct snapshot *snapshot,
			 const struct status_router *r);
void snapshot_add_interface(struct snapshot *snapshot,
			    const struct status_interface *i);

/* Was there room for all of it?  If not, let it grow, and begin again. */
bool snapshot_is_whole(const struct snapshot *snapshot);

/*
 * On any thread: room for what has just been too much, and some more.  Nothing
 * is in it then.  Returns 0 or -ENOMEM.
 */
int snapshot_grow(struct snapshot *snapshot);

/* On any thread: JSON text to be freed, or NULL for want of memory. */
char *snapshot_print(const struct snapshot *snapshot);

void snapshot_clear(struct snapshot *snapshot);

#endif
