/* SPDX-License-Identifier: MIT */
#ifndef WISH_H
#define WISH_H

/* What the clients of an interface want its port to receive. */

#include <stddef.h>
#include <stdint.h>

struct interface;
struct port_wish;

/* Its padding is zero too, so that two of them can be compared. */
void wish_make(struct port_wish *wish, const struct interface *iface);

/* A frame's of enum port_kind, or 0: none that anybody may have asked for. */
unsigned wish_kind(const uint8_t *frame, size_t len);

#endif
