/* SPDX-License-Identifier: MIT */
/*
 * One question to rtnetlink, asked before the measurement begins.  The answer
 * is for one destination, so the kernel has looked at its rules and metrics
 * and chosen the source for us.
 */
#include "netns-lab/tools/route.h"

#include <errno.h>
#include <ifaddrs.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	struct nlmsghdr head;
	struct rtmsg route;
	char attributes[64];
};

/* Where the octets of the address are, and how many. */
static void *octets(union route_address *address, size_t *len)
{
	if (address->any.sa_family == AF_INET6) {
		*len = sizeof(address->in6.sin6_addr);
		return &address->in6.sin6_addr;
	}
	*len = sizeof(address->in.sin_addr);
	return &address->in.sin_addr;
}

static void add(struct request *r, unsigned short type, const void *data,
		size_t len)
{
	struct rtattr *a = (void *)((char *)r + NLMSG_ALIGN(r->head.nlmsg_len));

	a->rta_type = type;
	a->rta_len = (unsigned short)RTA_LENGTH(len);
	memcpy(RTA_DATA(a), data, len);
	/* An address or an index: of a multiple of four octets. */
	r->head.nlmsg_len += (uint32_t)RTA_LENGTH(len);
}

static void read_answer(struct nlmsghdr *head, struct route *route)
{
	const struct rtmsg *message = NLMSG_DATA(head);
	size_t left = RTM_PAYLOAD(head);
	size_t len;
	void *source = octets(&route->source, &len);

	for (struct rtattr *a = RTM_RTA(message); RTA_OK(a, left);
	     a = RTA_NEXT(a, left)) {
		if (a->rta_type == RTA_OIF)
			memcpy(&route->ifindex, RTA_DATA(a),
			       sizeof(route->ifindex));
		else if (a->rta_type == RTA_PREFSRC && RTA_PAYLOAD(a) == len)
			memcpy(source, RTA_DATA(a), len);
	}
	/* IPv6 names the interface that has our own address; no frame will. */
	if (message->rtm_type == RTN_LOCAL)
		route->ifindex = (int)if_nametoindex("lo");
}

static int ask_kernel(int fd, union route_address *target, struct route *route)
{
	_Alignas(struct nlmsghdr) char answer[4096];
	struct request request = {
		.head = { .nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg)),
			  .nlmsg_type = RTM_GETROUTE,
			  .nlmsg_flags = NLM_F_REQUEST },
		.route.rtm_family = (unsigned char)target->any.sa_family,
	};
	struct nlmsghdr *head = (struct nlmsghdr *)answer;
	struct nlmsgerr error;
	size_t len;
	const void *wanted = octets(target, &len);
	ssize_t got;

	request.route.rtm_dst_len = (unsigned char)(len * 8);
	add(&request, RTA_DST, wanted, len);
	if (route->ifindex)
		add(&request, RTA_OIF, &route->ifindex, sizeof(route->ifindex));
	if (send(fd, &request, request.head.nlmsg_len, 0) < 0)
		return -errno;
	got = recv(fd, answer, sizeof(answer), 0);
	if (got < 0)
		return -errno;
	if (!NLMSG_OK(head, (size_t)got))
		return -EBADMSG;
	if (head->nlmsg_type == NLMSG_ERROR) {
		memcpy(&error, NLMSG_DATA(head), sizeof(error));
		return error.error;
	}
	read_answer(head, route);
	return 0;
}

/* The first one; of IPv6 the link-local one, which every interface has. */
static int take_own_address(struct route *route)
{
	struct ifaddrs *all;
	int err = -EADDRNOTAVAIL;

	if (getifaddrs(&all) < 0)
		return -errno;
	for (const struct ifaddrs *i = all; i && err; i = i->ifa_next) {
		union route_address own = { 0 };

		if (!i->ifa_addr ||
		    i->ifa_addr->sa_family != route->source.any.sa_family ||
		    strcmp(i->ifa_name, route->interface) != 0)
			continue;
		memcpy(&own, i->ifa_addr,
		       i->ifa_addr->sa_family == AF_INET ? sizeof(own.in)
							 : sizeof(own.in6));
		if (own.any.sa_family == AF_INET6 &&
		    !IN6_IS_ADDR_LINKLOCAL(&own.in6.sin6_addr))
			continue;
		route->source = own;
		err = 0;
	}
	freeifaddrs(all);
	return err;
}

static int read_mac(int fd, struct route *route)
{
	struct ifreq ifr = { 0 };

	memcpy(ifr.ifr_name, route->interface, IFNAMSIZ);
	if (ioctl(fd, SIOCGIFHWADDR, &ifr) < 0)
		return -errno;
	memcpy(route->mac, ifr.ifr_hwaddr.sa_data, sizeof(route->mac));
	return 0;
}

int route_find(const union route_address *target, const char *interface,
	       struct route *route)
{
	union route_address to = *target;
	int fd, err;

	*route =
		(struct route){ .source.any.sa_family = target->any.sa_family };
	if (interface)
		route->ifindex = (int)if_nametoindex(interface);
	else if (to.any.sa_family == AF_INET6)
		route->ifindex = (int)to.in6.sin6_scope_id;
	if (interface && !route->ifindex)
		return -ENODEV;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	err = ask_kernel(fd, &to, route);
	if (!if_indextoname((unsigned)route->ifindex, route->interface))
		err = err ? err : -ENODEV;
	else if (err && interface)
		err = take_own_address(route);
	if (!err)
		err = read_mac(fd, route);
	close(fd);
	return err;
}
