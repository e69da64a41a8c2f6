/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_ADOPTION_H
#define NETLINK_ADOPTION_H

/*
 * The addresses of a gate that owns them: they are the parent's, whose kernel
 * would answer for them with the wrong MAC, and while the gate is closed.  So
 * the gate adopts them, with the prefix that the parent has them with: they
 * are on the macvlan or nowhere.  For gate.c alone.
 */

#include "netlink/address.h"
#include "netlink/netlink.h"

struct gate;
struct link;

struct adoption {
	int parent; /* its ifindex; 0: nothing is adopted */
	const struct address *configured;
	struct address *addresses; /* the gate's meanwhile */
	struct batch put;          /* onto the macvlan */
	struct batch take;         /* off the parent */
	struct batch restore;      /* onto the parent, as they were found */
};

/*
 * Nothing is moved yet.  An address that the parent has not is taken for one
 * that it should have.  Does nothing for a gate that owns no addresses, or has
 * adopted them from this parent before.  Returns 0 or -errno.
 */
int adoption_begin(struct gate *gate, const struct link *parent);

/* To where they are while the gate is open.  At no time are they nowhere. */
int adoption_move(struct netlink *nl, const struct gate *gate);

void adoption_end(struct gate *gate);

#endif
