/* SPDX-License-Identifier: MIT */
#ifndef ROUTERS_H
#define ROUTERS_H

/*
 * All virtual routers of a configuration, and the interfaces that they run on.
 * They are made, changed and ended until they are what the configuration says,
 * each without a loss where that can be: one that cannot go on with its new
 * configuration leaves first, and another one starts when it has ended.
 */

#include "vrrpd/config.h"
#include "vrrpd/promises.h"
#include "vrrpd/router.h"

struct generation; /* a configuration that routers still point into */

struct member {
	struct router router;
	struct generation *generation;
	struct member *next;
};

struct routers {
	/* Set by the owner. */
	struct loop *loop;
	struct worker *worker;
	struct netlink *netlink;
	const struct port_ops *backend;
	const struct port_ops *xdp; /* or NULL: none */
	struct promises *promises;  /* or NULL: none */
	struct fence *fence;        /* or NULL: none, */
	char no_fence[96];          /* and why */

	bool elsewhere; /* in another process: they are not to begin */

	struct member *members;
	struct member *given; /* to another process, by succession.h */
	struct interface *interfaces;
	struct status_vrrp gone; /* what those that are no more have counted */
	struct generation *wanted; /* NULL: nothing is */
	bool drained;              /* whoever is made is so, too */
	size_t promise;            /* that of */
	bool running;    /* facts are asked for, not just names known */
	bool incomplete; /* something may be missing that can be made */
};

/*
 * Before anything is wanted: they are fenced, by the tables of another agent if
 * not NULL, and keep their promises in that file, if it is possible here.
 */
struct fence_tables;
void routers_fence(struct routers *set, const char *promises,
		   const struct fence_tables *tables);

/* The configuration in force; NULL before there is one, and at the end. */
const struct config *routers_config(const struct routers *set);

/*
 * From now on this is wanted; takes over `config`.  Never blocks.  Returns 0,
 * or the first error: each is reported, the rest is done, and routers_look()
 * tries again.
 */
int routers_apply(struct routers *set, struct config *config,
		  config_report *report, void *arg);

/* After jobs are done: who has ended goes, who has to wait for that comes. */
void routers_proceed(struct routers *set);

/* An event hints at a change of an interface; 0: of any. */
void routers_changed(struct routers *set, int ifindex, const char *name);

/* All are drained, and who is made from now on is to be, too.  Or not. */
void routers_hold(struct routers *set, enum promises_hold hold);

/* As it is remembered: another process may have changed it. */
void routers_recall(struct routers *set);

/* Nobody is, nor who was drained by an agent that was killed and comes later.
 */
void routers_forget_drained(struct routers *set);

/*
 * All as a whole: what is there, and what it has counted, which never falls.
 * When that began is not its business.
 */
void routers_count(const struct routers *set, struct status_vrrp *sum);

/* Begin, and now and then: look at everything. */
void routers_look(struct routers *set);

/* End all, with handing over first or at once; until routers_are_gone(). */
void routers_leave(struct routers *set, bool at_once);
bool routers_are_gone(const struct routers *set);

/* The one at *slot, which has ended, or never begun. */
void routers_remove(struct routers *set, struct member **slot);

/* The worker has been stopped. */
void routers_free(struct routers *set);

#endif
