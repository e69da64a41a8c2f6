/* SPDX-License-Identifier: MIT */
#ifndef INQUIRY_H
#define INQUIRY_H

/*
 * Who asks how it goes: the loop takes a snapshot, the clerk, a thread that may
 * wait for others, makes text of it, and the control socket gives that to the
 * client.  One after the other.
 */

#include "netlink/worker.h"
#include "vrrpd/control.h"
#include "vrrpd/drain.h" /* the questions that change something */
#include "vrrpd/snapshot.h"

struct routers;

enum inquiry_kind {
	INQUIRY_STATUS,  /* of all */
	INQUIRY_SHOW,    /* of the routers of that name */
	INQUIRY_REFUSAL, /* nothing is asked for: an error with that text */
};

struct inquiry {
	uint64_t ticket;
	enum inquiry_kind kind;
	char text[128]; /* longer ones are cut */
};

/* Those who can wait, and one that has gone while its job is out. */
#define INQUIRIES (CONTROL_CLIENTS + 1)

struct inquiries {
	/* Set by the owner. */
	struct routers *routers;
	struct control *control;
	struct worker *clerk;
	const int64_t *began; /* us: the counters were 0 */

	struct inquiry queue[INQUIRIES]; /* of the first one the job is out */
	size_t count;
	struct job job;
	struct snapshot snapshot; /* the job's while it is out */
	char *answer;             /* by the job, */
	int err;                  /* and what became of it */
};

/* The client of this ticket gets its answer later. */
void inquiries_add(struct inquiries *set, uint64_t ticket,
		   enum inquiry_kind kind, const char *text);

/* The clerk has been stopped. */
void inquiries_free(struct inquiries *set);

#endif
