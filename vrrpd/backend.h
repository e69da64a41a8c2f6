/* SPDX-License-Identifier: MIT */
#ifndef BACKEND_H
#define BACKEND_H

/* Which packet backend an interface has (packet_io in vrrpd.cfg(5)). */

#include "vrrpd/config.h"

#include <stdbool.h>

struct interface;

/* What its clients ask for. */
enum config_packet_io backend_wanted(const struct interface *iface);

/*
 * Opens iface->opened as iface->packet_io has it, on the worker.  Returns 0 or
 * -errno; iface->open_error and iface->xdp_error say why, or why not better.
 */
int backend_open(struct interface *iface);

/* Log which one it has now. */
void backend_tell(const struct interface *iface);

/*
 * Has it a port, but not of the kind that is wanted by now?  Or would it have
 * a better one, as another program's XDP program has just gone: `freed`?
 */
bool backend_is_wrong(struct interface *iface, bool freed);

#endif
