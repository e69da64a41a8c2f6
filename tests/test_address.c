/* SPDX-License-Identifier: MIT */
/*
 * Addresses as text: one strict form in, the canonical form out.
 */
#include "netlink/address.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void addresses_read_and_write(void **state)
{
	static const struct {
		const char *text, *plain, *prefixed;
	} rows[] = {
		{ "192.0.2.1/24", "192.0.2.1", "192.0.2.1/24" },
		{ "192.0.2.1", "192.0.2.1", "192.0.2.1/32" },
		{ "0.0.0.0/0", "0.0.0.0", "0.0.0.0/0" },
		{ "fe80::1", "fe80::1", "fe80::1/128" },
		{ "2001:DB8:0::1/64", "2001:db8::1", "2001:db8::1/64" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128",
		  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
		  "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128" },
	};
	char text[ADDRESS_TEXT];
	struct address a;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool ipv6 = strchr(rows[i].text, ':');

		assert_int_equal(address_parse(rows[i].text, &a), 0);
		assert_int_equal(a.family, ipv6 ? AF_INET6 : AF_INET);
		assert_int_equal(address_size(a.family), ipv6 ? 16 : 4);
		assert_string_equal(address_format(&a, false, text),
				    rows[i].plain);
		assert_string_equal(address_format(&a, true, text),
				    rows[i].prefixed);
	}
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"/",
		"/24",
		"192.0.2.1/",
		"192.0.2.1/33",
		"192.0.2.1/024",
		"192.0.2.1/00",
		"192.0.2.1/+4",
		"192.0.2.1/-1",
		"192.0.2.1/24 ",
		"192.0.2.1/24/24",
		"192.0.2.1/4294967320",
		" 192.0.2.1",
		"192.0.2.01",
		"192.0.2",
		"192.0.2.256",
		"0x7f.0.0.1",
		"fe80::1%eth0",
		"fe80::1/129",
		"fe80:::1",
		"1:2:3:4:5:6:7:8:9",
		"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255:ffff:ffff/128",
	};
	struct address a = { .prefixlen = 42 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(address_parse(rows[i], &a), -EINVAL);
	assert_int_equal(a.prefixlen, 42);
}

static void addresses_compare_without_their_prefix(void **state)
{
	struct address a, b, six;

	(void)state;
	assert_int_equal(address_parse("192.0.2.1/24", &a), 0);
	assert_int_equal(address_parse("192.0.2.1", &b), 0);
	assert_int_equal(address_parse("c000:201::", &six), 0);
	assert_true(address_equal(&a, &b));
	assert_false(address_equal(&a, &six)); /* the same first octets */
	b.bytes[3] = 2;
	assert_false(address_equal(&a, &b));
	b = a;
	b.bytes[15] = 1; /* not part of an IPv4 address */
	assert_true(address_equal(&a, &b));
}

static void link_local_is_fe80_slash_10(void **state)
{
	struct address a;

	(void)state;
	assert_int_equal(address_parse("fe80::1", &a), 0);
	assert_true(address_is_link_local(&a));
	assert_int_equal(address_parse("febf:ffff::1", &a), 0);
	assert_true(address_is_link_local(&a));
	assert_int_equal(address_parse("fec0::1", &a), 0);
	assert_false(address_is_link_local(&a));
	assert_int_equal(address_parse("254.128.0.1", &a), 0);
	assert_false(address_is_link_local(&a));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_read_and_write),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(addresses_compare_without_their_prefix),
		cmocka_unit_test(link_local_is_fe80_slash_10),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
