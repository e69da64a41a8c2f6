/* SPDX-License-Identifier: MIT */
/*
 * What the agent asks of the scheduler, and that the kernel does not end it for
 * what it was given.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sched.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "netlink/worker.h"
#include "vrrpd/process.h"

#define SECONDS 5 /* of CPU at most: the limit is at 2, the end was at 4 */
#define JOBS    40
#define JOB     0.02   /* s of CPU each */
#define LIMIT   400000 /* us: in the place of the 2 s, half of all jobs */

static double used(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Exit status 0: at normal priority before long. */
static void work_without_a_pause(void)
{
	if (process_realtime() < 0)
		_exit(77);
	while (sched_getscheduler(0) == SCHED_FIFO)
		if (used(CLOCK_PROCESS_CPUTIME_ID) > SECONDS)
			_exit(1);
	_exit(0);
}

static bool worker_is_realtime;

static void look(struct job *job)
{
	(void)job;
	worker_is_realtime = sched_getscheduler(0) == SCHED_FIFO;
}

static void run_short(struct job *job)
{
	double end = used(CLOCK_THREAD_CPUTIME_ID) + JOB;

	while (used(CLOCK_THREAD_CPUTIME_ID) < end)
		continue;
	look(job);
}

static void run_long(struct job *job)
{
	look(job);
	while (worker_is_realtime && used(CLOCK_THREAD_CPUTIME_ID) < SECONDS)
		look(job);
}

static void done(struct job *job)
{
	(void)job;
}

/* Exit status: 1 if the worker is at normal priority after it, and 2 more if
   whom it works for is. */
static void let_work(unsigned count, void (*run)(struct job *))
{
	struct rlimit limit;
	struct job jobs[JOBS] = { { 0 } };
	struct worker *worker;

	if (process_realtime() < 0)
		_exit(77);
	getrlimit(RLIMIT_RTTIME, &limit);
	limit.rlim_cur = LIMIT;
	setrlimit(RLIMIT_RTTIME, &limit);
	if (worker_start(&worker) < 0)
		_exit(4);
	for (unsigned i = 0; i < count; i++) {
		jobs[i].run = run;
		jobs[i].done = done;
		worker_post(worker, &jobs[i]);
	}
	worker_stop(worker);
	_exit(!worker_is_realtime + 2 * (sched_getscheduler(0) != SCHED_FIFO));
}

static void work_in_short_jobs(void)
{
	let_work(JOBS, run_short);
}

static void work_in_a_long_job(void)
{
	let_work(1, run_long);
}

/* The exit status of a process that does this. */
static int status_of(void (*work)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		work();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip(); /* not permitted */
	return WEXITSTATUS(status);
}

static void who_never_pauses_loses_its_priority_and_not_its_life(void **state)
{
	(void)state;
	assert_int_equal(status_of(work_without_a_pause), 0);
}

static void many_jobs_in_a_row_cost_the_worker_nothing(void **state)
{
	(void)state;
	assert_int_equal(status_of(work_in_short_jobs), 0);
}

static void a_worker_that_never_pauses_costs_the_loop_nothing(void **state)
{
	(void)state;
	assert_int_equal(status_of(work_in_a_long_job), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			who_never_pauses_loses_its_priority_and_not_its_life),
		cmocka_unit_test(many_jobs_in_a_row_cost_the_worker_nothing),
		cmocka_unit_test(
			a_worker_that_never_pauses_costs_the_loop_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
