/* SPDX-License-Identifier: MIT */
#ifndef HEIR_H
#define HEIR_H

/*
 * A process that takes over from another one, and that other one: who says what
 * and when, as handover.h has it.  The new one has made itself ready, with its
 * packet sockets open and the interfaces known, before it takes anything; so
 * between the last advertisement of the one and the first of the other lies
 * what it takes to send a list.
 */

#include "vrrpd/control.h"
#include "vrrpd/fence.h"
#include "vrrpd/loop.h"
#include "vrrpd/routers.h"
#include "vrrpd/succession.h"

#include <stdbool.h>
#include <stdint.h>

/* ---- The new one ---- */

struct heir {
	/* Set by the owner, with watch.fd = -1. */
	struct loop *loop;
	struct routers *routers;
	/* The other process has gone; `with_nothing`: what it had was not
	   taken, and the control socket is free. */
	void (*alone)(struct heir *heir, bool with_nothing);

	struct watch watch; /* the connection; fd -1: there is none */
	bool waits;         /* for the routers, to take */
	bool took;
	bool fenced; /* by these */
	struct fence_tables tables;
	long pid;
};

/*
 * Ask who listens on `path`.  From now on our routers wait for heir_take() or
 * alone() to begin.  Returns 0, -ENOENT: there is nobody, or -errno.  Blocks,
 * for up to two seconds.
 */
int heir_open(struct heir *heir, const char *path);

/* Is there somebody, and is everything ready? */
bool heir_can_take(const struct heir *heir);

/*
 * Now.  Returns the control socket, *began and how many virtual routers go on;
 * or -errno: it was refused, or the other one has gone, and alone() comes when
 * it has.
 */
int heir_take(struct heir *heir, int64_t *began, int *count);
void heir_close(struct heir *heir);

/* ---- The old one ---- */

struct testator {
	/* Set by the owner, with watch.fd = -1. */
	struct loop *loop;
	struct routers *routers;
	struct control *control;
	const int64_t *began;
	const bool *leaving; /* it has nothing to give any more */
	/* All is given, or is to leave, the control socket too. */
	void (*gave)(struct testator *testator);

	struct watch watch;
};

/* Within control_answer(): to who asks.  Returns NULL, or why not. */
const char *testator_offer(struct testator *testator);
void testator_close(struct testator *testator);

#endif
