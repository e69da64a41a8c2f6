/* SPDX-License-Identifier: MIT */
/*
 * echo is whom the probe asks when it is not to be the kernel:
 *
 *	echo [--port 7] [--swap N] [ADDRESS]
 *
 * UDP datagrams go back from the address they were sent to (RFC 862), so that
 * an address that moves here is served, too.  To whoever connects with TCP a
 * record of RECORDS_SIZE octets is sent for each interval it has asked for,
 * those that a stall has held up as soon as possible.  Both over IPv4 and
 * IPv6.  --swap answers every N-th datagram after the next one only: disorder
 * on demand.  It ends on SIGINT and SIGTERM, and its connections with it.
 */
#include "netns-lab/tools/records.h"
#include "netns-lab/tools/tool.h"

#include <errno.h>
#include <getopt.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct options {
	const char *address;
	const char *port;
	unsigned long swap; /* 0: never */
};

struct datagram {
	uint8_t data[65536];
	size_t len;
	struct sockaddr_in6 from;
	struct in6_pktinfo to;
};

/* A socket for both families, unless the address is of one. */
static int open_socket(const struct options *o, int type)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_PASSIVE |
					      AI_V4MAPPED | AI_NUMERICSERV,
				  .ai_family = AF_INET6,
				  .ai_socktype = type };
	struct addrinfo *at;
	int fd, on = 1, off = 0, err = 0;

	if (getaddrinfo(o->address, o->port, &hints, &at) != 0)
		return -EINVAL;
	fd = socket(AF_INET6, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off)) < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) < 0 ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) <
		    0 ||
	    bind(fd, at->ai_addr, at->ai_addrlen) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 64) < 0))
		err = -errno;
	freeaddrinfo(at);
	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

static bool receive(int fd, struct datagram *d)
{
	_Alignas(struct cmsghdr) char control[256];
	struct iovec iov = { d->data, sizeof(d->data) };
	struct msghdr msg = { .msg_name = &d->from,
			      .msg_namelen = sizeof(d->from),
			      .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	ssize_t len;

	do
		len = recvmsg(fd, &msg, 0);
	while (len < 0 && errno != EAGAIN); /* an old one's fate */
	if (len < 0)
		return false;
	d->len = (size_t)len;
	d->to = (struct in6_pktinfo){ 0 };
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c;
	     c = CMSG_NXTHDR(&msg, c))
		if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_PKTINFO)
			memcpy(&d->to, CMSG_DATA(c), sizeof(d->to));
	/* By the route, as the host's own answers go. */
	d->to.ipi6_ifindex = 0;
	return true;
}

static void send_back(int fd, struct datagram *d)
{
	_Alignas(
		struct cmsghdr) char control[CMSG_SPACE(sizeof(d->to))] = { 0 };
	struct iovec iov = { d->data, d->len };
	struct msghdr msg = { .msg_name = &d->from,
			      .msg_namelen = sizeof(d->from),
			      .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = IPPROTO_IPV6;
	c->cmsg_type = IPV6_PKTINFO;
	c->cmsg_len = CMSG_LEN(sizeof(d->to));
	memcpy(CMSG_DATA(c), &d->to, sizeof(d->to));
	(void)sendmsg(fd, &msg, 0);
}

static void answer_datagrams(int fd, unsigned long swap)
{
	static struct datagram both[2];
	static struct datagram *held;
	static unsigned long count;
	struct datagram *d = held == &both[0] ? &both[1] : &both[0];

	while (receive(fd, d)) {
		if (swap && !held && ++count % swap == 0) {
			held = d;
		} else {
			send_back(fd, d);
			if (held)
				send_back(fd, held);
			held = NULL;
		}
		d = held == &both[0] ? &both[1] : &both[0];
	}
}

static bool parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "port", required_argument, NULL, 'p' },
		{ "swap", required_argument, NULL, 's' },
		{ 0 },
	};
	char *end;
	int c;

	while ((c = getopt_long(argc, argv, "p:s:", names, NULL)) != -1) {
		if (c == 'p') {
			o->port = optarg;
			continue;
		}
		if (c != 's')
			return false;
		o->swap = strtoul(optarg, &end, 10);
		if (!o->swap || *end)
			return false;
	}
	o->address = argv[optind];
	return argc - optind <= 1;
}

int main(int argc, char **argv)
{
	struct options options = { .port = "7" };
	struct pollfd fds[3] = { { .events = POLLIN },
				 { .events = POLLIN },
				 { .events = POLLIN } };

	if (!parse_options(argc, argv, &options)) {
		fprintf(stderr, "usage: echo [--port 7] [--swap N] "
				"[ADDRESS]\n");
		return 2;
	}
	fds[0].fd = open_socket(&options, SOCK_DGRAM);
	fds[1].fd = open_socket(&options, SOCK_STREAM);
	fds[2].fd = tool_catch_stop();
	for (int i = 0; i < 3; i++) {
		if (fds[i].fd >= 0)
			continue;
		fprintf(stderr, "echo: %s\n", strerror(-fds[i].fd));
		return 1;
	}
	tool_be_prompt();
	while (!fds[2].revents) {
		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			return 1;
		answer_datagrams(fds[0].fd, options.swap);
		records_accept(fds[1].fd);
	}
	return 0;
}
