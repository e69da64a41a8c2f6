/* SPDX-License-Identifier: MIT */
#ifndef TESTS_GATES_H
#define TESTS_GATES_H

/*
 * An IPv4 and an IPv6 gate on "lan" with three addresses each, and what every
 * test asks of them.  Include after <cmocka.h>.
 */

#include <errno.h>

#include "netlink/gate.h"
#include "tests/veth.h"

static const uint8_t mac4[6] = { 0, 0, 0x5e, 0, 1, 51 };
static const uint8_t mac6[6] = { 0, 0, 0x5e, 0, 2, 51 };

static const struct address addresses4[] = {
	{ AF_INET, 24, { 192, 0, 2, 1 } },
	{ AF_INET, 24, { 192, 0, 2, 11 } },
	{ AF_INET, 32, { 198, 51, 100, 1 } },
};

static const struct address addresses6[] = {
	{ AF_INET6, 128, { 0xfe, 0x80, [13] = 5, [15] = 1 } },
	{ AF_INET6, 64, { 0x20, 1, 0xd, 0xb8, [15] = 1 } },
	{ AF_INET6, 64, { 0x20, 1, 0xd, 0xb8, [15] = 0x11 } },
};

static struct netlink *nl;

static inline struct gate gate4(void)
{
	struct gate gate = { .parent = "lan",
			     .name = "vip4",
			     .alias = "ours",
			     .family = AF_INET,
			     .addresses = addresses4,
			     .count = 3 };

	memcpy(gate.mac, mac4, 6);
	return gate;
}

static inline struct gate gate6(void)
{
	struct gate gate = { .parent = "lan",
			     .name = "vip6",
			     .alias = "ours",
			     .family = AF_INET6,
			     .addresses = addresses6,
			     .count = 3 };

	memcpy(gate.mac, mac6, 6);
	return gate;
}

static inline struct gate without_mac(struct gate gate)
{
	gate.name[0] = '\0';
	return gate;
}

static inline int setup_all(void **state)
{
	(void)state;
	enter_network_namespace();
	return netlink_open(&nl);
}

static inline int teardown_all(void **state)
{
	(void)state;
	netlink_close(nl);
	return 0;
}

static inline int setup(void **state)
{
	(void)state;
	lay_cable();
	sh("ip addr add 192.0.2.2/24 dev lan");
	sh("ip addr add 2001:db8::2/64 dev lan nodad");
	return 0;
}

static inline int teardown(void **state)
{
	(void)state;
	remove_cable();
	return 0;
}

static inline void create(struct gate *gate)
{
	bool leftovers;

	assert_int_equal(gate_create(nl, gate, &leftovers), 0);
	assert_false(leftovers);
	assert_true(gate->ifindex > 0);
}

static inline void create_and_open(struct gate *gate)
{
	create(gate);
	assert_int_equal(gate_open(nl, gate), 0);
}

/* Until then the kernel does not answer: a question is asked once. */
static inline void confirm(const struct gate *gate)
{
	int err = -EAGAIN;

	for (int i = 0; i < 50000 && err == -EAGAIN; i++)
		err = gate_confirm(nl, gate);
	assert_int_equal(err, 0);
}

static inline struct link read_link(const char *name)
{
	struct link link;

	assert_int_equal(link_read(nl, name, &link), 0);
	assert_true(link.ifindex > 0);
	return link;
}

static inline bool is_down_and_empty(const char *name)
{
	struct link link = read_link(name);
	bool yes = !link.up && !link.count;

	link_clear(&link);
	return yes;
}

/* Up, with the addresses of the gate and no other. */
static inline bool is_open(const struct gate *gate)
{
	struct link link = read_link(gate->name);
	bool yes = link.up && link.count == gate->count;

	for (size_t i = 0; i < gate->count; i++)
		yes = yes && link_find_address(&link, &gate->addresses[i]);
	link_clear(&link);
	return yes;
}

/* How many differences a check finds; after it there must be none. */
static inline unsigned repair(struct gate *gate, bool open)
{
	unsigned repaired;
	unsigned again;

	assert_int_equal(gate_check(nl, gate, open, &repaired), 0);
	assert_int_equal(gate_check(nl, gate, open, &again), 0);
	assert_int_equal(again, 0);
	return repaired;
}

/* Does ip(8) show the flag on the address, written as it does? */
static inline bool has_flag(const char *name, const char *address,
			    const char *flag)
{
	return succeeds("ip addr show dev %s | grep -F ' %s ' | grep -qw %s",
			name, address, flag);
}

#endif
