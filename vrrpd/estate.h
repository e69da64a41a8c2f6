/* SPDX-License-Identifier: MIT */
#ifndef ESTATE_H
#define ESTATE_H

/*
 * What one process leaves to the next: records of numbers and octets, each
 * value by its name, in a file of memory whose descriptor can be sent.  What
 * the next one does not know it leaves out, and what it misses stays as it is,
 * so that the two need not be of the same version.  A name keeps its meaning:
 * what means something else gets another one.
 */

#include <stdbool.h>
#include <stddef.h>

struct estate;

/*
 * A member of a struct: an integer of 1, 2, 4 or 8 octets, or more octets, as
 * they are.
 */
struct estate_field {
	const char *name; /* no blank, no '=' */
	size_t offset, size;
};

#define ESTATE_FIELD(type, member)                                             \
	{                                                                      \
#member, offsetof(type, member), sizeof((type *)NULL)->member  \
	}

/* Its fields, `count` of them. */
struct estate_kind {
	const struct estate_field *fields;
	size_t count;
};

/* One to be written; NULL: no memory, which the others accept. */
struct estate *estate_begin(void);

/* `name` has no blank.  What is 0 is left out. */
void estate_add(struct estate *estate, const char *name,
		const struct estate_kind *kind, const void *object);

/* Frees it.  Returns the descriptor, the caller's to close, or -errno. */
int estate_end(struct estate *estate);

/* One to be read; `fd` stays the caller's.  Returns 0 or -errno. */
int estate_open(struct estate **result, int fd);
void estate_close(struct estate *estate); /* NULL is fine */

/*
 * All fields of that kind: 0 where nothing is said of it.  False: there is no
 * such record, and nothing has changed.
 */
bool estate_take(struct estate *estate, const char *name,
		 const struct estate_kind *kind, void *object);

#endif
