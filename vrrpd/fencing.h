/* SPDX-License-Identifier: MIT */
#ifndef FENCING_H
#define FENCING_H

/*
 * What a virtual router tells its fence (fence.h).  Open as long as no other
 * router can have taken over, by what this one has really sent: three intervals
 * from its last advertisement, as then the first Backup may speak.  So an agent
 * that hangs, is starved or killed, or whose advertisements do not leave, does
 * not answer beside its successor; and it opens with the first of them, not
 * with the addresses, beside a predecessor that serves until it hears that.
 *
 * The same is a promise to who is started after a crash (promises.h): until
 * then it may go on as if nothing had happened.  And who had been told to stay
 * out of service, is not to come back by that.
 */

#include "netlink/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fence;
struct interface;
struct router;

struct fencing {
	struct fence *fence;
	uint16_t place; /* 0: there is none */
	struct promises *promises;
	size_t promise;
	int64_t resume; /* us: it may until then */
	int64_t until;  /* that it was told; 0: shut */
	int64_t before; /* the same, when an advertisement was to leave */
	struct address *outdated; /* fenced until the host has lost them */
	size_t outdated_count;
	char why[96]; /* there is none, or "" */
	bool said;
};

/* A router that is opened, and one that is freed. */
void fencing_begin(struct router *r);
void fencing_end(struct router *r);

/* Another process goes on with it; and does, with the place and the time that
   it was told. */
void fencing_abandon(struct router *r);
void fencing_inherit(struct router *r);

/* Is it drained, and has it handed over, with both families? */
void fencing_hold(struct router *r);

/* What its gate needs for that. */
void fencing_prepare(struct router *r);

/* It has other addresses from now on. */
void fencing_readdress(struct router *r, const struct address *addresses,
		       size_t count);

/* Was it Active before this agent, and can still go on? */
bool fencing_may_resume(const struct router *r, int64_t now);

/* After each event, before anything is done. */
void fencing_update(struct router *r);

/* An advertisement is about to leave: who hears it, turns to us at once.  Or it
   could not. */
void fencing_advertise(struct router *r, int64_t now);
void fencing_take_back(struct router *r);

/* Nothing gets out: who is told to turn to us would be in vain. */
bool fencing_is_shut(const struct fencing *fencing);

/* The claim is what it was to be. */
void fencing_settled(struct router *r);

/*
 * What is said in the router's name, beside advertisements, as
 * interface_send(): -EACCES while its fence is shut.
 */
int fencing_send(const struct fencing *fencing, struct interface *interface,
		 const uint8_t *frame, size_t len);

/* "open", "shut" or "none". */
const char *fencing_state(const struct router *r);

#endif
