/* SPDX-License-Identifier: MIT */
#ifndef LOOP_H
#define LOOP_H

/*
 * The clock and the event loop: epoll and one timerfd.  What is readable is
 * always handled before a deadline that has passed is judged, so that a
 * router which overslept hears the advertisements that wait for it first.
 */

#include "vrrpd/container.h" /* who sees a watch, wants its owner */

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

struct loop;

#define LOOP_NEVER INT64_MAX /* deadline of a stopped timer */

struct watch {
	int fd;
	void (*ready)(struct watch *watch, uint32_t epoll_events);
};

/* Zero-initialized but for `expired`, a timer is stopped. */
struct timer {
	void (*expired)(struct timer *timer, int64_t now); /* one shot */
	int64_t deadline;                                  /* us, monotonic */
	size_t slot; /* in the loop's heap, from 1; 0: stopped */
};

/* CLOCK_MONOTONIC, us. */
int64_t loop_now(void);

/* CLOCK_BOOTTIME, which goes on while the machine sleeps: us; and by how much
   it is ahead. */
int64_t loop_boot_now(void);
int64_t loop_boot_offset(void);

int loop_open(struct loop **result);
void loop_close(struct loop *loop);

/* `events` as for epoll_ctl(2).  Adding a watched fd again changes events. */
int loop_watch(struct loop *loop, struct watch *watch, uint32_t events);
void loop_unwatch(struct loop *loop, struct watch *watch);

/*
 * Start, move or (LOOP_NEVER) stop a timer.  Never blocks.  Returns 0, or
 * -ENOMEM when a timer is the first beyond the room made by loop_reserve().
 */
int loop_set(struct loop *loop, struct timer *timer, int64_t deadline);
int loop_reserve(struct loop *loop, size_t timers);

/*
 * How late the last turn was at its end (us): since its first deadline that had
 * passed, or since it began, whichever is longer ago.
 */
int64_t loop_lateness(const struct loop *loop);

/*
 * Before it is woken by a watch again it sleeps for `us`, but not beyond a
 * deadline: where frames come in a stream, each would wake it otherwise.  Once.
 */
void loop_rest(struct loop *loop, int64_t us);

/* From now on its thread leaves the CPU on which it is late (cpu.h). */
void loop_dodge(struct loop *loop);

/* Until loop_stop(); returns 0 or -errno. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop);

#endif
