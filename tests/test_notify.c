/* SPDX-License-Identifier: MIT */
/* What systemd hears: this test is systemd, and listens where it would. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "vrrpd/notify.h"

/* A socket as systemd has it; an "@" begins an abstract address. */
static int listen_as_systemd(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t size = offsetof(struct sockaddr_un, sun_path) + strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, name);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&address, (socklen_t)size),
			 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void expect_words(int fd, const char *words)
{
	char text[64];
	ssize_t n = recv(fd, text, sizeof text - 1, 0);

	assert_true(n >= 0);
	text[n] = '\0';
	assert_string_equal(text, words);
}

static void expect_silence(int fd)
{
	char octet;

	assert_int_equal(recv(fd, &octet, 1, 0), -1);
}

static long long told_reloading(int fd)
{
	char text[64];
	long long us;
	ssize_t n;

	notify_reloading();
	n = recv(fd, text, sizeof text - 1, 0);
	assert_true(n > 0);
	text[n] = '\0';
	assert_int_equal(sscanf(text, "RELOADING=1\nMONOTONIC_USEC=%lld", &us),
			 1);
	return us;
}

/* Type=notify-reload wants to know that it is not an old one. */
static void a_reload_is_told_with_its_time(void **state)
{
	int fd = listen_as_systemd("@test_notify.reload");
	long long first = told_reloading(fd);

	(void)state;
	assert_true(first > 0 && told_reloading(fd) >= first);
	expect_silence(fd);
	close(fd);
}

static void tell_systemd_at(const char *name)
{
	int fd = listen_as_systemd(name);

	notify_send("READY=1");
	notify_send("STOPPING=1");
	expect_words(fd, "READY=1");
	expect_words(fd, "STOPPING=1");
	expect_silence(fd);
	unsetenv("NOTIFY_SOCKET");
	notify_send("READY=1");
	setenv("NOTIFY_SOCKET", "", 1);
	notify_send("READY=1");
	expect_silence(fd);
	close(fd);
	setenv("NOTIFY_SOCKET", name, 1);
	notify_send("READY=1"); /* to nobody, which is no fault of ours */
}

static void systemd_is_told_at_a_path(void **state)
{
	char directory[] = "/tmp/test_notify.XXXXXX", name[64];

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(name, sizeof name, "%s/notify", directory);
	tell_systemd_at(name);
	unlink(name);
	rmdir(directory);
}

static void systemd_is_told_at_an_abstract_address(void **state)
{
	char name[64];

	(void)state;
	snprintf(name, sizeof name, "@vrrpd-test-%d", (int)getpid());
	tell_systemd_at(name);
}

static void an_address_as_long_as_may_be_is_fine_and_longer_is_not(void **state)
{
	char name[120];
	int fd;

	(void)state;
	memset(name, 'x', sizeof name);
	snprintf(name, 32, "@vrrpd-test-%d", (int)getpid());
	name[strlen(name)] = '-';
	name[107] = '\0';
	fd = listen_as_systemd(name);
	notify_send("WATCHDOG=1");
	expect_words(fd, "WATCHDOG=1");
	name[107] = 'x';
	name[119] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	notify_send("WATCHDOG=1");
	expect_silence(fd);
	close(fd);
}

/* Were it to wait, this would hang: the alarm is for that. */
static void a_systemd_that_does_not_read_is_not_waited_for(void **state)
{
	char name[64], text[64];
	int fd, heard = 0;

	(void)state;
	snprintf(name, sizeof name, "@vrrpd-test-%d", (int)getpid());
	fd = listen_as_systemd(name);
	alarm(60);
	for (int i = 0; i < 5000; i++)
		notify_send("WATCHDOG=1");
	alarm(0);
	while (recv(fd, text, sizeof text, 0) > 0)
		heard++;
	assert_true(heard > 0 && heard < 5000);
	close(fd);
}

static void the_watchdog_is_due_twice_as_often_as_demanded(void **state)
{
	char pid[32];

	(void)state;
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(notify_watchdog_interval(), 0);
	setenv("WATCHDOG_USEC", "3000000", 1);
	assert_int_equal(notify_watchdog_interval(), 1500000);
	snprintf(pid, sizeof pid, "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog_interval(), 1500000);
	setenv("WATCHDOG_USEC", "7200000000", 1);
	assert_int_equal(notify_watchdog_interval(), INT64_C(3600000000));
	setenv("WATCHDOG_PID", "1", 1); /* another process is meant */
	assert_int_equal(notify_watchdog_interval(), 0);
}

static int forget(void **state)
{
	(void)state;
	return unsetenv("NOTIFY_SOCKET");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, forget, forget)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reload_is_told_with_its_time),
		TEST(systemd_is_told_at_a_path),
		TEST(systemd_is_told_at_an_abstract_address),
		TEST(an_address_as_long_as_may_be_is_fine_and_longer_is_not),
		TEST(a_systemd_that_does_not_read_is_not_waited_for),
		TEST(the_watchdog_is_due_twice_as_often_as_demanded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
