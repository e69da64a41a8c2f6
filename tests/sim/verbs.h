/* SPDX-License-Identifier: MIT */
#ifndef SIM_VERBS_H
#define SIM_VERBS_H

/* What a line of a story does; sim.c has the list. */

struct script;

void verbs_do(struct script *script);

#endif
