/* SPDX-License-Identifier: MIT */
/*
 * Everything here is written from RFC 9568, RFC 826, RFC 4861 and RFC 1071,
 * field by field, so that a mistake of the daemon is not repeated.
 */
#include "tests/conformance/frame.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ETHER       14
#define SOURCE_PORT 40000

struct address address_of(const char *text)
{
	struct address address = { .len = strchr(text, ':') ? 16 : 4 };
	int family = address.len == 16 ? AF_INET6 : AF_INET;

	if (inet_pton(family, text, address.octets) != 1) {
		fprintf(stderr, "no address: %s\n", text);
		abort();
	}
	return address;
}

const char *address_text(const struct address *address)
{
	static char text[INET6_ADDRSTRLEN];

	if (address->len == 0)
		return "none";
	inet_ntop(address->len == 16 ? AF_INET6 : AF_INET, address->octets,
		  text, sizeof text);
	return text;
}

bool address_equals(const struct address *a, const struct address *b)
{
	return a->len == b->len && memcmp(a->octets, b->octets, a->len) == 0;
}

struct address address_solicited(const struct address *address)
{
	struct address group = address_of("ff02::1:ff00:0");

	memcpy(group.octets + 13, address->octets + 13, 3);
	return group;
}

void address_group_mac(const struct address *group, uint8_t mac[6])
{
	if (group->len == 16) {
		memset(mac, 0x33, 2);
		memcpy(mac + 2, group->octets + 12, 4);
	} else {
		memcpy(mac, (uint8_t[]){ 0x01, 0x00, 0x5e }, 3);
		mac[3] = group->octets[1] & 0x7f;
		memcpy(mac + 4, group->octets + 2, 2);
	}
}

uint16_t frame_get16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

