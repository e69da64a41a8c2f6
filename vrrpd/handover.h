/* SPDX-License-Identifier: MIT */
#ifndef HANDOVER_H
#define HANDOVER_H

/*
 * How two processes of vrrpd on one host talk, of which one takes over from the
 * other: over a connection to that one's control socket, a line at a time, with
 * descriptors.
 *
 *	new:  hand-over
 *	old:  ready PID		the fence's tables, if it has one
 *	new:  take		what it wants (succession.h)
 *	old:  taken		what it leaves, and the control socket
 *
 * Until "take" the old one goes on as if nothing were, and still when the new
 * one hangs up.  After "taken" it touches nothing more of what it gave.  What
 * has to be refused is answered with "refused", a blank and the reason.
 */

#include <stddef.h>
#include <sys/types.h>

#define HANDOVER_FDS 2

struct handover_message {
	char text[128]; /* without its newline */
	int fds[HANDOVER_FDS];
	size_t count; /* of them */
};

/* To who listens on `path`.  Returns a descriptor, -ENOENT: nobody, or -errno.
 */
int handover_connect(const char *path);

/* Never blocks.  Returns 0 or -errno. */
int handover_send(int socket, const struct handover_message *message);

/*
 * Waits for up to `timeout` ms.  Returns 0, -ETIMEDOUT, -EPIPE: the other one
 * has gone, or -errno.
 */
int handover_receive(int socket, struct handover_message *message, int timeout);
void handover_close_fds(struct handover_message *message);

/* Is it a process of our own user? */
int handover_check(int socket);

#endif
