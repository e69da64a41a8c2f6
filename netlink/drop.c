/* SPDX-License-Identifier: MIT */
/*
 * The routes are in the main table, and known as ours by their protocol.  An
 * address that somebody routes already has a route of another metric, which is
 * left alone.
 *
 * There is none for a link-local address: the kernel would look for it only on
 * the interface that the packet came by, where a macvlan without addresses has
 * no route that leads anywhere.
 */
#include "netlink/drop.h"

#include "netlink/anchor.h"
#include "netlink/gate.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PROTOCOL 112 /* of the routes: VRRP's number as an IP protocol */

bool drop_is_wanted(const struct gate *gate)
{
	return gate->drop.metric != 0;
}

static struct nl_msg *route_message(int type, int flags,
				    const struct address *a, uint32_t metric)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);
	int size = (int)address_size(a->family);
	struct rtmsg route = { .rtm_family = a->family,
			       .rtm_dst_len = (unsigned char)(8 * size),
			       .rtm_table = RT_TABLE_MAIN,
			       .rtm_protocol = PROTOCOL,
			       .rtm_scope = RT_SCOPE_UNIVERSE,
			       .rtm_type = RTN_BLACKHOLE };

	if (msg && (nlmsg_append(msg, &route, sizeof(route), NLMSG_ALIGNTO) ||
		    nla_put(msg, RTA_DST, size, a->bytes) ||
		    nla_put_u32(msg, RTA_PRIORITY, metric))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* Does the request change anything?  `otherwise`: the error if it does not. */
static int request(struct netlink *nl, struct nl_msg *msg, int otherwise,
		   unsigned *changed)
{
	int err = netlink_send_one(nl, msg, 0);

	*changed += !err;
	return err == otherwise ? 0 : err;
}

static size_t routed(const struct gate *gate)
{
	return drop_is_wanted(gate) ? gate->count : 0;
}

static int put_routes(struct netlink *nl, const struct gate *gate,
		      unsigned *changed)
{
	int err = 0;

	for (size_t i = 0; !err && i < routed(gate); i++)
		if (!address_is_link_local(&gate->addresses[i]))
			err = request(nl,
				      route_message(RTM_NEWROUTE,
						    NLM_F_CREATE | NLM_F_EXCL,
						    &gate->addresses[i],
						    gate->drop.metric),
				      -EEXIST, changed);
	return err;
}

static int take_routes(struct netlink *nl, const struct gate *gate,
		       unsigned *changed)
{
	int err = 0;

	for (size_t i = 0; !err && i < routed(gate); i++)
		if (!address_is_link_local(&gate->addresses[i]))
			err = request(nl,
				      route_message(RTM_DELROUTE, 0,
						    &gate->addresses[i],
						    gate->drop.metric),
				      -ESRCH, changed);
	return err;
}

/* RFC 4291 section 2.7.1; two addresses may have the same. */
static int join_group(int fd, int ifindex, const struct address *a)
{
	static const uint8_t prefix[13] = { 0xff, 2, [11] = 1, 0xff };
	struct ipv6_mreq mreq = { .ipv6mr_interface = (unsigned)ifindex };

	memcpy(&mreq.ipv6mr_multiaddr, prefix, 13);
	memcpy((uint8_t *)&mreq.ipv6mr_multiaddr + 13, a->bytes + 13, 3);
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &mreq,
		       sizeof(mreq)) < 0 &&
	    errno != EADDRINUSE)
		return -errno;
	return 0;
}

static void leave_groups(struct drop *drop)
{
	if (drop->groups)
		close(drop->groups - 1);
	drop->groups = 0;
}

/*
 * Again after the link was made anew: the kernel has forgotten them then. Those
 * of an address that is no more are left when the gate closes.
 */
static int join_groups(struct gate *gate)
{
	struct drop *drop = &gate->drop;
	int err = 0;

	if (gate->family != AF_INET6 || !drop_is_wanted(gate))
		return 0;
	if (!drop->groups)
		drop->groups =
			1 + socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (!drop->groups)
		return -errno;
	for (size_t i = 0; !err && i < gate->count; i++)
		err = join_group(drop->groups - 1, gate->ifindex,
				 &gate->addresses[i]);
	return err;
}

