/* SPDX-License-Identifier: MIT */
/*
 * inject INTERFACE COUNT [SEED]: puts frames of any content on the wire that a
 * VRRP receiver will look at: half of them mutations of a good advertisement,
 * half an Ethernet and IP header with noise behind.  The same seed sends the
 * same frames.  Bounded by COUNT, paced so that the receiver's ring holds them.
 */
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define LONGEST 300

/* Digest of RFC 9568: priority 200, VRID 51, 192.0.2.1 from 192.0.2.2. */
static const uint8_t good[] = {
	0x01, 0x00, 0x5e, 0x00, 0x00, 0x12, 0x00, 0x00, 0x5e, 0x00, 0x01, 0x33,
	0x08, 0x00, 0x45, 0xc0, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0xff, 0x70,
	0x18, 0x99, 0xc0, 0x00, 0x02, 0x02, 0xe0, 0x00, 0x00, 0x12, 0x31, 0x33,
	0xc8, 0x01, 0x00, 0x64, 0x44, 0x65, 0xc0, 0x00, 0x02, 0x01,
};
static const uint8_t ipv6[] = {
	0x33, 0x33, 0x00, 0x00, 0x00, 0x12, 0x00, 0x00, 0x5e, 0x00, 0x02,
	0x33, 0x86, 0xdd, 0x6c, 0x00, 0x00, 0x00, 0x00, 0x28, 0x70, 0xff,
};

static uint64_t state;

/* Knuth's linear congruential generator: good enough, and the same anywhere. */
static unsigned draw(unsigned below)
{
	state = state * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (unsigned)(state >> 33) % below;
}

static size_t mutate(uint8_t frame[LONGEST])
{
	size_t len = sizeof good;

	memcpy(frame, good, sizeof good);
	for (unsigned n = 1 + draw(4); n > 0; n--)
		frame[14 + draw(sizeof good - 14)] ^= (uint8_t)(1 + draw(255));
	frame[14 + 9] = 112; /* what the receiver's filter passes */
	if (draw(4) == 0)
		len = 14 + 20 + draw(sizeof good - 14 - 20);
	return len;
}

static size_t make_noise(uint8_t frame[LONGEST])
{
	size_t len = 54 + draw(LONGEST - 54);

	for (size_t i = 0; i < len; i++)
		frame[i] = (uint8_t)draw(256);
	if (draw(2))
		memcpy(frame, good, 34);
	else
		memcpy(frame, ipv6, sizeof ipv6);
	return len;
}

static int open_socket(const char *interface)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_ifindex = (int)if_nametoindex(interface),
	};
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
		return -1;
	return fd;
}

int main(int argc, char **argv)
{
	uint8_t frame[LONGEST];
	int fd = argc > 2 ? open_socket(argv[1]) : -1;
	long count = argc > 2 ? strtol(argv[2], NULL, 10) : 0;

	if (fd < 0 || count < 1) {
		fputs("usage: inject INTERFACE COUNT [SEED]\n", stderr);
		return 2;
	}
	state = argc > 3 ? strtoull(argv[3], NULL, 10) : 1;
	for (long i = 0; i < count; i++) {
		size_t len = draw(2) ? mutate(frame) : make_noise(frame);

		if (send(fd, frame, len, 0) < 0) {
			perror("inject");
			return 1;
		}
		if (i % 16 == 15)
			nanosleep(&(struct timespec){ .tv_nsec = 500000 },
				  NULL);
	}
	return 0;
}
