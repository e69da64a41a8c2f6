/* SPDX-License-Identifier: MIT */
/*
 * ICMP, ICMPv6 and UDP echo.  All three have eight octets of header before
 * what we say, and that comes back as it was: a cookie, by which the kernel
 * picks our answers, and a number that does not wrap.
 */
#include "netns-lab/tools/ask_modes.h"
#include "netns-lab/tools/sum.h"
#include "netns-lab/tools/tap.h"

#include <endian.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <string.h>

#define HEADER      8
#define IPV6_HEADER 40

struct text {
	uint32_t cookie;
	uint32_t reserved;
	uint64_t question; /* network order */
};

static int open_tap(struct ask *ask, uint8_t protocol)
{
	const uint32_t cookie = ntohl(ask->cookie);
	const struct tap_match in4[] = {
		{ TAP_8, 9, protocol, 0 },
		{ TAP_32, HEADER, cookie, 1 },
	};
	const struct tap_match in6[] = {
		{ TAP_8, 6, protocol, 0 },
		{ TAP_32, IPV6_HEADER + HEADER, cookie, 0 },
	};

	if (ask->target.any.sa_family == AF_INET)
		ask->tap = tap_open(ask->route.ifindex, ETH_P_IP, in4, 2);
	else
		ask->tap = tap_open(ask->route.ifindex, ETH_P_IPV6, in6, 2);
	return ask->tap < 0 ? ask->tap : tap_deafen(ask->fd);
}

int ask_icmp_open(struct ask *ask, const struct ask_options *options)
{
	int protocol = ask->target.any.sa_family == AF_INET ? IPPROTO_ICMP
							    : IPPROTO_ICMPV6;
	int err = ask_connect(ask, options, SOCK_RAW, protocol);

	return err ? err : open_tap(ask, (uint8_t)protocol);
}

int ask_udp_open(struct ask *ask, const struct ask_options *options)
{
	int err;

	/* At the same place in both. */
	ask->target.in.sin_port = htons(options->port);
	err = ask_connect(ask, options, SOCK_DGRAM, 0);
	return err ? err : open_tap(ask, IPPROTO_UDP);
}

static struct text question_text(const struct ask *ask, uint64_t question)
{
	return (struct text){ .cookie = ask->cookie,
			      .question = htobe64(question) };
}

int ask_icmp_send(struct ask *ask, uint64_t question)
{
	/* icmp6hdr has the same layout; the kernel fills in its checksum. */
	struct {
		struct icmphdr head;
		struct text text;
	} echo = {
		.head.type = ICMP6_ECHO_REQUEST,
		.head.un.echo.id = (uint16_t)ask->cookie,
		.head.un.echo.sequence = htons((uint16_t)question),
		.text = question_text(ask, question),
	};

	if (ask->target.any.sa_family == AF_INET) {
		echo.head.type = ICMP_ECHO;
		echo.head.checksum =
			htons(sum_fold(sum_add(0, &echo, sizeof(echo))));
	}
	if (send(ask->fd, &echo, sizeof(echo), MSG_DONTWAIT) < 0)
		return -errno;
	return 0;
}

int ask_udp_send(struct ask *ask, uint64_t question)
{
	struct text text = question_text(ask, question);

	if (send(ask->fd, &text, sizeof(text), MSG_DONTWAIT) < 0)
		return -errno;
	return 0;
}

/* On the loopback interface we see our questions, too. */
static bool is_reply(const struct ask *ask, const uint8_t *header)
{
	uint16_t port;

	if (ask->mode == ASK_UDP) {
		memcpy(&port, header, sizeof(port));
		return port == ask->target.in.sin_port;
	}
	return header[0] == (ask->target.any.sa_family == AF_INET
				     ? ICMP_ECHOREPLY
				     : ICMP6_ECHO_REPLY);
}

bool ask_echo_read(const struct ask *ask, const uint8_t *data, size_t len,
		   struct ask_answer *answer)
{
	struct text text;
	bool in4 = ask->target.any.sa_family == AF_INET;
	size_t skip = in4 && len ? (size_t)(data[0] & 0x0f) * 4 : IPV6_HEADER;
	bool from_target;

	if (len < skip + HEADER + sizeof(text))
		return false;
	if (in4)
		from_target =
			memcmp(data + 12, &ask->target.in.sin_addr, 4) == 0;
	else
		from_target =
			memcmp(data + 8, &ask->target.in6.sin6_addr, 16) == 0;
	memcpy(&text, data + skip + HEADER, sizeof(text));
	answer->question = be64toh(text.question);
	return from_target && is_reply(ask, data + skip);
}
