/* SPDX-License-Identifier: MIT */
/*
 * Lines and descriptors between two processes.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vrrpd/handover.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static int ends[2];

static int connect_ends(void **state)
{
	(void)state;
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends);
}

static int close_ends(void **state)
{
	(void)state;
	close(ends[0]);
	close(ends[1]);
	return 0;
}

static int is_same_file(int a, int b)
{
	struct stat first, second;

	return fstat(a, &first) == 0 && fstat(b, &second) == 0 &&
	       first.st_ino == second.st_ino && first.st_dev == second.st_dev;
}

static void a_line_arrives_with_its_descriptors(void **state)
{
	struct handover_message sent = { .text = "ready 12", .count = 2 }, got;

	(void)state;
	sent.fds[0] = ends[0];
	sent.fds[1] = ends[1];
	assert_int_equal(handover_send(ends[0], &sent), 0);
	assert_int_equal(handover_receive(ends[1], &got, 1000), 0);
	assert_string_equal(got.text, "ready 12");
	assert_int_equal(got.count, 2);
	assert_true(is_same_file(got.fds[0], ends[0]));
	assert_true(is_same_file(got.fds[1], ends[1]));
	assert_true(fcntl(got.fds[0], F_GETFD) & FD_CLOEXEC);
	handover_close_fds(&got);
	assert_int_equal(got.count, 0);
	sent = (struct handover_message){ .text = "taken" };
	assert_int_equal(handover_send(ends[1], &sent), 0);
	assert_int_equal(handover_receive(ends[0], &got, 1000), 0);
	assert_string_equal(got.text, "taken");
	assert_int_equal(got.count, 0);
}

static void nobody_is_waited_for_longer_than_said(void **state)
{
	struct handover_message got;

	(void)state;
	assert_int_equal(handover_receive(ends[0], &got, 1), -ETIMEDOUT);
	close(ends[1]);
	ends[1] = -1;
	assert_int_equal(handover_receive(ends[0], &got, 1000), -EPIPE);
	assert_int_equal(handover_send(ends[0], &got), -EPIPE);
}

static void half_a_line_is_none(void **state)
{
	struct handover_message got;
	char flood[256];

	(void)state;
	assert_int_equal(send(ends[1], "tak", 3, 0), 3);
	assert_int_equal(handover_receive(ends[0], &got, 1000), -EBADMSG);
	memset(flood, 'a', sizeof(flood));
	assert_int_equal(send(ends[1], flood, sizeof(flood), 0), sizeof(flood));
	assert_int_equal(handover_receive(ends[0], &got, 1000), -EBADMSG);
}

static void it_is_our_own_user(void **state)
{
	(void)state;
	assert_int_equal(handover_check(ends[0]), 0);
	assert_true(handover_check(-1) < 0);
}

static void where_nobody_listens_there_is_nobody(void **state)
{
	char longest[200];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(handover_connect("/nonexistent/control"), -ENOENT);
	assert_int_equal(handover_connect(longest), -ENAMETOOLONG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			a_line_arrives_with_its_descriptors, connect_ends,
			close_ends),
		cmocka_unit_test_setup_teardown(
			nobody_is_waited_for_longer_than_said, connect_ends,
			close_ends),
		cmocka_unit_test_setup_teardown(half_a_line_is_none,
						connect_ends, close_ends),
		cmocka_unit_test_setup_teardown(it_is_our_own_user,
						connect_ends, close_ends),
		cmocka_unit_test(where_nobody_listens_there_is_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
