/* SPDX-License-Identifier: MIT */
/*
 * ARP replies and solicited Neighbor Advertisements octet for octet, and all
 * that must not be answered: each check of RFC 4861 section 7.1.1 alone is
 * enough to make a solicitation invalid.
 */
#include "vrrpd/neighbor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/frames.h"

#define MAC4   "00005e000133"
#define MAC6   "00005e000233"
#define CLIENT "020000000099"
#define GLOBAL "20010db800000000 0000000000000001"
#define LOCAL  "fe80000000000000 0000000000050001"
#define ASKER  "20010db800000000 0000000000000099"
#define NONE   "0000000000000000 0000000000000000"
#define NODE   "ff02000000000000 00000001ff000001"

#define ICMP 54 /* where the message begins in a frame */

static const uint8_t ipv4[] = { 192, 0, 2, 11, 192, 0, 2, 1 };
static uint8_t ipv6[32];
static const struct neighbor arp = { { 0, 0, 0x5e, 0, 1, 51 }, ipv4, 2 };
static const struct neighbor ndp = { { 0, 0, 0x5e, 0, 2, 51 }, ipv6, 2 };

/* ---- ARP ---- */

#define REQUEST                                                                \
	"ffffffffffff " CLIENT " 0806 0001 0800 06 04 0001 " CLIENT            \
	" c0000263 000000000000 c0000201"

/* Is the request answered with exactly this frame?  "": not at all. */
static void arp_answers(const char *request, const char *expected)
{
	uint8_t frame[64], want[64], answer[NEIGHBOR_ARP];
	size_t len = unhex(frame, request);

	assert_int_equal(neighbor_answer_arp(&arp, frame, len, answer),
			 unhex(want, expected));
	if (*expected)
		assert_memory_equal(answer, want, sizeof(answer));
}

static void a_request_is_answered_to_who_asks(void **state)
{
	(void)state;
	arp_answers(REQUEST, CLIENT " " MAC4 " 0806 0001 0800 06 04 0002 " MAC4
				    " c0000201 " CLIENT " c0000263");
	/* With the padding of the shortest Ethernet frame. */
	arp_answers(REQUEST " 000000000000000000000000000000000000",
		    CLIENT " " MAC4 " 0806 0001 0800 06 04 0002 " MAC4
			   " c0000201 " CLIENT " c0000263");
	/* Unicast, to see whether we are still there. */
	arp_answers(MAC4 " " CLIENT " 0806 0001 0800 06 04 0001 " CLIENT
			 " c0000263 000000000000 c000020b",
		    CLIENT " " MAC4 " 0806 0001 0800 06 04 0002 " MAC4
			   " c000020b " CLIENT " c0000263");
}

static void a_neighbour_of_our_mac_is_another_host(void **state)
{
	(void)state;
	arp_answers("ffffffffffff 00005e000134 0806 0001 0800 06 04 0001 "
		    "00005e000134 c0000263 000000000000 c0000201",
		    "00005e000134 " MAC4 " 0806 0001 0800 06 04 0002 " MAC4
		    " c0000201 00005e000134 c0000263");
}

static void a_probe_is_answered_like_a_request(void **state)
{
	(void)state;
	arp_answers("ffffffffffff " CLIENT " 0806 0001 0800 06 04 0001 " CLIENT
		    " 00000000 000000000000 c0000201",
		    CLIENT " " MAC4 " 0806 0001 0800 06 04 0002 " MAC4
			   " c0000201 " CLIENT " 00000000");
}

static void no_other_arp_is_answered(void **state)
{
	static const struct {
		size_t at;
		const char *octets;
	} changes[] = {
		{ 0, "02" }, /* to another host */
		{ 0, "00005e000134" },
		{ 12, "0800" }, /* not ARP */
		{ 12, "8100" },
		{ 15, "06" }, /* hardware type */
		{ 17, "01" }, /* protocol */
		{ 18, "08" }, /* lengths */
		{ 19, "10" },
		{ 21, "02" },       /* a reply */
		{ 22, "03" },       /* from a group */
		{ 22, MAC4 },       /* from ourselves, or another like us */
		{ 28, "c0000201" }, /* the same, as its address tells */
		{ 28, "c000020b" },
		{ 38, "c0000202" }, /* for another address */
		{ 38, "c0000200" },
	};
	uint8_t frame[64], answer[NEIGHBOR_ARP];

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		unhex(frame, REQUEST);
		unhex(frame + changes[i].at, changes[i].octets);
		assert_int_equal(neighbor_answer_arp(&arp, frame, 42, answer),
				 0);
	}
	for (size_t len = 0; len < 42; len++) {
		uint8_t *copy = malloc(len + 1);

		unhex(frame, REQUEST);
		memcpy(copy, frame, len);
		assert_int_equal(neighbor_answer_arp(&arp, copy, len, answer),
				 0);
		free(copy);
	}
}

