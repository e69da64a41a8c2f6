/* SPDX-License-Identifier: MIT */
/*
 * The tester's ends of the cables: frames go out as they are, and all that
 * comes back is kept with the kernel's time stamp, in the order it came.  So a
 * row may look for a frame long after it came, and a slow tester measures no
 * worse.  Times are CLOCK_MONOTONIC in microseconds.
 */
#ifndef CONFORMANCE_WIRE_H
#define CONFORMANCE_WIRE_H

#include "tests/conformance/seen.h"

#define WIRE_NEVER INT64_MAX

enum wire_port {
	WIRE_DUT,  /* to eth0 of the daemon under test */
	WIRE_DUT2, /* to eth0 of the second one */
	WIRE_FAR,  /* to eth1 of the first */
	WIRE_PORTS,
};

struct heard {
	int64_t when;
	enum wire_port port;
	struct seen seen;
	size_t len;
	uint8_t octets[];
};

/* Is it one that is looked for? */
typedef bool wire_match(const struct heard *heard, const void *arg);

struct wire {
	int fd[WIRE_PORTS];
	struct heard **heard;
	size_t count, room;
	/* A host that answers ARP and NS for the addresses of these. */
	struct ends answering[4];
	size_t answerers;
};

int64_t wire_now(void);
int wire_open(struct wire *wire, const char *const names[WIRE_PORTS]);
/* Returns the time just before it left. */
int64_t wire_send(struct wire *wire, enum wire_port port,
		  const struct frame *frame);
/* Listens until then. */
void wire_until(struct wire *wire, int64_t when);
/* Waits for the first after `from` up to `until`; NULL if there was none. */
const struct heard *wire_wait(struct wire *wire, wire_match *match,
			      const void *arg, int64_t from, int64_t until);
/* How many there were after `from` up to `until`, which is past. */
size_t wire_count(const struct wire *wire, wire_match *match, const void *arg,
		  int64_t from, int64_t until);

#endif
