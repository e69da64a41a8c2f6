/* SPDX-License-Identifier: MIT */
/*
 * Which frames a port of libpcap lets through, on a cable of its own: those of
 * VRRP, and of the others what was asked for and no more, so that a busy LAN
 * does not wake the agent for nothing.
 */
#include "vrrpd/port_pcap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/veth.h"

#define ICMPV6 58

static struct port *port;
static int wire;

/* An Ethernet frame of this type whose octets from `at` on are these. */
static void say(unsigned type, size_t at, const uint8_t *octets, size_t len)
{
	uint8_t frame[90] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, CLIENT };

	frame[12] = (uint8_t)(type >> 8);
	frame[13] = (uint8_t)type;
	memcpy(frame + at, octets, len);
	assert_int_equal(send(wire, frame, sizeof(frame), 0), sizeof(frame));
}

static void say_arp(uint8_t op, uint8_t last)
{
	uint8_t arp[28] = { 0, 1, 8, 0, 6, 4, 0, op, [24] = 192, 0, 2, last };

	say(ETH_P_ARP, 14, arp, sizeof(arp));
}

/* The last octet of its target is `last`. */
static void say_icmpv6(uint8_t type, uint8_t last)
{
	uint8_t packet[64] = { 0x60, [6] = ICMPV6, [40] = type, [63] = last };

	say(ETH_P_IPV6, 14, packet, sizeof(packet));
}

static void say_vrrp(void)
{
	uint8_t packet[32] = { 0x45, [9] = 112 };

	say(ETH_P_IP, 14, packet, sizeof(packet));
}

/*
 * What came, a letter each, up to a packet of VRRP, which always comes and
 * ends what was said before.
 */
static const char *heard(void)
{
	static char text[32];
	size_t count = 0;

	say_vrrp();
	for (int i = 0; i < 5000; i++) {
		struct pollfd pollfd = { port->ops->fd(port), POLLIN, 0 };
		const uint8_t *frame;
		size_t len;
		int64_t arrived;
		int n = port->ops->recv(port, &frame, &len, &arrived);

		assert_true(n >= 0);
		if (n == 0) {
			poll(&pollfd, 1, 10);
			continue;
		}
		if (frame[13] == (ETH_P_IP & 0xff))
			break;
		text[count++] = frame[13] == (ETH_P_ARP & 0xff) ? 'a'
				: frame[54] == 133              ? 'r'
								: 'n';
		assert_true(count < sizeof(text));
	}
	text[count] = '\0';
	return text;
}

/* Every kind, for the addresses that end in 1 and in 2. */
static void say_all(void)
{
	say_arp(1, 1);
	say_arp(1, 2);
	say_arp(2, 1); /* no request */
	say_icmpv6(135, 1);
	say_icmpv6(135, 2);
	say_icmpv6(136, 1); /* no solicitation */
	say_icmpv6(133, 0);
}

static const char *hears(struct port_wish wish)
{
	assert_int_equal(port->ops->listen(port, &wish), 0);
	say_all();
	return heard();
}

static void hears_vrrp_alone(void **state)
{
	(void)state;
	say_all();
	assert_string_equal(heard(), "");
}

static void hears_kinds(void **state)
{
	(void)state;
	assert_string_equal(hears((struct port_wish){ .kinds = PORT_ARP }),
			    "aa");
	assert_string_equal(hears((struct port_wish){ .kinds = PORT_NEIGHBOR }),
			    "nn");
	assert_string_equal(
		hears((struct port_wish){ .kinds = PORT_ROUTER_SOLICIT }), "r");
	assert_string_equal(
		hears((struct port_wish){ .kinds = PORT_ARP | PORT_NEIGHBOR |
						   PORT_ROUTER_SOLICIT }),
		"aannr");
	assert_string_equal(hears((struct port_wish){ 0 }), "");
}

static void hears_targets(void **state)
{
	struct port_wish wish = { .kinds = PORT_ARP | PORT_NEIGHBOR |
					   PORT_ROUTER_SOLICIT };

	(void)state;
	wish.targets[wish.count++] = 0xc0000201;
	assert_string_equal(hears(wish), "ar");
	wish.targets[wish.count++] = 2;
	assert_string_equal(hears(wish), "anr");
	while (wish.count < PORT_TARGETS)
		wish.targets[wish.count++] = 0;
	assert_string_equal(hears(wish), "anr");
	wish.count++;
	assert_string_equal(hears(wish), "aannr");
}

/* The kernel's own MLD reports, of the moment before there was a filter. */
static void forget_what_came_before(void)
{
	const uint8_t *frame;
	size_t len;
	int64_t arrived;

	while (port->ops->recv(port, &frame, &len, &arrived) > 0)
		continue;
}

static int set_up(void **state)
{
	char error[128];

	(void)state;
	lay_cable();
	wire = wire_open();
	assert_int_equal(port_pcap.open("lan", (int)if_nametoindex("lan"), 1500,
					&port, error, sizeof(error)),
			 0);
	forget_what_came_before();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	port->ops->close(port);
	close(wire);
	remove_cable();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(hears_vrrp_alone, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(hears_kinds, set_up, tear_down),
		cmocka_unit_test_setup_teardown(hears_targets, set_up,
						tear_down),
	};

	enter_network_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
