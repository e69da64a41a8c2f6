/* SPDX-License-Identifier: MIT */
#ifndef SENDING_H
#define SENDING_H

/* What a virtual router says: to other routers, and to hosts and switches. */

#include <stdint.h>

struct router;

/* With this priority.  One that could not leave has not opened its fence. */
void sending_advert(struct router *r, uint8_t priority);

/*
 * Who answers for the addresses; as long as its fence is shut, or not all of
 * them are answered for, nothing.
 */
void sending_announce(struct router *r);

#endif
