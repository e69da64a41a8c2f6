/* SPDX-License-Identifier: MIT */
#ifndef WISH_H
#define WISH_H

/* What the clients of an interface want its port to receive. */

struct interface;
struct port_wish;

/* Its padding is zero too, so that two of them can be compared. */
void wish_make(struct port_wish *wish, const struct interface *iface);

#endif
