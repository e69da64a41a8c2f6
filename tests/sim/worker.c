/* SPDX-License-Identifier: MIT */
/*
 * The worker without its thread.  Jobs are carried out one after the other,
 * the most urgent first, and each takes the kernel the same time, at whose end
 * its effect is there and its result.
 */
#include "netlink/worker.h"

#include "tests/sim/check.h"
#include "tests/sim/kernel.h"

#include <errno.h>
#include <stdlib.h>

struct jobs {
	struct job *head, **tail;
};

struct worker {
	struct host *host;
	struct job *running;
	struct jobs waiting, finished;
};

static void clear(struct jobs *jobs)
{
	jobs->head = NULL;
	jobs->tail = &jobs->head;
}

static void push(struct jobs *jobs, struct job *job)
{
	job->next = NULL;
	*jobs->tail = job;
	jobs->tail = &job->next;
}

/* After all that are as urgent. */
static void enqueue(struct jobs *jobs, struct job *job)
{
	struct job **at = &jobs->head;

	while (*at && (*at)->urgency >= job->urgency)
		at = &(*at)->next;
	job->next = *at;
	*at = job;
	if (!job->next)
		jobs->tail = &job->next;
}

static struct job *pop(struct jobs *jobs)
{
	struct job *job = jobs->head;

	if (job)
		jobs->head = job->next;
	if (!jobs->head)
		clear(jobs);
	return job;
}

int worker_start(struct worker **result)
{
	struct worker *worker = calloc(1, sizeof *worker);

	if (!worker)
		return -ENOMEM;
	worker->host = world.current;
	clear(&worker->waiting);
	clear(&worker->finished);
	*result = worker;
	return 0;
}

int worker_fd(const struct worker *worker)
{
	return kernel_fd(worker->host, WAIT_WORKER);
}

static void begin_next(struct worker *worker)
{
	if (worker->running)
		return;
	worker->running = pop(&worker->waiting);
	if (worker->running && worker->host->sabotage != SABOTAGE_HANGS)
		world_post(world.now + worker->host->job_time, EVENT_JOB,
			   worker->host, NULL);
}

void worker_post(struct worker *worker, struct job *job)
{
	job->posted = true;
	enqueue(&worker->waiting, job);
	begin_next(worker);
}

bool worker_recall(struct worker *worker, struct job *job)
{
	struct job **at = &worker->waiting.head;

	while (*at && *at != job)
		at = &(*at)->next;
	if (!*at)
		return false;
	*at = job->next;
	if (!*at)
		worker->waiting.tail = at;
	job->posted = false;
	return true;
}

void worker_run(struct worker *worker)
{
	struct job *job = worker->running;

	world.current = worker->host;
	do {
		job->again = false;
		job->run(job);
	} while (job->again);
	push(&worker->finished, job);
	worker->running = NULL;
	begin_next(worker);
}

bool worker_has_finished(const struct worker *worker)
{
	return worker->finished.head != NULL;
}

void worker_dispatch(struct worker *worker)
{
	struct job *job = worker->finished.head;

	clear(&worker->finished);
	while (job) {
		struct job *next = job->next;

		world.steps++;
		job->posted = false;
		job->done(job);
		check_step(worker->host);
		job = next;
	}
}

void worker_free(struct worker *worker)
{
	free(worker);
}
