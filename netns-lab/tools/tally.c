/* SPDX-License-Identifier: MIT */
/*
 * Counting, apart from sockets and clocks.  A bit for each of the last million
 * questions is enough to tell a first answer from a second one even at a
 * hundred thousand questions a second, and needs no memory while measuring.
 */
#include "netns-lab/tools/tally.h"

#include <stdbool.h>
#include <string.h>

static void count_loss(struct tally *tally, uint64_t question, int64_t time)
{
	struct tally_loss *loss = &tally->losses[tally->loss_count];

	if (tally->loss_count && question == tally->lost_last)
		loss--;
	else if (tally->loss_count == TALLY_LOSSES)
		return;
	else
		tally->loss_count++;
	if (!loss->questions++)
		loss->first = time;
	loss->last = time;
	tally->lost_last = question + 1;
}

/* Nobody answers it any more, if it has not been answered. */
static void close_oldest(struct tally *tally)
{
	uint64_t question = tally->oldest++, slot = question % TALLY_WINDOW;

	if (!(tally->answered[slot / 8] & 1u << slot % 8))
		count_loss(tally, question,
			   tally->asked[question % TALLY_WAITING]);
}

void tally_sent(struct tally *tally, int64_t time)
{
	uint64_t slot = tally->sent % TALLY_WINDOW;

	if (tally->sent - tally->oldest == TALLY_WAITING)
		close_oldest(tally);
	tally->answered[slot / 8] &= (uint8_t) ~(1u << slot % 8);
	tally->asked[tally->sent % TALLY_WAITING] = time;
	tally->sent++;
}

void tally_finish(struct tally *tally)
{
	while (tally->oldest < tally->sent)
		close_oldest(tally);
}

static void count_any(struct tally *tally, int64_t time)
{
	while (tally->oldest < tally->sent &&
	       time - tally->asked[tally->oldest % TALLY_WAITING] >
		       tally->patience)
		close_oldest(tally);
	if (tally->oldest == tally->sent) {
		tally->duplicates++;
		return;
	}
	tally->oldest++;
	tally->received++;
}

void tally_answered(struct tally *tally, uint64_t question, int64_t time)
{
	uint64_t slot = question % TALLY_WINDOW;
	uint8_t *byte = &tally->answered[slot / 8];
	uint8_t bit = (uint8_t)(1u << slot % 8);

	if (question == TALLY_ANY) {
		count_any(tally, time);
		return;
	}
	if (question >= tally->sent || tally->sent - question > TALLY_WINDOW)
		return;
	if (*byte & bit) {
		tally->duplicates++;
		return;
	}
	*byte |= bit;
	tally->received++;
	if (question < tally->next)
		tally->reordered++;
	else
		tally->next = question + 1;
}

static struct tally_answerer *find_answerer(struct tally *tally,
					    const uint8_t *mac)
{
	for (size_t i = 0; i < TALLY_ANSWERERS; i++) {
		struct tally_answerer *by = &tally->by[i];

		if (!by->answers || memcmp(by->mac, mac, sizeof(by->mac)) == 0)
			return by;
	}
	return NULL;
}

void tally_answerer(struct tally *tally, const uint8_t *mac, int64_t time)
{
	struct tally_answerer *by = find_answerer(tally, mac);
	int64_t since;

	if (!by)
		return;
	if (!by->answers) {
		memcpy(by->mac, mac, sizeof(by->mac));
		by->first = time;
	} else if (by != tally->latest && time - by->last <= tally->together) {
		since = by->last > tally->both_until ? by->last
						     : tally->both_until;
		tally->both += time - since;
		tally->both_until = time;
	}
	by->answers++;
	by->last = time;
	tally->latest = by;
}

uint64_t tally_lost(const struct tally *tally)
{
	return tally->sent - tally->received;
}
