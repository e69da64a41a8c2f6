/* SPDX-License-Identifier: MIT */
#ifndef ATTACK_H
#define ATTACK_H

/*
 * What a hostile host does: it sends advertisements, good or bad ones, or it
 * claims an address that is not its own.
 */

#include "netns-lab/tools/encode.h"
#include "netns-lab/tools/pace.h"

enum attack_kind {
	ATTACK_SPOOF, /* nothing is wrong with it but the sender */
	ATTACK_TTL,   /* as if it had been routed */
	ATTACK_CHECKSUM,
	ATTACK_VERSION,
	ATTACK_LENGTH,
	ATTACK_VRID, /* any other one */
	ATTACK_TYPE,
	ATTACK_ADDRESS, /* random ones */
	ATTACK_RANDOM,  /* see noise.h */
	ATTACK_UDP,     /* to a port of another host: nothing for VRRP */
	ATTACK_KINDS,
};

struct attack {
	enum attack_kind kind;
	struct encode_advert advert;
	struct encode_udp udp;
	uint64_t seed;
	uint64_t limit; /* of frames, 0: none */
	uint64_t sent;
	uint64_t failed;
	uint64_t answers; /* claim: of those sent */
};

const char *attack_kind_name(enum attack_kind kind);

/* Send by the packet socket `fd` whenever it is due. */
void attack_send(struct attack *attack, int fd, struct pace *pace);

/*
 * Announce `claim` whenever it is due, and answer whoever asks for it.  `fd`
 * is a packet socket that hears questions.
 */
void attack_claim(struct attack *attack, struct encode_claim *claim, int fd,
		  struct pace *pace);

#endif