int drop_open(struct netlink *nl, struct gate *gate)
{
	unsigned changed = 0;
	int err = put_routes(nl, gate, &changed);

	if (!err)
		err = anchor_put(nl, gate, &changed);
	if (!err)
		err = join_groups(gate);
	return err;
}

int drop_silence(struct netlink *nl, const struct gate *gate)
{
	unsigned changed = 0;

	return take_routes(nl, gate, &changed);
}

int drop_close(struct netlink *nl, struct gate *gate)
{
	int err = drop_silence(nl, gate);

	leave_groups(&gate->drop);
	if (!err && !anchor_stays(gate))
		err = anchor_take(nl, gate);
	return err == -ENODEV ? 0 : err;
}

int drop_check(struct netlink *nl, struct gate *gate, bool open,
	       unsigned *repaired)
{
	int err;

	if (!open)
		return take_routes(nl, gate, repaired);
	err = put_routes(nl, gate, repaired);
	if (!err)
		err = anchor_put(nl, gate, repaired);
	if (!err)
		err = join_groups(gate);
	return err;
}

/* ---- What killed agents have left behind ---- */

struct sweep {
	drop_is_orphan *is_orphan;
	struct batch batch;
};

static int sweep_route(void *arg, struct nlmsghdr *nlh)
{
	struct sweep *sweep = arg;
	const struct rtmsg *route = nlmsg_data(nlh);
	struct address a = { .family = route->rtm_family };
	struct nlattr *tb[RTA_MAX + 1];
	uint32_t metric;

	/* A kernel that does not filter shows all that there is. */
	if (nlh->nlmsg_type != RTM_NEWROUTE ||
	    route->rtm_protocol != PROTOCOL || route->rtm_type != RTN_BLACKHOLE)
		return 0;
	if (nlmsg_parse(nlh, sizeof(*route), tb, RTA_MAX, NULL))
		return -EBADMSG;
	if (!tb[RTA_DST] || !tb[RTA_PRIORITY] ||
	    route->rtm_dst_len != 8 * nla_len(tb[RTA_DST]) ||
	    nla_len(tb[RTA_DST]) != (int)address_size(a.family))
		return 0;
	memcpy(a.bytes, nla_data(tb[RTA_DST]), address_size(a.family));
	metric = nla_get_u32(tb[RTA_PRIORITY]);
	if (!sweep->is_orphan(a.family, metric))
		return 0;
	return batch_add(&sweep->batch,
			 route_message(RTM_DELROUTE, 0, &a, metric));
}

/*
 * A table that has never had a route does not exist.  One that changes all the
 * time may never be seen whole, but an orphan does not move.
 */
static int sweep_family(struct netlink *nl, uint8_t family, struct sweep *sweep)
{
	struct rtmsg route = { .rtm_family = family,
			       .rtm_protocol = PROTOCOL,
			       .rtm_table = RT_TABLE_MAIN,
			       .rtm_type = RTN_BLACKHOLE };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, NLM_F_DUMP);
	int err;

	if (msg && nlmsg_append(msg, &route, sizeof(route), NLMSG_ALIGNTO)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	err = netlink_ask(nl, msg, sweep_route, sweep);
	return err == -ENOENT || err == -EINTR ? 0 : err;
}

int drop_sweep(struct netlink *nl, drop_is_orphan *is_orphan, unsigned *removed)
{
	struct sweep sweep = { .is_orphan = is_orphan };
	int err = sweep_family(nl, AF_INET, &sweep);

	if (!err)
		err = sweep_family(nl, AF_INET6, &sweep);
	if (!err)
		err = netlink_send(nl, &sweep.batch, -ESRCH);
	*removed = sweep.batch.count;
	batch_clear(&sweep.batch);
	return err;
}
