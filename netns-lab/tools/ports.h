/* SPDX-License-Identifier: MIT */
#ifndef PORTS_H
#define PORTS_H

/*
 * The ports of the switches: what they are called, and the moment one is cut
 * or mended, unplugged or plugged, made or taken away.
 */

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct port {
	int ifindex;
	int segment; /* ifindex of the bridge */
	char name[IFNAMSIZ];
	int state; /* BR_STATE_* of linux/if_bridge.h */
	bool carrier;
	bool present;
};

struct ports {
	int fd; /* readable when a port has changed */
	size_t count;
	struct port *list; /* also those that are gone, for their names */
};

struct port_change {
	int segment;
	char name[IFNAMSIZ];
	/*
	 * The bridge's word: "disabled", "forwarding", ...; or "no-carrier",
	 * "carrier", "removed".
	 */
	const char *state;
};

/* Learn what ports there are: 0 or -errno. */
int ports_open(struct ports *ports);

/* The next change and when it was seen: 0, or -EAGAIN. */
int ports_next(struct ports *ports, struct port_change *change, int64_t *time);

/* The port with that ifindex, even if it has gone; NULL if there was none. */
const struct port *ports_find(const struct ports *ports, int ifindex);

void ports_close(struct ports *ports);

#endif
