/* SPDX-License-Identifier: MIT */
/* The lock, as one process, another and another network namespace see it. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>

#include "tests/veth.h"
#include "vrrpd/lock.h"

static char mine[32]; /* a name that no other run of this test has */

static int choose_name(void **state)
{
	(void)state;
	snprintf(mine, sizeof mine, "vrrpd:test-%d/51", (int)getpid());
	return 0;
}

static int take(const char *name)
{
	int fd = lock_take(name);

	assert_true(fd >= 0);
	return fd;
}

static void taken_it_is_in_use_and_dropped_it_is_free(void **state)
{
	int fd;

	(void)state;
	for (int i = 0; i < 3; i++) {
		fd = take(mine);
		assert_int_equal(lock_take(mine), -EADDRINUSE);
		assert_int_equal(lock_take(mine), -EADDRINUSE);
		lock_drop(fd);
	}
	lock_drop(-1);
}

static void each_name_is_a_lock_of_its_own(void **state)
{
	char names[4][40];
	int fds[4];

	(void)state;
	snprintf(names[0], sizeof names[0], "%s", mine);
	snprintf(names[1], sizeof names[1], "%s/ipv4", mine);
	snprintf(names[2], sizeof names[2], "%.*s", (int)strlen(mine) - 1,
		 mine);
	snprintf(names[3], sizeof names[3], "V%s", mine + 1);
	for (size_t i = 0; i < 4; i++)
		fds[i] = take(names[i]);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(lock_take(names[i]), -EADDRINUSE);
	for (size_t i = 0; i < 4; i++)
		lock_drop(fds[i]);
}

static void a_name_as_long_as_an_alias_is_fine_and_no_end_is_not(void **state)
{
	char name[200];

	(void)state;
	memset(name, 'x', sizeof name);
	memcpy(name, mine, strlen(mine));
	name[63] = '\0'; /* LINK_ALIAS of netlink/link.h */
	lock_drop(take(name));
	name[63] = 'x';
	name[199] = '\0';
	assert_int_equal(lock_take(name), -ENAMETOOLONG);
}

/* The exit status of `run` in a process of its own, once it has ended. */
static int in_child(int (*run)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(run());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static int take_and_die(void)
{
	return lock_take(mine) < 0;
}

static int find_it_in_use(void)
{
	return lock_take(mine) != -EADDRINUSE;
}

static void it_is_free_when_its_holder_dies(void **state)
{
	(void)state;
	assert_int_equal(in_child(take_and_die), 0);
	lock_drop(take(mine));
}

static void another_process_finds_it_in_use(void **state)
{
	int fd = take(mine);

	(void)state;
	assert_int_equal(in_child(find_it_in_use), 0);
	lock_drop(fd);
}

static void a_program_that_is_executed_does_not_inherit_it(void **state)
{
	int fd = take(mine);

	(void)state;
	sh("! test -e /proc/self/fd/%d", fd);
	lock_drop(fd);
}

#define NOT_PERMITTED 77

static int take_it_elsewhere(void)
{
	if (unshare(geteuid() == 0 ? CLONE_NEWNET
				   : CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return NOT_PERMITTED;
	return lock_take(mine) < 0;
}

static void each_network_namespace_has_its_own(void **state)
{
	int fd = take(mine);
	int status = in_child(take_it_elsewhere);

	(void)state;
	lock_drop(fd);
	if (status == NOT_PERMITTED) {
		print_message("# skipped: no network namespace permitted\n");
		skip();
	}
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(taken_it_is_in_use_and_dropped_it_is_free),
		cmocka_unit_test(each_name_is_a_lock_of_its_own),
		cmocka_unit_test(
			a_name_as_long_as_an_alias_is_fine_and_no_end_is_not),
		cmocka_unit_test(it_is_free_when_its_holder_dies),
		cmocka_unit_test(another_process_finds_it_in_use),
		cmocka_unit_test(
			a_program_that_is_executed_does_not_inherit_it),
		cmocka_unit_test(each_network_namespace_has_its_own),
	};

	return cmocka_run_group_tests(tests, choose_name, NULL);
}
