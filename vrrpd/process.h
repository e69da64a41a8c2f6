/* SPDX-License-Identifier: MIT */
#ifndef PROCESS_H
#define PROCESS_H

/* What the agent's process may do, needs, and would like to have. */

#include <stddef.h>

/* The first capability that it needs and lacks, such as "CAP_NET_RAW", or
   NULL. */
const char *process_missing_capability(void);

/* Room for so many descriptors and more, little memory for threads, no death by
   SIGPIPE.  Before the first thread starts. */
void process_prepare(size_t descriptors);

/*
 * Real-time priority for the calling thread and those that it starts later.
 * Returns 0, or -errno where the host does not allow that: the agent runs all
 * the same.
 */
int process_realtime(void);

/*
 * Keep in memory what is in use, and the program itself.  Returns 0, or -errno
 * where the host does not allow that: the agent runs all the same.
 */
int process_stay_resident(void);

#endif