/* ---- Neighbor Solicitations ---- */

#define ETHERNET "3333ff000001 " CLIENT " 86dd "
#define OPTION   "01 01 " CLIENT
#define SOLICIT  "87 00 0000 00000000 "
#define HEADER   "60000000 0020 3a ff "

#define ADVERT(to, from, address, sum, flags, target)                          \
	to " " MAC6 " 86dd 60000000 0020 3a ff " from " " address              \
	   " 88 00 " sum " " flags "000000 " target " 02 01 " MAC6

/* The ICMPv6 checksum made right, whatever the rest. */
static void fix(uint8_t *frame, size_t len)
{
	unsigned long pseudo = (unsigned long)len - ICMP + 58;
	uint8_t *icmp = frame + ICMP;

	pseudo += 0xffff - checksum(0, frame + 22, 32);
	put_checksum(icmp + 2, 0);
	put_checksum(icmp + 2, checksum(pseudo, icmp, len - ICMP));
}

static size_t solicitation(uint8_t *frame, const char *text)
{
	size_t len = unhex(frame, text);

	frame[19] = (uint8_t)(len - ICMP);
	fix(frame, len);
	return len;
}

static void set_addresses(void)
{
	unhex(ipv6, LOCAL GLOBAL);
}

static void ndp_answers(const char *text, const char *expected)
{
	uint8_t frame[256], want[256], answer[NEIGHBOR_ADVERT];
	size_t len = solicitation(frame, text);

	assert_int_equal(neighbor_answer_solicitation(&ndp, frame, len, answer),
			 unhex(want, expected));
	if (!*expected)
		return;
	put_checksum(want + ICMP + 2, 0);
	fix(want, sizeof(answer));
	assert_memory_equal(answer, want, sizeof(answer));
}

#define QUESTION ETHERNET HEADER ASKER " " NODE " " SOLICIT GLOBAL " " OPTION

#define ANSWER ADVERT(CLIENT, GLOBAL, ASKER, "0000", "e0", GLOBAL)

static void a_solicitation_is_answered_to_who_asks(void **state)
{
	(void)state;
	ndp_answers(QUESTION, ANSWER);
	ndp_answers(ETHERNET HEADER ASKER " " NODE " " SOLICIT LOCAL " " OPTION,
		    ADVERT(CLIENT, LOCAL, ASKER, "0000", "e0", LOCAL));
	/* Unicast, and without an option: the frame tells from whom. */
	ndp_answers(MAC6 " " CLIENT " 86dd " HEADER ASKER " " GLOBAL
			 " " SOLICIT GLOBAL,
		    ANSWER);
	/* The option tells more than the frame. */
	ndp_answers("3333ff000001 02000000aaaa 86dd " HEADER ASKER " " NODE
		    " " SOLICIT GLOBAL " " OPTION,
		    ANSWER);
	/* Others are passed over, and so is one that is not Ethernet's. */
	ndp_answers("3333ff000001 02000000aaaa 86dd " HEADER ASKER " " NODE
		    " " SOLICIT GLOBAL " 0e 01 010203040506 " OPTION
		    " 01 02 0101010101010101010101010101 "
		    "02 01 010101010101",
		    ANSWER);
}

static void its_checksum_is_right(void **state)
{
	uint8_t frame[256], answer[NEIGHBOR_ADVERT];
	size_t len = solicitation(frame, QUESTION);

	(void)state;
	assert_int_equal(neighbor_answer_solicitation(&ndp, frame, len, answer),
			 NEIGHBOR_ADVERT);
	assert_int_equal(
		checksum(32ul + 58 + 0xffff - checksum(0, answer + 22, 32),
			 answer + ICMP, 32),
		0);
}

static void padding_is_not_part_of_it(void **state)
{
	uint8_t frame[256] = { 0 }, answer[NEIGHBOR_ADVERT];
	size_t len = solicitation(frame, QUESTION);

	(void)state;
	memset(frame + len, 0xff, 3);
	assert_int_equal(
		neighbor_answer_solicitation(&ndp, frame, len + 3, answer),
		NEIGHBOR_ADVERT);
}

static void who_probes_is_answered_through_everybody(void **state)
{
	(void)state;
	ndp_answers(ETHERNET HEADER NONE " " NODE " " SOLICIT GLOBAL,
		    ADVERT("333300000001", GLOBAL,
			   "ff02000000000000 0000000000000001", "0000", "a0",
			   GLOBAL));
	/* The last bit makes it an address. */
	ndp_answers(ETHERNET HEADER "0000000000000000 0000000000000001 " NODE
				    " " SOLICIT GLOBAL,
		    ADVERT(CLIENT, GLOBAL, "0000000000000000 0000000000000001",
			   "0000", "e0", GLOBAL));
	/* With the MAC of a sender that has no address; not to such a group. */
	ndp_answers(ETHERNET HEADER NONE " " NODE " " SOLICIT GLOBAL " " OPTION,
		    "");
	ndp_answers(ETHERNET HEADER NONE
		    " ff02000000000000 0000000000000001 " SOLICIT GLOBAL,
		    "");
	ndp_answers(ETHERNET HEADER NONE
		    " ff02000000000000 00000001fe000001 " SOLICIT GLOBAL,
		    "");
}

