/* SPDX-License-Identifier: MIT */
#ifndef CONFIG_H
#define CONFIG_H

/*
 * The configuration file: libconfig text to a checked, immutable struct
 * config.  All errors of a file are reported in one go, each as
 * "file:line: what, and what would be right".  One table of keys
 * (config_keys.c) drives the parser, the messages, config_print() and the
 * list in vrrpd.cfg(5).
 */

#include "netlink/address.h"
#include "vrrpd/packet.h"
#include "vrrpd/router_advert.h"

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* IPv4: the form that is sent, and whether the other one is taken, too. */
enum config_checksum {
	CONFIG_RFC9568,
	CONFIG_RFC5798,
	CONFIG_RFC9568_STRICT,
};

/* How frames are received: what asks for more is greater. */
enum config_packet_io {
	CONFIG_PCAP,
	CONFIG_AUTO, /* XDP, or else libpcap */
	CONFIG_XDP,
};

/* One item of virtual_routers: one or two (IPv4, IPv6) virtual routers. */
struct config_router {
	char *name;                /* default "interface/vrid" */
	char interface[IFNAMSIZ];  /* which need not exist yet */
	int vrid;                  /* 1..255 */
	int priority;              /* 1..254; 255: address owner */
	int64_t interval;          /* Advertisement_Interval, us, 10 ms steps */
	struct address *addresses; /* IPv4 in file order, then IPv6 with the
				      first link-local one in front */
	size_t ipv4_count;         /* of addresses */
	size_t ipv6_count;
	bool preempt;
	int64_t preempt_delay; /* us */
	bool accept;
	bool virtual_mac;
	int checksum;  /* enum config_checksum */
	int packet_io; /* enum config_packet_io */
	struct {
		int repeat;       /* rounds of gratuitous ARP / NA: 1..100 */
		int64_t interval; /* us between rounds */
		int64_t refresh;  /* us between later rounds; 0: none */
	} announce;
	struct router_advert *router_advert; /* NULL: none are sent */
};

struct config {
	struct config_router *routers;
	size_t count;
};

/* Takes one line without newline. */
typedef void config_report(void *arg, const char *line);

/*
 * Returns the checked configuration, or NULL after having reported every
 * error.  Blocks on the file system: not for the loop once it runs.
 */
struct config *config_load(const char *path, config_report *report, void *arg);
void config_free(struct config *config);

/* The effective configuration, every default filled in, as a file again. */
void config_print(const struct config *config, FILE *out);

/*
 * What has changed, a line each: "lan: priority 100 -> 200", "lan: virtual
 * address 192.0.2.9 added", "dmz: removed".  Returns the number of lines, or
 * -ENOMEM.
 */
int config_diff(const struct config *old, const struct config *new,
		config_report *report, void *arg);

/* The keys as mdoc list items: what vrrpd.cfg(5) must contain. */
void config_print_keys(FILE *out);

#endif
