/* SPDX-License-Identifier: MIT */
/*
 * Without a fence a macvlan comes up with its addresses, after them, and goes
 * down with them, so that it is never up without a reason.
 */
#include "netlink/gate_batches.h"

#include "netlink/gate.h"
#include "netlink/macvlan.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

bool gate_is_virtual(const struct gate *gate)
{
	return gate->name[0] != '\0';
}

/* How many of the addresses go onto an interface: all, or none. */
size_t gate_placed(const struct gate *gate)
{
	return drop_is_wanted(gate) ? 0 : gate->count;
}

/*
 * The route to the prefix stays with the parent, but for two: a link-local
 * address on the macvlan needs its own, as who asks from fe80::/64 is answered
 * through the link that the question came by; and what the parent owned takes
 * its route along, so that the host speaks to the LAN by the virtual MAC.
 */
static bool needs_route(const struct gate *gate, const struct address *a)
{
	return gate->owned ||
	       (gate_is_virtual(gate) && address_is_link_local(a));
}

/* As it goes onto the interface. */
struct address gate_programmed(const struct gate *gate,
			       const struct address *wanted)
{
	struct address a = *wanted;

	/* Every link-local prefix is a /64 (RFC 4291 section 2.5.6). */
	if (gate_is_virtual(gate) && address_is_link_local(&a) &&
	    a.prefixlen > 64)
		a.prefixlen = 64;
	/*
	 * If the parent's own address comes later than ours of the same
	 * prefix, it is secondary: without a route, and gone with ours.
	 */
	if (!gate_is_virtual(gate) && !gate->owned && a.family == AF_INET)
		a.prefixlen = 32;
	return a;
}

static struct nl_msg *gate_address(const struct gate *gate, int type, int flags,
				   const struct address *wanted)
{
	struct address a = gate_programmed(gate, wanted);

	return netlink_address(type, flags, gate->ifindex, &a);
}

static struct nl_msg *add_address(const struct gate *gate,
				  const struct address *a)
{
	uint32_t flags = needs_route(gate, a) ? 0 : IFA_F_NOPREFIXROUTE;
	/* Deprecated, so that it is never chosen as a source (RFC 6724). */
	struct ifa_cacheinfo lifetime = { .ifa_prefered = 0,
					  .ifa_valid = UINT32_MAX };
	struct nl_msg *msg;

	if (a->family == AF_INET6) /* VRRP has decided whose it is */
		flags |= IFA_F_NODAD;
	msg = gate_address(gate, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, a);
	if (!msg)
		return NULL;
	if (nla_put_u32(msg, IFA_FLAGS, flags) ||
	    (a->family == AF_INET6 && !gate->owned &&
	     nla_put(msg, IFA_CACHEINFO, sizeof(lifetime), &lifetime))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int add_additions(const struct gate *gate, struct batch *batch)
{
	int err = 0;

	batch_clear(batch);
	for (size_t i = 0; !err && i < gate_placed(gate); i++)
		err = batch_add(batch, add_address(gate, &gate->addresses[i]));
	return err;
}

static int build_open(struct gate *gate)
{
	int err;

	batch_clear(&gate->open);
	err = add_additions(gate,
			    gate->owned ? &gate->adoption.put : &gate->open);
	if (!err && gate_is_virtual(gate))
		err = batch_add(&gate->open,
				macvlan_set_up(gate->ifindex, true));
	/* It may have been silenced, and not closed since. */
	if (!err && gate_is_virtual(gate) && !gate->fenced)
		err = batch_add(&gate->open,
				macvlan_set_deaf(gate->ifindex, false));
	return err;
}

/*
 * Deleting an IPv6 address from a link that is up sends MLD messages from the
 * virtual MAC, so there the link goes first.  It goes last for IPv4: setting
 * it down waits for RCU, and with it a gate that is to be closed after this
 * one.
 */
int gate_add_deletions(const struct gate *gate, struct batch *batch)
{
	int err = 0;

	/* The first of a prefix last, or each of the others would have to
	   become the first in its turn. */
	for (size_t i = gate_placed(gate); !err && i > 0; i--)
		err = batch_add(batch, gate_address(gate, RTM_DELADDR, 0,
						    &gate->addresses[i - 1]));
	return err;
}

static int build_close(struct gate *gate)
{
	bool virtual = gate_is_virtual(gate);
	bool down = virtual && !gate->stays_up;
	int err = 0;

	batch_clear(&gate->close);
	if (down && gate->family == AF_INET6)
		err = batch_add(&gate->close,
				macvlan_set_up(gate->ifindex, false));
	if (!err)
		err = gate_add_deletions(gate, &gate->close);
	if (!err && down && gate->family == AF_INET)
		err = batch_add(&gate->close,
				macvlan_set_up(gate->ifindex, false));
	if (!err && virtual && !gate->fenced)
		err = batch_add(&gate->close,
				macvlan_set_deaf(gate->ifindex, false));
	return err;
}

static int build_silence(struct gate *gate)
{
	batch_clear(&gate->silence);
	if (!gate_is_virtual(gate))
		return gate_add_deletions(gate, &gate->silence);
	if (gate->fenced)
		return 0;
	return batch_add(&gate->silence, macvlan_set_deaf(gate->ifindex, true));
}

int gate_build(struct gate *gate, int ifindex)
{
	int err;

	gate->ifindex = ifindex;
	err = build_open(gate);
	if (!err)
		err = build_silence(gate);
	if (!err)
		err = build_close(gate);
	if (err) /* half a batch is worse than none: create again */
		gate->ifindex = 0;
	return err;
}
