/* SPDX-License-Identifier: MIT */
#ifndef SIM_CHANGE_H
#define SIM_CHANGE_H

/* The verb "set": another configuration of who runs already. */

struct script;

void change_one(struct script *script);

#endif
