/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FRAMES_H
#define TESTS_FRAMES_H

/*
 * Frames in hexadecimal, computed without the code that they test, and the
 * means to damage them: the checksum once more, so that the codec cannot vouch
 * for itself.
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#define ETH4  "01005e000012 00005e000133 0800 "
#define IP4   "45c0002000000000ff701899 c0000202 e0000012 "
#define IP4_2 "45c0002400000000ff701895 c0000202 e0000012 "
#define ETH6  "333300000012 00005e000233 86dd "
#define SRC6  "fe80000000000000 00000000000a0002 "
#define IP6   "6c000000 002870ff " SRC6 "ff02000000000000 0000000000000012 "
#define VIPS6                                                                  \
	"fe80000000000000 0000000000050001 20010db800000000 0000000000000001"

/* Offsets into the frames above. */
enum { IP = 14, MESSAGE4 = 34, MESSAGE6 = 54 };

/* Priority 200 of VRID 51. */
#define GOOD4 ETH4 IP4 "3133c801 00644465 c0000201"
#define GOOD6 ETH6 IP6 "3133c802 0064dbea " VIPS6

/* Hexadecimal digits, with spaces anywhere. */
static inline size_t unhex(uint8_t *out, const char *text)
{
	char digits[3] = "";
	size_t len = 0, have = 0;

	for (; *text; text++) {
		if (*text == ' ')
			continue;
		digits[have++] = *text;
		if (have == 2) {
			out[len++] = (uint8_t)strtoul(digits, NULL, 16);
			have = 0;
		}
	}
	return len;
}

/* RFC 1071, the plain way. */
static inline unsigned checksum(unsigned long sum, const uint8_t *at,
				size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		sum += i % 2 ? at[i] : at[i] * 256ul;
	while (sum > 0xffff)
		sum = sum % 65536 + sum / 65536;
	return 0xffff - (unsigned)sum;
}

static inline void put_checksum(uint8_t *field, unsigned value)
{
	field[0] = (uint8_t)(value >> 8);
	field[1] = (uint8_t)value;
}

static inline void fix_ip(uint8_t *frame)
{
	uint8_t *ip = frame + IP;

	put_checksum(ip + 10, 0);
	put_checksum(ip + 10, checksum(0, ip, (ip[0] & 15u) * 4));
}

/* Make the sum of a message right, as section 5.2.8 has it. */
static inline void fix_message4(uint8_t *frame, size_t len)
{
	uint8_t *m = frame + MESSAGE4;

	put_checksum(m + 6, 0);
	put_checksum(m + 6, checksum(0, m, len));
}

static inline void fix_message6(uint8_t *frame, size_t len)
{
	uint8_t *m = frame + MESSAGE6;
	unsigned long pseudo = (unsigned long)len + 112;

	pseudo += 0xffff - checksum(0, frame + IP + 8, 32);
	put_checksum(m + 6, 0);
	put_checksum(m + 6, checksum(pseudo, m, len));
}

#endif
