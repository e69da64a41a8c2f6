/* SPDX-License-Identifier: MIT */
#ifndef SIM_INTRODUCE_H
#define SIM_INTRODUCE_H

/* The verbs that make hosts, and the settings of a virtual router. */

struct config_router;
struct script;

void introduce_one(struct script *script);
void introduce_many(struct script *script);

/* How many, in the script. */
int introduce_read_addresses(struct script *script);

/* So many for each family that it has.  What it had before is not freed. */
void introduce_addresses(struct config_router *block, int count);

#endif
