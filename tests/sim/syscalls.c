/* SPDX-License-Identifier: MIT */
/*
 * The system calls of loop.c, each for the host whose code is running.  The
 * linker brings them here (--wrap), so that the loop itself, its heap and its
 * rule "receive before judging" are the real ones.  epoll_wait(2) that would
 * block ends the turn instead: world.c says when there is another.
 */
#include "tests/sim/check.h"
#include "tests/sim/kernel.h"
#include "tests/sim/trace.h"

#include <errno.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define FIRST_FD 1000 /* no real descriptor is meant */

int __wrap_clock_gettime(clockid_t clock, struct timespec *ts);
int __wrap_close(int fd);
int __wrap_epoll_create1(int flags);
int __wrap_epoll_ctl(int epoll, int op, int fd, struct epoll_event *event);
int __wrap_epoll_wait(int epoll, struct epoll_event *events, int room,
		      int timeout);
ssize_t __wrap_read(int fd, void *buffer, size_t size);
int __wrap_timerfd_create(int clock, int flags);
int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *new,
			   struct itimerspec *old);

int kernel_fd(const struct host *host, enum waiting what)
{
	return FIRST_FD + host->index * WAITING + (int)what;
}

static enum waiting what_of(int fd)
{
	return (enum waiting)((fd - FIRST_FD) % WAITING);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *ts)
{
	int64_t us = world.now;

	if (clock == CLOCK_REALTIME)
		us += world.current->clock_offset;
	ts->tv_sec = (time_t)(us / SEC);
	ts->tv_nsec = (long)(us % SEC * 1000);
	return 0;
}

int __wrap_epoll_create1(int flags)
{
	(void)flags;
	return kernel_fd(world.current, WAIT_EPOLL);
}

int __wrap_timerfd_create(int clock, int flags)
{
	(void)clock;
	(void)flags;
	return kernel_fd(world.current, WAIT_TIMER);
}

int __wrap_close(int fd)
{
	(void)fd;
	return 0;
}

int __wrap_timerfd_settime(int fd, int flags, const struct itimerspec *new,
			   struct itimerspec *old)
{
	struct host *host = world.current;
	int64_t at = new->it_value.tv_sec *SEC + new->it_value.tv_nsec / 1000;

	(void)fd;
	(void)flags;
	(void)old;
	host->armed = at > 0 ? at : NEVER;
	if (at > 0)
		world_post(at > world.now ? at : world.now, EVENT_TIMER, host,
			   NULL);
	return 0;
}

/* Of the timerfd: it has fired. */
ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	(void)fd;
	(void)buffer;
	world.current->armed = NEVER;
	world.steps++;
	return (ssize_t)size;
}

int __wrap_epoll_ctl(int epoll, int op, int fd, struct epoll_event *event)
{
	void **watched = &world.current->watched[what_of(fd)];

	(void)epoll;
	if (op == EPOLL_CTL_ADD && *watched)
		errno = EEXIST;
	else if (op != EPOLL_CTL_ADD && !*watched)
		errno = ENOENT;
	else {
		*watched = op == EPOLL_CTL_DEL ? NULL : event->data.ptr;
		return 0;
	}
	return -1;
}

static bool is_ready(const struct host *host, enum waiting what)
{
	switch (what) {
	case WAIT_TIMER:
		return host->armed <= world.now;
	case WAIT_WORKER:
		return worker_has_finished(host->worker);
	case WAIT_PORT:
		return host->queue.count > 0;
	case WAIT_EPOLL:
	case WAITING:
		break;
	}
	return false;
}

/*
 * Who waits is woken by its timer alone: what else there is, has come a moment
 * after that, and must be received all the same before the timer is judged.
 */
int __wrap_epoll_wait(int epoll, struct epoll_event *events, int room,
		      int timeout)
{
	struct host *host = world.current;
	bool late = timeout < 0 && is_ready(host, WAIT_TIMER);
	int n = 0;

	(void)epoll;
	(void)room; /* for more than there can be */
	check_step(host);
	for (int i = 0; i < WAITING; i++) {
		enum waiting what = (enum waiting)i;

		if (!host->watched[i] || !is_ready(host, what) ||
		    (late && what != WAIT_TIMER))
			continue;
		events[n].events = EPOLLIN;
		events[n++].data.ptr = host->watched[i];
	}
	if (n == 0 && timeout < 0)
		loop_stop(host->loop);
	return n;
}
