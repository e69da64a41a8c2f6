/* SPDX-License-Identifier: MIT */
/*
 * AF_PACKET on the near ends of the veth pairs.  Kernel time stamps are of
 * CLOCK_REALTIME and are moved to CLOCK_MONOTONIC as they are read.
 */
#include "tests/conformance/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define BUFFER (32 * 1024 * 1024)
#define KEPT   8 /* frames of a row, that are different */

static int64_t clock_us(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

int64_t wire_now(void)
{
	return clock_us(CLOCK_MONOTONIC);
}

static int open_port(const char *name)
{
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = (int)if_nametoindex(name),
	};
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1, size = BUFFER;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) ||
	    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on))
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, sizeof address) < 0)
		return -errno;
	return fd;
}

int wire_open(struct wire *wire, const char *const names[WIRE_PORTS])
{
	for (int i = 0; i < WIRE_PORTS; i++) {
		wire->fd[i] = -1;
		if (names[i] && if_nametoindex(names[i]) > 0)
			wire->fd[i] = open_port(names[i]);
	}
	return wire->fd[WIRE_DUT] < 0 ? wire->fd[WIRE_DUT] : 0;
}

/* The frames of a row are seeds for the fuzzer: tests/fuzz/seeds asks. */
static void keep_seed(const struct frame *frame)
{
	static struct frame kept[KEPT];
	static size_t count;
	const char *prefix = getenv("KEEP_FRAMES");
	char path[4096];
	FILE *out;

	for (size_t i = 0; i < count; i++)
		if (kept[i].len == frame->len &&
		    memcmp(kept[i].octets, frame->octets, frame->len) == 0)
			return;
	if (!prefix || count == KEPT)
		return;
	kept[count++] = *frame;
	snprintf(path, sizeof path, "%s-%zu", prefix, count);
	out = fopen(path, "w");
	if (!out) {
		perror(path);
		return;
	}
	fwrite(frame->octets, 1, frame->len, out);
	fclose(out);
}

int64_t wire_send(struct wire *wire, enum wire_port port,
		  const struct frame *frame)
{
	int64_t when = wire_now();

	keep_seed(frame);

	/* A port that is down takes nothing, as a cable would. */
	if (send(wire->fd[port], frame->octets, frame->len, 0) < 0 &&
	    errno != ENETDOWN && errno != ENOBUFS)
		perror("send");
	return when;
}

static void answer(struct wire *wire, const struct heard *heard)
{
	const struct seen *seen = &heard->seen;

	for (size_t i = 0; i < wire->answerers; i++) {
		struct ends ends = wire->answering[i];
		struct frame frame;

		memcpy(ends.to_mac, seen->from_mac, 6);
		ends.to = seen->from;
		if (seen->kind == SEEN_ARP && seen->op == 1 &&
		    address_equals(&seen->to, &ends.from))
			frame_arp(&frame, &ends, 2);
		else if (seen->kind == SEEN_SOLICIT &&
			 address_equals(&seen->target, &ends.from))
			frame_neighbor(&frame, &ends, &ends.from, 0x60000000);
		else
			continue;
		wire_send(wire, heard->port, &frame);
	}
}

static int64_t stamp_of(struct msghdr *message)
{
	int64_t offset = clock_us(CLOCK_MONOTONIC) - clock_us(CLOCK_REALTIME);
	struct timespec stamp;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c;
	     c = CMSG_NXTHDR(message, c)) {
		if (c->cmsg_level != SOL_SOCKET ||
		    c->cmsg_type != SCM_TIMESTAMPNS)
			continue;
		memcpy(&stamp, CMSG_DATA(c), sizeof stamp);
		return stamp.tv_sec * INT64_C(1000000) + stamp.tv_nsec / 1000 +
		       offset;
	}
	return wire_now();
}

static void keep(struct wire *wire, struct heard *heard)
{
	if (wire->count == wire->room) {
		wire->room = wire->room ? 2 * wire->room : 1024;
		wire->heard =
			realloc(wire->heard, wire->room * sizeof *wire->heard);
		if (!wire->heard)
			abort();
	}
	wire->heard[wire->count++] = heard;
}

static bool receive(struct wire *wire, enum wire_port port)
{
	char control[256];
	uint8_t octets[4096];
	struct iovec data = { .iov_base = octets, .iov_len = sizeof octets };
	struct msghdr message = {
		.msg_iov = &data,
		.msg_iovlen = 1,
		.msg_control = control,
		.msg_controllen = sizeof control,
	};
	ssize_t len = recvmsg(wire->fd[port], &message, 0);
	struct heard *heard;

	if (len < 0)
		return false;
	heard = calloc(1, sizeof *heard + (size_t)len);
	if (!heard)
		abort();
	heard->when = stamp_of(&message);
	heard->port = port;
	heard->len = (size_t)len;
	memcpy(heard->octets, octets, (size_t)len);
	seen_parse(&heard->seen, heard->octets, heard->len);
	keep(wire, heard);
	answer(wire, heard);
	return true;
}

/* All that is there, after waiting for something until then. */
static void listen_until(struct wire *wire, int64_t when)
{
	struct pollfd polled[WIRE_PORTS];
	int64_t left = when - wire_now();
	int timeout = left <= 0 ? 0 : (int)((left + 999) / 1000);

	for (int i = 0; i < WIRE_PORTS; i++)
		polled[i] =
			(struct pollfd){ .fd = wire->fd[i], .events = POLLIN };
	if (poll(polled, WIRE_PORTS, timeout) <= 0)
		return;
	for (int i = 0; i < WIRE_PORTS; i++) {
		if (wire->fd[i] < 0)
			continue;
		/* Bounded, as there may be one who never stops to send. */
		for (int n = 0; n < 10000; n++) {
			if (!receive(wire, (enum wire_port)i))
				break;
		}
	}
}

void wire_until(struct wire *wire, int64_t when)
{
	do
		listen_until(wire, when);
	while (wire_now() < when);
}

static const struct heard *find(const struct wire *wire, size_t *at,
				wire_match *match, const void *arg,
				int64_t from, int64_t until)
{
	for (; *at < wire->count; (*at)++) {
		const struct heard *heard = wire->heard[*at];

		if (heard->when > from && heard->when <= until &&
		    match(heard, arg))
			return heard;
	}
	return NULL;
}

const struct heard *wire_wait(struct wire *wire, wire_match *match,
			      const void *arg, int64_t from, int64_t until)
{
	const struct heard *heard;
	size_t at = 0;
	bool last = false;

	/* Once more after the time is over, for what came in time. */
	for (;;) {
		heard = find(wire, &at, match, arg, from, until);
		if (heard || last)
			return heard;
		last = wire_now() >= until;
		listen_until(wire, until);
	}
}

size_t wire_count(const struct wire *wire, wire_match *match, const void *arg,
		  int64_t from, int64_t until)
{
	size_t count = 0;

	for (size_t at = 0; find(wire, &at, match, arg, from, until); at++)
		count++;
	return count;
}
