/* SPDX-License-Identifier: MIT */
/*
 * Who frees what clients were answered: another thread, whether they have read
 * it or not.  That none is left over, the sanitizer tells.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>

#include "netlink/worker.h"
#include "tests/client.h"
#include "vrrpd/control.h"
#include "vrrpd/loop.h"

#define LONG  ((size_t)1 << 20) /* octets, more than a socket takes at once */
#define CROWD 40

static struct loop *loop;
static struct control *control;
static struct worker *worker;
static char path[64];
static uint64_t ticket;

/* "later" has to wait, all else is answered at length. */
static char *answer(void *arg, const char *request)
{
	char *text;

	(void)arg;
	if (strcmp(request, "later") == 0) {
		ticket = control_defer(control);
		return NULL;
	}
	text = malloc(LONG + 1);
	assert_non_null(text);
	memset(text, 'x', LONG);
	text[LONG] = '\0';
	return text;
}

static int setup(void **state)
{
	(void)state;
	snprintf(path, sizeof path, "/tmp/test_waste.%d", (int)getpid());
	if (loop_open(&loop) || worker_start_calm(&worker) ||
	    control_open(&control, loop, path, answer, NULL))
		return -1;
	control_use(control, worker);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	worker_stop(worker);
	control_close(control);
	loop_close(loop);
	return 0;
}

static void stop(struct timer *timer, int64_t now)
{
	(void)timer;
	(void)now;
	loop_stop(loop);
}

/* All that is ready, and what becomes ready by that. */
static void take_turns(void)
{
	struct timer end = { .expired = stop };

	for (int i = 0; i < 8; i++) {
		assert_int_equal(loop_set(loop, &end, 0), 0);
		assert_int_equal(loop_run(loop), 0);
	}
}

static struct client ask(const char *request)
{
	struct client client = client_connect(path);

	take_turns();
	client_send(&client, request);
	take_turns();
	return client;
}

static const char *read_all(struct client *client)
{
	for (int i = 0; i < 10000 && !client->ended; i++) {
		take_turns();
		client_receive(client);
	}
	assert_true(client->ended);
	return client->text;
}

static void what_was_read_and_what_was_not(void **state)
{
	struct client gone, reader;

	(void)state;
	for (int i = 0; i < CROWD; i++) {
		gone = ask("long\n");
		client_close(&gone);
		reader = ask("long\n");
		assert_int_equal(strlen(read_all(&reader)), LONG);
		client_close(&reader);
		if (i % 4 == 0)
			worker_dispatch(worker);
	}
}

static void what_nobody_waits_for(void **state)
{
	struct client client = ask("later\n");

	(void)state;
	assert_true(control_is_waiting(control, ticket));
	assert_false(control_is_waiting(control, ticket + 1));
	client_close(&client);
	take_turns();
	assert_false(control_is_waiting(control, ticket));
	control_give(control, ticket, strdup("too late"));
}

static void what_came_later(void **state)
{
	struct client client = ask("later\n");

	(void)state;
	control_give(control, ticket, strdup("now"));
	assert_false(control_is_waiting(control, ticket));
	assert_string_equal(read_all(&client), "now");
	client_close(&client);
}

/* More than there is room for until the other thread has come round to it. */
static void more_than_can_wait(void **state)
{
	(void)state;
	for (int i = 0; i < CROWD; i++)
		control_give(control, UINT64_MAX, strdup("for nobody"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(what_was_read_and_what_was_not),
		TEST(what_nobody_waits_for),
		TEST(what_came_later),
		TEST(more_than_can_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
