/* SPDX-License-Identifier: MIT */
#ifndef XDP_WAY_H
#define XDP_WAY_H

/*
 * The ways in which a frame comes to an XDP program, for xdp_cost: each sends
 * many, and says how long one has taken.
 */

#include <stdint.h>

enum xdp_program { XDP_NONE, XDP_PASSES, XDP_TAP, XDP_PROGRAMS };

/* An octet at a place tells what it is, `version` begins an IP header. */
struct xdp_frame {
	const char *name;
	uint32_t len;
	uint16_t type;
	uint8_t at, value, version;
};

struct xdp_bench;

/*
 * The programs are loaded, and IN has none of them; OUT and IN are the ends of
 * a cable.  0 or -errno, -EPERM if programs may not be loaded here.
 */
int xdp_bench_open(struct xdp_bench **bench, const char *out, const char *in);
void xdp_bench_close(struct xdp_bench *bench);

/*
 * *ns is what one frame takes, or -1 where this way has none without a
 * program; those that did not come out of IN are added to *lost.  0 or -errno.
 */
struct xdp_way {
	const char *name;
	int (*measure)(struct xdp_bench *bench, const struct xdp_frame *frame,
		       enum xdp_program program, double *ns, unsigned *lost);
};

#define XDP_WAYS 3
extern const struct xdp_way xdp_ways[XDP_WAYS];

#endif
