/* SPDX-License-Identifier: MIT */
#ifndef TRANSITION_H
#define TRANSITION_H

/*
 * The one place that tells operators what became of a virtual router, and why.
 * A sender on the LAN can make it change its state at will: ten lines a minute,
 * and afterwards how many more there would have been, and where it ended.
 */

#include <stdint.h>

struct router;

/* r->last has just been filled in: "Active, was Backup: no advertisement from
   192.0.2.2 for 3.6 s; this host was 3.2 s late".  Fills in r->why. */
void transition_log(struct router *r);

/* It is Active, and its advertisement left so late (us) that others may have
   taken over meanwhile. */
void transition_log_late(struct router *r, int64_t late);

/* It waits in Initialize, and r->fault has changed. */
void transition_log_fault(struct router *r);

/* Nothing has become of it: are there lines that were held back before? */
void transition_remind(struct router *r, int64_t now);

#endif
