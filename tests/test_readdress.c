/* SPDX-License-Identifier: MIT */
/*
 * Another list of addresses, for gates and claims in any state.  The kernel
 * tells of each address that goes, so that those which stay are known never to
 * have been away.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/claims.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <unistd.h>

/* The first one goes, which was the primary of its prefix; one comes. */
static const struct address other4[] = {
	{ AF_INET, 24, { 192, 0, 2, 21 } },
	{ AF_INET, 24, { 192, 0, 2, 11 } },
	{ AF_INET, 32, { 198, 51, 100, 1 } },
};

static const struct address other6[] = {
	{ AF_INET6, 128, { 0xfe, 0x80, [13] = 5, [15] = 1 } },
	{ AF_INET6, 64, { 0x20, 1, 0xd, 0xb8, [15] = 0x21 } },
	{ AF_INET6, 64, { 0x20, 1, 0xd, 0xb8, [15] = 0x11 } },
};

static const struct {
	struct gate (*gate)(void);
	const struct address *other;
	struct address gone;
	const char *readdress; /* the steps of an open claim */
} families[] = {
	{ gate4, other4, { AF_INET, 24, { 192, 0, 2, 1 } }, " readdress" },
	{ gate6,
	  other6,
	  { AF_INET6, 64, { 0x20, 1, 0xd, 0xb8, [15] = 1 } },
	  " readdress confirm" },
};

static int events; /* a socket that hears of addresses */

static void listen_to_the_kernel(void)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK,
				       .nl_groups = RTMGRP_IPV4_IFADDR |
						    RTMGRP_IPV6_IFADDR };

	events = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	assert_true(events >= 0);
	assert_int_equal(
		bind(events, (struct sockaddr *)&address, sizeof address), 0);
}

/* How often `gone` went; no other address may have. */
static unsigned deletions_of(const struct address *gone)
{
	union {
		struct nlmsghdr header;
		char octets[8192];
	} buffer;
	unsigned count = 0;
	ssize_t size;

	while ((size = recv(events, &buffer, sizeof buffer, MSG_DONTWAIT)) > 0)
		for (struct nlmsghdr *n = &buffer.header; NLMSG_OK(n, size);
		     n = NLMSG_NEXT(n, size)) {
			const struct rtattr *a = IFA_RTA(NLMSG_DATA(n));

			if (n->nlmsg_type != RTM_DELADDR)
				continue;
			assert_int_equal(a->rta_type, IFA_ADDRESS);
			assert_memory_equal(RTA_DATA(a), gone->bytes,
					    address_size(gone->family));
			count++;
		}
	close(events);
	return count;
}

static void an_open_gate_changes_by_the_difference(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct gate gate = families[i].gate();

		create_and_open(&gate);
		listen_to_the_kernel();
		assert_int_equal(
			gate_readdress(nl, &gate, families[i].other, 3, true),
			0);
		assert_int_equal(deletions_of(&families[i].gone), 1);
		assert_true(is_open(&gate));
		assert_int_equal(repair(&gate, true), 0);
		/* And it closes with what it has now. */
		assert_int_equal(gate_close(nl, &gate), 0);
		assert_true(is_down_and_empty(gate.name));
		gate_destroy(nl, &gate);
	}
}

static void a_prefix_on_the_macvlan_is_a_difference(void **state)
{
	struct address list[3];
	struct gate gate = gate6();

	(void)state;
	create_and_open(&gate);
	memcpy(list, addresses6, sizeof list);
	list[0].prefixlen = 64; /* which it has anyway */
	list[1].prefixlen = 56;
	listen_to_the_kernel();
	assert_int_equal(gate_readdress(nl, &gate, list, 3, true), 0);
	assert_int_equal(deletions_of(&list[1]), 1);
	sh("ip addr show dev vip6 | grep -q 2001:db8::1/56");
	assert_true(is_open(&gate));
	gate_destroy(nl, &gate);
}

static void without_a_virtual_mac_no_prefix_is_a_difference(void **state)
{
	struct gate gate = without_mac(gate4());
	struct address list[2] = { addresses4[0], addresses4[1] };

	(void)state;
	create_and_open(&gate);
	list[0].prefixlen = 28;
	listen_to_the_kernel();
	assert_int_equal(gate_readdress(nl, &gate, list, 2, true), 0);
	assert_int_equal(deletions_of(&addresses4[2]), 1);
	sh("ip addr show dev lan | grep -q 192.0.2.1/32");
	assert_int_equal(gate_close(nl, &gate), 0);
	sh("! ip addr show dev lan | grep -q /32");
	gate_destroy(nl, &gate);
}

static void a_closed_gate_changes_in_silence(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct gate gate = families[i].gate();

		create(&gate);
		listen_to_the_kernel();
		assert_int_equal(
			gate_readdress(nl, &gate, families[i].other, 3, false),
			0);
		assert_int_equal(deletions_of(&families[i].gone), 0);
		assert_true(is_down_and_empty(gate.name));
		assert_int_equal(gate_open(nl, &gate), 0);
		assert_true(is_open(&gate));
		gate_destroy(nl, &gate);
	}
}

static void a_gate_that_is_gone_comes_back_with_them(void **state)
{
	struct gate gate = gate4();

	(void)state;
	create_and_open(&gate);
	sh("ip link del vip4");
	assert_int_equal(gate_readdress(nl, &gate, other4, 3, true), 0);
	assert_true(is_open(&gate));
	gate_destroy(nl, &gate);
}

