/* SPDX-License-Identifier: MIT */
/*
 * A heap of events, and nothing else that makes time pass.  What a host
 * computes takes no time; what it waits for does.
 */
#include "tests/sim/world.h"

#include "tests/sim/check.h"
#include "tests/sim/host.h"
#include "tests/sim/kernel.h"
#include "tests/sim/wire.h"

#include <stdlib.h>

struct world world;

static struct {
	struct event *heap; /* from index 1 */
	size_t count, room;
	uint64_t serial;
	uint64_t random;
} queue = { .random = 1 };

void world_seed(uint64_t seed)
{
	queue.random = seed * 2 + 1;
}

/* Marsaglia's xorshift64*, the upper half. */
int64_t world_random(int64_t bound)
{
	queue.random ^= queue.random >> 12;
	queue.random ^= queue.random << 25;
	queue.random ^= queue.random >> 27;
	return (int64_t)((queue.random * UINT64_C(2685821657736338717)) >> 33) %
	       bound;
}

static bool is_before(const struct event *a, const struct event *b)
{
	if (a->at != b->at)
		return a->at < b->at;
	if (a->kind != b->kind)
		return a->kind < b->kind;
	return a->serial < b->serial;
}

void world_post(int64_t at, enum event_kind kind, struct host *host,
		struct frame *frame)
{
	struct event event = { .at = at,
			       .kind = kind,
			       .life = host->life,
			       .serial = queue.serial++,
			       .host = host,
			       .frame = frame };
	size_t slot;

	if (queue.count + 1 >= queue.room) {
		queue.room = queue.room ? 2 * queue.room : 1024;
		queue.heap =
			realloc(queue.heap, queue.room * sizeof *queue.heap);
		if (!queue.heap)
			abort();
	}
	for (slot = ++queue.count;
	     slot > 1 && is_before(&event, &queue.heap[slot / 2]); slot /= 2)
		queue.heap[slot] = queue.heap[slot / 2];
	queue.heap[slot] = event;
}

static struct event take(void)
{
	struct event first = queue.heap[1];
	struct event last = queue.heap[queue.count--];
	size_t slot = 1, child;

	while ((child = 2 * slot) <= queue.count) {
		if (child < queue.count &&
		    is_before(&queue.heap[child + 1], &queue.heap[child]))
			child++;
		if (!is_before(&queue.heap[child], &last))
			break;
		queue.heap[slot] = queue.heap[child];
		slot = child;
	}
	queue.heap[slot] = last;
	return first;
}

int64_t world_next(void)
{
	return queue.count > 0 ? queue.heap[1].at : NEVER;
}

static void happen(const struct event *event)
{
	struct host *host = event->host;

	if (event->life != host->life) {
		frame_drop(event->frame);
		return;
	}
	switch (event->kind) {
	case EVENT_FENCE:
		host->fence_due = NEVER;
		check_step(host);
		break;
	case EVENT_FRAME:
		wire_deliver(host, event->frame);
		break;
	case EVENT_JOB:
		if (!host_is_awake(host)) {
			world_post(host->asleep_until, EVENT_JOB, host, NULL);
			break;
		}
		worker_run(host->worker);
		host_wake(host);
		break;
	case EVENT_TIMER:
		if (host->armed <= world.now)
			host_wake(host);
		break;
	case EVENT_WAKE:
		host_wake_now(host);
		break;
	}
}

static void count_router_time(int64_t time)
{
	for (size_t i = 0; i < world.count; i++)
		if (world.hosts[i]->powered)
			world.router_time +=
				time * (int64_t)world.hosts[i]->count;
}

void world_run(int64_t until)
{
	if (until > world.now)
		count_router_time(until - world.now);
	while (world_next() <= until || check_due() <= until) {
		struct event event;

		if (check_due() < world_next()) {
			world.now = check_due();
			check_all();
			continue;
		}
		event = take();
		world.now = event.at;
		happen(&event);
	}
	world.now = until;
}

void world_free(void)
{
	while (queue.count > 0)
		frame_drop(take().frame);
	free(queue.heap);
	for (size_t i = 0; i < world.count; i++)
		host_free(world.hosts[i]);
	free(world.hosts);
}
