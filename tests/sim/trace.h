/* SPDX-License-Identifier: MIT */
#ifndef SIM_TRACE_H
#define SIM_TRACE_H

/*
 * The story as an operator would follow it, on standard output: when, who,
 * what.  The agents' own log lines are part of it (info and above).
 */

#include "tests/sim/host.h"

/* "   3.218750  a  crashes" */
void trace_host(const struct host *host, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void trace_vr(const struct vr *vr, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A line of the script. */
void trace_script(const char *line);

/* How many lines of crowds were left out since the last time. */
void trace_rest(void);

/* Ends the program. */
void trace_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2), noreturn));

#endif
