/* SPDX-License-Identifier: MIT */
#ifndef ASK_H
#define ASK_H

/*
 * A question to one address, and its answers, in one of five modes:
 *
 *	icmp  echo requests, by the host's own routes and neighbour cache,
 *	udp   which are so part of what is measured; numbered
 *	arp   requests straight onto the link, to all; not numbered, as no
 *	nd    answer can carry a number
 *	tcp   one connection, on which the server sends a record per interval:
 *	      each interval asks for the next one; numbered
 */

#include "netns-lab/tools/route.h"

#include <netinet/in.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum ask_mode {
	ASK_ICMP,
	ASK_UDP,
	ASK_ARP,
	ASK_ND,
	ASK_TCP,
};

struct ask_stream {
	bool connected; /* at any time */
	bool ended;     /* and it will not come back */
	int error;      /* errno; 0: ended by the server */
	uint64_t bytes;
	uint64_t taken; /* records handed out as answers */
	int64_t time;   /* of the last octets */
};

struct ask_options {
	const char *target;    /* a numeric address */
	const char *interface; /* or NULL: by the route */
	enum ask_mode mode;
	uint16_t port;    /* udp, tcp */
	int64_t interval; /* us; tcp */
};

struct ask {
	enum ask_mode mode;
	int fd;  /* the questions' */
	int tap; /* the answers' */
	union route_address target;
	struct route route;
	uint32_t cookie;  /* tells our answers from those of another probe */
	int64_t interval; /* us; tcp */
	struct ask_stream stream;
};

struct ask_answer {
	int64_t time;      /* of arrival, CLOCK_REALTIME, us */
	uint64_t question; /* or TALLY_ANY */
	bool counts;       /* it is an answer */
	bool seen;         /* `mac` is known; of tcp one or the other */
	uint8_t mac[6];    /* Ethernet source */
};

/* 0 or -errno; -EINVAL: no numeric address, or not of this mode's family. */
int ask_open(struct ask *ask, const struct ask_options *options);
void ask_close(struct ask *ask);

/* 0 or -errno, never waiting. */
int ask_send(struct ask *ask, uint64_t question);

/* The next answer that has arrived: 0, -EAGAIN when there is none, -errno. */
int ask_receive(struct ask *ask, struct ask_answer *answer);

/* What to wait for until ask_receive() has something to say. */
#define ASK_FDS 2
void ask_wait_for(const struct ask *ask, struct pollfd fds[ASK_FDS]);

/* "icmp", "icmpv6", "udp", "arp", "nd", "tcp" */
const char *ask_name(const struct ask *ask);

/* False: there is no such mode. */
bool ask_parse_mode(const char *text, enum ask_mode *mode);

#endif
