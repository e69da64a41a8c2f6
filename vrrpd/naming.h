/* SPDX-License-Identifier: MIT */
#ifndef NAMING_H
#define NAMING_H

/* What a virtual router is called: to the kernel, to other agents, to people.
 */

#include "netlink/link.h"

#include <net/if.h>
#include <stdint.h>

/*
 * Whose it is: the name of its lock, and the alias of its macvlan.  Such as
 * "vrrpd:eth0/51/ipv4".
 */
#define NAMING_OURS "vrrpd:"
void naming_alias(char alias[LINK_ALIAS], const char *interface, int vrid,
		  uint8_t family);

/* Its macvlan on the parent with this ifindex: "vrrp4-2-51". */
void naming_macvlan(char name[IFNAMSIZ], int parent, int vrid, uint8_t family);

/*
 * Of its routes (netlink/drop.h), from which its parent and VRID can be told:
 * the ifindex, and the VRID as the lowest octet.
 */
uint32_t naming_metric(int parent, int vrid);

/* Of its filters on the interface, of all that are there (netlink/clsact.h). */
uint32_t naming_filter(int vrid, uint8_t family);

/* In the log: "lan (eth0/51 IPv4)". */
#define NAMING_TITLE 128 /* octets */
void naming_title(char title[NAMING_TITLE], const char *name,
		  const char *interface, int vrid, uint8_t family);

#endif
