/* SPDX-License-Identifier: MIT */
#ifndef TUNING_H
#define TUNING_H

/*
 * What the kernel is told about an interface while virtual routers run on it,
 * and what it is told again when they do not: groups to be a member of, and
 * when to speak ARP.  Each function states the wanted outcome and may be called
 * again; what the kernel refuses is tried again then.  Blocks: worker only.
 */

#include <stdbool.h>

/* Groups: each family has one of VRRP. */
enum { TUNING_IPV4, TUNING_IPV6, TUNING_ROUTERS, TUNING_GROUPS };

struct tuning {
	int member[TUNING_GROUPS]; /* descriptors, or < 0 */
	int arp[2]; /* settings as they were before us; -1: not changed */
};

void tuning_init(struct tuning *tuning);

/*
 * A member of VRRP's groups from now on, and of ff02::2 once `routers` has been
 * wanted.
 */
void tuning_join(struct tuning *tuning, int ifindex, bool routers);

/* Is there a virtual MAC whose addresses the interface must not speak for? */
void tuning_silence_arp(struct tuning *tuning, const char *name, bool silent);

/* All as it was before. */
void tuning_undo(struct tuning *tuning, const char *name);

#endif
