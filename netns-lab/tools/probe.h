/* SPDX-License-Identifier: MIT */
#ifndef PROBE_H
#define PROBE_H

/*
 * What the probe is told, what it keeps while it runs, and how it tells of it.
 */

#include "netns-lab/tools/ask.h"
#include "netns-lab/tools/gaps.h"
#include "netns-lab/tools/tally.h"

struct probe_options {
	struct ask_options ask;
	int64_t duration; /* us, 0: until told to stop */
	bool json;
};

/*
 * Slots slept through in a row, before it is told when; and of such lapses only
 * the first are known.
 */
#define PROBE_LAPSE  5
#define PROBE_LAPSES 64

struct probe_lapse { /* from one question to the next one */
	int64_t start;
	int64_t end;
};

struct probe {
	struct probe_options options;
	struct ask ask;
	struct gaps gaps;
	struct tally tally;
	int64_t start; /* of the first question, the last one */
	int64_t end;
	uint64_t slots;   /* of the schedule, so far */
	uint64_t skipped; /* those that we slept through */
	struct probe_lapse lapses[PROBE_LAPSES];
	size_t lapse_count;
	bool over;              /* nothing more is asked */
	unsigned long overruns; /* answers there was no room for */
};

/* One object, or lines for a person, on stdout. */
void probe_print_json(const struct probe *p);
void probe_print_text(const struct probe *p);

#endif
