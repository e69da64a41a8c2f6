/* SPDX-License-Identifier: MIT */
/*
 * A flood through a slow packet filter, 100000 packets a second: the kernel
 * works off 300 at a time, which takes it milliseconds, again and again, and
 * whatever thread it has interrupted stands still for so long.  Of ten
 * advertisements an Active sent four or five; from the other CPU, all.
 *
 * To ask the kernel how busy its CPUs are would be to read files.  But where we
 * were late we know, and that a CPU we have not tried for long may be better.
 * Free to move, the kernel would take us back there as soon as two real-time
 * threads meet.
 */
#include "vrrpd/cpu.h"

#include <errno.h>

#define LATE  INT64_C(2000)     /* us: more than a busy host's wake-up takes */
#define WORST INT64_C(10000)    /* us: beyond, it is as bad as can be */
#define HALF  INT64_C(10000000) /* us: after which half of it is forgotten */

static int64_t remembered(const struct cpu *cpu, int number, int64_t now)
{
	int64_t past = now - cpu->seen[number].at, left;

	if (past / HALF >= 32)
		return 0;
	left = cpu->seen[number].badness >> past / HALF;
	return left - left * (past % HALF) / (2 * HALF);
}

/* Squares: to be very late once is worse than to be somewhat late often. */
static int64_t remember(struct cpu *cpu, int number, int64_t us, int64_t now)
{
	int64_t sum = remembered(cpu, number, now);

	us = us < WORST ? us : WORST;
	sum += us * us;
	cpu->seen[number].badness = sum;
	cpu->seen[number].at = now;
	return sum;
}

/* The one behind `here` first, so that those who are not known take turns. */
int cpu_choose(struct cpu *cpu, int here, int64_t us, int64_t now)
{
	int64_t bad, least = INT64_MAX;
	int best = -1;

	if (us < LATE)
		return -1;
	bad = remember(cpu, here, us, now);
	for (int i = 1; i < CPU_SETSIZE; i++) {
		int other = (here + i) % CPU_SETSIZE;

		if (!CPU_ISSET((unsigned)other, &cpu->allowed) ||
		    remembered(cpu, other, now) >= least)
			continue;
		best = other;
		least = remembered(cpu, other, now);
	}
	return best >= 0 && least < bad / 2 ? best : -1;
}

int cpu_go(struct cpu *cpu, int number)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET((unsigned)number, &one);
	if (sched_setaffinity(0, sizeof one, &one) < 0)
		return -errno;
	cpu->chosen = number;
	return 0;
}

/* One CPU that is not the one we chose, or several, is somebody else's wish. */
int cpu_look(struct cpu *cpu)
{
	cpu_set_t now;

	if (sched_getaffinity(0, sizeof now, &now) < 0)
		return -errno;
	if (cpu->chosen < 0 || CPU_COUNT(&now) != 1 ||
	    !CPU_ISSET((unsigned)cpu->chosen, &now))
		cpu->allowed = now;
	return 0;
}

/* It is where we fell asleep that we were not woken in time. */
static void leave(struct cpu *cpu, int from, int64_t us, int64_t now)
{
	int to;

	if (from < 0 || from >= CPU_SETSIZE || cpu_look(cpu) < 0)
		return;
	to = cpu_choose(cpu, from, us, now);
	if (to >= 0)
		(void)cpu_go(cpu, to);
}

void cpu_turned(struct cpu *cpu, int64_t us, int64_t now)
{
	if (us >= LATE)
		leave(cpu, cpu->last, us, now);
	cpu->last = sched_getcpu();
}

void cpu_init(struct cpu *cpu)
{
	*cpu = (struct cpu){ .chosen = -1, .last = -1 };
}
