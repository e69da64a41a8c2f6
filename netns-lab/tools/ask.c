/* SPDX-License-Identifier: MIT */
/*
 * What all modes have in common: the target and the way to it are found once,
 * before the first question; answers come off the wire of that interface.  A
 * host whose route moves to another interface meanwhile gets no more answers
 * here, though it may get them there.
 */
#include "netns-lab/tools/ask.h"

#include "netns-lab/tools/ask_modes.h"
#include "netns-lab/tools/tap.h"

#include <errno.h>
#include <netdb.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

static const struct mode {
	const char *name;
	int (*open)(struct ask *ask, const struct ask_options *options);
	int (*send)(struct ask *ask, uint64_t question);
	bool (*read)(const struct ask *ask, const uint8_t *data, size_t len,
		     struct ask_answer *answer);
} modes[] = {
	[ASK_ICMP] = { "icmp", ask_icmp_open, ask_icmp_send, ask_echo_read },
	[ASK_UDP] = { "udp", ask_udp_open, ask_udp_send, ask_echo_read },
	[ASK_ARP] = { "arp", ask_arp_open, ask_arp_send, ask_arp_read },
	[ASK_ND] = { "nd", ask_nd_open, ask_nd_send, ask_nd_read },
	[ASK_TCP] = { "tcp", ask_tcp_open, ask_tcp_send, ask_tcp_read },
};

static int resolve(const struct ask_options *options,
		   union route_address *target)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST }, *to;

	if (getaddrinfo(options->target, NULL, &hints, &to) != 0)
		return -EINVAL;
	*target = (union route_address){ 0 };
	memcpy(target, to->ai_addr, to->ai_addrlen);
	freeaddrinfo(to);
	if (target->any.sa_family == AF_INET)
		return 0;
	if (options->interface && IN6_IS_ADDR_LINKLOCAL(&target->in6.sin6_addr))
		target->in6.sin6_scope_id = if_nametoindex(options->interface);
	return 0;
}

int ask_open(struct ask *ask, const struct ask_options *options)
{
	int err;

	*ask = (struct ask){ .mode = options->mode, .fd = -1, .tap = -1 };
	err = resolve(options, &ask->target);
	if (err)
		return err;
	if (getrandom(&ask->cookie, sizeof(ask->cookie), 0) < 0)
		return -errno;
	err = route_find(&ask->target, options->interface, &ask->route);
	if (!err)
		err = modes[ask->mode].open(ask, options);
	if (err)
		ask_close(ask);
	return err;
}

void ask_close(struct ask *ask)
{
	if (ask->fd >= 0)
		close(ask->fd);
	if (ask->tap >= 0)
		close(ask->tap);
	ask->fd = ask->tap = -1;
}

int ask_connect(struct ask *ask, const struct ask_options *options, int type,
		int protocol)
{
	int family = ask->target.any.sa_family;
	socklen_t len = family == AF_INET ? sizeof(ask->target.in)
					  : sizeof(ask->target.in6);

	ask->fd = socket(family, type | SOCK_CLOEXEC, protocol);
	if (ask->fd < 0)
		return -errno;
	if (options->interface &&
	    setsockopt(ask->fd, SOL_SOCKET, SO_BINDTODEVICE, options->interface,
		       (socklen_t)strlen(options->interface)) < 0)
		return -errno;
	if (connect(ask->fd, &ask->target.any, len) < 0)
		return -errno;
	return 0;
}

int ask_send(struct ask *ask, uint64_t question)
{
	int err = modes[ask->mode].send(ask, question);

	/* It may be the report of an old one's fate: then nothing was sent. */
	if (err && err != -EAGAIN && err != -ENOBUFS)
		err = modes[ask->mode].send(ask, question);
	return err;
}

int ask_receive(struct ask *ask, struct ask_answer *answer)
{
	uint8_t data[512];
	ssize_t len;

	*answer = (struct ask_answer){ 0 };
	if (ask->mode == ASK_TCP && ask_tcp_receive(ask, answer) == 0)
		return 0;
	for (;;) {
		len = tap_receive(ask->tap, data, sizeof(data), answer->mac,
				  &answer->time);
		if (len < 0)
			return (int)len;
		answer->counts = answer->seen = true;
		if (modes[ask->mode].read(ask, data, (size_t)len, answer))
			return 0;
	}
}

void ask_wait_for(const struct ask *ask, struct pollfd fds[ASK_FDS])
{
	const struct ask_stream *s = &ask->stream;

	fds[0] = (struct pollfd){ .fd = ask->tap, .events = POLLIN };
	fds[1] = (struct pollfd){ .fd = -1 };
	if (ask->mode == ASK_TCP && !s->ended)
		fds[1] = (struct pollfd){
			.fd = ask->fd,
			.events = s->connected ? POLLIN : POLLOUT,
		};
}

const char *ask_name(const struct ask *ask)
{
	if (ask->mode == ASK_ICMP && ask->target.any.sa_family == AF_INET6)
		return "icmpv6";
	return modes[ask->mode].name;
}

bool ask_parse_mode(const char *text, enum ask_mode *mode)
{
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		if (strcmp(modes[i].name, text) == 0) {
			*mode = (enum ask_mode)i;
			return true;
		}
	}
	return false;
}
