/* SPDX-License-Identifier: MIT */
#ifndef PROMISES_H
#define PROMISES_H

/*
 * What this agent has told the LAN, for who comes after it: until when no other
 * router can have taken over from which of its virtual routers.  In a file of
 * the state directory that is mapped, so that to keep it up to date is a store
 * to memory, and it is there whatever the agent has died of.
 */

#include <stddef.h>
#include <stdint.h>

struct promises;

/* Returns 0 or -errno. */
int promises_open(struct promises **result, const char *path);
void promises_close(struct promises *promises); /* NULL is fine */

/*
 * A place for the virtual router of this name (naming_alias()): > 0, or 0 when
 * all are taken.  *until is what an agent before this one has left, as of
 * loop_now(), or 0.
 */
size_t promises_take(struct promises *promises, const char *name,
		     int64_t *until);
void promises_drop(struct promises *promises, size_t place);

/* 0: none is made any more. */
void promises_make(struct promises *promises, size_t place, int64_t until);

#endif
