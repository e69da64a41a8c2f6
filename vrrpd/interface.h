/* SPDX-License-Identifier: MIT */
#ifndef INTERFACE_H
#define INTERFACE_H

/*
 * A network interface that virtual routers run on: known by its name, which
 * may come and go.  Keeps what the kernel says of it, the one port that
 * receives for all its virtual routers, and hands each advertisement to the
 * one that it is for.
 */

#include "netlink/link.h"
#include "netlink/worker.h"
#include "vrrpd/config.h"
#include "vrrpd/hearing.h"
#include "vrrpd/log.h"
#include "vrrpd/loop.h"
#include "vrrpd/packet.h"
#include "vrrpd/port.h"
#include "vrrpd/status.h"
#include "vrrpd/tuning.h"

#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

enum family_index { IPV4, IPV6, FAMILIES };

/* A virtual router, as far as its interface is concerned. */
struct interface_client {
	enum family_index family;
	uint8_t vrid;
	bool virtual_mac;
	bool strict_checksum; /* IPv4 without pseudo-header, or nothing */
	/* Never the source of adverts, unless there is an owner and no other
	   address. */
	const struct address *addresses;
	size_t count;
	bool owner; /* the addresses are the interface's own */
	enum config_packet_io packet_io;
	/* A valid advertisement for it. */
	void (*receive)(struct interface_client *client,
			const struct packet *packet, int64_t now);
	/* One with its VRID was discarded; `logged`: and a line says so. */
	void (*discard)(struct interface_client *client,
			enum packet_reason reason, const struct packet *packet,
			bool logged, int64_t now);
	/* `count` more that a port has kept back, whose sender is not known. */
	void (*discard_kept)(struct interface_client *client,
			     enum packet_reason reason, uint64_t count);
	/* Frames wanted besides: of enum port_kind, combined.  Those of ARP
	   and neighbors at least for its addresses, unless for all. */
	unsigned kinds;
	void (*solicited)(struct interface_client *client, enum port_kind kind,
			  const uint8_t *frame, size_t len);
	/* The interface is not what it was. */
	void (*update)(struct interface_client *client);
};

struct interface {
	/* Set by the owner. */
	char name[IFNAMSIZ];
	struct loop *loop;
	struct worker *worker;
	struct netlink *netlink;
	const struct port_ops *backend; /* always there */
	const struct port_ops *xdp;     /* for who asks; NULL: none */
	struct fence *fence;            /* of the agent; NULL: there is none, */
	const char *no_fence;           /* and why */
	struct promises *promises;      /* of the agent; NULL: none */
	struct interface *next;
	struct interface_client *clients[FAMILIES][256]; /* by VRID */

	/* As last seen. */
	struct link link;
	bool known; /* looked at, at least once */
	bool has_primary[FAMILIES];
	uint8_t primary[FAMILIES][16]; /* source of adverts */

	struct port *port;     /* NULL while there is no interface to open */
	struct port_wish wish; /* that the port was last told */
	struct watch watch;
	char port_error[128]; /* why it could not be opened, or "" */
	char no_xdp[128];     /* why it is no better one, or "" */

	uint64_t rejected[PACKET_REASONS];
	struct log_limit limit[PACKET_REASONS];
	struct status_error error; /* the last protocol error (model.h) */
	uint64_t error_events;     /* lines that told of one */
	struct lateness lateness;  /* of its virtual routers (audit.c) */
	struct log_limit late_limit;
	struct hearing hearing;

	/* One job at a time: look, attach, listen or detach. */
	struct job job;
	/* Of the clients, when it was posted: */
	bool has_virtual_mac; /* one of IPv4 */
	enum config_packet_io packet_io;
	enum config_packet_io asked; /* when the port was opened */
	bool again;                  /* look once more when it is done */
	struct link seen;            /* by the job */
	bool deaf;                   /* is the port, by the job */
	int err;                     /* of the job */
	struct port *opened;         /* by the job, or for it to close */
	struct tuning tuning;
	char open_error[128]; /* by the job */
	char xdp_error[128];  /* by the job */
	bool closing, closed;
	bool given; /* to another process: the kernel is told nothing more */
};

/* The fields above "As last seen" are set; the memory is from malloc. */
void interface_init(struct interface *iface);
void interface_add_client(struct interface *iface,
			  struct interface_client *client);

/* How many clients it has. */
size_t interface_clients(const struct interface *iface);

/*
 * Something may have changed, perhaps what the clients want to receive: ask
 * the kernel, then tell every client.
 */
void interface_look(struct interface *iface);

/* Not a fault to tell anybody of: the worker has not finished yet. */
#define INTERFACE_PREPARING "preparing"

/*
 * Why a virtual router of this family cannot run here, such as "no carrier",
 * or NULL.
 */
const char *interface_fault(const struct interface *iface,
			    enum family_index family);

/* 0 or -errno: not sent. */
int interface_send(struct interface *iface, const uint8_t *frame, size_t len);

/* Frames that the kernel could not keep for us. */
uint64_t interface_dropped(const struct interface *iface);

/* What the port has kept back so far, into its counters and the clients'. */
void interface_take_kept(struct interface *iface);

/* What it has counted so far does not count. */
void interface_forget(struct interface *iface);

/* Add what it has counted to what the agent shows as a whole. */
void interface_count(const struct interface *iface, struct status_vrrp *sum);

/* Give back what was opened and changed; finished when interface_is_closed().
 */
void interface_close(struct interface *iface);
bool interface_is_closed(const struct interface *iface);
void interface_free(struct interface *iface);

#endif
