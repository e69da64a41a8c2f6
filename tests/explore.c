/* SPDX-License-Identifier: MIT */
/*
 * explore [SECONDS]: the runs of test_lan, and a hundred times as many, on all
 * processors.  Each worker is a process that takes one search after the other;
 * what it finds is left in memory that all share.  Says every ten seconds how
 * far it is; of the runs that break a rule, the shortest is printed, and the
 * exit status is 1.  Stops after SECONDS, if they are given, and says so.
 * "make explore" calls this.
 */

#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/plans.h"

#define WORKERS 64

struct worker {
	pid_t pid;
	struct explore explorer;
	char story[64 << 10];
};

static struct shared {
	atomic_int next, done; /* searches */
	bool failed;           /* a worker ended before its time */
	int workers;
	struct worker worker[WORKERS];
} * shared;

/* A figure that another process is counting. */
static uint64_t look_at(const uint64_t *figure)
{
	return *(const volatile uint64_t *)figure;
}

static double millions(void)
{
	uint64_t total = 0;

	for (int i = 0; i < shared->workers; i++) {
		const struct explore *x = &shared->worker[i].explorer;

		total += look_at(&x->finished) + look_at(&x->joined);
	}
	return (double)total / 1e6;
}

static int work(struct worker *w)
{
	FILE *out;
	int search;

	w->explorer.shortest = INT_MAX;
	while ((search = atomic_fetch_add(&shared->next, 1)) < SEARCHES) {
		struct plan p = plan_for(search, 0);

		if (!lan_explore(&w->explorer, &p)) {
			out = fmemopen(w->story, sizeof(w->story), "w");
			write_story(out);
			fclose(out);
		}
		atomic_fetch_add(&shared->done, 1);
	}
	return 0;
}

static void start_workers(void)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);

	shared->workers = processors < WORKERS ? (int)processors : WORKERS;
	for (int i = 0; i < shared->workers; i++) {
		struct worker *w = &shared->worker[i];
		pid_t pid = fork();

		assert(pid >= 0);
		if (pid == 0)
			_exit(work(w));
		w->pid = pid; /* not the worker's 0: they share it */
	}
}

static bool is_any_at_work(void)
{
	bool any = false;

	for (int i = 0; i < shared->workers; i++) {
		struct worker *w = &shared->worker[i];
		int status = 0;

		if (w->pid && waitpid(w->pid, &status, WNOHANG) == w->pid) {
			w->pid = 0;
			shared->failed = shared->failed || status != 0;
		}
		any = any || w->pid;
	}
	return any;
}

static void watch_workers(time_t begun, time_t until)
{
	time_t told = begun, now;

	while (is_any_at_work() && (now = time(NULL)) < until) {
		usleep(100000);
		if (now < told + 10)
			continue;
		told = now;
		printf("%5ld s: %d of %d searches, %.1f million "
		       "interleavings, %.2f a second\n",
		       (long)(now - begun), atomic_load(&shared->done),
		       SEARCHES, millions(),
		       millions() / (double)(now - begun));
		fflush(stdout);
	}
}

/* False: all rules held. */
static bool tell_worst(void)
{
	const struct worker *found = NULL;

	for (int i = 0; i < shared->workers; i++) {
		const struct worker *w = &shared->worker[i];

		if (w->explorer.shortest != INT_MAX &&
		    (!found || w->explorer.shortest < found->explorer.shortest))
			found = w;
	}
	if (found)
		printf("%s", found->story);
	return found;
}

int main(int argc, char **argv)
{
	time_t begun = time(NULL),
	       until = begun + (argc > 1 ? atol(argv[1]) : 1L << 30);

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert(shared != MAP_FAILED);
	start_workers();
	watch_workers(begun, until);
	for (int i = 0; i < shared->workers; i++)
		if (shared->worker[i].pid)
			kill(shared->worker[i].pid, SIGKILL);
	printf("explored %.1f million interleavings in %ld s; %d of %d "
	       "searches are complete\n",
	       millions(), (long)(time(NULL) - begun),
	       atomic_load(&shared->done), SEARCHES);
	return tell_worst() || shared->failed;
}
