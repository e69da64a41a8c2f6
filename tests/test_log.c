/* SPDX-License-Identifier: MIT */
/*
 * The log as an operator gets it: standard error is a pipe here, which a test
 * reads, or leaves unread for as long as it likes.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "tests/capture.h"
#include "vrrpd/log.h"

#define SEC   INT64_C(1000000)
#define LINES 1000

/* Standard error, or with an offset some other file. */
static void name_as_journal(ino_t offset)
{
	struct stat st;
	char text[64];

	assert_int_equal(fstat(STDERR_FILENO, &st), 0);
	snprintf(text, sizeof text, "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)(st.st_ino + offset));
	setenv("JOURNAL_STREAM", text, 1);
}

static void a_line_has_a_time_stamp_and_errors_are_called_so(void **state)
{
	static const char *const rest[] = { "error: bad\n", "less bad\n",
					    "good 1\n" };
	time_t before = time(NULL), after;
	char *text;

	(void)state;
	unsetenv("JOURNAL_STREAM");
	assert_int_equal(log_start(LOG_INFO), 0);
	capture_begin();
	log_error("%s", "bad");
	log_warn("less bad");
	log_info("good %d", 1);
	log_stop();
	text = capture_end();
	after = time(NULL);
	for (size_t i = 0; i < 3; i++) {
		struct tm tm = { .tm_isdst = -1 };
		char *next = strptime(text, "%Y-%m-%d %H:%M:%S.", &tm);
		time_t when = mktime(&tm);

		assert_non_null(next);
		assert_true(before <= when && when <= after);
		assert_int_equal(strspn(next, "0123456789"), 3);
		assert_int_equal(next[3], ' ');
		assert_memory_equal(next + 4, rest[i], strlen(rest[i]));
		text = next + 4 + strlen(rest[i]);
	}
	assert_int_equal(*text, '\0');
}

static void the_journal_gets_priorities_instead(void **state)
{
	(void)state;
	name_as_journal(0);
	assert_int_equal(log_start(LOG_DEBUG), 0);
	capture_begin();
	log_error("e");
	log_warn("w");
	log_info("i");
	log_debug("d");
	log_stop();
	assert_string_equal(capture_end(), "<3>e\n<4>w\n<6>i\n<7>d\n");
}

static void a_journal_that_is_not_standard_error_is_none(void **state)
{
	(void)state;
	name_as_journal(1);
	assert_int_equal(log_start(LOG_INFO), 0);
	capture_begin();
	log_info("i");
	log_stop();
	assert_int_equal(capture_end()[0], '2'); /* until the year 3000 */
}

static void what_is_below_the_level_is_not_written(void **state)
{
	(void)state;
	name_as_journal(0);
	capture_begin();
	for (enum log_level level = LOG_ERROR; level <= LOG_DEBUG; level++) {
		assert_int_equal(log_start(level), 0);
		log_error("e");
		log_warn("w");
		log_info("i");
		log_debug("d");
		log_stop();
	}
	assert_string_equal(capture_end(), "<3>e\n"
					   "<3>e\n<4>w\n"
					   "<3>e\n<4>w\n<6>i\n"
					   "<3>e\n<4>w\n<6>i\n<7>d\n");
}

static void without_a_thread_lines_are_written_at_once(void **state)
{
	(void)state;
	name_as_journal(0);
	assert_int_equal(log_start(LOG_INFO), 0);
	log_stop();
	log_stop(); /* there is nothing to stop any more */
	log_info("direct");
	assert_string_equal(capture_now(), "<6>direct\n");
}

static int start_without_a_thread(void)
{
	struct rlimit none = { 0, 0 };

	if (setrlimit(RLIMIT_NPROC, &none) < 0 || setuid(65534) < 0)
		return 1;
	if (log_start(LOG_INFO) != -EAGAIN)
		return 2;
	log_info("all the same");
	return 0;
}

static void also_when_the_thread_cannot_be_started(void **state)
{
	int status;
	pid_t pid;

	(void)state;
	if (geteuid() != 0) {
		print_message("# skipped: needs root, who can become nobody\n");
		skip();
	}
	name_as_journal(0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		_exit(start_without_a_thread());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_string_equal(capture_now(), "<6>all the same\n");
}

static void a_long_line_is_cut_to_500_octets_with_its_newline(void **state)
{
	char want[3 + 499 + 2] = "<6>";
	char line[2000];

	(void)state;
	name_as_journal(0);
	memset(line, 'x', sizeof line);
	line[sizeof line - 1] = '\0';
	memset(want + 3, 'x', 499);
	want[3 + 499] = '\n';
	assert_int_equal(log_start(LOG_INFO), 0);
	capture_begin();
	log_info("%s", line);
	log_stop();
	assert_string_equal(capture_end(), want);
}

static void lines_come_in_order_and_stop_waits_for_the_last(void **state)
{
	char *text;

	(void)state;
	name_as_journal(0);
	assert_int_equal(log_start(LOG_INFO), 0);
	capture_begin();
	for (int i = 0; i < 200; i++)
		log_info("line %d", i);
	log_stop();
	text = capture_end();
	for (int i = 0; i < 200; i++) {
		char want[32];

		snprintf(want, sizeof want, "<6>line %d\n", i);
		assert_memory_equal(text, want, strlen(want));
		text += strlen(want);
	}
	assert_int_equal(*text, '\0');
}

static void *write_hundred(void *letter)
{
	for (int i = 0; i < 100; i++)
		log_info("%s%d", (const char *)letter, i);
	return NULL;
}

static void two_threads_may_write(void **state)
{
	static char a[] = "a", b[] = "b";
	int expected[2] = { 0, 0 };
	pthread_t thread;
	char *text;

	(void)state;
	name_as_journal(0);
	assert_int_equal(log_start(LOG_INFO), 0);
	capture_begin();
	assert_int_equal(pthread_create(&thread, NULL, write_hundred, a), 0);
	write_hundred(b);
	pthread_join(thread, NULL);
	log_stop();
	for (text = strtok(capture_end(), "\n"); text;
	     text = strtok(NULL, "\n")) {
		int number;
		char letter;

		assert_int_equal(sscanf(text, "<6>%c%d", &letter, &number), 2);
		assert_int_equal(number, expected[letter != 'a']++);
	}
	assert_int_equal(expected[0], 100);
	assert_int_equal(expected[1], 100);
}

/*
 * Were log_write() to wait for the reader, who has not begun, this would hang:
 * the alarm is for that.
 */
static void what_does_not_fit_is_dropped_counted_and_said(void **state)
{
	int arrived = 0, lost = 0, previous = -1;
	char *line;

	(void)state;
	name_as_journal(0);
	capture_clog();
	assert_int_equal(log_start(LOG_INFO), 0);
	alarm(60);
	for (int i = 0; i < LINES; i++)
		log_info("line %d", i);
	alarm(0);
	capture_begin();
	log_stop();
	for (line = strtok(capture_end(), "\n"); line;
	     line = strtok(NULL, "\n")) {
		int number;

		if (sscanf(line, "<6>line %d", &number) == 1) {
			assert_true(number > previous);
			previous = number;
			arrived++;
		} else {
			assert_int_equal(
				sscanf(line, "<4>%d log lines lost", &number),
				1);
			lost += number;
		}
	}
	assert_true(arrived > 0 && lost > 0);
	assert_int_equal(arrived + lost, LINES);
}

static void afterwards_nothing_is_held_against_it(void **state)
{
	(void)state;
	name_as_journal(0);
	assert_int_equal(log_start(LOG_INFO), 0);
	capture_begin();
	log_info("fine");
	log_stop();
	assert_string_equal(capture_end(), "<6>fine\n");
}

static void a_source_of_lines_may_write_once_in_ten_seconds(void **state)
{
	const int64_t now = 1000 * SEC;
	struct log_limit limit = { 0 }, other = { 0 };
	unsigned held = 99;

	(void)state;
	assert_true(log_limit_allows(&limit, now, &held));
	assert_int_equal(held, 0);
	for (int i = 0; i < 5; i++)
		assert_false(log_limit_allows(&limit, now + i * SEC, &held));
	assert_false(log_limit_allows(&limit, now + 10 * SEC - 1, &held));
	assert_true(log_limit_allows(&other, now + 10 * SEC - 1, &held));
	assert_int_equal(held, 0);
	assert_true(log_limit_allows(&limit, now + 10 * SEC, &held));
	assert_int_equal(held, 6);
	assert_false(log_limit_allows(&limit, now + 20 * SEC - 1, &held));
	assert_true(log_limit_allows(&limit, now + 100 * SEC, &held));
	assert_int_equal(held, 1);
}

static void what_comes_rarely_may_write_ten_a_minute(void **state)
{
	const int64_t now = 1000 * SEC;
	struct log_limit limit = { 0 };
	unsigned held = 99;

	(void)state;
	for (int i = 0; i < 10; i++) {
		assert_true(log_burst_allows(&limit, now + i * SEC, &held));
		assert_int_equal(held, 0);
	}
	assert_false(log_burst_allows(&limit, now + 10 * SEC, &held));
	assert_false(log_burst_allows(&limit, now + 60 * SEC - 1, &held));
	assert_true(log_burst_allows(&limit, now + 60 * SEC, &held));
	assert_int_equal(held, 2);
	assert_true(log_burst_allows(&limit, now + 61 * SEC, &held));
	assert_int_equal(held, 0);
}

static void a_line_says_how_many_were_held_back(void **state)
{
	char text[LOG_HELD];

	(void)state;
	assert_string_equal(log_held(0, text), "");
	assert_string_equal(log_held(1, text), " (1 more like it before)");
	assert_string_equal(log_held(UINT32_MAX, text),
			    " (4294967295 more like it before)");
}

int main(void)
{
#define TEST(f)                                                                \
	cmocka_unit_test_setup_teardown(f, capture_setup, capture_teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_line_has_a_time_stamp_and_errors_are_called_so),
		TEST(the_journal_gets_priorities_instead),
		TEST(a_journal_that_is_not_standard_error_is_none),
		TEST(what_is_below_the_level_is_not_written),
		TEST(without_a_thread_lines_are_written_at_once),
		TEST(also_when_the_thread_cannot_be_started),
		TEST(a_long_line_is_cut_to_500_octets_with_its_newline),
		TEST(lines_come_in_order_and_stop_waits_for_the_last),
		TEST(two_threads_may_write),
		TEST(what_does_not_fit_is_dropped_counted_and_said),
		TEST(afterwards_nothing_is_held_against_it),
		cmocka_unit_test(
			a_source_of_lines_may_write_once_in_ten_seconds),
		cmocka_unit_test(what_comes_rarely_may_write_ten_a_minute),
		cmocka_unit_test(a_line_says_how_many_were_held_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
