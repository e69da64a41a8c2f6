/* SPDX-License-Identifier: MIT */
#ifndef TRANSITION_H
#define TRANSITION_H

/* The one place that tells operators what became of a virtual router, and
   why. */

struct router;

/* r->last has just been filled in: "Active, was Backup: no advertisement from
   192.0.2.2 for 3.6 s". */
void transition_log(const struct router *r);

/* It waits in Initialize, and r->fault has changed. */
void transition_log_fault(const struct router *r);

#endif
