/* SPDX-License-Identifier: MIT */
/* The worker's thread: order, threads, signals, and what its end leaves. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <string.h>

#include "netlink/worker.h"

#define JOBS 64

/* What happened, in order; `job` is first so that a job leads to its task. */
struct task {
	struct job job;
	struct test *test;
	int number;
	int posts_left; /* how often done() posts it again */
	int parts_left;
};

struct test {
	struct worker *worker;
	sem_t started;
	sem_t gate;
	struct task tasks[JOBS];
	int ran[JOBS * 4];
	int ran_count; /* of the worker's thread */
	int done_count;
	pthread_t run_thread;
	pthread_t done_thread;
	sigset_t blocked;
	char name[16];
};

static void run(struct job *job)
{
	struct task *task = (struct task *)job;
	struct test *test = task->test;

	test->ran[test->ran_count++] = task->number;
}

static void run_and_look_around(struct job *job)
{
	struct test *test = ((struct task *)job)->test;

	test->run_thread = pthread_self();
	pthread_sigmask(SIG_SETMASK, NULL, &test->blocked);
	pthread_getname_np(test->run_thread, test->name, sizeof(test->name));
}

/* Holds the worker so that what follows is queued. */
static void run_until_let_go(struct job *job)
{
	struct test *test = ((struct task *)job)->test;

	sem_post(&test->started);
	sem_wait(&test->gate);
}

static void done(struct job *job)
{
	struct task *task = (struct task *)job;

	assert_false(job->posted);
	task->test->done_thread = pthread_self();
	task->test->done_count++;
	if (task->posts_left-- > 0)
		worker_post(task->test->worker, job);
}

static int setup(void **state)
{
	static struct test test;

	memset(&test, 0, sizeof(test));
	sem_init(&test.started, 0, 0);
	sem_init(&test.gate, 0, 0);
	for (int i = 0; i < JOBS; i++)
		test.tasks[i] =
			(struct task){ .job = { .run = run, .done = done },
				       .test = &test,
				       .number = i };
	assert_int_equal(worker_start(&test.worker), 0);
	*state = &test;
	return 0;
}

static int teardown(void **state)
{
	struct test *test = *state;

	worker_stop(test->worker);
	sem_destroy(&test->started);
	sem_destroy(&test->gate);
	return 0;
}

static void post(struct test *test, int number)
{
	worker_post(test->worker, &test->tasks[number].job);
}

static void hold(struct test *test)
{
	test->tasks[0].job.run = run_until_let_go;
	post(test, 0);
	sem_wait(&test->started);
}

static bool is_readable(const struct test *test, int timeout)
{
	struct pollfd pollfd = { .fd = worker_fd(test->worker),
				 .events = POLLIN };

	return poll(&pollfd, 1, timeout) == 1;
}

static void dispatch_until(struct test *test, int count)
{
	while (test->done_count < count) {
		assert_true(is_readable(test, 10000));
		worker_dispatch(test->worker);
	}
}

static void a_job_is_run_on_one_thread_and_done_on_the_other(void **state)
{
	struct test *test = *state;

	test->tasks[0].job.run = run_and_look_around;
	post(test, 0);
	assert_true(test->tasks[0].job.posted);
	dispatch_until(test, 1);
	assert_false(pthread_equal(test->run_thread, pthread_self()));
	assert_true(pthread_equal(test->done_thread, pthread_self()));
	assert_string_equal(test->name, "netlink");
}

static void the_thread_has_all_signals_blocked_and_the_loop_none(void **state)
{
	static const int signals[] = { SIGTERM, SIGINT,  SIGHUP,
				       SIGCHLD, SIGUSR1, SIGALRM };
	struct test *test = *state;
	sigset_t ours;

	test->tasks[0].job.run = run_and_look_around;
	post(test, 0);
	dispatch_until(test, 1);
	pthread_sigmask(SIG_SETMASK, NULL, &ours);
	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++) {
		assert_true(sigismember(&test->blocked, signals[i]));
		assert_false(sigismember(&ours, signals[i]));
	}
}

static void jobs_are_run_in_the_order_of_their_posts(void **state)
{
	struct test *test = *state;

	for (int i = 0; i < JOBS; i++)
		post(test, i);
	dispatch_until(test, JOBS);
	for (int i = 0; i < JOBS; i++)
		assert_int_equal(test->ran[i], i);
}

static void the_most_urgent_goes_first_and_of_equals_who_was_first(void **st)
{
	static const unsigned urgency[] = { 0, 3, WORKER_URGENCIES - 1,
					    0, 3, WORKER_URGENCIES - 1 };
	static const int order[] = { 3, 6, 2, 5, 1, 4 };
	struct test *test = *st;

	hold(test);
	for (int i = 1; i <= 6; i++) {
		test->tasks[i].job.urgency = urgency[i - 1];
		post(test, i);
	}
	sem_post(&test->gate);
	dispatch_until(test, 7);
	assert_memory_equal(test->ran, order, sizeof(order));
}

/* Less urgent after the first. */
static void run_in_three_parts(struct job *job)
{
	struct task *task = (struct task *)job;

	run(job);
	job->urgency = 2;
	job->again = --task->parts_left > 0;
}

