/* SPDX-License-Identifier: MIT */
#ifndef DAEMON_H
#define DAEMON_H

/*
 * All virtual routers of one configuration, the interfaces that they run on,
 * and what they share: loop, netlink worker, monitor, control socket.
 */

#include <limits.h>

struct config;
struct daemon;

/* What if another process runs already? */
enum daemon_beginning {
	DAEMON_ALONE,     /* there must be none */
	DAEMON_TAKE_OVER, /* go on in its place */
	DAEMON_STAND_IN,  /* the same, and only that, until another does */
};

struct daemon_paths {
	enum daemon_beginning beginning;
	char config[PATH_MAX];   /* where another one is read from later */
	char socket[PATH_MAX];   /* of control.h */
	char promises[PATH_MAX]; /* the file of promises.h */
};

/*
 * Makes the virtual routers and removes what a killed agent has left behind.
 * Takes over `config`; the paths must stay until daemon_close().  Returns 0, or
 * -errno after having logged what is wrong.
 */
int daemon_open(struct daemon **result, struct config *config,
		const struct daemon_paths *paths);

/*
 * Until a signal ends it: SIGTERM and SIGINT hand over first, a second one
 * does not wait; SIGHUP reloads.  These and SIGHUP must be blocked.  Returns 0
 * or -errno.
 */
int daemon_run(struct daemon *daemon);

/* NULL is fine. */
void daemon_close(struct daemon *daemon);

#endif
