/* SPDX-License-Identifier: MIT */
#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

/*
 * The table of configuration keys: every name, type, default, range and line
 * of help is said here once, for the parser, the messages, config_print() and
 * vrrpd.cfg(5).  Knows values as text; libconfig is config.c's business.
 */

#include "vrrpd/config.h"

enum config_key_type {
	CONFIG_KEY_NAME,      /* char *: printable, no blanks */
	CONFIG_KEY_INTERFACE, /* char[IFNAMSIZ] */
	CONFIG_KEY_INTEGER,   /* int */
	CONFIG_KEY_BOOLEAN,   /* bool */
	CONFIG_KEY_TIME,      /* int64_t, us */
	CONFIG_KEY_CHOICE,    /* int, index into choices */
	CONFIG_KEY_ADDRESSES, /* of the router: addresses, *_count */
	CONFIG_KEY_GROUP,     /* no value, but members */
};

struct config_key {
	const char *name; /* NULL ends a table */
	enum config_key_type type;
	bool required;
	const char *fallback; /* the default as text, NULL: none */
	int64_t min;          /* INTEGER; TIME: us; NAME, INTERFACE: octets */
	int64_t max;
	int64_t step;                     /* TIME: a divisor of the value */
	bool zero;                        /* TIME: 0 is good too, below min */
	const char *const *choices;       /* CHOICE: ends with NULL */
	const struct config_key *members; /* GROUP: a table */
	size_t offset;                    /* into struct config_router */
	const char *help;                 /* mdoc text, may have lines */
};

/* The keys of one item of virtual_routers. */
extern const struct config_key config_keys[];

/* NULL if there is none. */
const struct config_key *config_key_find(const struct config_key *table,
					 const char *name);

/* The key that `name` may be a slip of, or NULL. */
const struct config_key *config_key_nearest(const struct config_key *table,
					    const char *name);

/*
 * Read `text` as the key's value into *r.  Returns 0; -EINVAL if it is not
 * what config_key_describe() says; -ENOMEM.  Not for addresses and groups.
 */
int config_key_set(const struct config_key *key, const char *text,
		   struct config_router *r);

/* Why this cannot be a virtual address, "a multicast address", or NULL. */
const char *config_key_reject_address(const struct address *a);

/* What a value has to be: "an integer 1..255". */
void config_key_describe(const struct config_key *key, FILE *out);

/* A string in quotes, escaped such that libconfig reads the same again. */
void config_key_quote(const char *text, FILE *out);

#endif
