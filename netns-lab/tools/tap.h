/* SPDX-License-Identifier: MIT */
#ifndef TAP_H
#define TAP_H

/*
 * A packet socket that hands over, from the network header on, only frames
 * that have certain values in certain places: the kernel looks, and the probe
 * is woken by nothing but answers.  Frames that we send are not among them.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum tap_load {
	TAP_8,
	TAP_16,
	TAP_32,
};

struct tap_match {
	enum tap_load load;
	uint32_t offset; /* from the network header, or the one that follows */
	uint32_t value;  /* host order */
	int after;       /* 1: from the header that follows the IPv4 header */
};

#define TAP_MATCHES 8 /* at most */

/* `protocol` is the EtherType.  Returns a descriptor or -errno. */
int tap_open(int ifindex, uint16_t protocol, const struct tap_match *matches,
	     size_t count);

/* Have a socket that only sends receive nothing at all: 0 or -errno. */
int tap_deafen(int fd);

/*
 * The next frame, its sender's MAC, and when it arrived: the length from the
 * network header on, or -errno (-EAGAIN: none has arrived).
 */
ssize_t tap_receive(int fd, void *buffer, size_t size, uint8_t mac[6],
		    int64_t *time);

/* How many frames came that there was no room for, since the last call. */
unsigned long tap_overruns(int fd);

#endif
