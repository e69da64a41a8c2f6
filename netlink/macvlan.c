/* SPDX-License-Identifier: MIT */
/*
 * Mode vepa: macvlans on the same parent, of other virtual routers, are as good
 * as on other hosts.  In mode private one would swallow whatever another router
 * sends from its MAC to a group, and the parent would not hear it.  Mode
 * source, with no sender listed, makes one deaf in microseconds, where setting
 * it down waits for RCU.
 */
#include "netlink/macvlan.h"

#include "netlink/gate.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

/* IFLA_MACVLAN_BC_CUTOFF of Linux 6.4; an older kernel ignores it. */
#define MACVLAN_BC_CUTOFF 9

static struct nl_msg *link_message(int type, int ifindex, unsigned flags,
				   unsigned change)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, 0);
	struct ifinfomsg ifi = { .ifi_index = ifindex,
				 .ifi_flags = flags,
				 .ifi_change = change };

	if (msg && nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

struct nl_msg *macvlan_set_up(int ifindex, bool up)
{
	return link_message(RTM_SETLINK, ifindex, up ? IFF_UP : 0, IFF_UP);
}

/*
 * In mode source a macvlan takes frames from listed senders only: from none.
 * And none of them is to wait for a kernel thread, which a busy host runs tens
 * of milliseconds late: questions that wait when the macvlan closes are lost,
 * although it was open when they came.
 */
static int put_mode(struct nl_msg *msg, bool deaf)
{
	struct nlattr *info = nla_nest_start(msg, IFLA_LINKINFO);
	struct nlattr *data;

	if (!info || nla_put_string(msg, IFLA_INFO_KIND, "macvlan") ||
	    !(data = nla_nest_start(msg, IFLA_INFO_DATA)) ||
	    nla_put_u32(msg, IFLA_MACVLAN_MODE,
			deaf ? MACVLAN_MODE_SOURCE : MACVLAN_MODE_VEPA) ||
	    nla_put_s32(msg, MACVLAN_BC_CUTOFF, -1))
		return -ENOMEM;
	nla_nest_end(msg, data);
	nla_nest_end(msg, info);
	return 0;
}

struct nl_msg *macvlan_set_deaf(int ifindex, bool deaf)
{
	/* The kernel looks at IFLA_LINKINFO in this type of message only. */
	struct nl_msg *msg = link_message(RTM_NEWLINK, ifindex, 0, 0);
	/* On a link that is changed and ready IPv6 joins its groups anew: its
	   MLD reports would tell the switch that the virtual MAC is here. */
	uint8_t state = deaf ? IF_OPER_DORMANT : IF_OPER_UP;

	if (msg &&
	    (put_mode(msg, deaf) || nla_put_u8(msg, IFLA_OPERSTATE, state))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int macvlan_make(struct netlink *nl, const struct gate *gate, int parent)
{
	struct nl_msg *msg = link_message(RTM_NEWLINK, 0, 0, 0);

	if (!msg)
		return -ENOMEM;
	nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	if (nla_put_string(msg, IFLA_IFNAME, gate->name) ||
	    nla_put_s32(msg, IFLA_LINK, parent) ||
	    nla_put(msg, IFLA_ADDRESS, sizeof(gate->mac), gate->mac) ||
	    put_mode(msg, false)) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return netlink_send_one(nl, msg, 0);
}

/* The kernel takes neither of these when the link is made. */
static struct nl_msg *set_alias(const struct gate *gate, int ifindex)
{
	struct nl_msg *msg = link_message(RTM_SETLINK, ifindex, 0, 0);

	if (msg && nla_put_string(msg, IFLA_IFALIAS, gate->alias)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static struct nl_msg *set_no_link_local(int ifindex)
{
	struct nl_msg *msg = link_message(RTM_SETLINK, ifindex, 0, 0);
	struct nlattr *af_spec;
	struct nlattr *inet6;

	if (!msg)
		return NULL;
	if (!(af_spec = nla_nest_start(msg, IFLA_AF_SPEC)) ||
	    !(inet6 = nla_nest_start(msg, AF_INET6)) ||
	    nla_put_u8(msg, IFLA_INET6_ADDR_GEN_MODE, IN6_ADDR_GEN_MODE_NONE)) {
		nlmsg_free(msg);
		return NULL;
	}
	nla_nest_end(msg, inet6);
	nla_nest_end(msg, af_spec);
	return msg;
}

static int set(const struct gate *gate, uint8_t family, const char *key,
	       int value)
{
	int now = link_setting_read(family, gate->name, key);

	if (now == -ENOENT && family != gate->family)
		return 0; /* a kernel without IPv6 needs no setting for it */
	if (now < 0 || now == value)
		return now < 0 ? now : 0;
	return link_setting_write(family, gate->name, key, value);
}

/*
 * Reverse-path filtering would drop all that arrives, as replies go out by
 * the parent; the kernel applies the larger value of "all" and the link's
 * own, in which strict (1) is less than loose (2).  IPv6 is off where it is
 * not needed: on a host that forwards it would join groups, and say so.  And
 * an address of a prefix must not go because the first one of it goes.
 */
static int set_settings(const struct gate *gate)
{
	bool strict = link_setting_read(AF_INET, "all", "rp_filter") == 1;
	const struct {
		uint8_t family;
		const char *key;
		int value;
	} settings[] = {
		{ AF_INET, "arp_ignore", 1 },
		{ AF_INET, "rp_filter", strict ? 2 : 0 },
		{ AF_INET, "promote_secondaries", 1 },
		{ AF_INET6, "accept_ra", 0 },
		{ AF_INET6, "autoconf", 0 },
		{ AF_INET6, "disable_ipv6", gate->family == AF_INET },
	};
	int err = 0;

	for (size_t i = 0; !err && i < sizeof(settings) / sizeof(*settings);
	     i++)
		err = set(gate, settings[i].family, settings[i].key,
			  settings[i].value);
	return err;
}

int macvlan_configure(struct netlink *nl, const struct gate *gate, int ifindex)
{
	bool ipv6 = gate->family == AF_INET6;
	int err = netlink_send_one(nl, set_alias(gate, ifindex), 0);

	if (!err)
		err = netlink_send_one(nl, set_no_link_local(ifindex),
				       ipv6 ? 0 : -EAFNOSUPPORT);
	return err ? err : set_settings(gate);
}
