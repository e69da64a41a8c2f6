/* SPDX-License-Identifier: MIT */
/*
 * One thread, queues in and one out, all under one mutex that is only
 * ever held for a few instructions.  The loop may run with real-time priority
 * and the worker without: the mutex lends the loop's priority to a worker that
 * holds it, or else a third, busy thread could keep both waiting.
 */
#include "netlink/worker.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

/* The default of 8 MiB would be locked into memory by mlockall(2). */
#define STACK ((size_t)256 << 10)

/*
 * With real-time priority a thread must not use the CPU for two seconds without
 * having slept (process.h), and thousands of jobs that never wait for anything
 * would.  A thousandth of the time is enough, and so is any sleep.
 */
#define STRETCH INT64_C(100000000) /* ns */
#define PAUSE   100000             /* ns */

struct queue {
	struct job *head;
	struct job **tail;
};

struct worker {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t wake;
	struct queue queues[WORKER_URGENCIES];
	struct queue finished;
	bool calm;
	bool stop;
	int fd;
	unsigned pending; /* posted and not yet done; the loop's thread only */
};

static void queue_clear(struct queue *queue)
{
	queue->head = NULL;
	queue->tail = &queue->head;
}

static void queue_push(struct queue *queue, struct job *job)
{
	job->next = NULL;
	*queue->tail = job;
	queue->tail = &job->next;
}

static void queue_push_front(struct queue *queue, struct job *job)
{
	job->next = queue->head;
	if (!queue->head)
		queue->tail = &job->next;
	queue->head = job;
}

static void queue_remove(struct queue *queue, const struct job *job)
{
	struct job **at = &queue->head;

	while (*at != job)
		at = &(*at)->next;
	*at = job->next;
	if (!*at)
		queue->tail = at;
}

static struct job *queue_pop(struct queue *queue)
{
	struct job *job = queue->head;

	if (!job)
		return NULL;
	queue->head = job->next;
	if (!queue->head)
		queue_clear(queue);
	return job;
}

static struct job *pop_most_urgent(struct worker *worker)
{
	struct job *job = NULL;

	for (int i = WORKER_URGENCIES - 1; !job && i >= 0; i--)
		job = queue_pop(&worker->queues[i]);
	if (job)
		job->queued = false;
	return job;
}

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

/* Who waits for a job has rested. */
static struct job *wait_for_job(struct worker *worker, int64_t *rested)
{
	struct job *job;

	pthread_mutex_lock(&worker->mutex);
	for (;;) {
		job = pop_most_urgent(worker);
		if (job || worker->stop)
			break;
		pthread_cond_wait(&worker->wake, &worker->mutex);
		*rested = now_ns();
	}
	pthread_mutex_unlock(&worker->mutex);
	return job;
}

/* Real-time priority is inherited; but no job may hold up the loop. */
static void stay_below_the_loop(void)
{
	struct sched_param param;
	int policy;

	if (pthread_getschedparam(pthread_self(), &policy, &param) == 0 &&
	    policy == SCHED_FIFO && param.sched_priority-- > 1)
		pthread_setschedparam(pthread_self(), policy, &param);
}

/* Back into its queue, or out.  Once it is out, the loop may free it. */
static void put_away(struct worker *worker, struct job *job, unsigned urgency)
{
	struct queue *queue = &worker->queues[job->urgency];
	bool again = job->again;

	pthread_mutex_lock(&worker->mutex);
	job->queued = again;
	if (!again)
		queue_push(&worker->finished, job);
	else if (job->urgency == urgency)
		queue_push_front(queue, job);
	else
		queue_push(queue, job);
	pthread_mutex_unlock(&worker->mutex);
	if (!again)
		eventfd_write(worker->fd, 1);
}

static void be_calm(void)
{
	const struct sched_param param = { 0 };

	pthread_setschedparam(pthread_self(), SCHED_OTHER, &param);
}

static void pause_if_due(int64_t *rested)
{
	if (now_ns() - *rested < STRETCH)
		return;
	nanosleep(&(struct timespec){ .tv_nsec = PAUSE }, NULL);
	*rested = now_ns();
}

static void *work(void *arg)
{
	struct worker *worker = arg;
	int64_t rested = now_ns();
	struct job *job;

	if (worker->calm)
		be_calm();
	else
		stay_below_the_loop();
	while ((job = wait_for_job(worker, &rested))) {
		unsigned urgency = job->urgency;

		job->again = false;
		job->run(job);
		put_away(worker, job, urgency);
		pause_if_due(&rested);
	}
	return NULL;
}

