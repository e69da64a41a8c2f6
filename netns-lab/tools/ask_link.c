/* SPDX-License-Identifier: MIT */
/*
 * ARP requests and Neighbor Solicitations, put onto the link past the host's
 * own neighbour cache.  Nothing of a question comes back in its answer: ARP
 * has no field for it, and a nonce option (RFC 3971) is for detecting
 * duplicate addresses, which Linux does not echo.  To number them by the
 * address they come from would fill the neighbour caches of those asked, so
 * they are not numbered.  Answers to what the host itself asks about the same
 * target cannot be told from ours, and may show up as duplicates.
 */
#include "netns-lab/tools/ask_modes.h"
#include "netns-lab/tools/sum.h"
#include "netns-lab/tools/tally.h"
#include "netns-lab/tools/tap.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip6.h>
#include <string.h>

struct solicitation {
	struct ip6_hdr ip;
	struct nd_neighbor_solicit ns;
	struct nd_opt_hdr option;
	uint8_t mac[6];
};

static int open_link(struct ask *ask, int family)
{
	if (ask->target.any.sa_family != family)
		return -EINVAL;
	ask->fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	return ask->fd < 0 ? -errno : 0;
}

static int send_link(const struct ask *ask, const void *data, size_t len,
		     uint16_t protocol, const uint8_t *mac)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = ask->route.ifindex,
		.sll_halen = ETH_ALEN,
	};

	memcpy(to.sll_addr, mac, ETH_ALEN);
	if (sendto(ask->fd, data, len, MSG_DONTWAIT,
		   (const struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

int ask_arp_open(struct ask *ask, const struct ask_options *options)
{
	const struct tap_match reply[] = {
		{ TAP_16, 6, ARPOP_REPLY, 0 },
		{ TAP_32, 14, ntohl(ask->target.in.sin_addr.s_addr), 0 },
	};
	int err = open_link(ask, AF_INET);

	(void)options;
	if (err)
		return err;
	ask->tap = tap_open(ask->route.ifindex, ETH_P_ARP, reply, 2);
	return ask->tap < 0 ? ask->tap : 0;
}

int ask_arp_send(struct ask *ask, uint64_t question)
{
	static const uint8_t broadcast[] = { 255, 255, 255, 255, 255, 255 };
	struct ether_arp arp = {
		.ea_hdr = { .ar_hrd = htons(ARPHRD_ETHER),
			    .ar_pro = htons(ETH_P_IP),
			    .ar_hln = ETH_ALEN,
			    .ar_pln = 4,
			    .ar_op = htons(ARPOP_REQUEST) },
	};

	(void)question;
	memcpy(arp.arp_sha, ask->route.mac, sizeof(arp.arp_sha));
	memcpy(arp.arp_spa, &ask->route.source.in.sin_addr,
	       sizeof(arp.arp_spa));
	memcpy(arp.arp_tpa, &ask->target.in.sin_addr, sizeof(arp.arp_tpa));
	return send_link(ask, &arp, sizeof(arp), ETH_P_ARP, broadcast);
}

/* Answers to other people's questions are not addressed to us. */
bool ask_arp_read(const struct ask *ask, const uint8_t *data, size_t len,
		  struct ask_answer *answer)
{
	struct ether_arp arp;

	if (len < sizeof(arp))
		return false;
	memcpy(&arp, data, sizeof(arp));
	answer->question = TALLY_ANY;
	return memcmp(arp.arp_tha, ask->route.mac, sizeof(arp.arp_tha)) == 0;
}

int ask_nd_open(struct ask *ask, const struct ask_options *options)
{
	const struct tap_match advertisement[] = {
		{ TAP_8, 6, IPPROTO_ICMPV6, 0 },
		{ TAP_8, sizeof(struct ip6_hdr), ND_NEIGHBOR_ADVERT, 0 },
	};
	int err = open_link(ask, AF_INET6);

	(void)options;
	if (err)
		return err;
	ask->tap = tap_open(ask->route.ifindex, ETH_P_IPV6, advertisement, 2);
	return ask->tap < 0 ? ask->tap : 0;
}

int ask_nd_send(struct ask *ask, uint64_t question)
{
	/* RFC 4291 section 2.7.1, and RFC 2464 section 7 for the MAC */
	struct in6_addr group = { { { 0xff, 0x02, [11] = 0x01, 0xff } } };
	uint8_t mac[6] = { 0x33, 0x33, 0xff };
	const uint8_t *target = ask->target.in6.sin6_addr.s6_addr;
	struct solicitation s = {
		.ip = { .ip6_dst = group },
		.ns.nd_ns_type = ND_NEIGHBOR_SOLICIT,
		.ns.nd_ns_target = ask->target.in6.sin6_addr,
		.option = { ND_OPT_SOURCE_LINKADDR, 1 },
	};
	uint16_t length = sizeof(s) - sizeof(s.ip);

	(void)question;
	memcpy(mac + 3, target + 13, 3);
	memcpy(&s.ip.ip6_dst.s6_addr[13], target + 13, 3);
	s.ip.ip6_src = ask->route.source.in6.sin6_addr;
	memcpy(s.mac, ask->route.mac, sizeof(s.mac));
	/* The pseudo-header: addresses, length and protocol. */
	s.ns.nd_ns_cksum = htons(sum_fold(
		sum_add((uint32_t)length + IPPROTO_ICMPV6, &s.ip.ip6_src,
			sizeof(s) - offsetof(struct ip6_hdr, ip6_src))));
	s.ip.ip6_flow = htonl(6u << 28);
	s.ip.ip6_plen = htons(length);
	s.ip.ip6_nxt = IPPROTO_ICMPV6;
	s.ip.ip6_hlim = 255;
	return send_link(ask, &s, sizeof(s), ETH_P_IPV6, mac);
}

bool ask_nd_read(const struct ask *ask, const uint8_t *data, size_t len,
		 struct ask_answer *answer)
{
	struct ip6_hdr ip;
	struct nd_neighbor_advert na;

	if (len < sizeof(ip) + sizeof(na))
		return false;
	memcpy(&ip, data, sizeof(ip));
	memcpy(&na, data + sizeof(ip), sizeof(na));
	answer->question = TALLY_ANY;
	return (na.nd_na_flags_reserved & ND_NA_FLAG_SOLICITED) &&
	       IN6_ARE_ADDR_EQUAL(&na.nd_na_target,
				  &ask->target.in6.sin6_addr) &&
	       IN6_ARE_ADDR_EQUAL(&ip.ip6_dst,
				  &ask->route.source.in6.sin6_addr);
}
