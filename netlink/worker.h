/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_WORKER_H
#define NETLINK_WORKER_H

/*
 * A thread for all that may block: the kernel executes an rtnetlink request
 * inside send(), under a lock that any other program may be holding.  The
 * loop posts jobs; their results come back through an eventfd.
 */

#include <stdbool.h>

#define WORKER_URGENCIES 32

struct worker;

/* Embedded in whatever owns the work; one post at a time per job. */
struct job {
	void (*run)(struct job *job); /* on the worker's thread */
	void (*done)(
		struct job *job); /* on the loop's thread; may post again */
	/* Below WORKER_URGENCIES; the most urgent goes first, and of equals
	   who was first. */
	unsigned urgency;
	/* Set by run(): there is more to do, before others of the same urgency;
	   or after those of another one, if it sets that, too. */
	bool again;
	bool posted; /* between post and done; read only */
	bool queued; /* the worker's own */
	struct job *next;
};

/* Returns 0 or -errno.  The thread has all signals but SIGXCPU blocked. */
int worker_start(struct worker **result);

/*
 * One whose thread has no real-time priority, whatever the caller's: for what
 * may take its time.
 */
int worker_start_calm(struct worker **result);

/* Becomes readable when a job has been run. */
int worker_fd(const struct worker *worker);

/* Never blocks.  `job` must stay until its done() was called. */
void worker_post(struct worker *worker, struct job *job);

/*
 * Takes back a job that does not run right now; done() will not be called.
 * False: it is too late for that, or it was not posted.
 */
bool worker_recall(struct worker *worker, struct job *job);

/* Calls done() for each job that has been run; call when fd is readable. */
void worker_dispatch(struct worker *worker);

/*
 * Runs what is posted, and what a done() posts meanwhile, calls each done(),
 * ends the thread.  NULL is fine.
 */
void worker_stop(struct worker *worker);

#endif
