/* SPDX-License-Identifier: MIT */
/*
 * The questions of the probe on the wire.  Echo sockets are connected, so the
 * kernel hands over only what the target itself said; ARP answers are told
 * from other people's by being addressed to us.
 */
#include "netns-lab/ask.h"

#include "netns-lab/tool.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip_icmp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The kernel's linux/icmp.h, which has these, does not go with net/if.h. */
#define ICMP_FILTER 1
struct icmp_filter {
	uint32_t blocked;
};

/* RFC 1071 */
static uint16_t checksum(const void *data, size_t len)
{
	const uint8_t *p = data;
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += (uint32_t)(p[i] << 8 | p[i + 1]);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

static int open_echo(struct ask *ask, const struct addrinfo *to)
{
	struct icmp_filter only4 = { ~(1u << ICMP_ECHOREPLY) };
	struct icmp6_filter only6;

	if (to->ai_family == AF_INET) {
		ask->kind = ASK_ICMP;
		ask->fd =
			socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
		if (ask->fd < 0 || setsockopt(ask->fd, SOL_RAW, ICMP_FILTER,
					      &only4, sizeof(only4)) < 0)
			return -errno;
	} else {
		ask->kind = ASK_ICMP6;
		ICMP6_FILTER_SETBLOCKALL(&only6);
		ICMP6_FILTER_SETPASS(ICMP6_ECHO_REPLY, &only6);
		ask->fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC,
				 IPPROTO_ICMPV6);
		if (ask->fd < 0 ||
		    setsockopt(ask->fd, IPPROTO_ICMPV6, ICMP6_FILTER, &only6,
			       sizeof(only6)) < 0)
			return -errno;
	}
	ask->id = (uint16_t)getpid();
	if (connect(ask->fd, to->ai_addr, to->ai_addrlen) < 0)
		return -errno;
	return 0;
}

static int open_arp(struct ask *ask, const struct addrinfo *to,
		    const char *interface)
{
	struct sockaddr_ll local = { .sll_family = AF_PACKET,
				     .sll_protocol = htons(ETH_P_ARP) };
	struct ifreq ifr = { 0 };
	struct sockaddr_in sin;

	if (to->ai_family != AF_INET || !interface)
		return -EINVAL;
	ask->kind = ASK_ARP;
	memcpy(&sin, to->ai_addr, sizeof(sin));
	ask->target = sin.sin_addr;
	ask->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (ask->fd < 0)
		return -errno;
	strncpy(ifr.ifr_name, interface, IFNAMSIZ - 1);
	if (ioctl(ask->fd, SIOCGIFINDEX, &ifr) < 0)
		return -errno;
	local.sll_ifindex = ask->ifindex = ifr.ifr_ifindex;
	if (ioctl(ask->fd, SIOCGIFHWADDR, &ifr) < 0)
		return -errno;
	memcpy(ask->mac, ifr.ifr_hwaddr.sa_data, sizeof(ask->mac));
	ifr.ifr_addr.sa_family = AF_INET;
	if (ioctl(ask->fd, SIOCGIFADDR, &ifr) < 0)
		return -errno;
	memcpy(&sin, &ifr.ifr_addr, sizeof(sin));
	ask->own = sin.sin_addr;
	if (bind(ask->fd, (const struct sockaddr *)&local, sizeof(local)) < 0)
		return -errno;
	return 0;
}

int ask_open(struct ask *ask, const char *target, const char *interface,
	     bool arp)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST }, *to;
	struct sockaddr_in6 sin6;
	int err;

	*ask = (struct ask){ .fd = -1 };
	if (getaddrinfo(target, NULL, &hints, &to) != 0)
		return -EINVAL;
	if (to->ai_family == AF_INET6 && interface) {
		memcpy(&sin6, to->ai_addr, sizeof(sin6));
		if (IN6_IS_ADDR_LINKLOCAL(&sin6.sin6_addr))
			sin6.sin6_scope_id = if_nametoindex(interface);
		memcpy(to->ai_addr, &sin6, sizeof(sin6));
	}
	err = arp ? open_arp(ask, to, interface) : open_echo(ask, to);
	freeaddrinfo(to);
	if (!err && !arp && interface &&
	    setsockopt(ask->fd, SOL_SOCKET, SO_BINDTODEVICE, interface,
		       (socklen_t)strlen(interface)) < 0)
		err = -errno;
	if (!err)
		err = tool_stamp_receive(ask->fd);
	if (err)
		ask_close(ask);
	return err;
}

