/* SPDX-License-Identifier: MIT */
/*
 * What an interface has counted, and what its port has kept back for it to
 * count.
 */
#include "vrrpd/interface.h"

#include "vrrpd/model.h"

#include <string.h>

static void count_kept(void *arg, unsigned family, uint8_t vrid,
		       unsigned reason, uint64_t count)
{
	struct interface *iface = arg;
	struct interface_client *client = iface->clients[family][vrid];

	iface->rejected[reason] += count;
	if (client)
		client->discard_kept(client, (enum packet_reason)reason, count);
}

void interface_take_kept(struct interface *iface)
{
	if (iface->port && iface->port->ops->take_kept)
		iface->port->ops->take_kept(iface->port, count_kept, iface);
}

uint64_t interface_dropped(const struct interface *iface)
{
	return iface->port ? iface->port->ops->dropped(iface->port) : 0;
}

void interface_forget(struct interface *iface)
{
	interface_take_kept(iface);
	memset(iface->rejected, 0, sizeof iface->rejected);
	iface->error = (struct status_error){ 0 };
	iface->error_events = 0;
	iface->lateness = (struct lateness){ 0 };
}

void interface_count(const struct interface *iface, struct status_vrrp *sum)
{
	for (int reason = 0; reason < PACKET_REASONS; reason++)
		sum->errors[model_protocol_error((enum packet_reason)reason)] +=
			iface->rejected[reason];
	sum->error_events += iface->error_events;
	lateness_merge(&sum->lateness, &iface->lateness);
	if (iface->error.time > sum->error.time)
		sum->error = iface->error;
}

size_t interface_clients(const struct interface *iface)
{
	size_t count = 0;

	for (int family = 0; family < FAMILIES; family++)
		for (int vrid = 1; vrid < 256; vrid++)
			count += iface->clients[family][vrid] != NULL;
	return count;
}
