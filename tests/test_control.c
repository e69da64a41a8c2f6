/* SPDX-License-Identifier: MIT */
/*
 * The control socket and clients of every kind.  Both ends live on this
 * thread: clients never block, and the loop takes turns between what they do.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/time.h>

#include "tests/client.h"
#include "vrrpd/control.h"
#include "vrrpd/loop.h"

#define LONG  ((size_t)1 << 20) /* octets, more than a socket takes at once */
#define CROWD 40

static struct loop *loop;
static struct control *control;
static char directory[32], path[64];
static char asked[256]; /* the last request */
static unsigned answers;
static uint64_t ticket; /* of the last that has to wait */
static int kept;        /* the connection that was */

/* "long" is answered at length, "nothing" with "", "memory" not at all;
   "keep" has its connection kept. */
static char *answer(void *arg, const char *request)
{
	char *text = NULL;

	assert_ptr_equal(arg, &answers);
	assert_null(strchr(request, '\n'));
	snprintf(asked, sizeof asked, "%s", request);
	answers++;
	if (strcmp(request, "memory") == 0)
		return NULL;
	if (strcmp(request, "later") == 0) {
		ticket = control_defer(control);
		return NULL;
	}
	if (strcmp(request, "keep") == 0) {
		kept = control_keep(control);
		return NULL;
	}
	if (strcmp(request, "nothing") == 0)
		return strdup("");
	if (strcmp(request, "long") != 0)
		return asprintf(&text, "{ \"%s\" }", request) < 0 ? NULL : text;
	text = malloc(LONG + 1);
	assert_non_null(text);
	for (size_t i = 0; i < LONG; i++)
		text[i] = (char)('a' + i % 26);
	text[LONG] = '\0';
	return text;
}

static int open_control(struct control **result)
{
	return control_open(result, loop, path, answer, &answers);
}

static int setup(void **state)
{
	(void)state;
	strcpy(directory, "/tmp/test_control.XXXXXX");
	if (!mkdtemp(directory))
		return -1;
	snprintf(path, sizeof path, "%s/control", directory);
	answers = 0;
	asked[0] = '\0';
	control = NULL;
	return loop_open(&loop);
}

static int setup_open(void **state)
{
	int err = setup(state);

	return err ? err : open_control(&control);
}

static int teardown(void **state)
{
	(void)state;
	control_close(control);
	loop_close(loop);
	unlink(path);
	return rmdir(directory);
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

static struct client join(void)
{
	struct client client = client_connect(path);

	take_turns();
	return client;
}

static void say(struct client *client, const char *text)
{
	client_send(client, text);
	take_turns();
}

/* Until the end of the stream, which must come. */
static const char *read_all(struct client *client)
{
	for (int i = 0; i < 10000 && !client->ended; i++) {
		take_turns();
		client_receive(client);
	}
	assert_true(client->ended);
	return client->text;
}

static void expect_answer(struct client *client, const char *request)
{
	char line[256], want[256];

	snprintf(line, sizeof line, "%s\n", request);
	snprintf(want, sizeof want, "{ \"%s\" }", request);
	say(client, line);
	assert_string_equal(read_all(client), want);
	assert_string_equal(asked, request);
	client_close(client);
}

static void expect_service(void)
{
	struct client client = join();

	expect_answer(&client, "status");
}

static bool is_open(struct client *client)
{
	take_turns();
	client_receive(client);
	return !client->ended;
}

/* Closes it, if so. */
static bool is_served(struct client *client, bool has_asked)
{
	if (has_asked ? strlen(read_all(client)) < LONG : !is_open(client))
		return false;
	if (has_asked)
		client_close(client);
	else
		expect_answer(client, "still here");
	return true;
}

static void one_line_in_one_document_out_then_the_end(void **state)
{
	(void)state;
	expect_service();
	expect_service();
	assert_int_equal(answers, 2);
}

static void a_line_may_come_in_pieces_and_be_empty(void **state)
{
	struct client slow = join(), empty = join();

	(void)state;
	for (const char *p = "sta"; *p; p++) {
		say(&slow, (char[]){ *p, '\0' });
		assert_true(is_open(&slow));
	}
	assert_int_equal(answers, 0);
	say(&slow, "tus\n");
	assert_string_equal(read_all(&slow), "{ \"status\" }");
	client_close(&slow);
	expect_answer(&empty, "");
}

static void only_the_first_line_is_answered(void **state)
{
	struct client client = join();

	(void)state;
	say(&client, "first\nsecond\n");
	assert_string_equal(read_all(&client), "{ \"first\" }");
	assert_int_equal(answers, 1);
	client_close(&client);
}

static void too_long_a_request_is_closed_without_an_answer(void **state)
{
	struct client client = join();
	char text[1001];

	(void)state;
	memset(text, 'x', sizeof text);
	text[100] = '\0';
	expect_answer(&client, text);
	text[100] = 'x';
	text[999] = '\n';
	text[1000] = '\0';
	client = join();
	say(&client, text);
	assert_string_equal(read_all(&client), "");
	assert_int_equal(answers, 1);
	client_close(&client);
	expect_service();
}

static void without_an_answer_the_stream_just_ends(void **state)
{
	static const char *const requests[] = { "nothing\n", "memory\n" };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct client client = join();

		say(&client, requests[i]);
		assert_string_equal(read_all(&client), "");
		client_close(&client);
	}
	assert_int_equal(answers, 2);
	expect_service();
}

