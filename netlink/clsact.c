/* SPDX-License-Identifier: MIT */
/*
 * The filters are the first that are asked, and say either "dropped" or
 * nothing, so that others which are there are asked, too.
 */
#include "netlink/clsact.h"

#include "netlink/netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <sys/socket.h>

#define PRIORITY 1u /* of the filters: before all others */

static struct nl_msg *message(int type, int flags, const struct tcmsg *tcm,
			      const char *kind)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (msg && (nlmsg_append(msg, (void *)(uintptr_t)tcm, sizeof(*tcm),
				 NLMSG_ALIGNTO) ||
		    nla_put_string(msg, TCA_KIND, kind))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static struct nl_msg *make_clsact(int ifindex)
{
	struct tcmsg tcm = { .tcm_family = AF_UNSPEC,
			     .tcm_ifindex = ifindex,
			     .tcm_parent = TC_H_CLSACT,
			     .tcm_handle = TC_H_MAKE(TC_H_CLSACT, 0) };

	return message(RTM_NEWQDISC, NLM_F_CREATE | NLM_F_EXCL, &tcm, "clsact");
}

static struct nl_msg *filter(int type, int flags, int ifindex, uint32_t way,
			     uint32_t handle)
{
	struct tcmsg tcm = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = ifindex,
		.tcm_parent = TC_H_MAKE(TC_H_CLSACT, way),
		.tcm_handle = handle,
		.tcm_info = TC_H_MAKE(PRIORITY << 16, htons(ETH_P_ALL)),
	};

	return message(type, flags, &tcm, "bpf");
}

static struct nl_msg *make_filter(int flags, int ifindex, uint32_t way,
				  const struct clsact *clsact)
{
	struct nl_msg *msg = filter(RTM_NEWTFILTER, NLM_F_CREATE | flags,
				    ifindex, way, clsact->handle);
	int program = way == TC_H_MIN_INGRESS ? clsact->in : clsact->out;
	struct nlattr *options;

	if (!msg)
		return NULL;
	options = nla_nest_start(msg, TCA_OPTIONS);
	if (!options || nla_put_u32(msg, TCA_BPF_CLASSID, clsact->class) ||
	    nla_put_u32(msg, TCA_BPF_FD, (uint32_t)program) ||
	    nla_put_string(msg, TCA_BPF_NAME, "vrrpd") ||
	    nla_put_u32(msg, TCA_BPF_FLAGS, TCA_BPF_FLAG_ACT_DIRECT) ||
	    nla_put_u32(msg, TCA_BPF_FLAGS_GEN, TCA_CLS_FLAGS_SKIP_HW)) {
		nlmsg_free(msg);
		return NULL;
	}
	nla_nest_end(msg, options);
	return msg;
}

static const uint32_t ways[] = { TC_H_MIN_INGRESS, TC_H_MIN_EGRESS };

int clsact_put(struct netlink *nl, int ifindex, const struct clsact *clsact)
{
	int err = netlink_send_one(nl, make_clsact(ifindex), -EEXIST);

	for (int i = 0; !err && i < 2; i++)
		err = netlink_send_one(
			nl, make_filter(0, ifindex, ways[i], clsact), 0);
	if (err) /* one way alone is none */
		clsact_take(nl, ifindex, clsact);
	return err;
}

int clsact_check(struct netlink *nl, int ifindex, const struct clsact *clsact,
		 unsigned *repaired)
{
	int err = netlink_send_one(nl, make_clsact(ifindex), -EEXIST);

	for (int i = 0; !err && i < 2; i++) {
		err = netlink_send_one(
			nl, make_filter(NLM_F_EXCL, ifindex, ways[i], clsact),
			0);
		*repaired += !err;
		if (err == -EEXIST)
			err = 0;
	}
	return err;
}

int clsact_take(struct netlink *nl, int ifindex, const struct clsact *clsact)
{
	int err = 0;

	for (int i = 0; i < 2; i++) {
		int now = netlink_send_one(nl,
					   filter(RTM_DELTFILTER, 0, ifindex,
						  ways[i], clsact->handle),
					   -ENOENT);

		if (now && now != -ENODEV && now != -EINVAL)
			err = now;
	}
	return err;
}
