/* SPDX-License-Identifier: MIT */
#include "netlink/anchor.h"

#include "netlink/gate.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

/* The last octet is VRRP's number as an IP protocol. */
static const struct address anchor = { AF_INET, 32, { 127, 0, 0, 112 } };

bool anchor_is_wanted(const struct gate *gate)
{
	if (gate->family != AF_INET || gate->name[0] == '\0')
		return false;
	return drop_is_wanted(gate) ||
	       (gate->stays_up &&
		link_setting_read(AF_INET, "all", "rp_filter") > 0);
}

bool anchor_stays(const struct gate *gate)
{
	return gate->anchored && gate->stays_up;
}

bool anchor_is(const struct address *a)
{
	return address_equal(a, &anchor);
}

static struct nl_msg *message(int type, int flags, int ifindex)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);
	struct ifaddrmsg ifa = { .ifa_family = AF_INET,
				 .ifa_prefixlen = anchor.prefixlen,
				 .ifa_scope = RT_SCOPE_HOST,
				 .ifa_index = (unsigned)ifindex };

	if (msg && (nlmsg_append(msg, &ifa, sizeof(ifa), NLMSG_ALIGNTO) ||
		    nla_put(msg, IFA_LOCAL, 4, anchor.bytes) ||
		    nla_put(msg, IFA_ADDRESS, 4, anchor.bytes))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int anchor_put(struct netlink *nl, const struct gate *gate, unsigned *changed)
{
	int err;

	if (!gate->anchored || !gate->ifindex)
		return 0;
	err = netlink_send_one(
		nl,
		message(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, gate->ifindex),
		0);
	*changed += !err;
	return err == -EEXIST ? 0 : err;
}

int anchor_take(struct netlink *nl, const struct gate *gate)
{
	if (!gate->anchored || !gate->ifindex)
		return 0;
	return netlink_send_one(nl, message(RTM_DELADDR, 0, gate->ifindex),
				-EADDRNOTAVAIL);
}
