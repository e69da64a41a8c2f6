/* SPDX-License-Identifier: MIT */
#ifndef FENCE_TABLE_H
#define FENCE_TABLE_H

/*
 * What fence.c shares with its programs in the kernel, fence.bpf.c:
 *
 *   open_until  by place, until when frames pass: ns of CLOCK_BOOTTIME, or
 *               one of the values below.  Mapped into the agent's memory.
 *   addresses   for fence_in and fence_out, what is fenced: the values say
 *               nothing
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FENCE_PLACES    4096 /* a virtual router of one family each */
#define FENCE_ADDRESSES 16384

#define FENCE_LIFTED                                                           \
	0            /* fence_link: nothing passes.  fence_in, fence_out:      \
			everything does, as the host has none of them */
#define FENCE_SHUT 1 /* nothing passes */

struct fence_address {
	uint32_t place;
	uint8_t octets[16]; /* zeros behind IPv4 */
};

#endif
