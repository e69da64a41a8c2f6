/* SPDX-License-Identifier: MIT */
#ifndef CPU_H
#define CPU_H

/*
 * The CPU that the loop's thread runs on.  Real-time priority is above every
 * program, and below the work of interrupts.  Where a flood is received, that
 * work can take all of a CPU, and the scheduler, which does not look at it,
 * would leave us there: who is late goes to where it was less late.
 */

#include <sched.h>
#include <stdint.h>

struct cpu {
	cpu_set_t allowed; /* by others than us */
	int chosen;        /* by us, or -1 */
	int last;          /* where the last turn ended, or -1 */
	struct {
		int64_t badness, at; /* of turns on it, until when */
	} seen[CPU_SETSIZE];
};

void cpu_init(struct cpu *cpu);

/*
 * At the end of each turn: how late it was, and the time (us, monotonic).  If
 * that was too late, the calling thread goes on on another CPU that may be
 * better.
 */
void cpu_turned(struct cpu *cpu, int64_t us, int64_t now);

/* ---- What it is made of ---- */

/*
 * A turn on `here` was late by `us`.  Returns where to go of the CPUs that are
 * allowed, or -1: stay.
 */
int cpu_choose(struct cpu *cpu, int here, int64_t us, int64_t now);

/* The calling thread stays on that one from now on: 0 or -errno. */
int cpu_go(struct cpu *cpu, int number);

/* Looks at what is allowed; somebody may have changed it meanwhile. */
int cpu_look(struct cpu *cpu);

#endif
