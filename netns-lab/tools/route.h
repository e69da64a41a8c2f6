/* SPDX-License-Identifier: MIT */
#ifndef ROUTE_H
#define ROUTE_H

/*
 * The way to an address as this host's kernel would go it: out of which
 * interface, from which of our addresses and from which MAC.
 */

#include <net/if.h>
#include <netinet/in.h>
#include <stdint.h>

union route_address {
	struct sockaddr any;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

struct route {
	int ifindex;
	char interface[IFNAMSIZ];
	uint8_t mac[6];             /* zeros where the link has none */
	union route_address source; /* no port */
};

/*
 * `interface` may be NULL: wherever the route leads.  With it, and no route
 * to the address through it, the interface's own address is the source.
 * Returns 0 or -errno.
 */
int route_find(const union route_address *target, const char *interface,
	       struct route *route);

#endif
