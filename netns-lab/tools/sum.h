/* SPDX-License-Identifier: MIT */
#ifndef SUM_H
#define SUM_H

/*
 * The Internet checksum (RFC 1071) for those who ask and attack.  decode has
 * its own: it is there to disagree.
 */

#include <stddef.h>
#include <stdint.h>

/* What was summed up before, and `len` octets more, from an even place on. */
uint32_t sum_add(uint32_t sum, const void *data, size_t len);

/* The checksum, in host order. */
uint16_t sum_fold(uint32_t sum);

#endif
