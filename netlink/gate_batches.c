/* SPDX-License-Identifier: MIT */
/*
 * Without a fence a macvlan comes up with its first addresses, after them, and
 * goes down with the last, so that it is never up without a reason.
 *
 * What IPv6 addresses cost grows with those that are there: each that is added
 * has the kernel look at all deprecated ones of the host, each that is removed
 * has it look at all its routes.  Thousands take 100 ms to add if they are
 * deprecated afterwards, and 300 ms or more if not; and setting the link down
 * removes 250 of them in 20 ms, one by one it takes 50.
 */
#include "netlink/gate_batches.h"

#include "netlink/gate.h"
#include "netlink/macvlan.h"

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

#define MANY_IPV6 64

bool gate_is_virtual(const struct gate *gate)
{
	return gate->name[0] != '\0';
}

/* How many of the addresses go onto an interface: all, or none. */
size_t gate_placed(const struct gate *gate)
{
	return drop_is_wanted(gate) ? 0 : gate->count;
}

/* With IPv6 a gateway is known by its link-local address, the first one. */
size_t gate_first(const struct gate *gate)
{
	return gate_placed(gate) > 0 ? 1 : 0;
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

static struct nl_msg *put_address(const struct gate *gate,
				  const struct address *a, int how,
				  bool deprecated)
{
	uint32_t flags = needs_route(gate, a) ? 0 : IFA_F_NOPREFIXROUTE;
	/* Deprecated, so that it is never chosen as a source (RFC 6724). */
	struct ifa_cacheinfo lifetime = {
		.ifa_prefered = deprecated ? 0 : UINT32_MAX,
		.ifa_valid = UINT32_MAX,
	};
	struct nl_msg *msg;

	if (a->family == AF_INET6) /* VRRP has decided whose it is */
		flags |= IFA_F_NODAD;
	msg = gate_address(gate, RTM_NEWADDR, how, a);
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

static int add_additions(const struct gate *gate, struct batch *batch,
			 size_t from, size_t to)
{
	int err = 0;

	for (size_t i = from; !err && i < to; i++)
		err = batch_add(batch, put_address(gate, &gate->addresses[i],
						   NLM_F_CREATE | NLM_F_EXCL,
						   !gate->many));
	return err;
}

static int add_rise(struct gate *gate)
{
	int err = 0;

	if (gate_is_virtual(gate))
		err = batch_add(&gate->open,
				macvlan_set_up(gate->ifindex, true));
	/* It may have been silenced, and not closed since. */
	if (!err && gate_is_virtual(gate) && !gate->fenced)
		err = batch_add(&gate->open,
				macvlan_set_deaf(gate->ifindex, false));
	return err;
}

/*
 * What is owned is on the macvlan before it comes up.  An IPv6 link that comes
 * up gets the routes to its addresses anew, of memory that cannot be waited
 * for, and where there is none the kernel drops the address: of thousands that
 * come up in a row some.  So what was there before is added again.
 */
static int build_open(struct gate *gate)
{
	size_t count = gate_placed(gate), first = gate_first(gate);
	bool rises = gate_is_virtual(gate) && !gate->stays_up;
	int err;

	batch_clear(&gate->open);
	batch_clear(&gate->adoption.put);
	if (gate->owned)
		err = add_additions(gate, &gate->adoption.put, 0, count);
	else
		err = add_additions(gate, &gate->open, 0, first);
	if (!err)
		err = add_rise(gate);
	if (!err && rises && gate->family == AF_INET6)
		err = add_additions(gate, &gate->open, 0,
				    gate->owned ? count : first);
	gate->first = gate->open.count;
	if (!err && !gate->owned)
		err = add_additions(gate, &gate->open, first, count);
	return err;
}

static int build_deprecate(struct gate *gate)
{
	int err = 0;

	batch_clear(&gate->deprecate);
	for (size_t i = 0; !err && gate->many && i < gate->count; i++)
		err = batch_add(&gate->deprecate,
				put_address(gate, &gate->addresses[i],
					    NLM_F_REPLACE, true));
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
	bool down = virtual && (!gate->stays_up || gate->many);
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
	if (!err && down && gate->stays_up)
		err = batch_add(&gate->close,
				macvlan_set_up(gate->ifindex, true));
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
	int err = 0;

	gate->ifindex = ifindex;
	gate->many = gate_is_virtual(gate) && !gate->owned &&
		     gate->family == AF_INET6 && gate_placed(gate) > MANY_IPV6;
	batch_clear(&gate->prepare);
	if (gate_speaks_early(gate))
		err = add_additions(gate, &gate->prepare, 0, gate_placed(gate));
	if (!err)
		err = build_open(gate);
	if (!err)
		err = build_deprecate(gate);
	if (!err)
		err = build_silence(gate);
	if (!err)
		err = build_close(gate);
	if (err) /* half a batch is worse than none: create again */
		gate->ifindex = 0;
	return err;
}
