/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_CLSACT_H
#define NETLINK_CLSACT_H

/*
 * BPF programs on both ways of an interface (clsact of tc(8)), which judge each
 * frame: it passes on, or is dropped.  They stay until they are taken away or
 * the interface is gone, even if nobody is left who knows them.  Blocks: worker
 * thread only.
 */

#include <stdbool.h>
#include <stdint.h>

struct netlink;

struct clsact {
	int in, out;     /* programs; 0: none are wanted */
	uint16_t class;  /* what they read as tc_classid */
	uint32_t handle; /* which one it is, of those on the interface */
};

/*
 * Now these programs judge, in the place of others with the same handle.
 * Returns 0 or -errno: the kernel may not have what is needed.
 */
int clsact_put(struct netlink *nl, int ifindex, const struct clsact *clsact);

/* If there are none with this handle; *repaired counts what was missing. */
int clsact_check(struct netlink *nl, int ifindex, const struct clsact *clsact,
		 unsigned *repaired);

/* It need not be there. */
int clsact_take(struct netlink *nl, int ifindex, const struct clsact *clsact);

#endif
