/* SPDX-License-Identifier: MIT */
#ifndef RESPONDER_H
#define RESPONDER_H

/*
 * Answers for the addresses of a virtual router whose host must not accept
 * what is sent to them (RFC 9568 sections 6.1 and 6.4.3, Accept_Mode False):
 * ARP requests and Neighbor Solicitations, while the router serves.
 */

#include "vrrpd/port.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct router;

/* An owner accepts whatever its configuration says. */
bool responder_is_needed(const struct router *router);

/* The kinds of frames to be received for it (enum port_kind, combined). */
unsigned responder_kinds(const struct router *router);

void responder_answer(struct router *router, enum port_kind kind,
		      const uint8_t *frame, size_t len);

#endif
