/* SPDX-License-Identifier: MIT */
#ifndef OWNER_H
#define OWNER_H

/*
 * The address owner (RFC 9568 sections 1.7, 5.2.4): priority 255 says that the
 * addresses are the interface's own.  Its claim moves them (netlink/gate.h);
 * here is what is said of that, and where they are in the end.
 */

#include <stdbool.h>

struct router;

bool owner_is(const struct router *r);

/* Before they are moved: warns where the interface has them otherwise. */
void owner_look(const struct router *r);

/*
 * RFC 9568 section 5.2.4: 255 for who owns the addresses, and only then.  Why
 * it cannot run, or NULL.
 */
const char *owner_fault(const struct router *r);

/*
 * It waits in Initialize: if not only for a moment, the interface is not to
 * have the addresses meanwhile.
 */
void owner_wait(struct router *r);

/*
 * The claim ends: are they to be the interface's again?  Not while another
 * router has them, as far as heard, which is said then, nor when they are to
 * be virtual addresses that nobody owns.
 */
bool owner_gives_back(const struct router *r);

/* They are the interface's again, and the hosts must learn its MAC. */
void owner_gave_back(struct router *r);

#endif
