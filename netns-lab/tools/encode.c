/* SPDX-License-Identifier: MIT */
/*
 * The lab's own writer of frames.  Offsets are those of the RFCs: 9568 section
 * 5, 826, 4861 section 4.4, 768.
 */
#include "netns-lab/tools/encode.h"

#include "netns-lab/tools/sum.h"

#include <string.h>
#include <sys/socket.h>

#define UDP     17
#define ICMPV6  58
#define VRRP    112
#define DISCARD 9 /* the port */

/* A frame that is being written. */
struct writer {
	uint8_t *data;
	size_t len;
};

static void put(struct writer *w, const void *data, size_t len)
{
	memcpy(w->data + w->len, data, len);
	w->len += len;
}

static void put8(struct writer *w, unsigned value)
{
	w->data[w->len++] = (uint8_t)value;
}

static void put16(struct writer *w, unsigned value)
{
	put8(w, value >> 8);
	put8(w, value);
}

static void set16(uint8_t *p, unsigned value)
{
	p[0] = (uint8_t)(value >> 8);
	p[1] = (uint8_t)value;
}

static void put_ethernet(struct writer *w, const uint8_t *to,
			 const uint8_t *from, unsigned type)
{
	put(w, to, 6);
	put(w, from, 6);
	put16(w, type);
}

/* Returns the header, whose length and checksum are set by end_ipv4(). */
static uint8_t *put_ipv4(struct writer *w, unsigned protocol, unsigned ttl,
			 const uint8_t *source, const uint8_t *target)
{
	uint8_t *header = w->data + w->len;

	/* No options; network control, or best effort. */
	put16(w, protocol == VRRP ? 0x45c0 : 0x4500);
	put(w, "\0\0\0\0\0\0", 6);
	put8(w, ttl);
	put8(w, protocol);
	put16(w, 0);
	put(w, source, 4);
	put(w, target, 4);
	return header;
}

static void end_ipv4(const struct writer *w, uint8_t *header)
{
	set16(header + 2, (unsigned)(w->data + w->len - header));
	set16(header + 10, sum_fold(sum_add(0, header, 20)));
}

static uint8_t *put_ipv6(struct writer *w, unsigned protocol, unsigned limit,
			 const uint8_t *source, const uint8_t *target)
{
	uint8_t *header = w->data + w->len;

	put(w, protocol == UDP ? "\x60\0\0\0\0\0" : "\x6c\0\0\0\0\0", 6);
	put8(w, protocol);
	put8(w, limit);
	put(w, source, 16);
	put(w, target, 16);
	return header;
}

/* `at`: where the payload has its checksum. */
static void end_ipv6(const struct writer *w, uint8_t *header, size_t at)
{
	const uint8_t *payload = header + 40;
	size_t len = (size_t)(w->data + w->len - payload);
	/* Addresses, protocol and length: the pseudo-header. */
	uint32_t sum = sum_add((uint32_t)len + header[6], header + 8, 32);

	set16(header + 4, (unsigned)len);
	set16(header + 40 + at, sum_fold(sum_add(sum, payload, len)));
}

static void put_vrrp(struct writer *w, const struct encode_advert *a)
{
	size_t width = a->family == AF_INET ? 4 : 16;

	put8(w, (unsigned)a->version << 4 | a->type);
	put8(w, a->vrid);
	put8(w, a->priority);
	put8(w, a->count);
	put16(w, a->interval);
	put16(w, 0);
	for (size_t i = 0; i < a->count; i++)
		put(w, a->addresses[i], width);
	w->len -= a->missing;
}

size_t encode_advert(const struct encode_advert *a, uint8_t *frame)
{
	static const uint8_t group[] = { 224, 0, 0, 18 };
	static const uint8_t group6[16] = { 0xff, 2, [15] = 0x12 };
	static const uint8_t to[] = { 1, 0, 0x5e, 0, 0, 0x12 };
	static const uint8_t to6[] = { 0x33, 0x33, 0, 0, 0, 0x12 };
	struct writer w = { frame, 0 };
	uint8_t *ip, *vrrp;

	if (a->family == AF_INET) {
		put_ethernet(&w, to, a->mac, 0x0800);
		ip = put_ipv4(&w, VRRP, a->ttl, a->source, group);
		vrrp = frame + w.len;
		put_vrrp(&w, a);
		end_ipv4(&w, ip);
		set16(vrrp + 6,
		      sum_fold(sum_add(0, vrrp,
				       (size_t)(frame + w.len - vrrp))));
	} else {
		put_ethernet(&w, to6, a->mac, 0x86dd);
		ip = put_ipv6(&w, VRRP, a->ttl, a->source, group6);
		vrrp = frame + w.len;
		put_vrrp(&w, a);
		end_ipv6(&w, ip, 6);
	}
	if (a->bad_checksum)
		vrrp[6] ^= 0x55;
	return w.len;
}

/* To all it is an ARP announcement, a request for its own address. */
static size_t encode_arp(const struct encode_claim *c, uint8_t *frame)
{
	static const uint8_t all[] = { 255, 255, 255, 255, 255, 255 };
	static const uint8_t nobody[6];
	struct writer w = { frame, 0 };

	put_ethernet(&w, c->answer ? c->to_mac : all, c->mac, 0x0806);
	put(&w, "\0\1\x08\0\6\4", 6); /* Ethernet, IPv4, their lengths */
	put16(&w, c->answer ? 2 : 1);
	put(&w, c->mac, 6);
	put(&w, c->address, 4);
	put(&w, c->answer ? c->to_mac : nobody, 6);
	put(&w, c->answer ? c->to : c->address, 4);
	return w.len;
}

static size_t encode_na(const struct encode_claim *c, uint8_t *frame)
{
	static const uint8_t all[16] = { 0xff, 2, [15] = 1 };
	static const uint8_t all_mac[] = { 0x33, 0x33, 0, 0, 0, 1 };
	struct writer w = { frame, 0 };
	uint8_t *ip;

	put_ethernet(&w, c->answer ? c->to_mac : all_mac, c->mac, 0x86dd);
	ip = put_ipv6(&w, ICMPV6, 255, c->address, c->answer ? c->to : all);
	put16(&w, 136 << 8);
	put16(&w, 0);
	/* Solicited and Override; and a router, as it takes one's place. */
	put(&w, c->answer ? "\xe0\0\0\0" : "\xa0\0\0\0", 4);
	put(&w, c->address, 16);
	put(&w, "\2\1", 2); /* Target Link-Layer Address, of 8 octets */
	put(&w, c->mac, 6);
	end_ipv6(&w, ip, 2);
	return w.len;
}

size_t encode_claim(const struct encode_claim *c, uint8_t *frame)
{
	return c->family == AF_INET ? encode_arp(c, frame)
				    : encode_na(c, frame);
}

size_t encode_udp(const struct encode_udp *u, uint8_t *frame)
{
	struct writer w = { frame, 0 };
	bool ipv4 = u->family == AF_INET;
	uint8_t *ip;

	put_ethernet(&w, u->to_mac, u->mac, ipv4 ? 0x0800 : 0x86dd);
	ip = ipv4 ? put_ipv4(&w, UDP, 64, u->source, u->to)
		  : put_ipv6(&w, UDP, 64, u->source, u->to);
	put16(&w, u->source_port);
	put16(&w, DISCARD);
	put16(&w, 8 + 18);
	put16(&w, 0); /* none, in IPv4 */
	put(&w, "eighteen octets...", 18);
	if (ipv4)
		end_ipv4(&w, ip);
	else
		end_ipv6(&w, ip, 6);
	return w.len;
}
