/* SPDX-License-Identifier: MIT */
#ifndef PORT_PCAP_H
#define PORT_PCAP_H

/* The libpcap backend: works on every Ethernet interface. */

#include "vrrpd/port.h"

extern const struct port_ops port_pcap;

#endif
