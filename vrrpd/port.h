/* SPDX-License-Identifier: MIT */
#ifndef PORT_H
#define PORT_H

/*
 * A port sends and receives whole Ethernet frames on one interface, past the
 * host's IP stack and packet filter.  Packet backends (libpcap now) are chosen
 * at run time through this struct of functions; port_pcap.h is one.
 */

#include <stddef.h>
#include <stdint.h>

struct port {
	const struct port_ops *ops;
};

struct port_ops {
	const char *name;

	/*
	 * Receive VRRP frames (protocol 112, IPv4 and IPv6, untagged) sent by
	 * others on interface `ifname`, whose MTU is `mtu`; has the NIC accept
	 * both VRRP multicast groups.  Blocks.  Returns 0, or -errno with an
	 * explanation in `error`.
	 */
	int (*open)(const char *ifname, int ifindex, unsigned mtu,
		    struct port **result, char *error, size_t size);

	/* Blocks.  NULL is fine. */
	void (*close)(struct port *port);

	/* Readable when a frame waits. */
	int (*fd)(const struct port *port);

	/* Returns 0 or -errno: the frame was not sent. */
	int (*send)(struct port *port, const uint8_t *frame, size_t len);

	/*
	 * The next frame, valid until the next call: returns 1, 0 when there
	 * is none, or -errno when the port is of no use any more.
	 */
	int (*recv)(struct port *port, const uint8_t **frame, size_t *len);

	/* Frames that the kernel dropped for want of room since open. */
	uint64_t (*dropped)(struct port *port);
};

#endif
