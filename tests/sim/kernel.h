/* SPDX-License-Identifier: MIT */
#ifndef SIM_KERNEL_H
#define SIM_KERNEL_H

/*
 * What the agent asks of its operating system.  worker.h, gate.h, link.h,
 * multicast.h and lock.h are all of them fakes; loop.c is the real one, whose
 * system calls the linker turns over to us (ld(1), --wrap).
 */

#include "tests/sim/host.h"

/* Descriptors say what they are of. */
int kernel_fd(const struct host *host, enum waiting what);

/* One of the worker's jobs is carried out, and its time is over. */
void worker_run(struct worker *worker);
bool worker_has_finished(const struct worker *worker);
/* The machine is gone, with all that was posted. */
void worker_free(struct worker *worker);

/* Has this host the virtual router's addresses, whatever the fence says? */
bool kernel_has(const struct vr *vr);

/* Does it answer for them, or for one? */
bool kernel_answers(const struct vr *vr);
bool kernel_answers_for(const struct vr *vr, const struct address *address);

#endif