void frame_put16(uint8_t *p, uint16_t value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

uint16_t frame_checksum(const uint8_t *data, size_t len, uint32_t start)
{
	uint32_t sum = start;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += frame_get16(data + i);
	if (len % 2)
		sum += (uint32_t)data[len - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

uint32_t frame_pseudo_sum(const struct address *from, const struct address *to,
			  size_t len, uint8_t protocol)
{
	uint32_t sum = (uint32_t)len + protocol;

	for (size_t i = 0; i < from->len; i += 2)
		sum += (uint32_t)frame_get16(from->octets + i) +
		       frame_get16(to->octets + i);
	return sum;
}

void frame_virtual_mac(uint8_t mac[6], bool ipv6, uint8_t vrid)
{
	memcpy(mac, (uint8_t[]){ 0, 0, 0x5e, 0, ipv6 ? 2 : 1, vrid }, 6);
}

static void begin(struct frame *frame, const struct ends *ends, uint16_t type)
{
	memset(frame, 0, sizeof *frame);
	memcpy(frame->octets, ends->to_mac, 6);
	memcpy(frame->octets + 6, ends->from_mac, 6);
	frame_put16(frame->octets + 12, type);
	frame->len = ETHER;
}

static uint8_t *put_ipv4(struct frame *frame, const struct ends *ends,
			 uint8_t protocol, size_t len, bool options)
{
	uint8_t *ip = frame->octets + ETHER;
	size_t header = options ? 24 : 20;

	ip[0] = (uint8_t)(0x40 | header / 4);
	ip[1] = 0xc0;
	frame_put16(ip + 2, (uint16_t)(header + len));
	ip[8] = ends->ttl;
	ip[9] = protocol;
	memcpy(ip + 12, ends->from.octets, 4);
	memcpy(ip + 16, ends->to.octets, 4);
	if (options)
		memcpy(ip + 20, (uint8_t[]){ 0x94, 4, 0, 0 }, 4);
	frame_put16(ip + 10, frame_checksum(ip, header, 0));
	frame->len = ETHER + header + len;
	return ip + header;
}

static uint8_t *put_ipv6(struct frame *frame, const struct ends *ends,
			 uint8_t protocol, size_t len)
{
	uint8_t *ip = frame->octets + ETHER;

	ip[0] = 0x6c;
	frame_put16(ip + 4, (uint16_t)len);
	ip[6] = protocol;
	ip[7] = ends->ttl;
	memcpy(ip + 8, ends->from.octets, 16);
	memcpy(ip + 24, ends->to.octets, 16);
	frame->len = ETHER + 40 + len;
	return ip + 40;
}

uint8_t *frame_ip(struct frame *frame, const struct ends *ends,
		  uint8_t protocol, size_t len)
{
	begin(frame, ends, ends->from.len == 16 ? 0x86dd : 0x0800);
	return ends->from.len == 16
		       ? put_ipv6(frame, ends, protocol, len)
		       : put_ipv4(frame, ends, protocol, len, false);
}

/* The message, its checksum taken over all of it, whatever is cut later. */
static size_t put_message(uint8_t *message, const struct advert *advert,
			  const struct ends *ends)
{
	size_t each = advert->source.len;
	size_t len = 8 + advert->addresses * each + advert->trailer;
	uint32_t start = advert->pseudo ? frame_pseudo_sum(&ends->from,
							   &ends->to, len, 112)
					: 0;

	memset(message, 0, len);
	message[0] = (uint8_t)(advert->version << 4 | advert->type);
	message[1] = advert->vrid;
	message[2] = advert->priority;
	message[3] =
		(uint8_t)(advert->count == FRAME_COUNT ? (int)advert->addresses
						       : advert->count);
	frame_put16(message + 4, (uint16_t)((unsigned)advert->reserve << 12 |
					    advert->interval));
	for (size_t i = 0; i < advert->addresses; i++)
		memcpy(message + 8 + i * each, advert->address[i].octets, each);
	frame_put16(message + 6, frame_checksum(message, len, start));
	return len;
}

void frame_advert(struct frame *frame, const struct advert *advert)
{
	bool ipv6 = advert->source.len == 16;
	struct ends ends = {
		.from = advert->source,
		.to = address_of(ipv6 ? "ff02::12" : "224.0.0.18"),
		.ttl = advert->ttl,
	};
	uint8_t message[1024], *payload;
	size_t len = put_message(message, advert, &ends);

	if (advert->length < len)
		len = advert->length;
	address_group_mac(&ends.to, ends.to_mac);
	frame_virtual_mac(ends.from_mac, ipv6, advert->vrid);
	begin(frame, &ends, ipv6 ? 0x86dd : 0x0800);
	payload = ipv6 ? put_ipv6(frame, &ends, 112, len)
		       : put_ipv4(frame, &ends, 112, len, advert->options);
	memcpy(payload, message, len);
	if (frame->len < advert->pad_to)
		frame->len = advert->pad_to;
}

void frame_arp(struct frame *frame, const struct ends *ends, uint16_t op)
{
	uint8_t *arp = frame->octets + ETHER;

	begin(frame, ends, 0x0806);
	memcpy(arp, (uint8_t[]){ 0, 1, 8, 0, 6, 4 }, 6);
	frame_put16(arp + 6, op);
	memcpy(arp + 8, ends->from_mac, 6);
	memcpy(arp + 14, ends->from.octets, 4);
	if (op == 2)
		memcpy(arp + 18, ends->to_mac, 6);
	memcpy(arp + 24, ends->to.octets, 4);
	frame->len = ETHER + 28;
}

static void finish_icmp6(uint8_t *icmp, const struct ends *ends, size_t len)
{
	frame_put16(icmp + 2,
		    frame_checksum(
			    icmp, len,
			    frame_pseudo_sum(&ends->from, &ends->to, len, 58)));
}

void frame_solicit(struct frame *frame, const struct ends *ends,
		   const struct address *target)
{
	struct address none = address_of("::");
	bool probe = address_equals(&ends->from, &none);
	size_t len = probe ? 24 : 32;
	uint8_t *icmp = frame_ip(frame, ends, 58, len);

	icmp[0] = 135;
	memcpy(icmp + 8, target->octets, 16);
	if (!probe) {
		icmp[24] = icmp[25] = 1;
		memcpy(icmp + 26, ends->from_mac, 6);
	}
	finish_icmp6(icmp, ends, len);
}

void frame_neighbor(struct frame *frame, const struct ends *ends,
		    const struct address *target, uint32_t flags)
{
	uint8_t *icmp = frame_ip(frame, ends, 58, 32);

	icmp[0] = 136;
	frame_put16(icmp + 4, (uint16_t)(flags >> 16));
	memcpy(icmp + 8, target->octets, 16);
	icmp[24] = 2;
	icmp[25] = 1;
	memcpy(icmp + 26, ends->from_mac, 6);
	finish_icmp6(icmp, ends, 32);
}

void frame_echo(struct frame *frame, const struct ends *ends)
{
	bool ipv6 = ends->from.len == 16;
	uint8_t *icmp = frame_ip(frame, ends, ipv6 ? 58 : 1, 16);

	icmp[0] = ipv6 ? 128 : 8;
	frame_put16(icmp + 4, 0x4321);
	frame_put16(icmp + 6, 1);
	if (ipv6)
		finish_icmp6(icmp, ends, 16);
	else
		frame_put16(icmp + 2, frame_checksum(icmp, 16, 0));
}

void frame_syn(struct frame *frame, const struct ends *ends, uint16_t port)
{
	uint8_t *tcp = frame_ip(frame, ends, 6, 20);
	uint32_t pseudo = frame_pseudo_sum(&ends->from, &ends->to, 20, 6);

	frame_put16(tcp, SOURCE_PORT);
	frame_put16(tcp + 2, port);
	tcp[7] = 1;
	tcp[12] = 0x50;
	tcp[13] = 0x02;
	frame_put16(tcp + 14, 1024);
	frame_put16(tcp + 16, frame_checksum(tcp, 20, pseudo));
}

void frame_udp(struct frame *frame, const struct ends *ends, uint16_t port)
{
	uint8_t *udp = frame_ip(frame, ends, 17, 12);
	uint32_t pseudo = frame_pseudo_sum(&ends->from, &ends->to, 12, 17);

	frame_put16(udp, SOURCE_PORT);
	frame_put16(udp + 2, port);
	frame_put16(udp + 4, 12);
	frame_put16(udp + 6, frame_checksum(udp, 12, pseudo));
}
