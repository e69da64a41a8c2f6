/* SPDX-License-Identifier: MIT */
/*
 * The first bound is about what waking up costs an idle processor, the last
 * finite one is an advertisement interval that many have: 1 s.
 */
#include "vrrpd/lateness.h"

#define FIRST INT64_C(64) /* us */

int64_t lateness_bound(unsigned bucket)
{
	return bucket < LATENESS_BUCKETS - 1 ? FIRST << bucket : INT64_MAX;
}

void lateness_add(struct lateness_histogram *h, int64_t late)
{
	unsigned bucket = 0;

	if (late < 0)
		late = 0;
	while (late > lateness_bound(bucket))
		bucket++;
	h->bucket[bucket]++;
	h->sum += (uint64_t)late;
	if (late > h->worst)
		h->worst = late;
}

static void merge(struct lateness_histogram *sum,
		  const struct lateness_histogram *more)
{
	for (unsigned i = 0; i < LATENESS_BUCKETS; i++)
		sum->bucket[i] += more->bucket[i];
	sum->sum += more->sum;
	if (more->worst > sum->worst)
		sum->worst = more->worst;
}

void lateness_merge(struct lateness *sum, const struct lateness *more)
{
	merge(&sum->adverts, &more->adverts);
	merge(&sum->timers, &more->timers);
	sum->late += more->late;
}

uint64_t lateness_count(const struct lateness_histogram *h)
{
	uint64_t count = 0;

	for (unsigned i = 0; i < LATENESS_BUCKETS; i++)
		count += h->bucket[i];
	return count;
}
