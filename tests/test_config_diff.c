/* SPDX-License-Identifier: MIT */
/* Two files, and what is said to have changed between them. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vrrpd/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void no_problem(void *arg, const char *line)
{
	(void)arg;
	fail_msg("%s", line);
}

static struct config *load(const char *routers)
{
	char path[] = "/tmp/test_config_diff.XXXXXX";
	int fd = mkstemp(path);
	struct config *config;

	assert_true(fd >= 0);
	assert_true(dprintf(fd, "virtual_routers = ( %s );\n", routers) > 0);
	close(fd);
	config = config_load(path, no_problem, NULL);
	unlink(path);
	return config;
}

static void add(void *arg, const char *line)
{
	char *text = arg;

	snprintf(text + strlen(text), 1024 - strlen(text), "%s\n", line);
}

static void expect(const char *before, const char *after, const char *lines)
{
	struct config *old = load(before), *new = load(after);
	char text[1024] = "";
	int count = 0;

	for (const char *c = lines; *c; c++)
		count += *c == '\n';
	assert_int_equal(config_diff(old, new, add, text), count);
	assert_string_equal(text, lines);
	config_free(old);
	config_free(new);
}

#define LAN(keys)                                                              \
	"{ name = \"lan\"; interface = \"eth0\"; vrid = 51; " keys " }"
#define DMZ                                                                    \
	"{ name = \"dmz\"; interface = \"eth1\"; vrid = 52; "                  \
	"virtual_addresses = [ \"198.51.100.1\" ]; }"
#define ADDRESS "virtual_addresses = [ \"192.0.2.1/24\" ];"

static void the_same_is_no_difference(void **state)
{
	(void)state;
	expect(LAN(ADDRESS), LAN(ADDRESS), "");
	expect(LAN(ADDRESS), LAN(ADDRESS "priority = 100; preempt = true;"),
	       "");
	expect(LAN(ADDRESS) "," DMZ, DMZ "," LAN(ADDRESS), "");
}

static void values_are_told_as_in_the_file(void **state)
{
	(void)state;
	expect(LAN(ADDRESS),
	       LAN(ADDRESS "priority = 200; preempt = false;"
			   "advertisement_interval = \"100ms\";"
			   "checksum = \"rfc5798\"; virtual_mac = false;"
			   "announce = { repeat = 5; refresh = \"0s\"; };"),
	       "lan: priority 100 -> 200\n"
	       "lan: advertisement_interval \"1s\" -> \"100ms\"\n"
	       "lan: preempt true -> false\n"
	       "lan: virtual_mac true -> false\n"
	       "lan: checksum \"rfc9568\" -> \"rfc5798\"\n"
	       "lan: announce.repeat 3 -> 5\n"
	       "lan: announce.refresh \"60s\" -> \"0s\"\n");
}

static void addresses_come_and_go(void **state)
{
	(void)state;
	expect(LAN(ADDRESS),
	       LAN("virtual_addresses = [ \"192.0.2.1/24\", \"192.0.2.9\" ];"),
	       "lan: virtual address 192.0.2.9 added\n");
	expect(LAN("virtual_addresses = [ \"192.0.2.1/24\", \"fe80::1\" ];"),
	       LAN("virtual_addresses = [ \"192.0.2.2\" ];"),
	       "lan: virtual address 192.0.2.1 removed\n"
	       "lan: virtual address fe80::1 removed\n"
	       "lan: virtual address 192.0.2.2 added\n");
	expect(LAN(ADDRESS), LAN("virtual_addresses = [ \"192.0.2.1/28\" ];"),
	       "lan: virtual address 192.0.2.1/24 -> 192.0.2.1/28\n");
	expect(LAN("virtual_addresses = [ \"192.0.2.1\", \"192.0.2.2\" ];"),
	       LAN("virtual_addresses = [ \"192.0.2.2\", \"192.0.2.1\" ];"),
	       "lan: virtual addresses in another order\n");
}

static void routers_come_and_go(void **state)
{
	(void)state;
	expect(LAN(ADDRESS), LAN(ADDRESS) "," DMZ, "dmz: added\n");
	expect(LAN(ADDRESS) "," DMZ, LAN(ADDRESS), "dmz: removed\n");
	expect(LAN(ADDRESS), DMZ, "lan: removed\ndmz: added\n");
}

static void a_router_is_known_by_its_name_or_else_by_its_place(void **state)
{
	(void)state;
	expect(LAN(ADDRESS),
	       "{ name = \"lan\"; interface = \"eth2\"; vrid = 7; " ADDRESS "}",
	       "lan: interface \"eth0\" -> \"eth2\"\nlan: vrid 51 -> 7\n");
	expect(LAN(ADDRESS), "{ interface = \"eth0\"; vrid = 51; " ADDRESS "}",
	       "lan: name \"lan\" -> \"eth0/51\"\n");
	/* One takes the other's name: this is what the file says. */
	expect(LAN(ADDRESS) "," DMZ,
	       "{ name = \"dmz\"; interface = \"eth0\"; vrid = 51; " ADDRESS
	       "}",
	       "lan: removed\n"
	       "dmz: interface \"eth1\" -> \"eth0\"\n"
	       "dmz: vrid 52 -> 51\n"
	       "dmz: virtual address 198.51.100.1 removed\n"
	       "dmz: virtual address 192.0.2.1 added\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_is_no_difference),
		cmocka_unit_test(values_are_told_as_in_the_file),
		cmocka_unit_test(addresses_come_and_go),
		cmocka_unit_test(routers_come_and_go),
		cmocka_unit_test(
			a_router_is_known_by_its_name_or_else_by_its_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
