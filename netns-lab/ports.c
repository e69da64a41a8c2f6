/* SPDX-License-Identifier: MIT */
/*
 * The kernel tells everyone who listens when the state of a bridge port
 * changes, on the spot.  That is a better stamp for a cut than the times
 * around the command that made it, which has a program to start.
 */
#include "netns-lab/ports.h"

#include "netns-lab/tool.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>

int ports_open(void)
{
	struct sockaddr_nl local = { .nl_family = AF_NETLINK,
				     .nl_groups = RTMGRP_LINK };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&local, sizeof(local)) < 0)
		return -errno;
	return fd;
}

static struct rtattr *find(struct rtattr *a, size_t len, int type)
{
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if ((a->rta_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

static bool parse(struct nlmsghdr *nlh, struct port_change *change)
{
	struct ifinfomsg *ifi = NLMSG_DATA(nlh);
	struct rtattr *name, *info, *state = NULL;

	if (nlh->nlmsg_type != RTM_NEWLINK || ifi->ifi_family != AF_BRIDGE)
		return false;
	name = find(IFLA_RTA(ifi), IFLA_PAYLOAD(nlh), IFLA_IFNAME);
	info = find(IFLA_RTA(ifi), IFLA_PAYLOAD(nlh), IFLA_PROTINFO);
	if (info)
		state = find(RTA_DATA(info), RTA_PAYLOAD(info),
			     IFLA_BRPORT_STATE);
	if (!name || !state)
		return false;
	snprintf(change->name, sizeof(change->name), "%s",
		 (const char *)RTA_DATA(name));
	change->state = *(const uint8_t *)RTA_DATA(state);
	return true;
}

int ports_next(int fd, struct port_change *change, int64_t *time)
{
	_Alignas(struct nlmsghdr) char data[32768];
	struct nlmsghdr *nlh = (void *)data;
	ssize_t len;

	/* Notifications of the link group come one to a datagram. */
	for (;;) {
		len = tool_receive(fd, data, sizeof(data), NULL, 0, time);
		if (len == -EAGAIN)
			return -EAGAIN;
		if (len > 0 && NLMSG_OK(nlh, len) && parse(nlh, change))
			return 0;
	}
}

const char *ports_state_name(int state)
{
	static const char *const names[] = { "disabled", "listening",
					     "learning", "forwarding",
					     "blocking" };

	return state >= 0 && state < 5 ? names[state] : "unknown";
}
