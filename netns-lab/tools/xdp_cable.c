/* SPDX-License-Identifier: MIT */
/*
 * veth hands a frame over in the system call that sent it, so whoever has
 * counted what came out before and after a call has missed nothing.
 */
#include "netns-lab/tools/xdp_cable.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <ifaddrs.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/if_packet.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define BATCH 64 /* as the kernel's test runs have it */

int xdp_cable_open(struct xdp_cable *cable, const char *out, const char *in)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET };

	*cable = (struct xdp_cable){ .out = (int)if_nametoindex(out),
				     .in = (int)if_nametoindex(in),
				     .in_name = in,
				     .attached = -1 };
	/* Protocol 0: it sends, and receives nothing. */
	cable->socket = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (!cable->out || !cable->in || cable->socket < 0)
		return -errno;
	sll.sll_ifindex = cable->out;
	if (bind(cable->socket, (struct sockaddr *)&sll, sizeof(sll)) < 0)
		return -errno;
	return 0;
}

void xdp_cable_close(struct xdp_cable *cable)
{
	(void)xdp_cable_attach(cable, -1);
	(void)xdp_cable_set_gro(cable, false);
	if (cable->socket >= 0)
		close(cable->socket);
}

int xdp_cable_attach(struct xdp_cable *cable, int program)
{
	int err;

	if (program == cable->attached)
		return 0;
	err = bpf_xdp_attach(cable->in, program, XDP_FLAGS_DRV_MODE, NULL);
	if (!err)
		cable->attached = program;
	return err;
}

int xdp_cable_set_gro(struct xdp_cable *cable, bool on)
{
	struct ethtool_value value = { .cmd = ETHTOOL_SGRO, .data = on };
	struct ifreq request = { .ifr_data = (void *)&value };

	if (on == cable->gro)
		return 0;
	strncpy(request.ifr_name, cable->in_name, IFNAMSIZ - 1);
	if (ioctl(cable->socket, SIOCETHTOOL, &request) < 0)
		return -errno;
	cable->gro = on;
	return 0;
}

int xdp_cable_send(struct xdp_cable *cable, const void *frame, uint32_t len,
		   unsigned count)
{
	struct iovec iov = { (void *)(uintptr_t)frame, len };
	struct mmsghdr batch[BATCH] = { 0 };

	for (int i = 0; i < BATCH; i++) {
		batch[i].msg_hdr.msg_iov = &iov;
		batch[i].msg_hdr.msg_iovlen = 1;
	}
	while (count > 0) {
		int n = sendmmsg(cable->socket, batch,
				 count < BATCH ? count : BATCH, 0);

		if (n < 0)
			return -errno;
		count -= (unsigned)n;
	}
	return 0;
}

uint32_t xdp_cable_received(const struct xdp_cable *cable)
{
	struct ifaddrs *all, *i;
	uint32_t received = 0;

	if (getifaddrs(&all) < 0)
		return 0;
	for (i = all; i; i = i->ifa_next) {
		const struct rtnl_link_stats *stats = i->ifa_data;

		if (stats && i->ifa_addr->sa_family == AF_PACKET &&
		    strcmp(i->ifa_name, cable->in_name) == 0)
			received = stats->rx_packets;
	}
	freeifaddrs(all);
	return received;
}
