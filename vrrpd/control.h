/* SPDX-License-Identifier: MIT */
#ifndef CONTROL_H
#define CONTROL_H

/*
 * The control socket: a client connects, sends one line, reads one JSON
 * document and the end of the stream.  vrrpctl(8) is the client.  Clients are
 * few, bounded and never waited for.
 */

#include <stdbool.h>
#include <stdint.h>

#define CONTROL_CLIENTS 8 /* at once; then the oldest gives way */

struct control;
struct loop;
struct worker;

/* Returns the answer, to be freed by the caller, or NULL for want of memory or
   after control_defer().  `request` has no newline. */
typedef char *control_answer(void *arg, const char *request);

/*
 * Listen on `path`.  Returns 0, -EADDRINUSE when another process listens
 * there (a socket that nobody listens on is replaced), or -errno.
 */
int control_open(struct control **result, struct loop *loop, const char *path,
		 control_answer *answer, void *arg);

/*
 * Within control_answer(): the answer to this request comes later.  Returns
 * the ticket to give it by.
 */
uint64_t control_defer(struct control *control);

/* Is somebody still there who waits for it? */
bool control_is_waiting(const struct control *control, uint64_t ticket);

/* Takes over `answer`; NULL hangs up.  The client may be gone: no matter. */
void control_give(struct control *control, uint64_t ticket, char *answer);

/*
 * From now on answers are freed on the thread of this worker, and not on the
 * loop's.  To be stopped before control_close().
 */
void control_use(struct control *control, struct worker *worker);

/*
 * Within control_answer(): this connection is the caller's from now on, and
 * there is no answer.  Returns a copy of its descriptor, or -errno.
 */
int control_keep(struct control *control);

/* Go on with the socket of another process, which listens on `path` already. */
int control_adopt(struct control **result, struct loop *loop, const char *path,
		  int fd, control_answer *answer, void *arg);

/*
 * Nobody is answered any more who has not asked yet.  Returns a copy of the
 * socket, for another process to adopt, or -errno: it does not remove it.
 */
int control_surrender(struct control *control);

/* Removes the socket, if it still is ours.  NULL is fine. */
void control_close(struct control *control);

#endif
