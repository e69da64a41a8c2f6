/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_GATE_OPENING_H
#define NETLINK_GATE_OPENING_H

/*
 * Opens a gate step by step, for many that open at the same time: the first
 * addresses of each before the rest of any, and in between whatever is more
 * urgent than thousands of others.
 */

struct gate;
struct netlink;

/* All zero: from the beginning. */
struct gate_opening {
	enum gate_opening_stage {
		OPENING_FIRST, /* the link up, and the first address */
		OPENING_AWAIT, /* until that answers, which takes a moment */
		OPENING_REST,  /* some at a time */
		OPENING_DONE,
	} stage; /* the next step */
	unsigned sent, tries;
};

/* One step of gate_open(), with its results.  An error was the last step. */
int gate_opening_proceed(struct netlink *nl, struct gate *gate,
			 struct gate_opening *opening);

#endif
