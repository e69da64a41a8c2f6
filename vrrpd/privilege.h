/* SPDX-License-Identifier: MIT */
#ifndef PRIVILEGE_H
#define PRIVILEGE_H

/* What the agent may do, and what it would like to do. */

/* The first capability that it needs and lacks, such as "CAP_NET_RAW", or
   NULL. */
const char *privilege_missing(void);

#define PRIVILEGE_LOOP   50 /* above all ordinary work, below the kernel's */
#define PRIVILEGE_WORKER 49 /* may wait for the loop, never the reverse */

/*
 * Real-time priority (1..99) for the calling thread; threads that it starts
 * later do not inherit it.  Returns 0, or -errno where the host does not allow
 * that: the agent runs all the same.
 */
int privilege_realtime(int priority);

/* Keep in memory what is in use.  Quietly does nothing where not allowed. */
void privilege_stay_resident(void);

#endif
