/* SPDX-License-Identifier: MIT */
/*
 * In the place of port_xdp.c where vrrpd is built without clang or libbpf.
 */
#include "vrrpd/port_xdp.h"

#include <errno.h>
#include <stdio.h>

static int missing_open(const char *ifname, int ifindex, unsigned mtu,
			struct port **result, char *error, size_t size)
{
	(void)ifname, (void)ifindex, (void)mtu, (void)result;
	snprintf(error, size, "vrrpd was built without clang or libbpf");
	return -EOPNOTSUPP;
}

const struct port_ops port_xdp = {
	.name = "native XDP",
	.open = missing_open,
};
