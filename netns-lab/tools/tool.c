/* SPDX-License-Identifier: MIT */
/*
 * A measurement is worth what its clock is worth.  Arrival times come from
 * the kernel, so that a late wake-up of the measuring program does not look
 * like a late answer; real-time priority keeps the sending on schedule.
 */
#include "netns-lab/tools/tool.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>

void tool_be_prompt(void)
{
	/* The lowest: the daemons under test must be able to go first. */
	struct sched_param param = { .sched_priority = 1 };

	(void)sched_setscheduler(0, SCHED_FIFO, &param);
	/* Without it, sleep may be drawn out by 50 us. */
	(void)prctl(PR_SET_TIMERSLACK, 1UL);
	(void)mlockall(MCL_CURRENT | MCL_FUTURE);
}

int tool_catch_stop(void)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int64_t tool_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t tool_monotonic(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

int tool_stamp_receive(int fd)
{
	int on = 1;

	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

static int64_t arrival(struct msghdr *msg)
{
	struct timespec ts;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(msg); c;
	     c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level != SOL_SOCKET ||
		    c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&ts, CMSG_DATA(c), sizeof(ts));
		return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
	}
	return tool_now();
}

ssize_t tool_receive(int fd, void *buffer, size_t size, void *from,
		     socklen_t from_size, int64_t *stamp)
{
	_Alignas(struct cmsghdr) char control[256];
	struct iovec iov = { buffer, size };
	struct msghdr msg = {
		.msg_name = from,
		.msg_namelen = from ? from_size : 0,
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof(control),
	};
	ssize_t length = recvmsg(fd, &msg, MSG_DONTWAIT);

	if (length < 0)
		return -errno;
	*stamp = arrival(&msg);
	return length;
}

int tool_parse_time(const char *text, int64_t *us)
{
	static const struct {
		const char *unit;
		double factor;
	} units[] = { { "us", 1 }, { "ms", 1e3 }, { "s", 1e6 }, { "", 1e6 } };
	char *end;
	double value = strtod(text, &end);

	if (end == text || !(value >= 0))
		return -EINVAL;
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (strcmp(end, units[i].unit) == 0 &&
		    value * units[i].factor < 1e12) {
			*us = (int64_t)(value * units[i].factor + 0.5);
			return 0;
		}
	}
	return -EINVAL;
}
