/* SPDX-License-Identifier: MIT */
#ifndef PORT_XDP_H
#define PORT_XDP_H

/*
 * The native XDP backend: advertisements are taken out in the driver, all
 * else is left to the libpcap backend, which also sends.  Needs Linux 5.18,
 * CAP_BPF and CAP_PERFMON, a driver with native XDP, and no other XDP program
 * on the interface; where one of them is missing, open() says which.
 *
 * The program stays for as long as the port is open: a link of the kernel's
 * holds it, which ends with the process however that ends.
 */

#include "vrrpd/port_pcap.h"

extern const struct port_ops port_xdp;

#endif
