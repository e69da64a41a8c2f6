/* SPDX-License-Identifier: MIT */
/*
 * The bookkeeping of the probe, apart from its sockets and its clock.  There
 * is nothing here but the definition of a gap.
 */
#include "netns-lab/tools/gaps.h"

#include <errno.h>
#include <stdlib.h>

#define LEAST 3 /* intervals and unanswered probes */

static int close_gap(struct gaps *gaps, int64_t now, bool open)
{
	struct gap *list;

	if (!gaps->last || now - gaps->last < LEAST * gaps->interval ||
	    gaps->unanswered < LEAST)
		return 0;
	list = realloc(gaps->list, (gaps->count + 1) * sizeof(*list));
	if (!list)
		return -ENOMEM;
	gaps->list = list;
	list[gaps->count++] = (struct gap){
		.start = gaps->last,
		.end = now,
		.unanswered = gaps->unanswered - !open,
		.open = open,
	};
	return 0;
}

void gaps_sent(struct gaps *gaps, int64_t now)
{
	if (!gaps->last)
		gaps->last = now;
	gaps->unanswered++;
}

int gaps_answered(struct gaps *gaps, int64_t now)
{
	int err = close_gap(gaps, now, false);

	gaps->last = now;
	gaps->unanswered = 0;
	return err;
}

int gaps_finish(struct gaps *gaps, int64_t now)
{
	return close_gap(gaps, now, true);
}

const struct gap *gaps_longest(const struct gaps *gaps)
{
	const struct gap *longest = NULL;

	for (size_t i = 0; i < gaps->count; i++) {
		const struct gap *g = &gaps->list[i];

		if (!longest ||
		    g->end - g->start > longest->end - longest->start)
			longest = g;
	}
	return longest;
}

void gaps_free(struct gaps *gaps)
{
	free(gaps->list);
	gaps->list = NULL;
	gaps->count = 0;
}
