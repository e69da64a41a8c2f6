/* SPDX-License-Identifier: MIT */
#ifndef LEFTOVERS_H
#define LEFTOVERS_H

/* The macvlans and routes that a killed agent has left behind. */

struct netlink;

/*
 * Removes those of virtual routers that nobody runs: neither this agent,
 * whose routers are locked before, nor another.  Blocks.  Returns 0 or -errno.
 */
int leftovers_remove(struct netlink *nl);

/* The same for routes, but before this agent's routers are locked: what they
   have left behind is in nobody's way, and may be of another address now. */
void leftovers_remove_routes(struct netlink *nl);

#endif
