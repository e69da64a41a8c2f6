/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_MACVLAN_H
#define NETLINK_MACVLAN_H

/*
 * The macvlan of a gate with a virtual MAC (gate.h): how it is made, what it is
 * set to, and the messages that change it.  For gate.c only.
 */

#include <stdbool.h>

struct gate;
struct netlink;
struct nl_msg;

/* Make it on the parent, down.  Returns 0 or -errno. */
int macvlan_make(struct netlink *nl, const struct gate *gate, int parent);

/* Its alias, and settings that keep it quiet and let it receive. */
int macvlan_configure(struct netlink *nl, const struct gate *gate, int ifindex);

/* Messages; NULL for want of memory. */
struct nl_msg *macvlan_set_up(int ifindex, bool up);

/* Deaf, it receives nothing, and the kernel need not wait for that. */
struct nl_msg *macvlan_set_deaf(int ifindex, bool deaf);

#endif
