/* SPDX-License-Identifier: MIT */
/*
 * Pure noise would fail the first check of a receiver; so most of each frame
 * is good, and what is bad may be anywhere.
 */
#include "netns-lab/tools/noise.h"

#include <string.h>
#include <sys/socket.h>

#define ETHER    14
#define IPV4     20
#define PROTOCOL 9  /* of the IPv4 header */
#define HEAD6    22 /* Ethernet and IPv6 up to the hop limit */

/* Knuth's linear congruential generator: good enough, and the same anywhere. */
static unsigned draw(struct noise *noise, size_t below)
{
	noise->state = noise->state * UINT64_C(6364136223846793005) +
		       UINT64_C(1442695040888963407);
	return (unsigned)((noise->state >> 33) % below);
}

static size_t mutate(struct noise *noise, uint8_t *frame)
{
	size_t len = noise->good_len, body = len - ETHER;

	memcpy(frame, noise->good, len);
	for (unsigned n = 1 + draw(noise, 4); n > 0; n--)
		frame[ETHER + draw(noise, body)] ^=
			(uint8_t)(1 + draw(noise, 255));
	/* What the receiver's filter passes. */
	frame[ETHER + PROTOCOL] = noise->good[ETHER + PROTOCOL];
	if (draw(noise, 4) == 0)
		len = ETHER + IPV4 + draw(noise, body - IPV4);
	return len;
}

static size_t make_noise(struct noise *noise, uint8_t *frame)
{
	size_t least = ETHER + 40;
	size_t len = least + draw(noise, NOISE_FRAME - least);

	for (size_t i = 0; i < len; i++)
		frame[i] = (uint8_t)draw(noise, 256);
	if (draw(noise, 2))
		memcpy(frame, noise->good, ETHER + IPV4);
	else
		memcpy(frame, noise->good6, HEAD6);
	return len;
}

void noise_start(struct noise *noise, const struct encode_advert *good,
		 uint64_t seed)
{
	struct encode_advert other = *good;

	noise->state = seed;
	noise->good_len = encode_advert(good, noise->good);
	other.family = AF_INET6;
	encode_advert(&other, noise->good6);
}

size_t noise_next(struct noise *noise, uint8_t frame[NOISE_FRAME])
{
	return draw(noise, 2) ? mutate(noise, frame) : make_noise(noise, frame);
}
