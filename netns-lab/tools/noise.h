/* SPDX-License-Identifier: MIT */
#ifndef NOISE_H
#define NOISE_H

/*
 * Frames of any content that a VRRP receiver will look at: half of them
 * mutations of a good advertisement, half an Ethernet and IP header with
 * noise behind.  The same seed makes the same frames.
 */

#include "netns-lab/tools/encode.h"

#define NOISE_FRAME 300 /* the longest */

struct noise {
	uint64_t state;
	uint8_t good[ENCODE_FRAME]; /* the advertisement, of IPv4 */
	size_t good_len;
	uint8_t good6[ENCODE_FRAME]; /* for its header */
};

void noise_start(struct noise *noise, const struct encode_advert *good,
		 uint64_t seed);

/* The length of the next one. */
size_t noise_next(struct noise *noise, uint8_t frame[NOISE_FRAME]);

#endif
