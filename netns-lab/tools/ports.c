/* SPDX-License-Identifier: MIT */
/*
 * The kernel tells everyone who listens when something about a bridge port
 * changes, on the spot.  That is a better stamp for a cut than the times
 * around the command that made it, which has a program to start.
 *
 * Of one link there are two sorts of messages: the bridge's have the state of
 * the port, the general ones its carrier.
 */
#include "netns-lab/tools/ports.h"

#include "netns-lab/tools/tool.h"

#include <errno.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct rtattr *find(struct rtattr *a, size_t len, int type)
{
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if ((a->rta_type & NLA_TYPE_MASK) == type)
			return a;
	return NULL;
}

static struct rtattr *find_in_link(struct nlmsghdr *nlh, int type)
{
	struct ifinfomsg *ifi = NLMSG_DATA(nlh);

	return find(IFLA_RTA(ifi), IFLA_PAYLOAD(nlh), type);
}

static const char *state_name(int state)
{
	static const char *const names[] = { "disabled", "listening",
					     "learning", "forwarding",
					     "blocking" };

	return state >= 0 && state < 5 ? names[state] : "unknown";
}

static struct port *get(const struct ports *ports, int ifindex)
{
	for (size_t i = 0; i < ports->count; i++)
		if (ports->list[i].ifindex == ifindex)
			return &ports->list[i];
	return NULL;
}

const struct port *ports_find(const struct ports *ports, int ifindex)
{
	return get(ports, ifindex);
}

static struct port *add(struct ports *ports, int ifindex)
{
	struct port *list =
		realloc(ports->list, (ports->count + 1) * sizeof(*list));

	if (!list)
		return NULL;
	ports->list = list;
	list[ports->count] = (struct port){ .ifindex = ifindex };
	return &list[ports->count++];
}

/* The port a message is about, with name and segment as they are now. */
static struct port *identify(struct ports *ports, struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(nlh);
	struct rtattr *name = find_in_link(nlh, IFLA_IFNAME);
	struct rtattr *bridge = find_in_link(nlh, IFLA_MASTER);
	struct port *port = get(ports, ifi->ifi_index);

	if (!name || !bridge)
		return NULL;
	if (!port)
		port = add(ports, ifi->ifi_index);
	if (!port)
		return NULL;
	snprintf(port->name, sizeof(port->name), "%s",
		 (const char *)RTA_DATA(name));
	memcpy(&port->segment, RTA_DATA(bridge), sizeof(port->segment));
	return port;
}

/* The bridge's message; what it says of the carrier only when asked for. */
static const char *take_state(struct port *port, struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(nlh);
	struct rtattr *info = find_in_link(nlh, IFLA_PROTINFO), *state = NULL;
	bool was_present = port->present;
	int old = port->state;

	if (nlh->nlmsg_type == RTM_DELLINK) {
		port->present = false;
		return was_present ? "removed" : NULL;
	}
	if (info)
		state = find(RTA_DATA(info), RTA_PAYLOAD(info),
			     IFLA_BRPORT_STATE);
	if (!state)
		return NULL;
	port->present = true;
	port->state = *(const uint8_t *)RTA_DATA(state);
	if (nlh->nlmsg_flags & NLM_F_MULTI) {
		port->carrier = ifi->ifi_flags & IFF_LOWER_UP;
		return NULL;
	}
	return was_present && old == port->state ? NULL
						 : state_name(port->state);
}

static const char *take_carrier(struct port *port, struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(nlh);
	bool carrier = ifi->ifi_flags & IFF_LOWER_UP;

	/* A port that has gone has lost its carrier before. */
	if (nlh->nlmsg_type == RTM_DELLINK || carrier == port->carrier)
		return NULL;
	port->carrier = carrier;
	return carrier ? "carrier" : "no-carrier";
}

static bool take_message(struct ports *ports, struct nlmsghdr *nlh,
			 struct port_change *change)
{
	const struct ifinfomsg *ifi = NLMSG_DATA(nlh);
	struct port *port;

	if (nlh->nlmsg_type != RTM_NEWLINK && nlh->nlmsg_type != RTM_DELLINK)
		return false;
	port = identify(ports, nlh);
	if (!port)
		return false;
	change->state = ifi->ifi_family == AF_BRIDGE ? take_state(port, nlh)
						     : take_carrier(port, nlh);
	change->segment = port->segment;
	memcpy(change->name, port->name, sizeof(change->name));
	return change->state;
}

/* What there is already: many messages to a datagram, and an end. */
static int take_inventory(struct ports *ports)
{
	struct {
		struct nlmsghdr nlh;
		struct ifinfomsg ifi;
	} ask = { { .nlmsg_len = sizeof(ask),
		    .nlmsg_type = RTM_GETLINK,
		    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		  { .ifi_family = AF_BRIDGE } };
	_Alignas(struct nlmsghdr) char data[65536];
	struct pollfd pollfd = { .fd = ports->fd, .events = POLLIN };
	struct port_change ignored;
	int64_t time;

	if (send(ports->fd, &ask, sizeof(ask), 0) < 0)
		return -errno;
	while (poll(&pollfd, 1, -1) > 0) {
		struct nlmsghdr *nlh = (void *)data;
		ssize_t len = tool_receive(ports->fd, data, sizeof(data), NULL,
					   0, &time);

		for (; len > 0 && NLMSG_OK(nlh, len);
		     nlh = NLMSG_NEXT(nlh, len)) {
			if (nlh->nlmsg_type == NLMSG_DONE)
				return 0;
			if (nlh->nlmsg_type == NLMSG_ERROR)
				return -EIO;
			take_message(ports, nlh, &ignored);
		}
	}
	return -errno;
}

int ports_open(struct ports *ports)
{
	struct sockaddr_nl local = { .nl_family = AF_NETLINK,
				     .nl_groups = RTMGRP_LINK };
	int room = 4 << 20, err;

	*ports = (struct ports){ 0 };
	ports->fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (ports->fd < 0)
		return -errno;
	/* Only root of the host may have this much. */
	(void)setsockopt(ports->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room,
			 sizeof(room));
	err = bind(ports->fd, (const struct sockaddr *)&local, sizeof(local)) <
			      0
		      ? -errno
		      : take_inventory(ports);
	if (err)
		ports_close(ports);
	return err;
}

int ports_next(struct ports *ports, struct port_change *change, int64_t *time)
{
	_Alignas(struct nlmsghdr) char data[32768];
	struct nlmsghdr *nlh = (void *)data;
	ssize_t len;

	/* Notifications of the link group come one to a datagram. */
	for (;;) {
		len = tool_receive(ports->fd, data, sizeof(data), NULL, 0,
				   time);
		if (len == -EAGAIN)
			return -EAGAIN;
		if (len > 0 && NLMSG_OK(nlh, len) &&
		    take_message(ports, nlh, change))
			return 0;
	}
}

void ports_close(struct ports *ports)
{
	if (ports->fd >= 0)
		close(ports->fd);
	free(ports->list);
	*ports = (struct ports){ .fd = -1 };
}
