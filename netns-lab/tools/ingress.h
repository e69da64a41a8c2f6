/* SPDX-License-Identifier: MIT */
#ifndef INGRESS_H
#define INGRESS_H

/*
 * What a switch hears, and by which of its ports.  A frame is told once, with
 * the port it came in by; and only if the switch took it: what a cut port, or
 * a packet filter on it, swallowed has not been heard by anybody.
 */

#include "netns-lab/tools/decode.h"

#define INGRESS_SEGMENTS 16
#define INGRESS_PASSING  64
#define INGRESS_HEAD     96

/* A frame that a port has seen, and of which the switch may hear next. */
struct ingress_passing {
	int64_t time; /* us, 0: unused */
	int ifindex;
	uint8_t head[INGRESS_HEAD];
};

struct ingress {
	int fd; /* readable when there is something to take */
	int segments[INGRESS_SEGMENTS];
	size_t count;
	struct ingress_passing passing[INGRESS_PASSING];
	size_t next;
};

struct ingress_heard {
	int64_t time; /* us, CLOCK_REALTIME, the kernel's */
	int segment;  /* ifindex of the switch, or of the interface */
	int port;     /* ifindex; 0: no switch, or not known */
	struct seen seen;
};

enum ingress_wish {
	INGRESS_ADVERTS, /* and nothing else */
	INGRESS_CLAIMS,  /* and ARP and ND that say who has an address */
	INGRESS_ECHOES,  /* and echo replies */
};

/*
 * Listen on the switches (or other interfaces) whose ifindexes are in
 * `segments`, at most INGRESS_SEGMENTS.  0 or -errno.
 */
int ingress_open(struct ingress *ingress, const int *segments, size_t count,
		 enum ingress_wish wish);

/* The next frame of interest: 0, or -EAGAIN. */
int ingress_next(struct ingress *ingress, struct ingress_heard *heard);

/* How many frames the kernel had no room for. */
unsigned ingress_lost(const struct ingress *ingress);

#endif
