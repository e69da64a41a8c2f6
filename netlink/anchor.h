/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_ANCHOR_H
#define NETLINK_ANCHOR_H

/*
 * 127.0.0.112 on a macvlan that forwards, and has no virtual address, or none
 * yet: with reverse-path filtering, even loose, the kernel drops all that
 * arrives on an interface without any IPv4 address (`no_addr` in
 * __fib_validate_source()).  This one is of no use to anybody else, and nobody
 * is told of it.  For gate.c and drop.c alone.
 */

#include <stdbool.h>

struct address;
struct gate;
struct netlink;

/* Does it need one, once it is up?  With the host's settings as they are. */
bool anchor_is_wanted(const struct gate *gate);

/* Has a closed gate one, too? */
bool anchor_stays(const struct gate *gate);

bool anchor_is(const struct address *a);

/* If it is wanted.  Idempotent; *changed counts what was not so before. */
int anchor_put(struct netlink *nl, const struct gate *gate, unsigned *changed);
int anchor_take(struct netlink *nl, const struct gate *gate);

#endif
