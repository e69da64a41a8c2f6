/* SPDX-License-Identifier: MIT */
#ifndef ASK_MODES_H
#define ASK_MODES_H

/*
 * What ask.c asks of each mode: open the sockets, send a question, and read
 * an answer from the network header on (false: it is not one).  ask.c has
 * resolved the target and found the route.  All return 0 or -errno.
 */

#include "netns-lab/tools/ask.h"

int ask_icmp_open(struct ask *ask, const struct ask_options *options);
int ask_icmp_send(struct ask *ask, uint64_t question);
int ask_udp_open(struct ask *ask, const struct ask_options *options);
int ask_udp_send(struct ask *ask, uint64_t question);
bool ask_echo_read(const struct ask *ask, const uint8_t *data, size_t len,
		   struct ask_answer *answer);

int ask_arp_open(struct ask *ask, const struct ask_options *options);
int ask_arp_send(struct ask *ask, uint64_t question);
bool ask_arp_read(const struct ask *ask, const uint8_t *data, size_t len,
		  struct ask_answer *answer);
int ask_nd_open(struct ask *ask, const struct ask_options *options);
int ask_nd_send(struct ask *ask, uint64_t question);
bool ask_nd_read(const struct ask *ask, const uint8_t *data, size_t len,
		 struct ask_answer *answer);

/* Answers are the records; what the tap sees only tells who sent them. */
int ask_tcp_open(struct ask *ask, const struct ask_options *options);
int ask_tcp_send(struct ask *ask, uint64_t question);
int ask_tcp_receive(struct ask *ask, struct ask_answer *answer);
bool ask_tcp_read(const struct ask *ask, const uint8_t *data, size_t len,
		  struct ask_answer *answer);

/*
 * For the modes that use the host's IP: a socket to the target, bound to the
 * interface if one is named, and hearing nothing but errors.
 */
int ask_connect(struct ask *ask, const struct ask_options *options, int type,
		int protocol);

#endif
