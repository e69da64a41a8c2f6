/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_GATE_BATCHES_H
#define NETLINK_GATE_BATCHES_H

/* What a gate asks of the kernel, built before it matters.  For gate.c alone.
 */

#include "netlink/address.h"
#include "netlink/netlink.h"

#include <stdbool.h>
#include <stddef.h>

struct gate;

bool gate_is_virtual(const struct gate *gate);

/* How many of the addresses go onto an interface: all, or none. */
size_t gate_placed(const struct gate *gate);

/* How many of those go before the rest. */
size_t gate_first(const struct gate *gate);

/* As it goes onto the interface. */
struct address gate_programmed(const struct gate *gate,
			       const struct address *wanted);

/* Messages that take the addresses away.  Returns 0 or -ENOMEM. */
int gate_add_deletions(const struct gate *gate, struct batch *batch);

/* All batches anew, for this interface.  Returns 0 or -ENOMEM: it has none. */
int gate_build(struct gate *gate, int ifindex);

#endif
