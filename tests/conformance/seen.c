/* SPDX-License-Identifier: MIT */
/*
 * A reader of frames that never reads beyond one: what is too short stays
 * SEEN_OTHER.
 */
#include "tests/conformance/seen.h"

#include <string.h>

static struct address read_address(const uint8_t *p, size_t len)
{
	struct address address = { .len = len };

	memcpy(address.octets, p, len);
	return address;
}

static void read_arp(struct seen *seen, const uint8_t *p, size_t len)
{
	if (len < 28)
		return;
	seen->kind = SEEN_ARP;
	seen->op = frame_get16(p + 6);
	memcpy(seen->sha, p + 8, 6);
	seen->from = read_address(p + 14, 4);
	memcpy(seen->tha, p + 18, 6);
	seen->to = read_address(p + 24, 4);
}

static uint32_t pseudo_of(const struct seen *seen)
{
	return frame_pseudo_sum(&seen->from, &seen->to, seen->len,
				seen->protocol);
}

static void read_advert(struct seen *seen)
{
	const uint8_t *p = seen->payload;

	seen->kind = SEEN_ADVERT;
	if (seen->len < 8)
		return;
	seen->vrid = p[1];
	seen->priority = p[2];
	seen->count = p[3];
	seen->interval_field = frame_get16(p + 4);
	seen->plain = frame_checksum(p, seen->len, 0) == 0;
	seen->pseudo = frame_checksum(p, seen->len, pseudo_of(seen)) == 0;
}

static void read_options(struct seen *seen, size_t at)
{
	while (at + 8 <= seen->len) {
		const uint8_t *option = seen->payload + at;

		if ((option[0] == 1 || option[0] == 2) && option[1] == 1) {
			seen->has_mac = true;
			memcpy(seen->mac, option + 2, 6);
		}
		if (option[1] == 0)
			return;
		at += (size_t)option[1] * 8;
	}
}

static void read_icmp6(struct seen *seen)
{
	const uint8_t *p = seen->payload;

	if (seen->len < 8)
		return;
	seen->icmp_good = frame_checksum(p, seen->len, pseudo_of(seen)) == 0;
	seen->flags = (uint32_t)frame_get16(p + 4) << 16 | frame_get16(p + 6);
	switch (p[0]) {
	case 1:
		seen->kind = SEEN_UNREACHABLE;
		break;
	case 128:
		seen->kind = SEEN_ECHO;
		break;
	case 129:
		seen->kind = SEEN_REPLY;
		break;
	case 134:
		seen->kind = SEEN_ROUTER;
		read_options(seen, 16);
		break;
	case 135:
	case 136:
		if (seen->len < 24)
			return;
		seen->kind = p[0] == 135 ? SEEN_SOLICIT : SEEN_NEIGHBOR;
		seen->target = read_address(p + 8, 16);
		read_options(seen, 24);
		break;
	case 137:
		seen->kind = SEEN_REDIRECT;
		break;
	default:
		break;
	}
}

static void read_icmp4(struct seen *seen)
{
	switch (seen->len > 0 ? seen->payload[0] : 255) {
	case 0:
		seen->kind = SEEN_REPLY;
		break;
	case 3:
		seen->kind = SEEN_UNREACHABLE;
		break;
	case 5:
		seen->kind = SEEN_REDIRECT;
		break;
	case 8:
		seen->kind = SEEN_ECHO;
		break;
	default:
		break;
	}
}

static void read_payload(struct seen *seen)
{
	switch (seen->protocol) {
	case 1:
		read_icmp4(seen);
		break;
	case 6:
		seen->kind = SEEN_TCP;
		break;
	case 17:
		seen->kind = SEEN_UDP;
		break;
	case 58:
		read_icmp6(seen);
		break;
	case 112:
		read_advert(seen);
		break;
	default:
		break;
	}
}

static void read_ipv4(struct seen *seen, const uint8_t *p, size_t len)
{
	size_t header = len > 0 ? (size_t)(p[0] & 15) * 4 : 0;
	size_t total = len >= 20 ? frame_get16(p + 2) : 0;

	if (header < 20 || total < header || total > len)
		return;
	seen->header_good = frame_checksum(p, header, 0) == 0;
	seen->ttl = p[8];
	seen->protocol = p[9];
	seen->from = read_address(p + 12, 4);
	seen->to = read_address(p + 16, 4);
	seen->payload = p + header;
	seen->len = total - header;
	read_payload(seen);
}

static void read_ipv6(struct seen *seen, const uint8_t *p, size_t len)
{
	if (len < 40 || frame_get16(p + 4) > len - 40)
		return;
	seen->header_good = p[0] >> 4 == 6;
	seen->protocol = p[6];
	seen->ttl = p[7];
	seen->from = read_address(p + 8, 16);
	seen->to = read_address(p + 24, 16);
	seen->payload = p + 40;
	seen->len = frame_get16(p + 4);
	read_payload(seen);
}

void seen_parse(struct seen *seen, const uint8_t *octets, size_t len)
{
	memset(seen, 0, sizeof *seen);
	if (len < 14)
		return;
	memcpy(seen->to_mac, octets, 6);
	memcpy(seen->from_mac, octets + 6, 6);
	seen->ethertype = frame_get16(octets + 12);
	if (seen->ethertype == 0x0806)
		read_arp(seen, octets + 14, len - 14);
	else if (seen->ethertype == 0x0800)
		read_ipv4(seen, octets + 14, len - 14);
	else if (seen->ethertype == 0x86dd)
		read_ipv6(seen, octets + 14, len - 14);
}
