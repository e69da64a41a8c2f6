/* SPDX-License-Identifier: MIT */
#ifndef SIM_CHECK_H
#define SIM_CHECK_H

/*
 * What must be true of every story, looked at after each step; the first
 * thing that is not ends it.  Some of it depends on what has been done to the
 * LAN, and so the script tells.
 */

#include "tests/sim/host.h"

/* What the script has just done. */
enum disturbance {
	DISTURB_START, /* planned: somebody comes, */
	DISTURB_LEAVE, /* or goes */
	DISTURB_HEAL,  /* who could not hear each other, can */
	DISTURB_FAULT, /* nobody could prepare for it */
	DISTURB_SCENE, /* the LAN is not what it was */
};

/* From check_hold() on nothing is judged of all: it is being changed. */
void check_hold(void);
void check_disturb(enum disturbance disturbance);

/* Before that: somebody may not have heard what it would have. */
void check_deafen(void);

/* One event of this host has been handled, and the next one begins. */
void check_step(struct host *host);

/* This router sends an advertisement, or speaks for an address. */
void check_advert(struct vr *vr, const struct packet *packet);
void check_announcement(struct vr *vr, const struct address *address);

/* Time has passed, and perhaps nothing has happened. */
void check_all(void);

/* Are there so many in each election? */
bool check_has_actives(size_t count);

/* How often a router's state has changed. */
uint64_t check_transitions(void);

/* When check_all() has to be called, or NEVER. */
int64_t check_due(void);

#endif
