/* SPDX-License-Identifier: MIT */
#ifndef SIM_WIRE_H
#define SIM_WIRE_H

/* The LAN: one broadcast domain, with all that may go wrong in it. */

#include "tests/sim/host.h"
#include "vrrpd/port.h"

struct wire {
	int64_t delay;                /* of each frame, us */
	int64_t jitter;               /* and up to so much more */
	int lose, duplicate, reorder; /* per cent of the frames */
	int64_t hold; /* how much later a reordered frame arrives, at most */
};

extern struct wire wire;
extern const struct port_ops wire_port;

struct frame {
	size_t users, len;
	uint8_t bytes[];
};

void frame_drop(struct frame *frame);

/* `to` does not hear `from` any more; or again.  NULL: anybody. */
void wire_mute(const struct host *from, const struct host *to);
void wire_unmute(const struct host *from, const struct host *to);
bool wire_is_muted(void); /* anybody? */

/* May a frame get from one to the other?  And is an agent there to hear it? */
bool wire_reaches(const struct host *from, const struct host *to);
bool wire_connects(const struct host *from, const struct host *to);

/* The longest time that a frame may take. */
int64_t wire_latency(void);

/* A frame arrives. */
void wire_deliver(struct host *to, struct frame *frame);

void wire_free(void);

#endif
