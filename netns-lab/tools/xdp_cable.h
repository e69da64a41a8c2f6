/* SPDX-License-Identifier: MIT */
#ifndef XDP_CABLE_H
#define XDP_CABLE_H

/* Both ends of a veth cable, for xdp_way: what goes in at one end, and what
   has come out of the other. */

#include <stdbool.h>
#include <stdint.h>

struct xdp_cable {
	int out, in; /* ifindex: frames are sent to `out`, and come to `in` */
	const char *in_name;
	int socket;   /* sends to `out` */
	int attached; /* a program's descriptor, or -1 */
	bool gro;
};

/* Without a program.  Close it either way.  0 or -errno. */
int xdp_cable_open(struct xdp_cable *cable, const char *out, const char *in);
void xdp_cable_close(struct xdp_cable *cable);

/* Another program for `in`, in native mode, or none: -1.  0 or -errno. */
int xdp_cable_attach(struct xdp_cable *cable, int program);

/*
 * With GRO veth takes what comes from another driver's program (or from a test
 * run) even if there is no program at this end.  0 or -errno.
 */
int xdp_cable_set_gro(struct xdp_cable *cable, bool on);

/* `count` times this frame, through the socket.  0 or -errno. */
int xdp_cable_send(struct xdp_cable *cable, const void *frame, uint32_t len,
		   unsigned count);

/* How many frames have come out of `in` so far, modulo 2^32. */
uint32_t xdp_cable_received(const struct xdp_cable *cable);

#endif
