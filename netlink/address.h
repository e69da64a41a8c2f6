/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_ADDRESS_H
#define NETLINK_ADDRESS_H

/* An IP address with its prefix, as all of vrrpd knows it: no libnl. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address {
	uint8_t family;    /* AF_INET or AF_INET6 */
	uint8_t prefixlen; /* 0..32 or 0..128 */
	uint8_t bytes[16]; /* network order; IPv4 uses the first 4 */
};

#define ADDRESS_TEXT 50 /* octets that address_format() may write */

/* 4 or 16 octets. */
size_t address_size(uint8_t family);

/* Are the address bytes equal?  The prefix length is not looked at. */
bool address_equal(const struct address *a, const struct address *b);

/* Is it fe80::/10? */
bool address_is_link_local(const struct address *a);

/*
 * "192.0.2.1/24", "fe80::1"; no prefix means /32 or /128.  Returns 0, or
 * -EINVAL for anything else.
 */
int address_parse(const char *text, struct address *a);

/* Writes "192.0.2.1", or "192.0.2.1/24" where `prefix`; returns `text`. */
const char *address_format(const struct address *a, bool prefix,
			   char text[ADDRESS_TEXT]);

#endif