static void a_long_answer_arrives_whole(void **state)
{
	struct client client = join();
	const char *text;

	(void)state;
	say(&client, "long\n");
	text = read_all(&client);
	assert_int_equal(strlen(text), LONG);
	for (size_t i = 0; i < LONG; i++)
		if (text[i] != (char)('a' + i % 26))
			fail_msg("octet %zu is wrong", i);
	client_close(&client);
}

static void who_says_nothing_does_not_hinder_others(void **state)
{
	struct client silent = join();

	(void)state;
	for (int i = 0; i < 20; i++)
		expect_service();
	expect_answer(&silent, "at last");
}

static void who_does_not_read_does_not_hinder_others(void **state)
{
	struct client idle = join();

	(void)state;
	say(&idle, "long\n");
	for (int i = 0; i < 20; i++)
		expect_service();
	assert_int_equal(strlen(read_all(&idle)), LONG);
	client_close(&idle);
}

static void who_goes_away_does_not_hinder_others(void **state)
{
	static const char *const last_words[] = { "", "stat", "status\n",
						  "long\n" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct client client = join();

		say(&client, last_words[i]);
		client_close(&client);
		client = client_connect(path);
		client_send(&client, last_words[i]);
		client_close(&client); /* before anybody has looked */
		expect_service();
	}
}

static void an_answer_may_come_later_and_others_before_it(void **state)
{
	struct client first = join(), second = join();
	uint64_t tickets[2];

	(void)state;
	say(&first, "later\n");
	tickets[0] = ticket;
	say(&second, "later\n");
	tickets[1] = ticket;
	expect_service();
	control_give(control, tickets[1], strdup("two"));
	assert_string_equal(read_all(&second), "two");
	say(&first, "is of no interest\n");
	control_give(control, tickets[0], strdup("one"));
	assert_string_equal(read_all(&first), "one");
	client_close(&first);
	client_close(&second);
	expect_service();
}

static void no_answer_later_is_the_end_too(void **state)
{
	struct client client = join();

	(void)state;
	say(&client, "later\n");
	control_give(control, ticket, NULL);
	assert_string_equal(read_all(&client), "");
	client_close(&client);
}

/* Its place may be another's by then, who waits for something else. */
static void who_has_gone_gets_no_answer_and_nobody_else_does(void **state)
{
	struct client gone = join(), waiting;
	uint64_t before;

	(void)state;
	say(&gone, "later\n");
	before = ticket;
	client_close(&gone);
	take_turns();
	waiting = join();
	say(&waiting, "later\n");
	control_give(control, before, strdup("for who has gone"));
	control_give(control, ticket, strdup("for who waits"));
	assert_string_equal(read_all(&waiting), "for who waits");
	client_close(&waiting);
	control_give(control, ticket, strdup("for nobody"));
	control_give(control, 0, strdup("for nobody"));
	expect_service();
}

/* Every third waits for its answer, which makes no difference. */
static bool wants_much(size_t number)
{
	return number % 3 == 0;
}

static void of_too_many_the_oldest_gives_way(void **state)
{
	struct client clients[CROWD];
	size_t left = CROWD;

	(void)state;
	for (size_t i = 0; i < CROWD; i++) {
		clients[i] = join();
		if (wants_much(i))
			say(&clients[i], "long\n");
	}
	/* The youngest are all there, ... */
	while (left > 0 && is_served(&clients[left - 1], wants_much(left - 1)))
		left--;
	assert_true(left > 0 && left < CROWD - 1);
	/* ... and of the others none. */
	for (size_t i = 0; i < left; i++) {
		assert_true(strlen(read_all(&clients[i])) < LONG);
		client_close(&clients[i]);
	}
}

static void owner_and_group_may_talk_to_it_whatever_the_umask(void **state)
{
	static const mode_t masks[] = { 0, 022, 077, 0777 };
	struct stat st;

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		mode_t before = umask(masks[i]);
		int err = open_control(&control);

		umask(before);
		assert_int_equal(err, 0);
		assert_int_equal(stat(path, &st), 0);
		assert_true(S_ISSOCK(st.st_mode));
		assert_int_equal(st.st_mode & 07777, 0660);
		control_close(control);
		control = NULL;
	}
}

static void closing_ends_all_streams_and_removes_the_socket(void **state)
{
	struct client silent = join(), idle = join();

	(void)state;
	say(&idle, "long\n");
	control_close(control);
	control = NULL;
	assert_int_equal(access(path, F_OK), -1);
	assert_string_equal(read_all(&silent), "");
	assert_true(strlen(read_all(&idle)) < LONG);
	client_close(&silent);
	client_close(&idle);
	control_close(NULL);
}

