/* SPDX-License-Identifier: MIT */
/*
 * The lab's own reader of frames, a second opinion on what the agent writes.
 * Offsets are those of the RFCs: 9568 section 5, 826, 4861 section 4.4.
 */
#include "netns-lab/tools/decode.h"

#include <string.h>
#include <sys/socket.h>

#define ETHER_HEADER 14
#define VRRP         112
#define ICMP         1
#define ICMPV6       58

/* A byte string that knows where it ends. */
struct span {
	const uint8_t *data;
	size_t len;
};

static unsigned get16(const uint8_t *p)
{
	return (unsigned)(p[0] << 8 | p[1]);
}

static uint32_t add16(uint32_t sum, const uint8_t *p, size_t len)
{
	for (size_t i = 0; i + 1 < len; i += 2)
		sum += get16(p + i);
	return len % 2 ? sum + (uint32_t)(p[len - 1] << 8) : sum;
}

/* With the checksum field included, a good sum is all ones. */
static bool is_good_sum(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum == 0xffff;
}

static enum seen_checksum judge_checksum(struct span vrrp, uint8_t family,
					 const uint8_t *ends)
{
	uint32_t plain = add16(0, vrrp.data, vrrp.len);
	size_t size = family == AF_INET ? 8 : 32;
	/* Source, destination, protocol and length: one layout in sum. */
	uint32_t pseudo = add16(plain + VRRP + (uint32_t)vrrp.len, ends, size);

	if (family == AF_INET6)
		return is_good_sum(pseudo) ? SEEN_RFC9568 : SEEN_BAD_CHECKSUM;
	if (is_good_sum(plain))
		return SEEN_RFC9568;
	return is_good_sum(pseudo) ? SEEN_RFC5798 : SEEN_BAD_CHECKSUM;
}

/* `ends`: source and destination address as they stand in the IP header. */
static bool decode_vrrp(struct span vrrp, const uint8_t *ends,
			struct seen *seen)
{
	size_t width = seen->family == AF_INET ? 4 : 16;

	if (vrrp.len < 8 || vrrp.data[0] != 0x31)
		return false;
	seen->kind = SEEN_ADVERT;
	seen->vrid = vrrp.data[1];
	seen->priority = vrrp.data[2];
	seen->count = vrrp.data[3];
	seen->interval = (int64_t)(get16(vrrp.data + 4) & 0x0fff) * 10000;
	seen->checksum = judge_checksum(vrrp, seen->family, ends);
	return vrrp.len >= 8 + seen->count * width;
}

static bool decode_na(struct span icmp, struct seen *seen)
{
	if (icmp.len < 24 || icmp.data[0] != 136)
		return false;
	seen->kind = icmp.data[4] & 0x40 ? SEEN_NA_REPLY : SEEN_NA;
	memcpy(seen->target, icmp.data + 8, 16);
	/* Target Link-Layer Address is type 2, of one unit of 8 octets. */
	for (size_t at = 24; at + 8 <= icmp.len;) {
		if (icmp.data[at] == 2)
			memcpy(seen->target_mac, icmp.data + at + 2, 6);
		if (!icmp.data[at + 1])
			return false;
		at += icmp.data[at + 1] * 8u;
	}
	return true;
}

/* Who sends the frame is where the address is. */
static bool decode_echo_reply(struct span icmp, struct seen *seen)
{
	uint8_t type = seen->family == AF_INET ? 0 : 129;

	if (icmp.len < 8 || icmp.data[0] != type)
		return false;
	seen->kind = SEEN_ECHO_REPLY;
	memcpy(seen->target, seen->source, sizeof(seen->target));
	memcpy(seen->target_mac, seen->mac, sizeof(seen->target_mac));
	return true;
}

static bool decode_ipv4(struct span ip, struct seen *seen)
{
	struct span payload;
	size_t header, total;

	if (ip.len < 20)
		return false;
	header = (ip.data[0] & 0x0fu) * 4;
	total = get16(ip.data + 2);
	if (header < 20 || total < header || total > ip.len)
		return false;
	payload = (struct span){ ip.data + header, total - header };
	seen->family = AF_INET;
	seen->ttl = ip.data[8];
	memcpy(seen->source, ip.data + 12, 4);
	if (ip.data[9] == VRRP)
		return decode_vrrp(payload, ip.data + 12, seen);
	return ip.data[9] == ICMP && decode_echo_reply(payload, seen);
}

static bool decode_ipv6(struct span ip, struct seen *seen)
{
	struct span payload;

	if (ip.len < 40 || get16(ip.data + 4) + 40 > ip.len)
		return false;
	payload = (struct span){ ip.data + 40, get16(ip.data + 4) };
	seen->family = AF_INET6;
	seen->ttl = ip.data[7];
	memcpy(seen->source, ip.data + 8, 16);
	if (ip.data[6] == VRRP)
		return decode_vrrp(payload, ip.data + 8, seen);
	return ip.data[6] == ICMPV6 &&
	       (decode_na(payload, seen) || decode_echo_reply(payload, seen));
}

static bool decode_arp(struct span arp, struct seen *seen)
{
	static const uint8_t ethernet_ipv4[] = { 0, 1, 8, 0, 6, 4 };

	if (arp.len < 28 || memcmp(arp.data, ethernet_ipv4, 6) != 0)
		return false;
	seen->family = AF_INET;
	memcpy(seen->source, arp.data + 14, 4);
	memcpy(seen->target, arp.data + 14, 4);
	memcpy(seen->target_mac, arp.data + 8, 6);
	if (memcmp(arp.data + 14, arp.data + 24, 4) == 0)
		seen->kind = SEEN_ARP_ANNOUNCEMENT;
	else if (get16(arp.data + 6) == 2)
		seen->kind = SEEN_ARP_REPLY;
	else
		return false;
	return true;
}

bool decode_frame(const uint8_t *frame, size_t len, struct seen *seen)
{
	struct span rest;

	if (len < ETHER_HEADER)
		return false;
	*seen = (struct seen){ 0 };
	memcpy(seen->mac, frame + 6, sizeof(seen->mac));
	rest = (struct span){ frame + ETHER_HEADER, len - ETHER_HEADER };
	switch (get16(frame + 12)) {
	case 0x0800:
		return decode_ipv4(rest, seen);
	case 0x86dd:
		return decode_ipv6(rest, seen);
	case 0x0806:
		return decode_arp(rest, seen);
	}
	return false;
}

const char *seen_kind_name(enum seen_kind kind)
{
	switch (kind) {
	case SEEN_ADVERT:
		return "advert";
	case SEEN_ARP_ANNOUNCEMENT:
		return "arp-announcement";
	case SEEN_ARP_REPLY:
		return "arp-reply";
	case SEEN_NA:
		return "na";
	case SEEN_NA_REPLY:
		return "na-reply";
	case SEEN_ECHO_REPLY:
		return "echo-reply";
	}
	return "";
}

const char *seen_checksum_name(enum seen_checksum checksum)
{
	switch (checksum) {
	case SEEN_BAD_CHECKSUM:
		return "bad";
	case SEEN_RFC9568:
		return "rfc9568";
	case SEEN_RFC5798:
		return "rfc5798";
	}
	return "";
}
