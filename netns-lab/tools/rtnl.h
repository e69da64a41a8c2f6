/* SPDX-License-Identifier: MIT */
#ifndef RTNL_H
#define RTNL_H

/*
 * The kernel's configuration lock (RTNL), in our hands: a thread asks the
 * kernel something for which it takes the lock, and the kernel cannot finish
 * before we say so.  However the process ends, the lock is free again.
 */

#include <pthread.h>

struct rtnl {
	int taken;    /* readable: the kernel has the lock and waits */
	int answered; /* readable: it has given the lock back */
	char *pages;
	pthread_t asker;
};

/*
 * Ask for the lock.  0 or -errno: -ENOSYS, the kernel cannot; -EPERM, the
 * host's CAP_SYS_PTRACE is missing.
 */
int rtnl_ask(struct rtnl *rtnl);

/* Give it back, and wait until it is given back: 0 or -errno. */
int rtnl_release(struct rtnl *rtnl);

#endif
