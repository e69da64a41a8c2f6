/* SPDX-License-Identifier: MIT */
/*
 * Nobody sleeps for ten microseconds.  What is due faster than every half of a
 * millisecond goes out in small bursts; what we have slept through for long is
 * left out, or else it would be one large burst.
 */
#include "netns-lab/tools/pace.h"

#include <poll.h>
#include <stdbool.h>
#include <time.h>

#define BURST_NS INT64_C(500000)
#define LATE_NS  INT64_C(100000000)

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

void pace_start(struct pace *pace, int64_t every_ns, int64_t duration, int stop)
{
	*pace = (struct pace){ .stop = stop,
			       .every = every_ns,
			       .next = now_ns() };
	if (duration)
		pace->end = pace->next + duration * 1000;
}

/* How long to sleep, 0: not at all. */
static int64_t time_left(const struct pace *pace, int64_t now)
{
	int64_t left = pace->next - now;

	if (pace->end && left > pace->end - now)
		left = pace->end - now;
	if (left <= 0)
		return 0;
	return left < BURST_NS && pace->every < BURST_NS ? BURST_NS : left;
}

enum pace_reason pace_wait(struct pace *pace, int fd)
{
	struct pollfd fds[] = { { .fd = pace->stop, .events = POLLIN },
				{ .fd = fd, .events = POLLIN } };

	for (;;) {
		int64_t now = now_ns(), left = time_left(pace, now);
		struct timespec ts = { (time_t)(left / 1000000000),
				       (long)(left % 1000000000) };
		bool ready;

		if (pace->end && now >= pace->end)
			return PACE_OVER;
		/* Also when there is no time to sleep: we must stop if told. */
		ready = ppoll(fds, 2, &ts, NULL) > 0;
		if (ready && fds[0].revents)
			return PACE_OVER;
		if (left == 0) {
			if (now - pace->next > LATE_NS)
				pace->next = now;
			pace->next += pace->every;
			return PACE_DUE;
		}
		if (ready)
			return PACE_READABLE;
	}
}
