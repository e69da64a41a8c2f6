/* SPDX-License-Identifier: MIT */
/*
 * Hosts speak as RFC 826, RFC 4861 and RFC 5227 have it; answers are matched by
 * the address alone, so that a wrong MAC in them is seen.
 */
#include "tests/conformance/host.h"

#include <string.h>

static const uint8_t host_mac[6] = { 2, 0, 0, 0, 0, 2 };

static const char *own(const struct address *to)
{
	if (to->len == 4)
		return "192.0.2.2";
	return to->octets[0] == 0xfe || to->octets[0] == 0xff ? "fe80::a:1"
							      : "2001:db8::2";
}

void host_answer(struct test *test)
{
	static const char *const addresses[] = { "192.0.2.2", "fe80::a:1",
						 "2001:db8::2" };

	for (size_t i = 0; i < 3; i++) {
		struct ends *ends = &test->wire.answering[i];

		*ends = (struct ends){ .from = address_of(addresses[i]),
				       .ttl = 255 };
		memcpy(ends->from_mac, host_mac, 6);
	}
	test->wire.answerers = 3;
}

static int64_t solicit(struct test *test, const struct address *address,
		       enum host_ask how, const uint8_t mac[6])
{
	struct address to =
		how == HOST_ASK_UNICAST ? *address : address_solicited(address);
	uint8_t group[6];
	struct ends ends;
	struct frame frame;

	address_group_mac(&to, group);
	ends = play_ends(test, how == HOST_ASK_PROBE ? "::" : own(address), &to,
			 how == HOST_ASK_UNICAST ? mac : group);
	frame_solicit(&frame, &ends, address);
	return wire_send(&test->wire, WIRE_DUT, &frame);
}

int64_t host_ask(struct test *test, const struct address *address,
		 enum host_ask how, const uint8_t mac[6])
{
	uint8_t all[6];
	struct ends ends;
	struct frame frame;

	if (address->len == 16)
		return solicit(test, address, how, mac);
	memset(all, 255, 6);
	ends = play_ends(test, how == HOST_ASK_PROBE ? "0.0.0.0" : own(address),
			 address, how == HOST_ASK_UNICAST ? mac : all);
	frame_arp(&frame, &ends, 1);
	return wire_send(&test->wire, WIRE_DUT, &frame);
}

#define SOLICITED UINT32_C(0x40000000)

static bool is_reply(const struct heard *heard, const void *address)
{
	const struct seen *seen = &heard->seen;

	if (seen->kind == SEEN_ARP)
		return seen->op == 2 && address_equals(&seen->from, address);
	return seen->kind == SEEN_NEIGHBOR && seen->flags & SOLICITED &&
	       address_equals(&seen->target, address);
}

/* To all: an announcement that comes meanwhile looks the same. */
static bool is_reply_to_probe(const struct heard *heard, const void *address)
{
	return is_reply(heard, address) ||
	       (heard->seen.kind == SEEN_NEIGHBOR &&
		address_equals(&heard->seen.target, address));
}

const struct heard *host_reply(struct test *test, const struct address *address,
			       enum host_ask how, int64_t from)
{
	return wire_wait(&test->wire,
			 how == HOST_ASK_PROBE ? is_reply_to_probe : is_reply,
			 address, from, from + SEC);
}

size_t host_replies(const struct test *test, const struct address *address,
		    enum host_ask how, int64_t from, int64_t until)
{
	return wire_count(&test->wire,
			  how == HOST_ASK_PROBE ? is_reply_to_probe : is_reply,
			  address, from, until);
}

int64_t host_say(struct test *test, const struct address *address,
		 const uint8_t mac[6], enum host_say what)
{
	struct ends ends = play_ends(test, own(address), address, mac);
	struct frame frame;

	switch (what) {
	case HOST_PING:
		frame_echo(&frame, &ends);
		break;
	case HOST_SYN:
		frame_syn(&frame, &ends, 9);
		break;
	case HOST_UDP:
		frame_udp(&frame, &ends, 9);
		break;
	}
	return wire_send(&test->wire, WIRE_DUT, &frame);
}

static bool is_from(const struct heard *heard, const void *address)
{
	switch (heard->seen.kind) {
	case SEEN_REPLY:
	case SEEN_UNREACHABLE:
	case SEEN_TCP:
		return address_equals(&heard->seen.from, address);
	case SEEN_OTHER:
	case SEEN_ADVERT:
	case SEEN_ARP:
	case SEEN_SOLICIT:
	case SEEN_NEIGHBOR:
	case SEEN_ROUTER:
	case SEEN_REDIRECT:
	case SEEN_UDP:
	case SEEN_ECHO:
		break;
	}
	return false;
}

const struct heard *host_heard(struct test *test, const struct address *address,
			       int64_t from)
{
	return wire_wait(&test->wire, is_from, address, from, from + SEC);
}
