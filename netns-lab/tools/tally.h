/* SPDX-License-Identifier: MIT */
#ifndef TALLY_H
#define TALLY_H

/*
 * The probe's account of its questions: which were answered, which twice,
 * which in another order than they were asked, and by whom.
 *
 * Questions are numbered from 0.  An answer that does not say to which of
 * them it belongs (ARP, Neighbor Discovery) is TALLY_ANY: it is taken for that
 * to the oldest question still without one and not older than `patience`, and
 * for a duplicate when there is none.  So soon after a loss a duplicate may
 * hide it, and order is unknown.
 *
 * Of questions that say to which they belong it is known when those were asked
 * that have no answer: each run of them is a loss.  Who has not been answered
 * when TALLY_WAITING more have been asked counts there, too.
 */

#include <stddef.h>
#include <stdint.h>

#define TALLY_ANY       UINT64_MAX
/* An answer to a question further back than this counts for nothing. */
#define TALLY_WINDOW    (1u << 20)
#define TALLY_ANSWERERS 16
#define TALLY_WAITING   1024 /* questions that an answer may be for */
#define TALLY_LOSSES    64   /* of more, only the first are known */

struct tally_answerer {
	uint8_t mac[6];
	unsigned long answers;
	int64_t first; /* the time of its first answer, us, and its last */
	int64_t last;
};

struct tally_loss {
	int64_t first; /* the time of the first question, us, and the last */
	int64_t last;
	uint64_t questions;
};

struct tally {
	int64_t patience; /* us; set it before TALLY_ANY */
	int64_t together; /* us; set it, or hosts never answer at once */
	uint64_t sent;
	uint64_t received;   /* questions with an answer */
	uint64_t duplicates; /* answers beyond the first to a question */
	uint64_t reordered;  /* first answers after that of a later question */
	uint64_t next;       /* the question after the latest one answered */
	uint64_t oldest;     /* question that an answer may be for */
	int64_t asked[TALLY_WAITING]; /* when */
	int64_t both;       /* us, for how long several answered at once */
	int64_t both_until; /* what is counted in `both` */
	struct tally_loss losses[TALLY_LOSSES];
	size_t loss_count;
	uint64_t lost_last; /* the question after the last one of a loss */
	const struct tally_answerer *latest;
	struct tally_answerer by[TALLY_ANSWERERS]; /* in order of appearance */
	uint8_t answered[TALLY_WINDOW / 8];
};

/* The next question has been sent; its number is `sent` before the call. */
void tally_sent(struct tally *tally, int64_t time);
void tally_answered(struct tally *tally, uint64_t question, int64_t time);

/* No more answers are to be expected: `losses` is complete. */
void tally_finish(struct tally *tally);

/*
 * Who sent an answer.  Beyond TALLY_ANSWERERS nobody is counted.  Several have
 * answered at once for as long as one of them answered again, after another,
 * within the time `together`: who comes back later has taken over anew.
 */
void tally_answerer(struct tally *tally, const uint8_t *mac, int64_t time);

uint64_t tally_lost(const struct tally *tally);

#endif
