/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_MONITOR_H
#define NETLINK_MONITOR_H

/*
 * Tells that something about an interface has changed: its link or one of its
 * addresses.  An event is a hint to look again (link.h), never the truth, so
 * that a lost one costs no more than a look at everything.
 */

#include <stdint.h>

struct monitor;

/*
 * `name` is the interface's name where the event carries it, else NULL.
 * ifindex 0: events were lost (ENOBUFS), anything may have changed.
 */
typedef void monitor_changed(void *arg, int ifindex, const char *name);

/*
 * Events caused by the socket with `own_port` are passed over, as far as the
 * kernel says who has caused them: it does not of links before Linux 6.2, nor
 * of what follows by itself, such as IPv6 addresses lost with the link.
 */
int monitor_open(struct monitor **result, uint32_t own_port);
int monitor_fd(const struct monitor *monitor);

/*
 * Reads what is there, without blocking, though no more than a slice of it:
 * call again while the descriptor is readable.  Returns 0 or -errno.
 */
int monitor_read(struct monitor *monitor, monitor_changed *changed, void *arg);
void monitor_close(struct monitor *monitor);

#endif
