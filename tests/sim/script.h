/* SPDX-License-Identifier: MIT */
#ifndef SIM_SCRIPT_H
#define SIM_SCRIPT_H

/*
 * A line of a story, cut into words that are read one after the other.  What
 * cannot be read ends the program and says where.
 */

#include "tests/sim/host.h"

struct script {
	const char *path;
	int line;
	char text[256];  /* as written, without the comment */
	char words[256]; /* with a NUL after each word */
	char *next;      /* NULL: no more */
};

/* Cuts script->text. */
void script_cut(struct script *s);

/* The next word: NULL, or fails, when there is none. */
const char *script_peek(const struct script *s);
const char *script_word(struct script *s);

/* Is it this one?  Then it has been read. */
bool script_accepts(struct script *s, const char *word);

int64_t script_time(struct script *s);   /* "4s", us */
int64_t script_number(struct script *s); /* 0 .. 100000 */
int script_percent(struct script *s);    /* "30%" */

/* "7" or "1-255". */
void script_range(struct script *s, int range[2]);

void script_end(struct script *s); /* no more words */
void script_fail(const struct script *s, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/*
 * Hosts by name: "a", all those of a crowd "m", some of it "m1-100", "all".
 * The next one, after `last` or NULL for the first; NULL: no more.
 */
struct host *script_match(const char *name, const struct host *last);

/* The one of that name. */
struct host *script_host(struct script *s);

#endif
