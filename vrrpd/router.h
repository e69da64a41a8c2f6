/* SPDX-License-Identifier: MIT */
#ifndef ROUTER_H
#define ROUTER_H

/*
 * One virtual router live: one VRID, one interface, one address family.
 * Events go in (advertisements, the timer, what became of the interface and
 * of the claim), the core decides (vrrp.h), its actions are carried out here.
 * A block of the configuration with both families is two of these, siblings,
 * that run only when both can.
 */

#include "vrrpd/advertiser.h"
#include "vrrpd/announcer.h"
#include "vrrpd/claim.h"
#include "vrrpd/config.h"
#include "vrrpd/fencing.h"
#include "vrrpd/interface.h"
#include "vrrpd/naming.h"
#include "vrrpd/status.h"
#include "vrrpd/vrrp.h"

#include <stdbool.h>
#include <stdint.h>

struct router {
	const struct config_router *config;
	enum family_index family;
	uint8_t af;                      /* AF_INET or AF_INET6 */
	const struct address *addresses; /* of this family */
	size_t count;
	uint8_t *wire; /* the addresses, packed as in an advertisement */
	struct interface *interface;
	struct interface_client client;
	struct loop *loop;
	char title[NAMING_TITLE]; /* for the log */
	struct router *sibling;   /* the other family of the block, or NULL */
	int lock;

	struct vrrp vrrp;
	struct timer timer;
	struct claim claim;
	struct fencing fencing;
	int parent; /* ifindex that the claim was made for; 0: none */
	struct announcer announcer;
	struct advertiser advertiser; /* IPv6 */
	bool elsewhere;               /* in another process: not to begin */
	bool inherited;  /* it served before it knew what the kernel has */
	bool ended;      /* not to start again */
	bool disowned;   /* an owner whose addresses are to be virtual now */
	bool drained;    /* told to be out of service, */
	bool served;     /* and did it serve when it was told so? */
	char fault[128]; /* why it cannot run, or "" */
	int64_t doubted; /* the deadline that was not judged at once */
	int claim_error; /* why the last claim could not be made, or 0 */

	/* The Active, as far as heard. */
	bool has_active;
	uint8_t active[16];
	uint8_t active_priority;
	int64_t heard; /* us: its last advert, or when we began to listen */

	/* What audit.c and transition.c remark. */
	struct status_transition last;
	struct { /* the last time that it was late by half an interval */
		int64_t deadline, late;
	} slip;
	struct status_counters counters;
	struct status_error error;
	enum model_event last_event;
	enum model_active_reason active_reason;
	enum model_obstacle obstacle; /* until it has started, too */
	char why[128];                /* of the last transition */
	int64_t began, up;            /* us: opened, left Initialize */
	unsigned differences;         /* last reported, */
	uint8_t different[16];        /* and of whom */
	struct log_limit repair_limit, mismatch_limit, send_limit, claim_limit,
		transition_limit;
};

struct estate;

/*
 * `router` is zeroed memory that must stay in place; `config` must stay until
 * another has taken its place.  Until router_begin() it only gets to know its
 * interface.  Returns 0 or -errno.
 */
int router_open(struct router *router, const struct config_router *config,
		enum family_index family, struct interface *interface);

/* Both return 0, -EADDRINUSE when another process runs this virtual router, or
   -errno.  The first is part of the second. */
int router_lock(struct router *router);
int router_begin(struct router *router);

/*
 * To another process, which goes on with it: nothing more is said in its name,
 * and what the kernel has of it stays.  It is free to be locked, then.
 */
void router_give(struct router *router, struct estate *estate);

/* In the place of router_begin(): as it was given, if it was. */
int router_inherit(struct router *router, struct estate *estate);

/* Its interface hears for it no more, and who wants to may lock it. */
void router_withdraw(struct router *router);

/* Once it has ended, or was given, or without worker. */
void router_free(struct router *router);

/* To the core; what it decides is carried out. */
void router_event(struct router *router, const struct vrrp_event *event);

/* These two are the families of one block; and are no more (NULL is fine). */
void router_pair(struct router *a, struct router *b);
void router_unpair(struct router *router);

/* Now and then: what could not be made may work by now. */
void router_retry(struct router *router);

/* An event hints that the kernel's addresses or the macvlan have changed. */
void router_changed(struct router *router, int ifindex, const char *name);

/*
 * Hand over and stay out of service, with "drained" as the fault, until told
 * otherwise, this process or the next.  If nobody takes over, it serves
 * on, and neither family is drained any more; nor after router_resume().
 */
void router_drain(struct router *router);
void router_resume(struct router *router);

/* End: hand over first, or at once.  Finished when router_has_ended(). */
void router_leave(struct router *router);
void router_stop(struct router *router);
bool router_has_ended(const struct router *router);

/* Whose it is, to the kernel and to other processes: naming_alias(). */
void router_alias(const struct router *router, char alias[LINK_ALIAS]);

/* What it sends from and answers with: its virtual MAC, if it has one. */
void router_mac(const struct router *router, uint8_t mac[6]);

void router_status(const struct router *router, struct status_router *status);

#endif
