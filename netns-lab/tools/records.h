/* SPDX-License-Identifier: MIT */
#ifndef RECORDS_H
#define RECORDS_H

/*
 * A download at a steady pace: the client says how often it wants a record,
 * and the server sends them until either goes away.  What is in a record does
 * not matter; TCP sees to their order.
 */

#include <stdint.h>

#define RECORDS_SIZE 1024 /* octets of a record */

/* What a client says first, in network order. */
struct records_greeting {
	uint32_t reserved;
	uint32_t interval; /* us, not 0 */
};

/*
 * Serve those who are waiting at the listening socket, which must not block:
 * each in a process of its own, that ends with its client or with the caller.
 */
void records_accept(int listener);

#endif
