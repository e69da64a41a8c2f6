/* SPDX-License-Identifier: MIT */
#ifndef SETTINGS_H
#define SETTINGS_H

/*
 * What a virtual router has of its configuration, at the start and when it is
 * another one later.
 */

#include <stdbool.h>
#include <stddef.h>

struct config_router;
struct router;

/* At the start; its family and interface are known.  0 or -ENOMEM. */
int settings_take(struct router *r, const struct config_router *config);

/*
 * Can it go on with another configuration of the same interface, VRID and
 * family?  If not, it has to end first, and another one to start.
 */
bool settings_can_become(const struct router *r,
			 const struct config_router *config);

/*
 * Go on with a configuration that it can become, and forget the one before:
 * only what differs takes effect, on the protocol as VRRP_CHANGE says.  Returns
 * 0, or -ENOMEM when nothing has changed.
 */
int settings_change(struct router *r, const struct config_router *config);

/*
 * It has taken over what another agent has left, whose configuration may have
 * been another one: an Active says at once what holds now.
 */
void settings_restate(struct router *r);

#endif
