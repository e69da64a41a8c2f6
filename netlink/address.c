/* SPDX-License-Identifier: MIT */
/*
 * Addresses as text and back.  The text is held to the one form that every
 * tool agrees on: what inet_pton(3) takes and a decimal prefix length; "/024"
 * is octal to some readers, and so it is refused.
 */
#include "netlink/address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

size_t address_size(uint8_t family)
{
	return family == AF_INET ? 4 : 16;
}

bool address_equal(const struct address *a, const struct address *b)
{
	return a->family == b->family &&
	       memcmp(a->bytes, b->bytes, address_size(a->family)) == 0;
}

bool address_is_link_local(const struct address *a)
{
	return a->family == AF_INET6 && a->bytes[0] == 0xfe &&
	       (a->bytes[1] & 0xc0) == 0x80;
}

static int parse_prefixlen(const char *text, unsigned max, uint8_t *prefixlen)
{
	unsigned value = 0;

	if (!*text || (text[0] == '0' && text[1]))
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		value = value * 10 + (unsigned)(*text - '0');
		if (value > max)
			return -EINVAL;
	}
	*prefixlen = (uint8_t)value;
	return 0;
}

int address_parse(const char *text, struct address *a)
{
	const char *slash = strchrnul(text, '/');
	size_t len = (size_t)(slash - text);
	char host[INET6_ADDRSTRLEN];
	struct address result = { .family = AF_INET };
	unsigned bits;

	if (len >= sizeof host)
		return -EINVAL;
	memcpy(host, text, len);
	host[len] = '\0';
	if (strchr(host, ':'))
		result.family = AF_INET6;
	if (inet_pton(result.family, host, result.bytes) != 1)
		return -EINVAL;

	bits = 8 * (unsigned)address_size(result.family);
	result.prefixlen = (uint8_t)bits;
	if (*slash && parse_prefixlen(slash + 1, bits, &result.prefixlen))
		return -EINVAL;
	*a = result;
	return 0;
}

const char *address_format(const struct address *a, bool prefix,
			   char text[ADDRESS_TEXT])
{
	size_t len;

	inet_ntop(a->family, a->bytes, text, ADDRESS_TEXT);
	len = strlen(text);
	if (prefix)
		snprintf(text + len, ADDRESS_TEXT - len, "/%u", a->prefixlen);
	return text;
}
