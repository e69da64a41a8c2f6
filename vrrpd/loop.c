/* SPDX-License-Identifier: MIT */
/*
 * Timers live in a binary heap, the earliest at its top; the timerfd is moved
 * once per turn, and only when the top has changed.
 */
#include "vrrpd/loop.h"

#include "vrrpd/cpu.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 64

/* With its deadline, as to look into each timer would be to wait for memory. */
struct place {
	int64_t deadline;
	struct timer *timer;
};

struct loop {
	int epoll;
	struct watch timerfd;
	int64_t armed; /* what the timerfd is set to */
	bool stop;
	int64_t woke;  /* the turn under way */
	int64_t ended; /* the one before */
	int64_t lateness;
	int64_t longest; /* of what one timer did in this turn */
	int64_t rest;    /* us before the next turn */
	bool dodges;
	struct cpu cpu;
	int64_t swept; /* by the sweep under way; deadlines until then */
	size_t watched;
	struct place *heap; /* from index 1 */
	size_t count, room;
	struct epoll_event events[EVENTS];
	int ready; /* of them, being dispatched */
};

static int64_t read_clock(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

int64_t loop_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t loop_boot_now(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

int64_t loop_boot_offset(void)
{
	return loop_boot_now() - loop_now();
}

static void timerfd_ready(struct watch *watch, uint32_t events)
{
	uint64_t expirations;
	ssize_t n = read(watch->fd, &expirations, sizeof expirations);

	/* The deadlines themselves tell what has expired. */
	(void)n;
	(void)events;
}

int loop_open(struct loop **result)
{
	struct loop *loop = calloc(1, sizeof *loop);
	int err;

	if (!loop)
		return -ENOMEM;
	loop->armed = LOOP_NEVER;
	loop->swept = INT64_MIN;
	loop->timerfd.ready = timerfd_ready;
	loop->timerfd.fd =
		timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	loop->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (loop->epoll < 0 || loop->timerfd.fd < 0)
		err = -errno;
	else
		err = loop_watch(loop, &loop->timerfd, EPOLLIN);
	if (!err)
		err = loop_reserve(loop, 16);
	if (err) {
		loop_close(loop);
		return err;
	}
	*result = loop;
	return 0;
}

void loop_close(struct loop *loop)
{
	if (!loop)
		return;
	if (loop->epoll >= 0)
		close(loop->epoll);
	if (loop->timerfd.fd >= 0)
		close(loop->timerfd.fd);
	free(loop->heap);
	free(loop);
}

int loop_watch(struct loop *loop, struct watch *watch, uint32_t events)
{
	struct epoll_event event = { .events = events, .data.ptr = watch };

	if (epoll_ctl(loop->epoll, EPOLL_CTL_ADD, watch->fd, &event) == 0) {
		loop->watched++;
		return 0;
	}
	if (errno == EEXIST &&
	    epoll_ctl(loop->epoll, EPOLL_CTL_MOD, watch->fd, &event) == 0)
		return 0;
	return -errno;
}

void loop_unwatch(struct loop *loop, struct watch *watch)
{
	if (epoll_ctl(loop->epoll, EPOLL_CTL_DEL, watch->fd, NULL) == 0)
		loop->watched--;
	/* It may stand among the events of this very turn. */
	for (int i = 0; i < loop->ready; i++)
		if (loop->events[i].data.ptr == watch)
			loop->events[i].data.ptr = NULL;
}

static void put(struct loop *loop, struct place place, size_t slot)
{
	loop->heap[slot] = place;
	place.timer->slot = slot;
}

static void sift_up(struct loop *loop, struct place place, size_t slot)
{
	while (slot > 1 && loop->heap[slot / 2].deadline > place.deadline) {
		put(loop, loop->heap[slot / 2], slot);
		slot /= 2;
	}
	put(loop, place, slot);
}

static void sift_down(struct loop *loop, struct place place, size_t slot)
{
	for (;;) {
		size_t child = 2 * slot;

		if (child < loop->count &&
		    loop->heap[child + 1].deadline < loop->heap[child].deadline)
			child++;
		if (child > loop->count ||
		    loop->heap[child].deadline >= place.deadline)
			break;
		put(loop, loop->heap[child], slot);
		slot = child;
	}
	put(loop, place, slot);
}

static void heap_remove(struct loop *loop, struct timer *timer)
{
	struct place last = loop->heap[loop->count--];
	size_t slot = timer->slot;

	timer->slot = 0;
	if (last.timer == timer)
		return;
	sift_up(loop, last, slot);
	sift_down(loop, last, last.timer->slot);
}

int loop_reserve(struct loop *loop, size_t timers)
{
	struct place *heap;

	if (timers <= loop->room)
		return 0;
	heap = realloc(loop->heap, (timers + 1) * sizeof *heap);
	if (!heap)
		return -ENOMEM;
	loop->heap = heap;
	loop->room = timers;
	return 0;
}

int loop_set(struct loop *loop, struct timer *timer, int64_t deadline)
{
	/* One sweep: what it starts, in the past or not, has to wait. */
	if (deadline <= loop->swept)
		deadline = loop->swept + 1;
	if (timer->slot && timer->deadline == deadline)
		return 0;
	if (timer->slot)
		heap_remove(loop, timer);
	timer->deadline = deadline;
	if (deadline == LOOP_NEVER)
		return 0;
	if (loop->count == loop->room && loop_reserve(loop, 2 * loop->room))
		return -ENOMEM;
	sift_up(loop, (struct place){ deadline, timer }, ++loop->count);
	return 0;
}

static int64_t earliest(const struct loop *loop)
{
	return loop->count > 0 ? loop->heap[1].deadline : LOOP_NEVER;
}

static int arm(struct loop *loop)
{
	int64_t deadline = earliest(loop);
	struct itimerspec when = { 0 };

	if (deadline == loop->armed)
		return 0;
	loop->armed = deadline;
	if (deadline != LOOP_NEVER) {
		/* All zero would disarm it: not before the first us. */
		deadline = deadline > 0 ? deadline : 1;
		when.it_value.tv_sec = deadline / 1000000;
		when.it_value.tv_nsec = deadline % 1000000 * 1000;
	}
	return timerfd_settime(loop->timerfd.fd, TFD_TIMER_ABSTIME, &when,
			       NULL) < 0
		       ? -errno
		       : 0;
}

void loop_rest(struct loop *loop, int64_t us)
{
	loop->rest = us;
}

static void rest(struct loop *loop)
{
	int64_t until = loop->ended + loop->rest;
	struct timespec when;

	if (loop->rest <= 0)
		return;
	loop->rest = 0;
	if (until > earliest(loop))
		until = earliest(loop);
	when.tv_sec = until / 1000000;
	when.tv_nsec = until % 1000000 * 1000;
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &when, NULL);
}

static int dispatch(struct loop *loop, int timeout)
{
	int n = epoll_wait(loop->epoll, loop->events, EVENTS, timeout);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	loop->ready = n;
	if (timeout < 0)
		loop->woke = loop_now();
	for (int i = 0; i < n; i++) {
		struct watch *watch = loop->events[i].data.ptr;

		if (watch)
			watch->ready(watch, loop->events[i].events);
	}
	loop->ready = 0;
	return 0;
}

static void expire(struct loop *loop, int64_t now)
{
	int64_t before = loop_now(), after;

	loop->swept = now;
	while (earliest(loop) <= now) {
		struct timer *timer = loop->heap[1].timer;

		heap_remove(loop, timer);
		timer->expired(timer, now);
		after = loop_now();
		if (after - before > loop->longest)
			loop->longest = after - before;
		before = after;
	}
	loop->swept = INT64_MIN;
	loop->armed = LOOP_NEVER; /* the timerfd has fired */
}

int64_t loop_lateness(const struct loop *loop)
{
	return loop->lateness;
}

void loop_dodge(struct loop *loop)
{
	cpu_init(&loop->cpu);
	loop->dodges = true;
}

/*
 * The CPU is to blame for how late we were woken, and for what one timer took,
 * which is work of microseconds, but not for what we did ourselves: with
 * hundreds of virtual routers a turn takes milliseconds.
 */
static int64_t blame(const struct loop *loop, int64_t due)
{
	int64_t idle = due > loop->ended ? due : loop->ended;
	int64_t late = 0;

	if (due > 0 && due <= loop->woke)
		late = loop->woke - idle;
	return late > loop->longest ? late : loop->longest;
}

/* `due` is any time when there was no deadline. */
static void end_turn(struct loop *loop, int64_t due)
{
	int64_t began = loop->woke, now = loop_now();

	if (due > 0 && due < began)
		began = due;
	loop->lateness = now - began;
	if (loop->dodges)
		cpu_turned(&loop->cpu, blame(loop, due), now);
	loop->longest = 0;
	loop->ended = now;
}

/* Each that is readable, once: epoll takes them in turn. */
static int dispatch_all(struct loop *loop)
{
	int err = 0;

	for (size_t n = 0; n <= loop->watched / EVENTS && !err; n++)
		err = dispatch(loop, 0);
	return err;
}

int loop_run(struct loop *loop)
{
	int err = 0;

	loop->stop = false;
	while (!loop->stop && !err) {
		int64_t now, due;

		err = arm(loop);
		rest(loop);
		if (!err)
			err = dispatch(loop, -1);
		/* What comes after this moment is not late for a deadline
		   before it, so it is this moment that is judged. */
		now = loop_now();
		due = earliest(loop);
		if (!err && due <= now) {
			/* Receive before judging: also what came meanwhile. */
			err = dispatch_all(loop);
			expire(loop, now);
		}
		end_turn(loop, due);
	}
	return err;
}

void loop_stop(struct loop *loop)
{
	loop->stop = true;
}
