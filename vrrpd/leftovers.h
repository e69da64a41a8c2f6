/* SPDX-License-Identifier: MIT */
#ifndef LEFTOVERS_H
#define LEFTOVERS_H

/* The macvlans that a killed agent has left behind. */

struct netlink;

/*
 * Removes those of virtual routers that nobody runs: neither this agent,
 * whose routers are locked before, nor another.  Blocks.  Returns 0 or -errno.
 */
int leftovers_remove(struct netlink *nl);

#endif
