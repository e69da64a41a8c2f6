/* SPDX-License-Identifier: MIT */
#ifndef NEIGHBOR_H
#define NEIGHBOR_H

/*
 * The answers to ARP requests (RFC 826) and Neighbor Solicitations (RFC 4861)
 * for addresses that the host itself does not have, because it must answer
 * for them and yet accept nothing that is sent to them (RFC 9568 section 6.1,
 * Accept_Mode False).  Pure.
 */

#include <stddef.h>
#include <stdint.h>

/* Who answers: with this MAC, for these addresses. */
struct neighbor {
	uint8_t mac[6];
	const uint8_t *addresses; /* of one family, packed */
	size_t count;
};

#define NEIGHBOR_ARP    42 /* octets of an ARP reply frame */
#define NEIGHBOR_ADVERT 86 /* octets of a Neighbor Advertisement frame */

/*
 * Read a received frame and write the answer.  Returns the answer's length in
 * octets, or 0: not a valid request for one of the addresses, not sent to us,
 * or sent by one who has the MAC or an address too, be it an echo or another
 * router.
 */

/* The addresses are IPv4's.  A probe (RFC 5227) is answered like a request. */
size_t neighbor_answer_arp(const struct neighbor *n, const uint8_t *frame,
			   size_t len, uint8_t answer[NEIGHBOR_ARP]);

/*
 * The addresses are IPv6's.  Router, Override and Solicited are set, but who
 * asks from :: is answered through ff02::1 and without Solicited (sections
 * 7.1.1 and 7.2.4).
 */
size_t neighbor_answer_solicitation(const struct neighbor *n,
				    const uint8_t *frame, size_t len,
				    uint8_t answer[NEIGHBOR_ADVERT]);

#endif