static void no_other_message_is_answered(void **state)
{
	static const struct {
		size_t at;
		const char *octets;
	} changes[] = {
		{ 0, "020000000001" }, /* to another host */
		{ 0, "00005e000234" },
		{ 6, MAC6 },    /* from ourselves */
		{ 6, "03" },    /* from a group */
		{ 12, "8100" }, /* tagged */
		{ 14, "50" },   /* IP version */
		{ 14, "70" },
		{ 20, "06" },   /* protocol */
		{ 21, "fe" },   /* hop limit */
		{ 22, "ff" },   /* from a group */
		{ 22, GLOBAL }, /* from one who has an address of ours */
		{ 22, LOCAL },
		{ ICMP, "86" }, /* type */
		{ ICMP, "88" },
		{ ICMP + 1, "01" }, /* code */
		{ ICMP + 8, NODE }, /* target */
		{ ICMP + 23, "02" },
		{ ICMP + 25, "00" }, /* the option's length */
		{ ICMP + 25, "02" },
		{ ICMP + 26, "03" }, /* its MAC: a group's */
		{ ICMP + 26, MAC6 }, /* ours */
	};
	uint8_t frame[256], answer[NEIGHBOR_ADVERT];

	(void)state;
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		size_t len = solicitation(frame, QUESTION);

		unhex(frame + changes[i].at, changes[i].octets);
		fix(frame, len);
		assert_int_equal(
			neighbor_answer_solicitation(&ndp, frame, len, answer),
			0);
	}
}

static void no_wrong_checksum_is_answered(void **state)
{
	uint8_t frame[256], answer[NEIGHBOR_ADVERT];
	size_t len = solicitation(frame, QUESTION);

	(void)state;
	for (size_t bit = 8 * 22; bit < 8 * len; bit++) {
		frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(
			neighbor_answer_solicitation(&ndp, frame, len, answer),
			0);
		frame[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

/* As long as the frame says, but its payload is not; and the other way. */
static void no_truncated_message_is_answered(void **state)
{
	uint8_t frame[256], answer[NEIGHBOR_ADVERT];
	size_t len = solicitation(frame, QUESTION);

	(void)state;
	for (size_t n = 0; n < len; n++) {
		uint8_t *copy = malloc(n + 1);

		memcpy(copy, frame, n);
		assert_int_equal(
			neighbor_answer_solicitation(&ndp, copy, n, answer), 0);
		/* Right but for the option, which begins and does not end. */
		if (n > ICMP + 24) {
			copy[19] = (uint8_t)(n - ICMP);
			fix(copy, n);
			assert_int_equal(neighbor_answer_solicitation(
						 &ndp, copy, n, answer),
					 0);
		}
		free(copy);
	}
}

static void no_payload_too_short_is_answered(void **state)
{
	uint8_t frame[256], answer[NEIGHBOR_ADVERT];
	size_t len = solicitation(frame, QUESTION);

	(void)state;
	for (uint8_t payload = 0; payload < 24; payload++) {
		frame[19] = payload;
		fix(frame, ICMP + (size_t)payload + (payload < 4 ? 4 : 0));
		put_checksum(frame + ICMP + 2, 0);
		put_checksum(frame + ICMP + 2,
			     checksum(58ul + payload + 0xffff -
					      checksum(0, frame + 22, 32),
				      frame + ICMP, payload));
		assert_int_equal(
			neighbor_answer_solicitation(&ndp, frame, len, answer),
			0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_answered_to_who_asks),
		cmocka_unit_test(a_neighbour_of_our_mac_is_another_host),
		cmocka_unit_test(a_probe_is_answered_like_a_request),
		cmocka_unit_test(no_other_arp_is_answered),
		cmocka_unit_test(a_solicitation_is_answered_to_who_asks),
		cmocka_unit_test(its_checksum_is_right),
		cmocka_unit_test(padding_is_not_part_of_it),
		cmocka_unit_test(who_probes_is_answered_through_everybody),
		cmocka_unit_test(no_other_message_is_answered),
		cmocka_unit_test(no_wrong_checksum_is_answered),
		cmocka_unit_test(no_truncated_message_is_answered),
		cmocka_unit_test(no_payload_too_short_is_answered),
	};

	set_addresses();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
