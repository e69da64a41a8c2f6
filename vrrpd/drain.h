/* SPDX-License-Identifier: MIT */
#ifndef DRAIN_H
#define DRAIN_H

/*
 * The requests "drain" and "resume" of the control socket, with or without a
 * name.  Each virtual router does it by itself (router.h); here is for whom it
 * is done, and what is answered, which has to wait until all have handed over.
 * To drain all holds for those that a reload adds later, too, until any of them
 * is resumed, or serves on.
 */

#include "vrrpd/routers.h"

#include <stdbool.h>
#include <stdint.h>

#define DRAIN_REQUESTS 16 /* that may wait at the same time */

struct control;

struct drain {
	struct routers *routers;
	struct control *control; /* set by the owner */
	struct timer timer;
	struct drain_request {
		uint64_t ticket; /* 0: none */
		char name[128];  /* of a virtual router */
		bool all;
	} requests[DRAIN_REQUESTS];
};

void drain_init(struct drain *drain, struct routers *routers);

/* Is that one of the requests? */
bool drain_is_asked(const char *request);

/* Within control_answer(), which it is for. */
char *drain_answer(struct drain *drain, const char *request);

/* After jobs are done, and when all are to end: who has waited long enough? */
void drain_proceed(struct drain *drain);

#endif
