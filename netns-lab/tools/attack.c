/* SPDX-License-Identifier: MIT */
/*
 * Each flaw is one field that is wrong; all else is as it must be, the
 * checksum too, so that the receiver comes to the check that is meant.
 */
#include "netns-lab/tools/attack.h"

#include "netns-lab/tools/noise.h"

#include <string.h>
#include <sys/socket.h>

const char *attack_kind_name(enum attack_kind kind)
{
	static const char *const names[ATTACK_KINDS] = {
		[ATTACK_SPOOF] = "spoof",       [ATTACK_TTL] = "ttl",
		[ATTACK_CHECKSUM] = "checksum", [ATTACK_VERSION] = "version",
		[ATTACK_LENGTH] = "length",     [ATTACK_VRID] = "vrid",
		[ATTACK_TYPE] = "type",         [ATTACK_ADDRESS] = "address",
		[ATTACK_RANDOM] = "random",     [ATTACK_UDP] = "udp",
	};

	return names[kind];
}

static bool is_done(const struct attack *attack)
{
	return attack->limit && attack->sent + attack->failed >= attack->limit;
}

static void send_frame(struct attack *attack, int fd, const uint8_t *frame,
		       size_t len)
{
	if (send(fd, frame, len, 0) == (ssize_t)len)
		attack->sent++;
	else
		attack->failed++;
}

/* The n-th advertisement with the flaw. */
static void spoil(struct encode_advert *a, enum attack_kind kind, uint64_t n)
{
	size_t width = a->family == AF_INET ? 4 : 16;

	switch (kind) {
	case ATTACK_TTL:
		a->ttl = 254;
		break;
	case ATTACK_CHECKSUM:
		a->bad_checksum = true;
		break;
	case ATTACK_VERSION:
		a->version = 2;
		break;
	case ATTACK_LENGTH:
		a->missing = (uint8_t)(1 + n % width);
		break;
	case ATTACK_VRID:
		/* From 1 to 255, but for the own one. */
		a->vrid = (uint8_t)(1 + (a->vrid + n % 254) % 255);
		break;
	case ATTACK_TYPE:
		a->type = 2;
		break;
	case ATTACK_ADDRESS:
		for (size_t i = 1; i <= 3; i++)
			a->addresses[0][width - i] ^=
				(uint8_t)((n + 1) >> 8 * (i - 1));
		break;
	case ATTACK_SPOOF:
	case ATTACK_RANDOM:
	case ATTACK_UDP:
	case ATTACK_KINDS:
		break;
	}
}

static size_t encode_flawed(const struct attack *attack, uint64_t n,
			    uint8_t *frame)
{
	struct encode_advert advert = attack->advert;

	spoil(&advert, attack->kind, n);
	return encode_advert(&advert, frame);
}

/* From one port after the other, as many hosts would. */
static size_t encode_datagram(const struct attack *attack, uint64_t n,
			      uint8_t *frame)
{
	struct encode_udp udp = attack->udp;

	udp.source_port = (uint16_t)(1024 + n % 64512);
	return encode_udp(&udp, frame);
}

void attack_send(struct attack *attack, int fd, struct pace *pace)
{
	static struct noise noise;
	uint8_t frame[ENCODE_FRAME];
	size_t len;

	noise_start(&noise, &attack->advert, attack->seed);
	for (uint64_t n = 0; !is_done(attack); n++) {
		if (pace_wait(pace, -1) == PACE_OVER)
			return;
		if (attack->kind == ATTACK_RANDOM)
			len = noise_next(&noise, frame);
		else if (attack->kind == ATTACK_UDP)
			len = encode_datagram(attack, n, frame);
		else
			len = encode_flawed(attack, n, frame);
		send_frame(attack, fd, frame, len);
	}
}

/* Who asks, if somebody does: by an ARP request, */
static bool parse_arp(const uint8_t *frame, size_t len,
		      struct encode_claim *claim)
{
	const uint8_t *arp = frame + 14;

	if (len < 14 + 28 || arp[7] != 1 ||
	    memcmp(arp + 24, claim->address, 4) != 0 ||
	    memcmp(arp + 14, claim->address, 4) == 0)
		return false;
	memcpy(claim->to_mac, arp + 8, 6);
	memcpy(claim->to, arp + 14, 4);
	claim->answer = true;
	return true;
}

/* or by a Neighbor Solicitation; who has no address yet gets it with all. */
static bool parse_ns(const uint8_t *frame, size_t len,
		     struct encode_claim *claim)
{
	static const uint8_t nobody[16];
	const uint8_t *ip = frame + 14, *icmp = ip + 40;

	if (len < 14 + 40 + 24 || ip[6] != 58 || icmp[0] != 135 ||
	    memcmp(icmp + 8, claim->address, 16) != 0)
		return false;
	memcpy(claim->to_mac, frame + 6, 6);
	memcpy(claim->to, ip + 8, 16);
	claim->answer = memcmp(claim->to, nobody, 16) != 0;
	return true;
}

static bool is_question(const uint8_t *frame, size_t len,
			struct encode_claim *claim)
{
	unsigned type = len < 14 ? 0 : (unsigned)frame[12] << 8 | frame[13];

	if (claim->family == AF_INET)
		return type == 0x0806 && parse_arp(frame, len, claim);
	return type == 0x86dd && parse_ns(frame, len, claim);
}

void attack_claim(struct attack *attack, struct encode_claim *claim, int fd,
		  struct pace *pace)
{
	uint8_t frame[ENCODE_FRAME];
	enum pace_reason reason;
	ssize_t len;

	while (!is_done(attack)) {
		reason = pace_wait(pace, fd);
		if (reason == PACE_OVER)
			return;
		claim->answer = false;
		if (reason == PACE_READABLE) {
			len = recv(fd, frame, sizeof(frame), MSG_DONTWAIT);
			if (len < 0 || !is_question(frame, (size_t)len, claim))
				continue;
			attack->answers++;
		}
		send_frame(attack, fd, frame, encode_claim(claim, frame));
	}
}
