/* SPDX-License-Identifier: MIT */
#ifndef TOOL_H
#define TOOL_H

/*
 * What probe and wire have in common: they measure, so they ask the kernel
 * for real-time priority and for its own receive timestamps.
 */

#include <stdint.h>
#include <sys/socket.h>

/* Real-time priority, locked memory, exact sleep, where that is permitted. */
void tool_be_prompt(void);

/* SIGINT and SIGTERM as a descriptor that becomes readable, or -errno. */
int tool_catch_stop(void);

/* CLOCK_REALTIME in microseconds, the clock of every time printed. */
int64_t tool_now(void);

/* CLOCK_MONOTONIC in nanoseconds, for schedules. */
int64_t tool_monotonic(void);

/* Have the kernel stamp what `fd` receives: 0 or -errno. */
int tool_stamp_receive(int fd);

/*
 * One datagram, not waiting: its length, or -errno (-EAGAIN: none).  *stamp
 * is the kernel's time of arrival; `from` may be NULL.
 */
ssize_t tool_receive(int fd, void *buffer, size_t size, void *from,
		     socklen_t from_size, int64_t *stamp);

/* "100us", "1ms", "2s"; a bare number is seconds.  0 or -EINVAL. */
int tool_parse_time(const char *text, int64_t *us);

#endif
