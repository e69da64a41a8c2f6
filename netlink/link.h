/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_LINK_H
#define NETLINK_LINK_H

/*
 * Network interfaces as the kernel has them now: what is asked is answered
 * from the kernel, never from a cache.
 */

#include "netlink/address.h"

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct netlink;

#define LINK_ALIAS 64 /* octets kept of an interface's alias, with the NUL */

struct link_address {
	struct address address;
	bool tentative; /* or failed duplicate detection: not usable */
	bool secondary; /* IPv4 */
	bool noprefixroute;
	uint8_t broadcast[4]; /* IPv4; zero: none */
};

struct link {
	int ifindex;   /* 0: there is no such interface */
	int parent;    /* ifindex below it; 0: none in this namespace */
	bool up;       /* administratively */
	bool running;  /* up, with carrier, not dormant */
	bool ethernet; /* ARPHRD_ETHER */
	bool macvlan;
	bool vepa; /* a macvlan that hears its siblings from outside alone */
	bool xdp;  /* has an XDP program, whoever's */
	unsigned mtu;
	uint8_t mac[6];
	char name[IFNAMSIZ];
	char alias[LINK_ALIAS];
	struct link_address *addresses; /* in the kernel's order */
	size_t count;
};

/*
 * The interface `name` with its addresses.  No such interface is no error:
 * link->ifindex is 0.  Returns 0 or -errno; link_clear() it either way.
 */
int link_read(struct netlink *nl, const char *name, struct link *link);
void link_clear(struct link *link);

/* The address as it carries it (usable or not, whatever its prefix), or NULL.
 */
const struct link_address *link_find_address(const struct link *link,
					     const struct address *a);

/* Calls `each` for every interface (without addresses); returns 0 or -errno. */
int link_list(struct netlink *nl, void (*each)(void *arg, const struct link *),
	      void *arg);

/* No such interface is no error. */
int link_delete(struct netlink *nl, int ifindex);

/*
 * A kernel setting of one interface and family: /proc/sys/net/FAMILY/conf/
 * NAME/KEY.  `name` may be "all".  Returns the value (>= 0) or -errno.
 */
int link_setting_read(uint8_t family, const char *name, const char *key);
int link_setting_write(uint8_t family, const char *name, const char *key,
		       int value);

#endif
