/* SPDX-License-Identifier: MIT */
#ifndef ASK_H
#define ASK_H

/* vrrpctl's end of the agent's control socket. */

struct json_t;

/*
 * The whole answer, or NULL with errno; `name` may be NULL.  `patience` is how
 * many seconds the agent may say nothing.
 */
struct json_t *ask_agent(const char *path, const char *command,
			 const char *name, int patience);

#endif
