/* SPDX-License-Identifier: MIT */
#ifndef SIM_INTRODUCE_H
#define SIM_INTRODUCE_H

/* The verbs that make hosts, and the settings of a virtual router. */

struct script;

void introduce_one(struct script *script);
void introduce_many(struct script *script);

#endif
