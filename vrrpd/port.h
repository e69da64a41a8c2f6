/* SPDX-License-Identifier: MIT */
#ifndef PORT_H
#define PORT_H

/*
 * A port sends and receives whole Ethernet frames on one interface, past the
 * host's IP stack and packet filter.  Packet backends are chosen at run time
 * through this struct of functions; port_pcap.h is one, port_xdp.h another.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct port {
	const struct port_ops *ops;
};

/* Frames that a port may be asked for beside VRRP, untagged as well. */
enum port_kind {
	PORT_ARP = 1,            /* ARP requests */
	PORT_NEIGHBOR = 2,       /* ICMPv6 Neighbor Solicitations */
	PORT_ROUTER_SOLICIT = 4, /* ICMPv6 Router Solicitations */
};

#define PORT_TARGETS 64
#define PORT_OWN     32

struct port_wish {
	unsigned kinds; /* of enum port_kind, combined */
	/* The addresses that ARP requests and Neighbor Solicitations are
	   wanted for: the last four octets of each, as a number. */
	uint32_t targets[PORT_TARGETS];
	size_t count; /* more than PORT_TARGETS: for whatever address */

	/* Of VRRP, IPv4 and IPv6: a bit for each VRID that is wanted, and the
	   addresses of this host, zeros behind those of IPv4. */
	uint8_t vrids[2][32];
	uint8_t own[2][PORT_OWN][16];
	size_t own_count[2];
	bool not_vrrp; /* no VRRP at all */
};

/* `count` frames of the family (0 is IPv4) and VRID, bad for that reason of
   enum packet_reason. */
typedef void port_kept(void *arg, unsigned family, uint8_t vrid,
		       unsigned reason, uint64_t count);

struct port_ops {
	const char *name;

	/*
	 * us: for so long nobody need read while frames come in a stream, as
	 * there is room for what comes meanwhile.
	 */
	int64_t patience;

	/*
	 * Receive VRRP frames (protocol 112, IPv4 and IPv6, untagged) sent by
	 * others on interface `ifname`, whose MTU is `mtu`; has the NIC accept
	 * both VRRP multicast groups.  Blocks.  Returns 0, or -errno with an
	 * explanation in `error`.
	 */
	int (*open)(const char *ifname, int ifindex, unsigned mtu,
		    struct port **result, char *error, size_t size);

	/*
	 * From now on receive what `wish` says too.  Others may come as well:
	 * it is there to save wake-ups, nobody may rely on it.  Does not wait
	 * for anything; another thread may receive meanwhile.  Returns 0 or
	 * -errno: nothing has changed.
	 */
	int (*listen)(struct port *port, const struct port_wish *wish);

	/* Blocks.  NULL is fine. */
	void (*close)(struct port *port);

	/* Readable when a frame waits. */
	int (*fd)(const struct port *port);

	/*
	 * Does it receive nothing any more, because somebody has taken away
	 * what it needs?  Blocks.  NULL: that cannot be, or recv() tells.
	 */
	bool (*is_deaf)(const struct port *port);

	/* Returns 0 or -errno: the frame was not sent. */
	int (*send)(struct port *port, const uint8_t *frame, size_t len);

	/*
	 * The next frame, valid until the next call, and when the kernel had
	 * it (us, monotonic), or when it was read if that is not known.
	 * Returns 1, 0 when there is none, or -errno when the port is of no
	 * use any more.
	 */
	int (*recv)(struct port *port, const uint8_t **frame, size_t *len,
		    int64_t *arrived);

	/* Frames that the kernel dropped for want of room since open. */
	uint64_t (*dropped)(struct port *port);

	/*
	 * Bad frames that the port has kept back since the last call, as it
	 * may once it has handed over some of a kind.  NULL: it never does.
	 */
	void (*take_kept)(struct port *port, port_kept *take, void *arg);
};

#endif
