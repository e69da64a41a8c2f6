/* SPDX-License-Identifier: MIT */
#ifndef SUCCESSION_H
#define SUCCESSION_H

/*
 * All virtual routers go from one process to another (handover.h): the new one
 * says which it wants, the old one leaves those to it and ends the others by
 * handing over to other hosts.  An owner is not passed on, as its addresses
 * are not where they were found, and neither is who leaves.
 */

#include <stdint.h>

struct routers;

/* What is to be taken over: a descriptor (estate.h), or -errno. */
int succession_wish(const struct routers *set);

/*
 * To who wants that.  What it has counted it has done since `began` (us).
 * Returns what is left to it, a descriptor, or -errno: then nothing is given.
 */
int succession_give(struct routers *set, int wishes, int64_t began);

/*
 * Everybody begins, as what was left to it if anything was; *began then is what
 * the other process has told.  Returns how many go on, or -errno: nobody does.
 */
int succession_take(struct routers *set, int estate, int64_t *began);

/* Nothing was left: everybody begins anew. */
void succession_forget(struct routers *set);

#endif
