/* SPDX-License-Identifier: MIT */
#ifndef HEARING_H
#define HEARING_H

/*
 * Has a virtual router heard all that there was to hear?  A receiver whose
 * agent stands still overflows, and keeps what came first: that another router
 * has taken over since, or that the Active is alive, may be among the rest.
 */

#include "vrrpd/log.h"

#include <stdbool.h>
#include <stdint.h>

struct interface;
struct router;

/* Of the receiver of an interface. */
struct hearing {
	uint64_t lost;   /* frames, as last known */
	int64_t lost_at; /* when it was seen that there are more; 0: never */
	struct log_limit limit;

	int64_t read; /* when, the last time */
	bool streams; /* several frames come one after the other, */
	bool rests;   /* and so the rest of them is awaited */
};

/*
 * A turn of at most `most` frames has read this many.  Where others follow at
 * once, the loop rests until they are there, too.
 */
void hearing_note(struct interface *iface, int frames, int most, int64_t now);

/*
 * Its timer has expired.  True: not to be judged yet, as frames were lost just
 * now, and who is Active will speak again before r->timer expires the next
 * time.  Once for each deadline, so that no flood can silence a router.
 */
bool hearing_is_doubtful(struct router *r, int64_t now);

#endif
