/* SPDX-License-Identifier: MIT */
/*
 * A download: we say once how often we want a record, and then only listen.
 * It is the server, behind the gateway, that must notice an outage and send
 * again, as with any download.  The connection is made once; when it has ended
 * the questions go on, and nobody answers them.
 */
#include "netns-lab/tools/ask_modes.h"
#include "netns-lab/tools/records.h"
#include "netns-lab/tools/tap.h"
#include "netns-lab/tools/tool.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/tcp.h>

#define IPV6_HEADER 40

static int open_tap(struct ask *ask)
{
	union route_address own = { 0 };
	socklen_t len = sizeof(own);
	bool in4 = ask->target.any.sa_family == AF_INET;
	uint32_t ports = in4 ? 0 : IPV6_HEADER;

	if (getsockname(ask->fd, &own.any, &len) < 0)
		return -errno;
	const struct tap_match ours[] = {
		{ TAP_8, in4 ? 9 : 6, IPPROTO_TCP, 0 },
		{ TAP_16, ports, ntohs(ask->target.in.sin_port), in4 },
		{ TAP_16, ports + 2, ntohs(own.in.sin_port), in4 },
	};
	ask->tap = tap_open(ask->route.ifindex, in4 ? ETH_P_IP : ETH_P_IPV6,
			    ours, 3);
	return ask->tap < 0 ? ask->tap : tool_stamp_receive(ask->fd);
}

static void end(struct ask *ask, int error)
{
	ask->stream.ended = true;
	ask->stream.error = error;
}

int ask_tcp_open(struct ask *ask, const struct ask_options *options)
{
	int err;

	ask->target.in.sin_port = htons(options->port);
	ask->interval = options->interval;
	err = ask_connect(ask, options, SOCK_STREAM | SOCK_NONBLOCK, 0);
	/* A host nearby may have refused already: a finding, not an error. */
	if (err == -ECONNREFUSED)
		end(ask, ECONNREFUSED);
	else if (err && err != -EINPROGRESS)
		return err;
	return open_tap(ask);
}

int ask_tcp_send(struct ask *ask, uint64_t question)
{
	(void)ask;
	(void)question;
	return 0;
}

/* Connected, if the greeting can be sent: true. */
static bool greet(struct ask *ask)
{
	struct records_greeting greeting = {
		.interval = htonl((uint32_t)ask->interval),
	};

	if (send(ask->fd, &greeting, sizeof(greeting),
		 MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(greeting))
		return ask->stream.connected = true;
	if (errno != EAGAIN)
		end(ask, errno);
	return false;
}

int ask_tcp_receive(struct ask *ask, struct ask_answer *answer)
{
	struct ask_stream *s = &ask->stream;
	uint8_t data[64 * RECORDS_SIZE];
	ssize_t len;

	if (s->taken == s->bytes / RECORDS_SIZE) {
		if (s->ended || (!s->connected && !greet(ask)))
			return -EAGAIN;
		len = tool_receive(ask->fd, data, sizeof(data), NULL, 0,
				   &s->time);
		if (len == -EAGAIN)
			return -EAGAIN;
		if (len <= 0)
			end(ask, (int)-len);
		else
			s->bytes += (uint64_t)len;
		if (s->taken == s->bytes / RECORDS_SIZE)
			return -EAGAIN;
	}
	answer->time = s->time;
	answer->question = s->taken++;
	answer->counts = true;
	return 0;
}

/* Segments with data, not what opened the connection. */
bool ask_tcp_read(const struct ask *ask, const uint8_t *data, size_t len,
		  struct ask_answer *answer)
{
	bool in4 = ask->target.any.sa_family == AF_INET;
	size_t skip = in4 && len ? (size_t)(data[0] & 0x0f) * 4 : IPV6_HEADER;
	size_t total;

	answer->counts = false;
	if (len < skip + sizeof(struct tcphdr))
		return false;
	total = in4 ? (size_t)(data[2] << 8 | data[3])
		    : IPV6_HEADER + (size_t)(data[4] << 8 | data[5]);
	return total > skip + (size_t)(data[skip + 12] >> 4) * 4;
}
