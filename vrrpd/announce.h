/* SPDX-License-Identifier: MIT */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

/*
 * What a new Active tells the LAN: a gratuitous ARP for each IPv4 address, an
 * unsolicited Neighbor Advertisement for each IPv6 address (RFC 9568 sections
 * 6.4.1 and 6.4.2 with errata 7947 and 7949, RFC 4861 section 7.2.6).  Pure.
 */

#include <stdint.h>

#define ANNOUNCE_ARP 42 /* octets of a gratuitous ARP frame */
#define ANNOUNCE_NA  86 /* octets of a Neighbor Advertisement frame */

/* An ARP request whose sender and target are both `address` at `mac`. */
void announce_arp(uint8_t frame[ANNOUNCE_ARP], const uint8_t mac[6],
		  const uint8_t address[4]);

/*
 * To ff02::1, Router and Override set, Solicited clear, with the target's
 * link-layer address.  `source` is an address of the sender: the virtual
 * link-local one.
 */
void announce_na(uint8_t frame[ANNOUNCE_NA], const uint8_t mac[6],
		 const uint8_t source[16], const uint8_t target[16]);

#endif
