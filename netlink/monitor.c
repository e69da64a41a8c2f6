/* SPDX-License-Identifier: MIT */
/*
 * A socket of its own, so that a flood of events can never crowd out an
 * acknowledgement.  libnl's caches are not used: on an overrun they keep what
 * they have and stay wrong.  We keep nothing, and so have nothing to correct.
 */
#include "netlink/monitor.h"
#include "netlink/netlink.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <sys/socket.h>

/* Some 4000 events, a full table of addresses.  A bound, not an allocation. */
#define BACKLOG (8 << 20)

/* Datagrams per call: the loop has other things to do. */
#define SLICE 64

struct monitor {
	struct nl_sock *socket;
	uint32_t own_port;
	_Alignas(struct nlmsghdr) uint8_t buffer[16384];
};

int monitor_open(struct monitor **result, uint32_t own_port)
{
	struct monitor *monitor = calloc(1, sizeof(*monitor));
	int err;

	if (!monitor)
		return -ENOMEM;
	monitor->own_port = own_port;
	err = netlink_connect(&monitor->socket, BACKLOG);
	if (err)
		goto out;
	if (nl_socket_add_memberships(monitor->socket, RTNLGRP_LINK,
				      RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
				      RTNLGRP_NONE)) {
		err = -EIO;
		goto out;
	}
	*result = monitor;
	monitor = NULL;
out:
	monitor_close(monitor);
	return err;
}

void monitor_close(struct monitor *monitor)
{
	if (!monitor)
		return;
	nl_socket_free(monitor->socket);
	free(monitor);
}

int monitor_fd(const struct monitor *monitor)
{
	return nl_socket_get_fd(monitor->socket);
}

/* The length of the next datagram, or -errno; one too long counts as lost. */
static int receive(struct monitor *monitor)
{
	ssize_t len;

	do {
		len = recv(monitor_fd(monitor), monitor->buffer,
			   sizeof(monitor->buffer), MSG_DONTWAIT | MSG_TRUNC);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return -errno;
	return (size_t)len > sizeof(monitor->buffer) ? -ENOBUFS : (int)len;
}

static void tell_link(struct nlmsghdr *nlh, monitor_changed *changed, void *arg)
{
	const struct ifinfomsg *ifi = nlmsg_data(nlh);
	struct nlattr *name = nlmsg_find_attr(nlh, sizeof(*ifi), IFLA_IFNAME);

	changed(arg, ifi->ifi_index, name ? nla_get_string(name) : NULL);
}

static void tell_address(struct nlmsghdr *nlh, monitor_changed *changed,
			 void *arg)
{
	const struct ifaddrmsg *ifa = nlmsg_data(nlh);

	changed(arg, (int)ifa->ifa_index, NULL);
}

static void tell(const struct monitor *monitor, struct nlmsghdr *nlh,
		 monitor_changed *changed, void *arg)
{
	/* The kernel's own are from port 0. */
	if (monitor->own_port && nlh->nlmsg_pid == monitor->own_port)
		return;
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		if (nlmsg_valid_hdr(nlh, sizeof(struct ifinfomsg)))
			tell_link(nlh, changed, arg);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		if (nlmsg_valid_hdr(nlh, sizeof(struct ifaddrmsg)))
			tell_address(nlh, changed, arg);
		break;
	}
}

/*
 * Everything is to be looked at, so what is queued need not be read; and the
 * kernel queues nothing more until the queue is empty.  It is emptied before
 * the caller looks, so that no event is lost in between.
 */
static void discard_events(struct monitor *monitor)
{
	int len;

	do {
		len = receive(monitor);
	} while (len >= 0 || len == -ENOBUFS);
}

int monitor_read(struct monitor *monitor, monitor_changed *changed, void *arg)
{
	for (int i = 0; i < SLICE; i++) {
		struct nlmsghdr *nlh = (void *)monitor->buffer;
		int len = receive(monitor);

		if (len == -EAGAIN)
			return 0;
		if (len == -ENOBUFS) {
			discard_events(monitor);
			changed(arg, 0, NULL);
			return 0;
		}
		if (len < 0)
			return len;
		for (; nlmsg_ok(nlh, len); nlh = nlmsg_next(nlh, &len))
			tell(monitor, nlh, changed, arg);
	}
	return 0;
}
