/* SPDX-License-Identifier: MIT */
#ifndef PROMISES_H
#define PROMISES_H

/*
 * What this agent has told the LAN, for who comes after it: until when no other
 * router can have taken over from which of its virtual routers.  And what it
 * was told: which of them are to stay out of service.  In a file of the state
 * directory that is mapped, so that to keep it up to date is a store to memory,
 * and it is there whatever the agent has died of.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct promises;

/* Is it to stay out of service? */
enum promises_hold {
	PROMISES_FREE,
	PROMISES_ASKED, /* as soon as it has handed over */
	PROMISES_OUT,   /* and who comes after a crash knows it, too */
};

/* Returns 0, or -errno when all of it ends with this process; *result is to be
   closed then, too, unless it is NULL. */
int promises_open(struct promises **result, const char *path);
void promises_close(struct promises *promises); /* NULL is fine */

/*
 * A place for the virtual router of this name (naming_alias()): > 0, or 0 when
 * all are taken.  *until is what an agent before this one has left, as of
 * loop_now(), or 0.
 */
size_t promises_take(struct promises *promises, const char *name,
		     int64_t *until);
/* Who comes to be of that name later finds it held if it was. */
void promises_drop(struct promises *promises, size_t place);

/* 0: none is made any more. */
void promises_make(struct promises *promises, size_t place, int64_t until);

void promises_hold(struct promises *promises, size_t place,
		   enum promises_hold hold);
bool promises_is_held(const struct promises *promises, size_t place);

/* Nobody is held who has no place now, and may come to have one later. */
void promises_free_others(struct promises *promises);

#endif
