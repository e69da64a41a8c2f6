/* SPDX-License-Identifier: MIT */
#ifndef SIGNALS_H
#define SIGNALS_H

/* SIGTERM, SIGINT and SIGHUP as events of the loop. */

#include "vrrpd/loop.h"

#include <signal.h>

struct signals {
	void (*received)(struct signals *signals, int signal);
	struct watch watch;
};

/* Before the first thread starts: threads inherit what is blocked. */
void signals_block(void);

/* Set received() before.  Returns 0 or -errno. */
int signals_open(struct signals *signals, struct loop *loop);
void signals_close(struct signals *signals);

#endif
