/* SPDX-License-Identifier: MIT */
#ifndef AUDIT_H
#define AUDIT_H

/*
 * What a virtual router remarks of the advertisements that it receives: it
 * counts them, and tells operators of senders that are configured differently.
 * Nothing here acts on the protocol.
 */

#include <stdint.h>

struct packet;
struct router;

/* A valid advertisement arrived (RFC 9568 section 7.1). */
void audit_advert(struct router *r, const struct packet *p, int64_t now);

#endif
