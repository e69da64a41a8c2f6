/* SPDX-License-Identifier: MIT */
#ifndef SIM_FENCE_H
#define SIM_FENCE_H

/*
 * The kernel's half of the fence (vrrpd/fence_kernel.h): a table for each agent
 * that has lived, and what judges by it the frames of each virtual router.  It
 * outlives its agent, as in a real kernel.
 */

#include "tests/sim/host.h"

struct clsact;

/* What the gate has put onto an interface, or nothing; and taken away. */
void fence_put(struct vr *vr, const struct clsact *clsact);
void fence_take_away(struct vr *vr);

/* us: until when the virtual router's frames pass; not after `now`: shut. */
int64_t fence_told(const struct vr *vr);

/* Does what concerns this address pass now? */
bool fence_passes(const struct vr *vr, const struct address *address);

/* When the next one of this host shuts by itself, somebody has to look. */
void fence_watch(struct host *host);

/* Of a host that is no more. */
void fence_free(struct host *host);

#endif
