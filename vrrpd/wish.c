/* SPDX-License-Identifier: MIT */
/*
 * A port saves wake-ups, and what it needs to know for that is spread over the
 * clients of its interface.
 */
#include "vrrpd/wish.h"

#include "vrrpd/interface.h"
#include "vrrpd/wire.h"

#include <string.h>
#include <sys/socket.h>

#define ICMPV6                58
#define ROUTER_SOLICITATION   133
#define NEIGHBOR_SOLICITATION 135

/* Those that there is no room for are told from others when they arrive. */
static void wish_own(struct port_wish *wish, enum family_index family,
		     const uint8_t *address)
{
	if (wish->own_count[family] < PORT_OWN)
		memcpy(wish->own[family][wish->own_count[family]++], address,
		       family == IPV4 ? 4 : 16);
}

static void wish_for(struct port_wish *wish, const struct interface_client *c)
{
	wish->kinds |= c->kinds;
	if (!(c->kinds & (PORT_ARP | PORT_NEIGHBOR)))
		return;
	for (size_t i = 0; i < c->count; i++) {
		const uint8_t *tail = c->addresses[i].bytes +
				      address_size(c->addresses[i].family) - 4;

		if (wish->count < PORT_TARGETS)
			wish->targets[wish->count] = (uint32_t)wire_get16(tail)
							     << 16 |
						     wire_get16(tail + 2);
		wish->count++;
	}
}

/* The addresses that make an advertisement our own. */
static void wish_for_own(struct port_wish *wish, const struct interface *iface)
{
	for (int family = 0; family < FAMILIES; family++)
		if (iface->has_primary[family])
			wish_own(wish, (enum family_index)family,
				 iface->primary[family]);
	for (size_t i = 0; i < iface->link.count; i++) {
		const struct address *a = &iface->link.addresses[i].address;

		wish_own(wish, a->family == AF_INET ? IPV4 : IPV6, a->bytes);
	}
}

void wish_make(struct port_wish *wish, const struct interface *iface)
{
	memset(wish, 0, sizeof *wish);
	for (int family = 0; family < FAMILIES; family++)
		for (int vrid = 1; vrid < 256; vrid++) {
			const struct interface_client *c =
				iface->clients[family][vrid];

			if (!c)
				continue;
			wish_for(wish, c);
			wish->vrids[family][vrid / 8] |=
				(uint8_t)(1 << vrid % 8);
		}
	wish_for_own(wish, iface);
}

unsigned wish_kind(const uint8_t *frame, size_t len)
{
	unsigned type = len < WIRE_ETHERNET ? 0 : wire_get16(frame + 12);
	const uint8_t *ip = frame + WIRE_ETHERNET;

	if (type == WIRE_TYPE_ARP)
		return PORT_ARP;
	if (type != WIRE_TYPE_IPV6 || len <= WIRE_ETHERNET + WIRE_IPV6 ||
	    ip[6] != ICMPV6)
		return 0;
	switch (ip[WIRE_IPV6]) {
	case ROUTER_SOLICITATION:
		return PORT_ROUTER_SOLICIT;
	case NEIGHBOR_SOLICITATION:
		return PORT_NEIGHBOR;
	default:
		return 0;
	}
}
