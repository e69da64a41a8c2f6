/* SPDX-License-Identifier: MIT */
/*
 * signalfd(2): a signal never interrupts anything, it waits its turn.
 */
#include "vrrpd/signals.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void make_set(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
}

void signals_block(void)
{
	sigset_t set;

	make_set(&set);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void ready(struct watch *watch, uint32_t events)
{
	struct signals *signals = container_of(watch, struct signals, watch);
	struct signalfd_siginfo info;

	(void)events;
	if (read(watch->fd, &info, sizeof info) == sizeof info)
		signals->received(signals, (int)info.ssi_signo);
}

int signals_open(struct signals *signals, struct loop *loop)
{
	sigset_t set;
	int err;

	make_set(&set);
	signals->watch.ready = ready;
	signals->watch.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signals->watch.fd < 0)
		return -errno;
	err = loop_watch(loop, &signals->watch, EPOLLIN);
	if (err)
		signals_close(signals);
	return err;
}

void signals_close(struct signals *signals)
{
	if (signals->watch.fd >= 0)
		close(signals->watch.fd);
	signals->watch.fd = -1;
}
