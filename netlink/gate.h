/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_GATE_H
#define NETLINK_GATE_H

/*
 * Who answers for a set of addresses: the seam between an agent that decides
 * and a kernel that serves.  Open, this host answers; closed, it does not, and
 * no frame leaves.  With a virtual MAC a gate is a macvlan of its own on the
 * parent; without, the addresses go onto the parent itself, those of IPv4 as
 * /32.  A closed macvlan is empty, and down; or, with a fence, which keeps its
 * frames where they are, up: so that opening and shutting that is all that
 * forwarding waits for.  Each function is idempotent, states the wanted
 * outcome, returns 0 or -errno and blocks: worker thread only.
 */

#include "netlink/address.h"
#include "netlink/adoption.h"
#include "netlink/clsact.h"
#include "netlink/drop.h"
#include "netlink/link.h"
#include "netlink/netlink.h"

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gate {
	/* Set by the owner before gate_create(). */
	char parent[IFNAMSIZ];
	char name[IFNAMSIZ];    /* of the macvlan; "" for no virtual MAC */
	char alias[LINK_ALIAS]; /* whose it is, for who comes after a crash */
	uint8_t mac[6];
	uint8_t family;                  /* of all addresses */
	const struct address *addresses; /* later: gate_readdress() */
	size_t count;
	bool owned; /* the addresses are the parent's own, and to be moved */
	/* One of many on the parent: as each macvlan that is up costs the host
	   a copy of each broadcast, it is down while it is closed. */
	bool crowded;
	/* What another agent has left open is to be opened soon: it stays as
	   it is meanwhile. */
	bool resumed;
	struct drop drop;    /* has what the host must not accept, instead */
	struct clsact fence; /* that of a macvlan: all its frames */

	/* Filled in by gate_create(). */
	int ifindex; /* where the addresses go; 0: not created */
	bool fenced;
	bool stays_up;   /* the macvlan, while it is closed */
	bool anchored;   /* see netlink/anchor.h */
	int fence_error; /* why it is not, if it was to be: -errno */
	bool many;       /* IPv6 addresses: see gate_deprecate() */
	struct batch prepare;
	struct batch open;
	unsigned first; /* requests of it: gate_open_first() */
	struct batch deprecate;
	struct batch silence;
	struct batch close;
	struct adoption adoption;
};

/*
 * Make the gate, closed: a macvlan of this name that is there already is
 * kept if it fits and replaced if not, addresses left over are removed.
 * *leftovers tells whether there was anything to remove.  -ENODEV: no parent.
 * -EEXIST: the name belongs to something that is neither a macvlan nor ours.
 * May be called again, for example when the parent has come back.  Addresses
 * that are owned stay on the parent until the gate is opened, closed or
 * checked, so that the host keeps them if it is opened at once.
 */
int gate_create(struct netlink *nl, struct gate *gate, bool *leftovers);

/*
 * Once its link is up the kernel speaks from the virtual MAC, and the switch
 * turns to this host: before it answers for what was added in the same batch?
 * Where another router still serves, such a gate is to be prepared, which adds
 * the addresses, and confirmed, before it is opened.
 */
bool gate_speaks_early(const struct gate *gate);
int gate_prepare(struct netlink *nl, struct gate *gate);

/*
 * The link up, and all addresses, in one batch.  A gate that is gone, or was
 * not there to be created, is made anew.
 */
int gate_open(struct netlink *nl, struct gate *gate);

/*
 * The same in parts (netlink/gate_opening.h): the link and the first address;
 * and `count` requests of gate.open from number `from` on.
 */
int gate_open_first(struct netlink *nl, struct gate *gate);
int gate_open_part(struct netlink *nl, struct gate *gate, unsigned from,
		   unsigned count);

/*
 * From now on these are the addresses, whatever it returns; the caller's to
 * keep.  Where the gate is open, addresses that were not there are added,
 * those that are no more are removed, and the others never cease to answer.
 */
int gate_readdress(struct netlink *nl, struct gate *gate,
		   const struct address *addresses, size_t count, bool open);

/*
 * The kernel confirms an IPv6 address some time before it answers for it.
 * Does it answer for all by now?  If not -EAGAIN, a fifth of a millisecond
 * later.
 */
int gate_confirm(struct netlink *nl, const struct gate *gate);
int gate_confirm_first(struct netlink *nl, const struct gate *gate);

/*
 * The kernel must not choose an address of the gate as a source, and so each
 * of IPv6 is deprecated.  When one is added, it looks at every deprecated one
 * that the host has; where there are many, that comes afterwards: `count`
 * requests of gate.deprecate from number `from` on.  Where the gate is open.
 */
int gate_deprecate(struct netlink *nl, struct gate *gate, unsigned from,
		   unsigned count);

/*
 * What can be had without waiting for RCU: the macvlan receives nothing any
 * more, or the addresses are off the parent.  For many gates that close at the
 * same time, as gate_close() may take tens of milliseconds for each.  A fenced
 * macvlan is silent as soon as its fence is shut.
 */
int gate_silence(struct netlink *nl, struct gate *gate);

/* A gate that is gone is closed. */
int gate_close(struct netlink *nl, struct gate *gate);

/*
 * Compare with the kernel and put right what another program has changed: an
 * address or the macvlan gone, the link up or down.  *repaired counts the
 * differences found.  -ENODEV: no parent.
 */
int gate_check(struct netlink *nl, struct gate *gate, bool open,
	       unsigned *repaired);

/*
 * Before gate_destroy(): the parent has the addresses that the gate owns, as
 * it had them before; who has lost them to another router leaves this out.
 */
int gate_give_back(struct netlink *nl, struct gate *gate);

/*
 * Close, remove the macvlan, free what gate_create() made, also when that has
 * failed.
 */
void gate_destroy(struct netlink *nl, struct gate *gate);

/* Only the second half: another process goes on with what is in the kernel. */
void gate_abandon(struct gate *gate);

#endif
