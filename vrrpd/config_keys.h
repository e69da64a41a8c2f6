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
	CONFIG_KEY_NETWORK,   /* struct router_advert_network: an IPv6 prefix */
	CONFIG_KEY_SERVERS,   /* uint8_t[][16], IPv6 addresses */
	CONFIG_KEY_GROUP,     /* no value, but members */
	CONFIG_KEY_BLOCK,     /* a struct * to members; NULL: not given */
	CONFIG_KEY_LIST,      /* an array of structs with members */
};

/* What ties the members of a group together. */
struct config_rule {
	const char *key; /* the member to blame; NULL ends a table */
	bool (*holds)(const void *group);
	const char *text; /* what is wrong, and what would be right */
};

struct config_key {
	const char *name; /* NULL ends a table */
	enum config_key_type type;
	bool required;
	const char *fallback; /* the default as text, NULL: none */
	const char *derived;  /* TIME: the default in words, if it comes from
				 other keys: CONFIG_DERIVED until then */
	int64_t min;          /* INTEGER; TIME: us; NAME, INTERFACE: octets */
	int64_t max;          /* SERVERS, LIST: items */
	int64_t step;         /* TIME: a divisor of the value */
	bool zero;            /* INTEGER, TIME: 0 is good too, below min */
	const char *const *choices;       /* CHOICE: ends with NULL */
	const struct config_key *members; /* GROUP, BLOCK, LIST: a table */
	const struct config_rule *rules;  /* of the members, or NULL */
	void (*derive)(void *group);      /* set derived defaults, or NULL */
	size_t size;                      /* BLOCK, LIST: octets of a struct */
	size_t offset;    /* into the struct that the table is for */
	size_t at_count;  /* SERVERS, LIST: offset of the size_t of items */
	const char *help; /* mdoc text, may have lines */
};

#define CONFIG_DERIVED (-1)

/* The keys of one item of virtual_routers. */
extern const struct config_key config_keys[];

/* Of router_advertisements, into struct router_advert: config_ra.c. */
extern const struct config_key config_ra_keys[];
extern const struct config_rule config_ra_rules[];
void config_ra_derive(void *ra);

/* NULL if there is none. */
const struct config_key *config_key_find(const struct config_key *table,
					 const char *name);

/* The key that `name` may be a slip of, or NULL. */
const struct config_key *config_key_nearest(const struct config_key *table,
					    const char *name);

/*
 * Read `text` as the key's value into the struct `base`; of SERVERS, as one
 * more item.  Returns 0; -EINVAL if it is not what config_key_describe() says;
 * -ENOMEM.  Not for addresses and what has members.
 */
int config_key_set(const struct config_key *key, const char *text, void *base);

/* The struct of a BLOCK, or NULL. */
void *config_key_block(const struct config_key *key, const void *base);

/* How many items `base` has of a SERVERS or LIST key. */
size_t *config_key_count(const struct config_key *key, void *base);

/* Why this cannot be a virtual address, "a multicast address", or NULL. */
const char *config_key_reject_address(const struct address *a);

/* The bare range, "1..255", of a key that has one. */
void config_key_range(const struct config_key *key, FILE *out);

/* What a value has to be: "an integer 1..255". */
void config_key_describe(const struct config_key *key, FILE *out);

/* Its value there, as in a file. */
void config_key_print(const struct config_key *key,
		      const struct config_router *r, FILE *out);

/* A string in quotes, escaped such that libconfig reads the same again. */
void config_key_quote(const char *text, FILE *out);

#endif