static void
a_job_in_parts_lets_the_more_urgent_pass_and_not_its_equals(void **st)
{
	static const int order[] = { 1, 4, 2, 1, 1, 3 };
	struct test *test = *st;

	hold(test);
	test->tasks[1].job.run = run_in_three_parts;
	test->tasks[1].job.urgency = 5;
	test->tasks[1].parts_left = 3;
	test->tasks[2].job.urgency = 2;
	test->tasks[3].job.urgency = 1;
	test->tasks[4].job.urgency = 3;
	for (int i = 1; i <= 4; i++)
		post(test, i);
	sem_post(&test->gate);
	dispatch_until(test, 5);
	assert_int_equal(test->done_count, 5);
	assert_int_equal(test->ran_count, 6);
	assert_memory_equal(test->ran, order, sizeof(order));
}

static void a_job_can_be_recalled_until_it_runs(void **state)
{
	static const int order[] = { 1, 3, 2 };
	struct test *test = *state;

	hold(test);
	for (int i = 1; i <= 3; i++)
		post(test, i);
	assert_false(worker_recall(test->worker, &test->tasks[0].job));
	assert_false(worker_recall(test->worker, &test->tasks[4].job));
	assert_true(worker_recall(test->worker, &test->tasks[3].job));
	assert_true(worker_recall(test->worker, &test->tasks[2].job));
	assert_false(test->tasks[2].job.posted);
	assert_false(worker_recall(test->worker, &test->tasks[2].job));
	post(test, 3);
	post(test, 2);
	sem_post(&test->gate);
	dispatch_until(test, 4);
	assert_int_equal(test->ran_count, 3);
	assert_memory_equal(test->ran, order, sizeof(order));
	assert_false(worker_recall(test->worker, &test->tasks[1].job));
}

static void posting_does_not_wait_for_the_job_that_runs(void **state)
{
	struct test *test = *state;

	hold(test);
	for (int i = 1; i < JOBS; i++)
		post(test, i);
	worker_dispatch(test->worker);
	assert_int_equal(test->done_count, 0);
	assert_false(is_readable(test, 0));
	sem_post(&test->gate);
	dispatch_until(test, JOBS);
}

static void the_descriptor_is_readable_until_dispatched(void **state)
{
	struct test *test = *state;

	assert_false(is_readable(test, 0));
	post(test, 0);
	assert_true(is_readable(test, 10000));
	worker_dispatch(test->worker);
	assert_int_equal(test->done_count, 1);
	assert_false(is_readable(test, 0));
}

static void done_may_post_the_job_again(void **state)
{
	struct test *test = *state;

	test->tasks[7].posts_left = 2;
	post(test, 7);
	dispatch_until(test, 3);
	assert_int_equal(test->ran_count, 3);
	assert_false(test->tasks[7].job.posted);
}

static void stop_runs_what_is_posted_and_calls_each_done(void **state)
{
	struct test *test = *state;

	hold(test);
	for (int i = 1; i < JOBS; i++)
		post(test, i);
	test->tasks[JOBS - 1].posts_left = 1;
	sem_post(&test->gate);
	worker_stop(test->worker);
	test->worker = NULL; /* which teardown stops once more */
	assert_int_equal(test->done_count, JOBS + 1);
	assert_int_equal(test->ran_count, JOBS);
	assert_int_equal(test->ran[JOBS - 1], JOBS - 1);
}

static void ask_policy(struct job *job)
{
	struct task *task = (struct task *)job;
	struct sched_param param;

	pthread_getschedparam(pthread_self(), &task->number, &param);
}

/* Whatever priority the caller has, if he may have one. */
static void a_calm_worker_has_no_real_time_priority(void **state)
{
	const struct sched_param raised = { .sched_priority = 10 };
	const struct sched_param none = { .sched_priority = 0 };
	struct test *test = *state;
	struct worker *calm;
	int err;

	pthread_setschedparam(pthread_self(), SCHED_FIFO, &raised);
	err = worker_start_calm(&calm);
	pthread_setschedparam(pthread_self(), SCHED_OTHER, &none);
	assert_int_equal(err, 0);
	test->tasks[0].job.run = ask_policy;
	test->tasks[0].number = SCHED_FIFO;
	worker_post(calm, &test->tasks[0].job);
	worker_stop(calm);
	assert_int_equal(test->tasks[0].number, SCHED_OTHER);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_job_is_run_on_one_thread_and_done_on_the_other),
		TEST(the_thread_has_all_signals_blocked_and_the_loop_none),
		TEST(jobs_are_run_in_the_order_of_their_posts),
		TEST(the_most_urgent_goes_first_and_of_equals_who_was_first),
		TEST(a_job_in_parts_lets_the_more_urgent_pass_and_not_its_equals),
		TEST(a_job_can_be_recalled_until_it_runs),
		TEST(posting_does_not_wait_for_the_job_that_runs),
		TEST(the_descriptor_is_readable_until_dispatched),
		TEST(done_may_post_the_job_again),
		TEST(stop_runs_what_is_posted_and_calls_each_done),
		TEST(a_calm_worker_has_no_real_time_priority),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
