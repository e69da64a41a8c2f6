/* SPDX-License-Identifier: MIT */
/*
 * Claims of many addresses that open at the same time: who has which first, by
 * the account of the kernel, which tells of each address as it comes.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <linux/rtnetlink.h>
#include <netlink/msg.h>

#include "tests/claims.h"

#define MANY 100

static struct address lists[3][MANY];

/* 10.0.`number`.1 and following. */
static struct gate gate_of(uint8_t number, size_t count)
{
	struct gate gate = gate4();

	snprintf(gate.name, sizeof gate.name, "vip%u", number);
	gate.mac[5] = number;
	for (size_t i = 0; i < count; i++)
		lists[number][i] = (struct address){
			AF_INET, 32, { 10, 0, number, (uint8_t)(i + 1) }
		};
	gate.addresses = lists[number];
	gate.count = count;
	return gate;
}

static struct gate gate_of_ipv6(size_t count)
{
	struct gate gate = gate6();

	lists[0][0] = addresses6[0];
	for (size_t i = 1; i < count; i++)
		lists[0][i] = (struct address){
			AF_INET6,
			128,
			{ 0x20, 1, 0xd, 0xb8, [15] = (uint8_t)i },
		};
	gate.addresses = lists[0];
	gate.count = count;
	return gate;
}

static int events_open(void)
{
	struct sockaddr_nl sa = { .nl_family = AF_NETLINK,
				  .nl_groups = RTMGRP_IPV4_IFADDR };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sa, sizeof sa), 0);
	return fd;
}

/* The next address that came, as number * 1000 + last octet. */
static unsigned next_added(int fd)
{
	union {
		struct nlmsghdr header;
		uint8_t bytes[4096];
	} event;
	struct nlattr *local;
	const uint8_t *octets;
	ssize_t len = recv(fd, &event, sizeof event, MSG_DONTWAIT);

	assert_true(len > 0 && nlmsg_ok(&event.header, (int)len));
	assert_int_equal(event.header.nlmsg_type, RTM_NEWADDR);
	local = nlmsg_find_attr(&event.header, sizeof(struct ifaddrmsg),
				IFA_LOCAL);
	assert_non_null(local);
	octets = nla_data(local);
	return octets[2] * 1000u + octets[3];
}

static void expect_added(int fd, unsigned number, unsigned from, unsigned to)
{
	for (unsigned i = from; i <= to; i++)
		assert_int_equal(next_added(fd), number * 1000 + i);
}

static void
the_first_of_each_goes_before_the_rest_and_short_before_long(void **st)
{
	struct subject *large = subject_new(gate_of(0, MANY), "");
	struct subject *larger = subject_new(gate_of(1, MANY), "");
	struct subject *small = subject_new(gate_of(2, 3), "");
	int fd;

	(void)st;
	achieve(large, CLAIM_CLOSED, NULL);
	achieve(larger, CLAIM_CLOSED, NULL);
	achieve(small, CLAIM_CLOSED, NULL);
	fd = events_open();
	claims_hold();
	wish(large, CLAIM_OPEN);
	wish(larger, CLAIM_OPEN);
	wish(small, CLAIM_OPEN);
	claims_let_go();
	finish(large);
	finish(larger);
	finish(small);
	expect_added(fd, 0, 1, 1);
	expect_added(fd, 1, 1, 1);
	expect_added(fd, 2, 1, 1);
	expect_added(fd, 2, 2, 3);
	expect_added(fd, 0, 2, MANY);
	expect_added(fd, 1, 2, MANY);
	close(fd);
	assert_true(is_open(&large->claim.gate));
	assert_true(is_open(&small->claim.gate));
	subject_free(large);
	subject_free(larger);
	subject_free(small);
}

/* One that comes in the middle of it, too. */
static void a_short_list_does_not_wait_for_a_long_one(void **state)
{
	struct subject *large = subject_new(gate_of(0, MANY), "");
	struct subject *small = subject_new(gate_of(2, 3), "");
	void (*run)(struct job * job) = large->run;
	int fd;

	(void)state;
	achieve(large, CLAIM_CLOSED, NULL);
	achieve(small, CLAIM_CLOSED, NULL);
	fd = events_open();
	/* The first part is carried out here: the rest has to come. */
	large->claim.step = STEP_OPEN;
	run(&large->claim.job);
	assert_true(large->claim.job.again);
	large->claim.job.posted = false;
	claims_hold();
	worker_post(worker, &large->claim.job);
	wish(small, CLAIM_OPEN);
	claims_let_go();
	finish(small);
	finish(large);
	expect_added(fd, 0, 1, 1);
	expect_added(fd, 2, 1, 3);
	expect_added(fd, 0, 2, MANY);
	close(fd);
	subject_free(large);
	subject_free(small);
}

static unsigned count_addresses(const char *how)
{
	unsigned count = 0;
	FILE *pipe;
	char line[256], command[128];

	snprintf(command, sizeof command, "ip -6 -o addr show dev vip6 %s",
		 how);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	while (fgets(line, sizeof line, pipe))
		count++;
	assert_int_equal(pclose(pipe), 0);
	return count;
}

static void many_of_ipv6_are_deprecated_when_all_answer(void **state)
{
	struct subject *s = subject_new(gate_of_ipv6(MANY), "");

	(void)state;
	achieve(s, CLAIM_OPEN, " create open confirm deprecate");
	assert_int_equal(count_addresses(""), MANY);
	assert_int_equal(count_addresses("tentative"), 0);
	assert_int_equal(count_addresses("deprecated"), MANY);
	achieve(s, CLAIM_CLOSED, " silence close");
	assert_true(is_down_and_empty("vip6"));
	subject_free(s);
}

/* And one that another program has removed, when it is back. */
static void so_is_what_a_check_puts_back(void **state)
{
	struct subject *s = subject_new(gate_of_ipv6(MANY), "");

	(void)state;
	achieve(s, CLAIM_OPEN, NULL);
	sh("ip addr del 2001:db8::5/128 dev vip6");
	claim_check(&s->claim);
	finish(s);
	assert_int_equal(s->differences, 1);
	assert_int_equal(count_addresses("deprecated"), MANY);
	subject_free(s);
}

static void what_is_to_close_is_not_deprecated_before(void **state)
{
	struct subject *s = subject_new(gate_of_ipv6(MANY), "");

	(void)state;
	wish(s, CLAIM_OPEN);
	while (s->claim.step != STEP_DEPRECATE)
		dispatch();
	claims_hold();
	wish(s, CLAIM_CLOSED);
	claims_let_go();
	finish(s);
	assert_non_null(strstr(trace, " silence close"));
	assert_null(strstr(strstr(trace, " silence"), "deprecate"));
	assert_true(is_down_and_empty("vip6"));
	subject_free(s);
}

int main(void)
{
#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, claims_setup, claims_teardown)
	const struct CMUnitTest tests[] = {
		TEST(the_first_of_each_goes_before_the_rest_and_short_before_long),
		TEST(a_short_list_does_not_wait_for_a_long_one),
		TEST(many_of_ipv6_are_deprecated_when_all_answer),
		TEST(so_is_what_a_check_puts_back),
		TEST(what_is_to_close_is_not_deprecated_before),
	};

	return cmocka_run_group_tests(tests, setup_all, teardown_all);
}
