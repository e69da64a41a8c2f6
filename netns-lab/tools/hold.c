/* SPDX-License-Identifier: MIT */
/*
 * hold keeps the kernel's configuration lock (RTNL) for a time, as a program
 * does that deletes a thousand links at once, or a driver that waits for its
 * card: meanwhile nobody on this host, in no namespace, adds an address or
 * takes a link up.
 *
 *	hold TIME		"300ms", "1s"; at most 10 s
 *
 * It prints {"from_us":..,"to_us":..}, between which it had the lock for
 * certain, the first half at once; or says that it was stopped before it had
 * it.  SIGINT and SIGTERM end it early.
 *
 * How it is done, rtnl.c says.  It needs Linux 5.10 with CONFIG_USERFAULTFD,
 * and CAP_SYS_PTRACE on the host, for not everybody may let the kernel wait
 * (but see the sysctl vm.unprivileged_userfaultfd).  Where that is missing,
 * its exit status is 77, and it says why.
 *
 * The lock is free again when this process ends, in whatever way: a fatal
 * signal ends the kernel's waiting.  Should the process be stopped or frozen, a
 * timer of the kernel's kills it one second after its time.
 */
#include "netns-lab/tools/rtnl.h"
#include "netns-lab/tools/tool.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define LONGEST_US INT64_C(10000000)
#define MERCY_US   INT64_C(1000000)
#define CANNOT     77

/* Be killed by the kernel `us` from now, even if we are frozen then. */
static int arm_guard(timer_t guard, int64_t us)
{
	struct itimerspec spec = {
		.it_value = { (time_t)(us / 1000000),
			      (long)(us % 1000000 * 1000) },
	};

	return timer_settime(guard, 0, &spec, NULL) < 0 ? -errno : 0;
}

static int make_guard(timer_t *guard)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGKILL };

	if (timer_create(CLOCK_MONOTONIC, &event, guard) < 0)
		return -errno;
	/* For as long as others have the lock before us. */
	return arm_guard(*guard, LONGEST_US + MERCY_US);
}

/* Wait until told to stop, or for that time. */
static void wait_for_stop(int stop, int64_t us)
{
	struct pollfd pollfd = { .fd = stop, .events = POLLIN };
	int64_t end = tool_now() + us, left;

	while ((left = end - tool_now()) > 0 &&
	       poll(&pollfd, 1, (int)(left / 1000 + 1)) <= 0)
		;
}

static int hold(struct rtnl *rtnl, timer_t guard, int stop, int64_t us)
{
	struct pollfd fds[] = { { .fd = rtnl->taken, .events = POLLIN },
				{ .fd = rtnl->answered, .events = POLLIN },
				{ .fd = stop, .events = POLLIN } };
	int64_t to;
	int err;

	while (poll(fds, 3, -1) < 0)
		if (errno != EINTR)
			return -errno;
	if (fds[1].revents)
		return -ENOSYS;
	if (!fds[0].revents)
		return -ECANCELED;
	printf("{\"from_us\":%lld", (long long)tool_now());
	fflush(stdout);
	err = arm_guard(guard, us + MERCY_US);
	if (err)
		return err;
	wait_for_stop(stop, us);
	to = tool_now();
	err = rtnl_release(rtnl);
	if (!err)
		printf(",\"to_us\":%lld}\n", (long long)to);
	return err;
}

static int explain(int err)
{
	const char *why = strerror(-err);

	if (err == -EPERM)
		why = "the host's CAP_SYS_PTRACE is needed";
	if (err == -ENOSYS)
		why = "this kernel has no userfaultfd, or answers without "
		      "the lock";
	if (err == -ECANCELED)
		why = "stopped before it had the lock";
	fprintf(stderr, "hold: %s\n", why);
	return err == -EPERM || err == -ENOSYS ? CANNOT : 1;
}

int main(int argc, char **argv)
{
	struct rtnl rtnl;
	timer_t guard;
	int64_t us;
	int stop, err;

	if (argc != 2 || tool_parse_time(argv[1], &us) != 0 ||
	    us > LONGEST_US) {
		fprintf(stderr, "usage: hold TIME\nat most 10 s\n");
		return 2;
	}
	stop = tool_catch_stop();
	err = stop < 0 ? stop : make_guard(&guard);
	if (!err)
		err = rtnl_ask(&rtnl);
	if (!err)
		err = hold(&rtnl, guard, stop, us);
	return err ? explain(err) : 0;
}
