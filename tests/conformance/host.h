/* SPDX-License-Identifier: MIT */
/*
 * The tester as a host of the LAN: 192.0.2.2, fe80::a:1 and 2001:db8::2 at
 * 02:00:00:00:00:02.  It asks for addresses, pings, and waits for answers.
 */
#ifndef CONFORMANCE_HOST_H
#define CONFORMANCE_HOST_H

#include "tests/conformance/play.h"

/* How a host asks for an address. */
enum host_ask {
	HOST_ASK,         /* broadcast, or to the solicited-node group */
	HOST_ASK_UNICAST, /* to the MAC that it believes */
	HOST_ASK_PROBE,   /* from no address, as duplicate detection does */
};

/* What a host says to an address at a MAC. */
enum host_say { HOST_PING, HOST_SYN, HOST_UDP };

/* Answers whoever asks for the tester's addresses, from now on. */
void host_answer(struct test *test);
/* Returns when. */
int64_t host_ask(struct test *test, const struct address *address,
		 enum host_ask how, const uint8_t mac[6]);
/*
 * An ARP reply, or a solicited Neighbor Advertisement, for it; NULL after a
 * second.  To a probe any Neighbor Advertisement is one.
 */
const struct heard *host_reply(struct test *test, const struct address *address,
			       enum host_ask how, int64_t from);
size_t host_replies(const struct test *test, const struct address *address,
		    enum host_ask how, int64_t from, int64_t until);
int64_t host_say(struct test *test, const struct address *address,
		 const uint8_t mac[6], enum host_say what);
/* Anything that comes from the address as an answer; NULL after a second. */
const struct heard *host_heard(struct test *test, const struct address *address,
			       int64_t from);

#endif
