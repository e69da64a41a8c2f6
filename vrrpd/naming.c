/* SPDX-License-Identifier: MIT */
/*
 * The macvlan's name follows FRR's pattern, which people who run VRRP on Linux
 * may know.  The parent's name would not fit beside the rest, its ifindex does.
 */
#include "vrrpd/naming.h"

#include <stdio.h>
#include <sys/socket.h>

void naming_alias(char alias[LINK_ALIAS], const char *interface, int vrid,
		  uint8_t family)
{
	snprintf(alias, LINK_ALIAS, NAMING_OURS "%s/%d/%s", interface, vrid,
		 family == AF_INET ? "ipv4" : "ipv6");
}

void naming_macvlan(char name[IFNAMSIZ], int parent, int vrid, uint8_t family)
{
	int version = family == AF_INET ? 4 : 6;
	unsigned id = (unsigned)vrid & 0xff;
	int n = snprintf(name, IFNAMSIZ, "vrrp%d-%d-%u", version, parent, id);

	/* Where many interfaces came and went, the ifindex has grown long. */
	if (n >= IFNAMSIZ)
		snprintf(name, IFNAMSIZ, "vr%d-%x-%u", version,
			 (unsigned)parent & 0xfffffff, id);
}

uint32_t naming_metric(int parent, int vrid)
{
	return (uint32_t)parent << 8 | ((uint32_t)vrid & 0xff);
}

#define FILTERS 0x56520000u /* no number that anybody would choose */

uint32_t naming_filter(int vrid, uint8_t family)
{
	return FILTERS | (family == AF_INET ? 0x400u : 0x600u) |
	       ((uint32_t)vrid & 0xff);
}

void naming_title(char title[NAMING_TITLE], const char *name,
		  const char *interface, int vrid, uint8_t family)
{
	snprintf(title, NAMING_TITLE, "%s (%s/%d IPv%d)", name, interface, vrid,
		 family == AF_INET ? 4 : 6);
}
