/* SPDX-License-Identifier: MIT */
#ifndef ASK_H
#define ASK_H

/*
 * One question to one address, and its answers: ICMP or ICMPv6 echo through a
 * raw socket (so that the host's own neighbour cache and routes are part of
 * what is measured), or ARP requests straight onto the wire.
 */

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

enum ask_kind {
	ASK_ICMP,
	ASK_ICMP6,
	ASK_ARP,
};

struct ask {
	enum ask_kind kind;
	int fd;
	uint16_t id;        /* of the echo requests */
	int ifindex;        /* ARP from here on */
	uint8_t mac[6];     /* own */
	struct in_addr own; /* own address */
	struct in_addr target;
};

struct ask_answer {
	int64_t time;      /* of arrival, CLOCK_REALTIME, us */
	uint16_t sequence; /* of the question; ARP: 0 */
	uint8_t mac[6];    /* who answered; echo: zeros */
};

/*
 * Returns 0 or -errno; -EINVAL: no numeric address.  `interface` is the one
 * to ask through, which ARP must have; else it may be NULL.
 */
int ask_open(struct ask *ask, const char *target, const char *interface,
	     bool arp);
void ask_close(struct ask *ask);

/* 0 or -errno, never waiting. */
int ask_send(const struct ask *ask, uint16_t sequence);

/* The next answer that has arrived: 0, -EAGAIN when there is none, -errno. */
int ask_receive(const struct ask *ask, struct ask_answer *answer);

const char *ask_kind_name(enum ask_kind kind);

#endif