void ask_close(struct ask *ask)
{
	if (ask->fd >= 0)
		close(ask->fd);
	ask->fd = -1;
}

static int send_arp(const struct ask *ask)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ARP),
		.sll_ifindex = ask->ifindex,
		.sll_halen = ETH_ALEN,
	};
	struct ether_arp arp = {
		.ea_hdr = { .ar_hrd = htons(ARPHRD_ETHER),
			    .ar_pro = htons(ETH_P_IP),
			    .ar_hln = ETH_ALEN,
			    .ar_pln = 4,
			    .ar_op = htons(ARPOP_REQUEST) },
	};

	memset(to.sll_addr, 0xff, ETH_ALEN);
	memcpy(arp.arp_sha, ask->mac, sizeof(arp.arp_sha));
	memcpy(arp.arp_spa, &ask->own, sizeof(arp.arp_spa));
	memcpy(arp.arp_tpa, &ask->target, sizeof(arp.arp_tpa));
	if (sendto(ask->fd, &arp, sizeof(arp), MSG_DONTWAIT,
		   (const struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

int ask_send(const struct ask *ask, uint16_t sequence)
{
	/* icmp6hdr has the same layout; the kernel fills in its checksum. */
	struct {
		struct icmphdr head;
		char pad[16];
	} echo = { .head = { .un.echo = { .id = htons(ask->id),
					  .sequence = htons(sequence) } } };

	if (ask->kind == ASK_ARP)
		return send_arp(ask);
	if (ask->kind == ASK_ICMP6) {
		echo.head.type = ICMP6_ECHO_REQUEST;
	} else {
		echo.head.type = ICMP_ECHO;
		echo.head.checksum = checksum(&echo, sizeof(echo));
	}
	if (send(ask->fd, &echo, sizeof(echo), MSG_DONTWAIT) < 0)
		return -errno;
	return 0;
}

static bool is_echo_answer(const struct ask *ask, const uint8_t *data,
			   size_t len, struct ask_answer *answer)
{
	struct icmphdr head;
	/* A raw IPv4 socket delivers the IP header too, an IPv6 one not. */
	size_t skip = 0;

	if (ask->kind == ASK_ICMP && len)
		skip = (size_t)(data[0] & 0x0f) * 4;
	if (len < skip + sizeof(head))
		return false;
	memcpy(&head, data + skip, sizeof(head));
	answer->sequence = ntohs(head.un.echo.sequence);
	return ntohs(head.un.echo.id) == ask->id;
}

static bool is_arp_answer(const struct ask *ask, const uint8_t *data,
			  size_t len, struct ask_answer *answer)
{
	struct ether_arp arp;

	if (len < sizeof(arp))
		return false;
	memcpy(&arp, data, sizeof(arp));
	memcpy(answer->mac, arp.arp_sha, sizeof(answer->mac));
	return arp.ea_hdr.ar_op == htons(ARPOP_REPLY) &&
	       memcmp(arp.arp_spa, &ask->target, sizeof(arp.arp_spa)) == 0 &&
	       memcmp(arp.arp_tha, ask->mac, sizeof(arp.arp_tha)) == 0;
}

int ask_receive(const struct ask *ask, struct ask_answer *answer)
{
	uint8_t data[512];
	ssize_t len;

	for (;;) {
		*answer = (struct ask_answer){ 0 };
		len = tool_receive(ask->fd, data, sizeof(data), NULL, 0,
				   &answer->time);
		if (len < 0)
			return (int)len;
		if (ask->kind == ASK_ARP
			    ? is_arp_answer(ask, data, (size_t)len, answer)
			    : is_echo_answer(ask, data, (size_t)len, answer))
			return 0;
	}
}

const char *ask_kind_name(enum ask_kind kind)
{
	switch (kind) {
	case ASK_ICMP:
		return "icmp";
	case ASK_ICMP6:
		return "icmpv6";
	case ASK_ARP:
		return "arp";
	}
	return "";
}
