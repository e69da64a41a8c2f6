/* SPDX-License-Identifier: MIT */
/*
 * A socket per interface and family, since the kernel bounds the groups that
 * one socket may join (igmp_max_memberships).
 */
#include "vrrpd/multicast.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

static int join_ipv4(int fd, int ifindex, const char *group)
{
	struct ip_mreqn mreq = { .imr_ifindex = ifindex };

	inet_pton(AF_INET, group, &mreq.imr_multiaddr);
	return setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq,
			  sizeof mreq);
}

static int join_ipv6(int fd, int ifindex, const char *group)
{
	struct ipv6_mreq mreq = { .ipv6mr_interface = (unsigned)ifindex };

	inet_pton(AF_INET6, group, &mreq.ipv6mr_multiaddr);
	return setsockopt(fd, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &mreq,
			  sizeof mreq);
}

static int join(uint8_t family, int ifindex, const char *group)
{
	int fd = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int status, err;

	if (fd < 0)
		return -errno;
	if (family == AF_INET)
		status = join_ipv4(fd, ifindex, group);
	else
		status = join_ipv6(fd, ifindex, group);
	if (status == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int multicast_join(uint8_t family, int ifindex)
{
	return join(family, ifindex,
		    family == AF_INET ? "224.0.0.18" : "ff02::12");
}

int multicast_join_routers(int ifindex)
{
	return join(AF_INET6, ifindex, "ff02::2");
}

void multicast_leave(int fd)
{
	if (fd >= 0)
		close(fd);
}