static void an_open_claim_readdresses_and_confirms(void **state)
{
	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct subject *s = subject_new(families[i].gate(), "");

		achieve(s, CLAIM_OPEN, NULL);
		s->settled = 0;
		assert_int_equal(
			claim_readdress(&s->claim, families[i].other, 3), 0);
		assert_false(claim_is_settled(&s->claim));
		finish(s);
		expect_steps(families[i].readdress);
		assert_int_equal(s->settled, 1);
		assert_int_equal(s->err, 0);
		assert_true(is_open(&s->claim.gate));
		assert_true(address_equal(&s->claim.gate.addresses[1],
					  &families[i].other[1]));
		achieve(s, CLAIM_ABSENT, " silence destroy");
		subject_free(s);
	}
}

/* The list is the caller's to forget at once. */
static void a_claim_keeps_copies(void **state)
{
	struct subject *s = subject_new(gate4(), "");
	struct address list[3];

	(void)state;
	memcpy(list, other4, sizeof list);
	assert_int_equal(claim_readdress(&s->claim, list, 3), 0);
	memset(list, 0, sizeof list);
	achieve(s, CLAIM_OPEN, " create open");
	assert_true(is_open(&s->claim.gate));
	assert_true(address_equal(&s->claim.gate.addresses[0], &other4[0]));
	claims_hold();
	for (size_t i = 1; i <= 3; i++) {
		memcpy(list, addresses4, sizeof list);
		assert_int_equal(claim_readdress(&s->claim, list, i), 0);
		memset(list, 0, sizeof list);
	}
	claims_let_go();
	finish(s);
	/* One was under way, one replaced before its turn. */
	expect_steps(" readdress"); /* each that is like the last is not told */
	assert_int_equal(s->claim.gate.count, 3);
	assert_true(address_equal(&s->claim.gate.addresses[0], &addresses4[0]));
	achieve(s, CLAIM_ABSENT, NULL);
	subject_free(s);
}

static void who_has_no_address_has_none(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_OPEN, NULL);
	assert_int_equal(claim_readdress(&s->claim, addresses4, 0), 0);
	finish(s);
	sh("! ip addr show dev vip4 | grep -q inet");
	achieve(s, CLAIM_ABSENT, NULL);
	subject_free(s);
}

static void a_closed_claim_takes_them_before_it_opens(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_CLOSED, NULL);
	claims_hold();
	claim_check(&s->claim); /* a job that the others pass */
	assert_int_equal(claim_readdress(&s->claim, other4, 3), 0);
	wish(s, CLAIM_OPEN);
	claims_let_go();
	finish(s);
	expect_steps(" readdress open check");
	assert_int_equal(s->settled, 1);
	assert_true(is_open(&s->claim.gate));
	achieve(s, CLAIM_ABSENT, NULL);
	subject_free(s);
}

/* What is to go is what is there. */
static void a_claim_that_closes_takes_them_afterwards(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_OPEN, NULL);
	claims_hold();
	claim_check(&s->claim);
	assert_int_equal(claim_readdress(&s->claim, other4, 3), 0);
	wish(s, CLAIM_CLOSED);
	claims_let_go();
	finish(s);
	expect_steps(" silence close readdress check");
	assert_int_equal(s->settled, 1);
	assert_true(is_down_and_empty("vip4"));
	claims_hold();
	claim_check(&s->claim);
	assert_int_equal(claim_readdress(&s->claim, addresses4, 3), 0);
	wish(s, CLAIM_ABSENT);
	claims_let_go();
	finish(s);
	expect_steps(" destroy");
	assert_int_equal(s->settled, 1);
	assert_true(address_equal(&s->claim.gate.addresses[0], &addresses4[0]));
	subject_free(s);
}

static void what_cannot_be_readdressed_is_closed(void **state)
{
	struct subject *s = subject_new(gate4(), "");

	(void)state;
	achieve(s, CLAIM_OPEN, NULL);
	s->settled = 0;
	denied = 1u << STEP_READDRESS;
	assert_int_equal(claim_readdress(&s->claim, other4, 3), 0);
	finish(s);
	denied = 0;
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, -EPERM);
	assert_int_equal(s->claim.actual, CLAIM_CLOSED);
	/* Those which could not be removed are found by the check. */
	expect_steps(" readdress silence close check");
	assert_true(is_down_and_empty("vip4"));
	achieve(s, CLAIM_OPEN, " open");
	assert_true(is_open(&s->claim.gate));
	achieve(s, CLAIM_ABSENT, NULL);
	subject_free(s);
}

#define T(test)                                                                \
	cmocka_unit_test_setup_teardown(test, claims_setup, claims_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_open_gate_changes_by_the_difference),
		T(a_prefix_on_the_macvlan_is_a_difference),
		T(without_a_virtual_mac_no_prefix_is_a_difference),
		T(a_closed_gate_changes_in_silence),
		T(a_gate_that_is_gone_comes_back_with_them),
		T(an_open_claim_readdresses_and_confirms),
		T(a_claim_keeps_copies),
		T(who_has_no_address_has_none),
		T(a_closed_claim_takes_them_before_it_opens),
		T(a_claim_that_closes_takes_them_afterwards),
		T(what_cannot_be_readdressed_is_closed),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
