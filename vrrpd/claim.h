/* SPDX-License-Identifier: MIT */
#ifndef CLAIM_H
#define CLAIM_H

/*
 * A gate (netlink/gate.h) driven from the loop: say what is wanted, and the
 * worker is kept busy until it is so.  One job at a time per claim, so that
 * claims do not wait for each other's order, and the last wish wins.
 */

#include "netlink/gate.h"
#include "netlink/gate_opening.h"
#include "netlink/worker.h"

#include <stdbool.h>

enum claim_state {
	CLAIM_ABSENT, /* nothing of ours in the kernel */
	CLAIM_CLOSED, /* made, and nobody answers */
	CLAIM_SILENT, /* on the way between them: not to be heard of */
	CLAIM_OPEN,   /* this host answers for the addresses */
};

struct claim {
	/* The owner's to fill in while ABSENT and idle, but for the addresses:
	   claim_readdress(). */
	struct gate gate;
	struct worker *worker;
	struct netlink *netlink;

	/* On the loop, never from within claim_set(): what is wanted is so, or
	   with -errno cannot be.  Once per wish; one that a later wish has
	   replaced gets no answer.  An open claim that cannot be kept open
	   says so unasked. */
	void (*settled)(struct claim *claim, int err);
	/* Another program's changes were put right. */
	void (*repaired)(struct claim *claim, unsigned differences);

	enum claim_state wanted, actual;
	int ifindex;     /* as gate.ifindex, but the loop's to read */
	int fence_error; /* as gate.fence_error */
	bool check;      /* look whether the kernel still agrees */
	bool unsettled;  /* settled() is owed */
	bool confirmed;  /* it has the addresses, and is known to answer */
	/* The owner's to set: another router still serves, and so nothing is to
	   be heard of this one before it can. */
	bool beside;
	/* Set before wishing ABSENT: the parent gets back what the gate owned
	   of it.  Not to be set when another router has it. */
	bool give_back;
	/* Copies: what the gate has, and what it is to have, or NULL. */
	struct address *addresses, *next, *taking;
	size_t next_count, taking_count;

	/* The job, and what it found. */
	struct job job;
	enum claim_step {
		STEP_CREATE,
		STEP_READDRESS,
		STEP_PREPARE,
		STEP_OPEN,
		STEP_CONFIRM,
		STEP_DEPRECATE,
		STEP_SILENCE,
		STEP_CLOSE,
		STEP_CHECK,
		STEP_DESTROY,
	} step;
	bool abandoned;
	struct gate_opening opening;
	unsigned deprecated, to_deprecate; /* requests of gate.deprecate */
	int err;
	int tries; /* of this step, before this one */
	unsigned differences;
	bool leftovers; /* there was something to remove */
};

/* Set worker, netlink, settled and repaired before. */
void claim_init(struct claim *claim);
void claim_free(struct claim *claim); /* once settled, or without worker */

/* Never blocks; the last wish wins.  `wanted` is never CLAIM_SILENT. */
void claim_set(struct claim *claim, enum claim_state wanted);

/*
 * These are the addresses from now on; those that were there before never
 * cease to be answered for.  A wish like another: settled() tells when it is
 * so.  Never blocks.  Returns 0 or -ENOMEM.
 */
int claim_readdress(struct claim *claim, const struct address *addresses,
		    size_t count);

/* It stays as it is, and what is under way is the last: another process goes
   on with it. */
void claim_abandon(struct claim *claim);

/* An event hints at a change, or events were lost. */
void claim_check(struct claim *claim);

/* Nothing in flight and nothing left to do? */
bool claim_is_settled(const struct claim *claim);

#endif
