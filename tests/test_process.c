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
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vrrpd/process.h"

#define SECONDS 5 /* of CPU at most: the limit is at 2, the end was at 4 */

static double used(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

/* Exit status 0: at normal priority before long. */
static void work_without_a_pause(void)
{
	if (process_realtime() < 0)
		_exit(77);
	while (sched_getscheduler(0) == SCHED_FIFO)
		if (used() > SECONDS)
			_exit(1);
	_exit(0);
}

static void who_never_pauses_loses_its_priority_and_not_its_life(void **state)
{
	pid_t pid = fork();
	int status;

	(void)state;
	assert_true(pid >= 0);
	if (pid == 0)
		work_without_a_pause();
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == 77)
		skip(); /* not permitted */
	assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			who_never_pauses_loses_its_priority_and_not_its_life),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
