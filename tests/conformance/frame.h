/* SPDX-License-Identifier: MIT */
/*
 * Frames for the wire, made from scratch, as the tester must not believe what
 * the daemon under test believes.  An advertisement is described with all that
 * can be wrong in it; the other frames are those that hosts send.
 */
#ifndef CONFORMANCE_FRAME_H
#define CONFORMANCE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_ADDRESSES = 20,
	FRAME_ALL = 0xffff, /* of an advertisement's length: nothing cut */
	FRAME_COUNT = -1,   /* of its count: as many as there are */
};

struct address {
	size_t len; /* 4 or 16, or 0 if there is none */
	uint8_t octets[16];
};

struct frame {
	size_t len;
	uint8_t octets[2048];
};

struct advert {
	struct address source;
	uint8_t ttl, version, type, vrid, priority, reserve;
	int count;         /* the field; FRAME_COUNT */
	unsigned interval; /* centiseconds */
	size_t addresses;
	struct address address[FRAME_ADDRESSES];
	size_t trailer; /* zero octets after the addresses */
	size_t length;  /* octets of the message that are sent; FRAME_ALL */
	bool pseudo;    /* is the pseudo-header in its checksum? */
	bool options;   /* IPv4: router alert */
	size_t pad_to;  /* length of the frame, zeros at its end */
};

/* What a host says: from its MAC and address to another's. */
struct ends {
	uint8_t from_mac[6], to_mac[6];
	struct address from, to;
	uint8_t ttl;
};

/* From text; ends the tester if it is none. */
struct address address_of(const char *text);
const char *address_text(const struct address *address); /* static buffer */
bool address_equals(const struct address *a, const struct address *b);
/* ff02::1:ffXX:XXXX of an IPv6 address. */
struct address address_solicited(const struct address *address);
/* The Ethernet address that a multicast address maps to. */
void address_group_mac(const struct address *group, uint8_t mac[6]);

uint16_t frame_get16(const uint8_t *p);
void frame_put16(uint8_t *p, uint16_t value);
/* RFC 1071; start is a sum not yet folded, of a pseudo-header or 0. */
uint16_t frame_checksum(const uint8_t *data, size_t len, uint32_t start);
uint32_t frame_pseudo_sum(const struct address *from, const struct address *to,
			  size_t len, uint8_t protocol);

/* The Ethernet address of virtual router vrid. */
void frame_virtual_mac(uint8_t mac[6], bool ipv6, uint8_t vrid);

void frame_advert(struct frame *frame, const struct advert *advert);
/* The IP header for len octets of payload; returns where the payload goes. */
uint8_t *frame_ip(struct frame *frame, const struct ends *ends,
		  uint8_t protocol, size_t len);
/* op 1 or 2; the sender's hardware address is ends' own. */
void frame_arp(struct frame *frame, const struct ends *ends, uint16_t op);
/* Source link-layer option unless the sender is unspecified. */
void frame_solicit(struct frame *frame, const struct ends *ends,
		   const struct address *target);
void frame_neighbor(struct frame *frame, const struct ends *ends,
		    const struct address *target, uint32_t flags);
void frame_echo(struct frame *frame, const struct ends *ends);
void frame_syn(struct frame *frame, const struct ends *ends, uint16_t port);
void frame_udp(struct frame *frame, const struct ends *ends, uint16_t port);

#endif