/*
 * Signals are the loop's: the thread inherits a mask that blocks them.  But for
 * the one by which the kernel asks who never sleeps to do so, or the loop would
 * lose its priority for it.
 */
static int start_thread(struct worker *worker)
{
	pthread_attr_t attr;
	sigset_t all;
	sigset_t before;
	int err = pthread_attr_init(&attr);

	if (err)
		return -err;
	sigfillset(&all);
	sigdelset(&all, SIGXCPU);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	err = pthread_attr_setstacksize(&attr, STACK);
	if (!err)
		err = pthread_create(&worker->thread, &attr, work, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	if (!err)
		pthread_setname_np(worker->thread,
				   worker->calm ? "clerk" : "netlink");
	return -err;
}

static int init_locks(struct worker *worker)
{
	pthread_mutexattr_t attr;
	int err = pthread_mutexattr_init(&attr);

	if (err)
		return -err;
	err = pthread_mutexattr_setprotocol(&attr, PTHREAD_PRIO_INHERIT);
	if (!err)
		err = pthread_mutex_init(&worker->mutex, &attr);
	pthread_mutexattr_destroy(&attr);
	if (err)
		return -err;
	err = pthread_cond_init(&worker->wake, NULL);
	if (err)
		pthread_mutex_destroy(&worker->mutex);
	return -err;
}

static void free_locks(struct worker *worker)
{
	pthread_cond_destroy(&worker->wake);
	pthread_mutex_destroy(&worker->mutex);
}

static int start(struct worker **result, bool calm)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	int err;

	if (!worker)
		return -ENOMEM;
	worker->calm = calm;
	for (int i = 0; i < WORKER_URGENCIES; i++)
		queue_clear(&worker->queues[i]);
	queue_clear(&worker->finished);
	err = init_locks(worker);
	if (err)
		goto out;
	worker->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	err = worker->fd < 0 ? -errno : start_thread(worker);
	if (err) {
		if (worker->fd >= 0)
			close(worker->fd);
		free_locks(worker);
		goto out;
	}
	*result = worker;
	worker = NULL;
out:
	free(worker);
	return err;
}

int worker_start(struct worker **result)
{
	return start(result, false);
}

int worker_start_calm(struct worker **result)
{
	return start(result, true);
}

int worker_fd(const struct worker *worker)
{
	return worker->fd;
}

void worker_post(struct worker *worker, struct job *job)
{
	assert(!job->posted && job->urgency < WORKER_URGENCIES);
	job->posted = true;
	worker->pending++;
	pthread_mutex_lock(&worker->mutex);
	job->queued = true;
	queue_push(&worker->queues[job->urgency], job);
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->mutex);
}

bool worker_recall(struct worker *worker, struct job *job)
{
	bool recalled;

	if (!job->posted)
		return false;
	pthread_mutex_lock(&worker->mutex);
	recalled = job->queued;
	if (recalled)
		queue_remove(&worker->queues[job->urgency], job);
	job->queued &= !recalled;
	pthread_mutex_unlock(&worker->mutex);
	if (recalled) {
		job->posted = false;
		worker->pending--;
	}
	return recalled;
}

void worker_dispatch(struct worker *worker)
{
	struct job *job;
	eventfd_t runs;

	/* Cleared before the queue is taken: a later job makes it readable. */
	eventfd_read(worker->fd, &runs);
	pthread_mutex_lock(&worker->mutex);
	job = worker->finished.head;
	queue_clear(&worker->finished);
	pthread_mutex_unlock(&worker->mutex);

	while (job) {
		struct job *next = job->next;

		/* done() may post it again, or free it. */
		job->posted = false;
		worker->pending--;
		job->done(job);
		job = next;
	}
}

void worker_stop(struct worker *worker)
{
	if (!worker)
		return;
	while (worker->pending) {
		struct pollfd pollfd = { .fd = worker->fd, .events = POLLIN };

		poll(&pollfd, 1, -1);
		worker_dispatch(worker);
	}
	pthread_mutex_lock(&worker->mutex);
	worker->stop = true;
	pthread_cond_signal(&worker->wake);
	pthread_mutex_unlock(&worker->mutex);
	pthread_join(worker->thread, NULL);
	close(worker->fd);
	free_locks(worker);
	free(worker);
}
