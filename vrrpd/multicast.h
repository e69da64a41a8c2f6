/* SPDX-License-Identifier: MIT */
#ifndef MULTICAST_H
#define MULTICAST_H

/*
 * Membership of the VRRP groups 224.0.0.18 and ff02::12, and others, in the
 * host's IP stack.  Nothing is received through it: it has the kernel send
 * IGMP and MLD reports, without which a snooping switch may keep the group's
 * packets from us, and the NIC take them.
 */

#include <stdint.h>

/* Returns a descriptor that holds the membership, or -errno.  Blocks. */
int multicast_join(uint8_t family, int ifindex);

/*
 * The same for ff02::2, all routers, where hosts send Router Solicitations: a
 * host that forwards IPv6 is a member by itself, others are not.
 */
int multicast_join_routers(int ifindex);

/* -1 is fine.  Blocks. */
void multicast_leave(int fd);

#endif
