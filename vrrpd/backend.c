/* SPDX-License-Identifier: MIT */
/*
 * All virtual routers of an interface have one port, and each may ask for
 * another kind: who asks for more prevails.
 */
#include "vrrpd/backend.h"

#include "vrrpd/interface.h"

#include <errno.h>
#include <stdio.h>

enum config_packet_io backend_wanted(const struct interface *iface)
{
	enum config_packet_io most = CONFIG_PCAP;

	for (int family = 0; family < FAMILIES; family++)
		for (int vrid = 1; vrid < 256; vrid++) {
			const struct interface_client *c =
				iface->clients[family][vrid];

			if (c && c->packet_io > most)
				most = c->packet_io;
		}
	return most;
}

static int open_port(struct interface *iface, const struct port_ops *backend,
		     char error[128])
{
	return backend->open(iface->name, iface->link.ifindex, iface->link.mtu,
			     &iface->opened, error, 128);
}

int backend_open(struct interface *iface)
{
	int err = -EOPNOTSUPP;

	iface->open_error[0] = iface->xdp_error[0] = '\0';
	iface->asked = iface->packet_io;
	if (iface->asked == CONFIG_PCAP)
		return open_port(iface, iface->backend, iface->open_error);
	if (iface->xdp)
		err = open_port(iface, iface->xdp, iface->xdp_error);
	if (err && iface->asked == CONFIG_XDP)
		snprintf(iface->open_error, sizeof iface->open_error,
			 "no native XDP: %.100s", iface->xdp_error);
	else if (err)
		err = open_port(iface, iface->backend, iface->open_error);
	return err;
}

void backend_tell(const struct interface *iface)
{
	log_write(iface->asked == CONFIG_PCAP ? LOG_DEBUG : LOG_INFO,
		  "%s: ifindex %d opened with %s%s%s", iface->name,
		  iface->link.ifindex, iface->port->ops->name,
		  iface->no_xdp[0] ? ", no native XDP: " : "", iface->no_xdp);
}

/* From auto to xdp and back nothing changes, if it is XDP. */
bool backend_is_wrong(struct interface *iface, bool freed)
{
	enum config_packet_io wanted = backend_wanted(iface);

	if (!iface->port)
		return false;
	if (wanted == iface->asked)
		return freed && wanted == CONFIG_AUTO && iface->xdp &&
		       iface->port->ops != iface->xdp;
	if (iface->port->ops != iface->xdp || wanted == CONFIG_PCAP)
		return true;
	iface->asked = wanted;
	return false;
}