static void a_socket_that_nobody_listens_on_is_replaced(void **state)
{
	(void)state;
	close(client_bind(path));
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(open_control(&control), 0);
	expect_service();
}

static void where_another_listens_it_is_left_alone(void **state)
{
	struct control *second = NULL;

	(void)state;
	assert_int_equal(open_control(&second), -EADDRINUSE);
	assert_null(second);
	expect_service();
}

static void interrupt(int signal)
{
	(void)signal;
}

/* The timer is for an open() that waits: it must not. */
static void also_when_the_other_has_its_hands_full(void **state)
{
	struct sigaction action = { .sa_handler = interrupt }, before;
	struct itimerval soon = { .it_value = { .tv_sec = 2 } };
	struct client waiting[2];
	int fd = client_bind(path), err;

	(void)state;
	assert_int_equal(listen(fd, 0), 0);
	waiting[0] = client_connect(path);
	sigaction(SIGALRM, &action, &before);
	setitimer(ITIMER_REAL, &soon, NULL);
	err = open_control(&control);
	soon.it_value.tv_sec = 0;
	setitimer(ITIMER_REAL, &soon, NULL);
	sigaction(SIGALRM, &before, NULL);
	assert_int_equal(err, -EADDRINUSE);
	/* And can still be reached. */
	close(accept(fd, NULL, NULL));
	waiting[1] = client_connect(path);
	client_close(&waiting[0]);
	client_close(&waiting[1]);
	close(fd);
}

static void what_is_no_socket_is_not_removed(void **state)
{
	FILE *file = fopen(path, "we");
	struct stat st;

	(void)state;
	assert_non_null(file);
	fputs("precious\n", file);
	fclose(file);
	assert_true(open_control(&control) < 0);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_size, 9);
}

static void a_connection_that_is_kept_lives_on(void **state)
{
	struct client client = join();

	(void)state;
	say(&client, "keep\n");
	assert_true(kept >= 0);
	assert_true(is_open(&client));
	assert_int_equal(send(kept, "ready", 5, MSG_NOSIGNAL), 5);
	close(kept);
	assert_string_equal(read_all(&client), "ready");
	client_close(&client);
	expect_service();
}

/* Who has connected before, or between the two, is served by the second. */
static void another_goes_on_with_the_socket(void **state)
{
	struct control *first = control;
	struct client waiting;
	int fd = control_surrender(first);

	(void)state;
	assert_true(fd >= 0);
	waiting = join();
	client_send(&waiting, "status\n");
	control_close(first);
	assert_int_equal(access(path, F_OK), 0);
	assert_int_equal(
		control_adopt(&control, loop, path, fd, answer, &answers), 0);
	assert_string_equal(read_all(&waiting), "{ \"status\" }");
	client_close(&waiting);
	expect_service();
	control_close(control);
	control = NULL;
	assert_int_equal(access(path, F_OK), -1);
}

static void a_path_that_cannot_be_is_an_error(void **state)
{
	char name[200];

	(void)state;
	memset(name, 'x', sizeof name);
	name[0] = '/';
	name[sizeof name - 1] = '\0';
	assert_int_equal(control_open(&control, loop, name, answer, NULL),
			 -ENAMETOOLONG);
	snprintf(name, sizeof name, "%s/none/control", directory);
	assert_int_equal(control_open(&control, loop, name, answer, NULL),
			 -ENOENT);
}

int main(void)
{
#define TEST(f)   cmocka_unit_test_setup_teardown(f, setup_open, teardown)
#define CLOSED(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(one_line_in_one_document_out_then_the_end),
		TEST(a_line_may_come_in_pieces_and_be_empty),
		TEST(only_the_first_line_is_answered),
		TEST(an_answer_may_come_later_and_others_before_it),
		TEST(no_answer_later_is_the_end_too),
		TEST(who_has_gone_gets_no_answer_and_nobody_else_does),
		TEST(too_long_a_request_is_closed_without_an_answer),
		TEST(without_an_answer_the_stream_just_ends),
		TEST(a_long_answer_arrives_whole),
		TEST(who_says_nothing_does_not_hinder_others),
		TEST(who_does_not_read_does_not_hinder_others),
		TEST(who_goes_away_does_not_hinder_others),
		TEST(of_too_many_the_oldest_gives_way),
		CLOSED(owner_and_group_may_talk_to_it_whatever_the_umask),
		TEST(closing_ends_all_streams_and_removes_the_socket),
		CLOSED(a_socket_that_nobody_listens_on_is_replaced),
		TEST(where_another_listens_it_is_left_alone),
		TEST(a_connection_that_is_kept_lives_on),
		TEST(another_goes_on_with_the_socket),
		CLOSED(also_when_the_other_has_its_hands_full),
		CLOSED(what_is_no_socket_is_not_removed),
		CLOSED(a_path_that_cannot_be_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
