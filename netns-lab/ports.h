/* SPDX-License-Identifier: MIT */
#ifndef PORTS_H
#define PORTS_H

/*
 * The switch's side of a cable: when a bridge port is cut or mended.
 */

#include <net/if.h>
#include <stdint.h>

struct port_change {
	char name[IFNAMSIZ];
	int state; /* BR_STATE_* of linux/if_bridge.h */
};

/* A descriptor that is readable when a port has changed, or -errno. */
int ports_open(void);

/* The next change and when it was seen: 0, or -EAGAIN. */
int ports_next(int fd, struct port_change *change, int64_t *time);

const char *ports_state_name(int state);

#endif
