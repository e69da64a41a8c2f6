/* SPDX-License-Identifier: MIT */
/*
 * There is no way to have the kernel keep an address that is on an interface
 * to itself, short of a packet filter: arp_ignore is for all addresses or for
 * none, and IPv6 has nothing like it.  So the address has to move.
 *
 * It is on the macvlan before it leaves the parent: routes of other links that
 * prefer it as their source would go with it otherwise.
 */
#include "netlink/adoption.h"

#include "netlink/gate.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* `found` is as it was on the parent, or NULL. */
static struct nl_msg *restore_message(const struct gate *gate,
				      const struct address *a,
				      const struct link_address *found)
{
	static const uint8_t none[4];
	struct nl_msg *msg =
		netlink_address(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL,
				gate->adoption.parent, a);
	uint32_t flags = 0;

	if (a->family == AF_INET6) /* nobody else has it, or it stays away */
		flags |= IFA_F_NODAD;
	if (found && found->noprefixroute)
		flags |= IFA_F_NOPREFIXROUTE;
	if (msg && (nla_put_u32(msg, IFA_FLAGS, flags) ||
		    (found && memcmp(found->broadcast, none, 4) != 0 &&
		     nla_put(msg, IFA_BROADCAST, 4, found->broadcast)))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int adopt(struct gate *gate, size_t i, const struct link *parent)
{
	struct adoption *adoption = &gate->adoption;
	struct address *a = &adoption->addresses[i];
	const struct link_address *found;
	int err;

	*a = adoption->configured[i];
	found = link_find_address(parent, a);
	if (found)
		a->prefixlen = found->address.prefixlen;
	err = batch_add(&adoption->restore, restore_message(gate, a, found));
	if (!err && gate->name[0])
		err = batch_add(
			&adoption->take,
			netlink_address(RTM_DELADDR, 0, parent->ifindex, a));
	return err;
}

/* Or other addresses of the parent would go with the one that is taken. */
static void promote_secondaries(const struct gate *gate)
{
	const char *key = "promote_secondaries";

	if (gate->family == AF_INET &&
	    link_setting_read(AF_INET, "all", key) == 0 &&
	    link_setting_read(AF_INET, gate->parent, key) == 0)
		link_setting_write(AF_INET, gate->parent, key, 1);
}

int adoption_begin(struct gate *gate, const struct link *parent)
{
	struct adoption *adoption = &gate->adoption;
	int err = 0;

	if (!gate->owned || adoption->parent == parent->ifindex)
		return 0;
	adoption_end(gate);
	adoption->addresses = calloc(gate->count, sizeof(struct address));
	if (!adoption->addresses)
		return -ENOMEM;
	adoption->parent = parent->ifindex;
	adoption->configured = gate->addresses;
	gate->addresses = adoption->addresses;
	for (size_t i = 0; !err && i < gate->count; i++)
		err = adopt(gate, i, parent);
	if (err)
		adoption_end(gate);
	else
		promote_secondaries(gate);
	return err;
}

int adoption_move(struct netlink *nl, const struct gate *gate)
{
	const struct adoption *adoption = &gate->adoption;
	int err;

	if (!gate->name[0])
		return netlink_send(nl, &adoption->restore, -EEXIST);
	err = netlink_send(nl, &adoption->put, -EEXIST);
	return err ? err : netlink_send(nl, &adoption->take, -EADDRNOTAVAIL);
}

void adoption_end(struct gate *gate)
{
	struct adoption *adoption = &gate->adoption;

	if (adoption->parent)
		gate->addresses = adoption->configured;
	free(adoption->addresses);
	batch_clear(&adoption->put);
	batch_clear(&adoption->take);
	batch_clear(&adoption->restore);
	*adoption = (struct adoption){ 0 };
}
