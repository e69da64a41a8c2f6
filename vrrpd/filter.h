/* SPDX-License-Identifier: MIT */
#ifndef FILTER_H
#define FILTER_H

/*
 * Which frames wake a port that is a packet socket: a program of classic BPF,
 * run by the kernel on every frame that the host receives.  Those of VRRP pass
 * (protocol 112, IPv4 and IPv6, untagged) unless they are not wanted, and what
 * is wished for (port.h).
 */

struct port_wish;

/*
 * Put the filter in the place of the one before, in one step: nothing that
 * both let pass is lost.  Returns 0 or -errno: the one before is in force.
 */
int filter_attach(int fd, const struct port_wish *wish);

#endif
