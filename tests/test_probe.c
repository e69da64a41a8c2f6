/* SPDX-License-Identifier: MIT */
/*
 * The bookkeeping of the probe: what is a gap, and which answer is the first
 * one, a duplicate, out of order, or too late to count.
 */
#include "netns-lab/tools/gaps.h"
#include "netns-lab/tools/tally.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/*
 * What happens, a word each: "s5" a probe is sent at 5, "a6" an answer comes
 * at 6.  The interval is 10, the end is at 1000.
 */
static void play_gaps(struct gaps *gaps, const char *story)
{
	*gaps = (struct gaps){ .interval = 10 };
	for (const char *word = story; word; word = strchr(word, ' ')) {
		word += *word == ' ';
		if (*word == 's')
			gaps_sent(gaps, atol(word + 1));
		else
			assert_int_equal(gaps_answered(gaps, atol(word + 1)),
					 0);
	}
	assert_int_equal(gaps_finish(gaps, 1000), 0);
}

static void a_gap_is_three_intervals_and_three_probes(void **state)
{
	static const struct {
		const char *story;
		size_t count; /* the first one, from here on */
		int64_t start, end;
		unsigned long unanswered;
		bool open;
	} rows[] = {
		{ "s970 a971 s980 a981 s990 a991", 0, 0, 0, 0, false },
		/* two lost */
		{ "s960 a961 s970 s980 s989 a990", 0, 0, 0, 0, false },
		/* and the third answered exactly three intervals after */
		{ "s960 a961 s970 s980 s990 a991", 1, 961, 991, 2, false },
		/* three lost */
		{ "s940 a941 s950 s960 s970 s980 a981", 1, 941, 981, 3, false },
		/* overslept */
		{ "s10 a11 s900 a901 s970 a971 s980 a981", 0, 0, 0, 0, false },
		/* answered late, not lost, but nothing came meanwhile */
		{ "s930 a931 s940 s950 s960 s970 a972 a973 a974 a975 s980 a981",
		  1, 931, 972, 3, false },
		/* never answered at all */
		{ "s970 s980 s990", 1, 970, 1000, 3, true },
		/* not any more */
		{ "s950 a951 s960 s970 s980 s990", 1, 951, 1000, 4, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct gaps gaps;
		const struct gap *g;

		play_gaps(&gaps, rows[i].story);
		assert_int_equal(gaps.count, rows[i].count);
		g = gaps_longest(&gaps);
		assert_int_equal(g != NULL, rows[i].count);
		if (g) {
			assert_int_equal(g->start, rows[i].start);
			assert_int_equal(g->end, rows[i].end);
			assert_int_equal(g->unanswered, rows[i].unanswered);
			assert_int_equal(g->open, rows[i].open);
		}
		gaps_free(&gaps);
	}
}

static void the_longest_gap_is_found_among_others(void **state)
{
	struct gaps gaps;

	(void)state;
	play_gaps(&gaps, "s10 a10 s20 s30 s40 a50 s60 s70 s80 a120 "
			 "s970 s980 s981 a982");
	assert_int_equal(gaps.count, 3);
	assert_int_equal(gaps.list[0].end, 50);
	assert_int_equal(gaps.list[1].end, 120);
	assert_int_equal(gaps_longest(&gaps)->end, 982);
	gaps_free(&gaps);
}

/*
 * "s" a question, "0" the answer to the first one, "9" to the tenth, "?" any;
 * each takes 1 us, "." takes 1000, the patience lasts for 100.
 */
static void play_tally(struct tally *tally, const char *story)
{
	int64_t now = 1;

	memset(tally, 0, sizeof(*tally));
	tally->patience = 100;
	for (; *story; story++, now++) {
		if (*story == 's')
			tally_sent(tally, now);
		else if (*story == '.')
			now += 1000;
		else if (*story == '?')
			tally_answered(tally, TALLY_ANY, now);
		else
			tally_answered(tally, (uint64_t)(*story - '0'), now);
	}
}

static void answers_are_told_apart(void **state)
{
	static const struct {
		const char *story;
		uint64_t received, lost, duplicates, reordered;
	} rows[] = {
		{ "s0s1s2", 3, 0, 0, 0 },
		{ "sss012", 3, 0, 0, 0 },
		{ "s0ss2", 2, 1, 0, 0 },
		{ "s00s1", 2, 0, 1, 0 },
		{ "s0s1000", 2, 0, 3, 0 },
		{ "ss10", 2, 0, 0, 1 },
		/* two that came after a later one */
		{ "sss201", 3, 0, 0, 2 },
		/* a duplicate is not out of order, whenever it comes */
		{ "ss010", 2, 0, 1, 0 },
		{ "ss1010", 2, 0, 2, 1 },
		/* nobody asked that yet */
		{ "s5", 0, 1, 0, 0 },
		/* without numbers */
		{ "s?s?", 2, 0, 0, 0 },
		{ "s??s?", 2, 0, 1, 0 },
		{ "ss??", 2, 0, 0, 0 },
		{ "ssss???", 3, 1, 0, 0 },
		{ "ssss.??", 0, 4, 2, 0 },
		{ "ssss.s??", 1, 4, 1, 0 },
		{ "ss?.s?s??", 3, 1, 1, 0 },
		{ "ss.01", 2, 0, 0, 0 },
	};
	static struct tally tally;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		play_tally(&tally, rows[i].story);
		assert_int_equal(tally.received, rows[i].received);
		assert_int_equal(tally_lost(&tally), rows[i].lost);
		assert_int_equal(tally.duplicates, rows[i].duplicates);
		assert_int_equal(tally.reordered, rows[i].reordered);
	}
}

/* As "2-4x3": three questions, the first asked at 2 and the last at 4. */
static void losses_are_dated(void **state)
{
	static const struct {
		const char *story, *losses;
	} rows[] = {
		{ "s0s1s2", "" },
		{ "s0sss4", "3-5x3" },
		{ "s0ss2s", "3-3x1 6-6x1" },
		/* one answer between them */
		{ "sss1", "1-1x1 3-3x1" },
		{ "ss.01", "" },
		{ "sss", "1-3x3" },
		/* without numbers it is the oldest one that is answered */
		{ "sss?", "2-3x2" },
		{ "ss.s?", "1-2x2" },
	};
	static struct tally tally;
	char text[64], *end;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		play_tally(&tally, rows[i].story);
		tally_finish(&tally);
		text[0] = '\0';
		end = text;
		for (size_t n = 0; n < tally.loss_count; n++)
			end += sprintf(end, "%s%d-%dx%d", n ? " " : "",
				       (int)tally.losses[n].first,
				       (int)tally.losses[n].last,
				       (int)tally.losses[n].questions);
		assert_string_equal(text, rows[i].losses);
	}
}

/* While many more are asked; and more of them than there is room for. */
static void losses_are_many(void **state)
{
	static struct tally tally;
	uint64_t questions = (uint64_t)TALLY_WAITING * 3;

	(void)state;
	memset(&tally, 0, sizeof(tally));
	for (uint64_t i = 0; i < questions; i++) {
		tally_sent(&tally, (int64_t)i);
		if (i < 10 || i >= 20)
			tally_answered(&tally, i, (int64_t)i);
	}
	assert_int_equal(tally.loss_count, 1);
	assert_int_equal(tally.losses[0].first, 10);
	assert_int_equal(tally.losses[0].last, 19);
	assert_int_equal(tally.losses[0].questions, 10);
	for (uint64_t i = questions; i < questions * 2; i++) {
		tally_sent(&tally, (int64_t)i);
		if (i % 2)
			tally_answered(&tally, i, (int64_t)i);
	}
	tally_finish(&tally);
	assert_int_equal(tally.loss_count, TALLY_LOSSES);
	assert_int_equal(tally.losses[TALLY_LOSSES - 1].questions, 1);
	assert_int_equal(tally_lost(&tally), 10 + questions / 2);
}

/* The bits are used again, and an answer from before does not touch them. */
static void the_window_moves(void **state)
{
	static struct tally tally;

	(void)state;
	memset(&tally, 0, sizeof(tally));
	for (uint64_t i = 0; i < TALLY_WINDOW; i++) {
		tally_sent(&tally, 1);
		if (i != 5)
			tally_answered(&tally, i, 1);
	}
	tally_answered(&tally, 5, 1);
	assert_int_equal(tally.reordered, 1);
	assert_int_equal(tally_lost(&tally), 0);
	for (int i = 0; i < 10; i++)
		tally_sent(&tally, 1);
	/* As far back as 10, whose bit is still there, and not 9. */
	tally_answered(&tally, 10, 1);
	assert_int_equal(tally.duplicates, 1);
	tally_answered(&tally, 9, 1);
	assert_int_equal(tally.duplicates, 1);
	assert_int_equal(tally_lost(&tally), 10);
	/* The bit of 9 is that of its successor now, whose answer is its own.
	 */
	tally_answered(&tally, TALLY_WINDOW + 9, 1);
	assert_int_equal(tally.duplicates, 1);
	assert_int_equal(tally_lost(&tally), 9);
}

static void no_more_than_a_ring_waits(void **state)
{
	static struct tally tally;

	(void)state;
	memset(&tally, 0, sizeof(tally));
	for (int i = 0; i < TALLY_WAITING + 5; i++)
		tally_sent(&tally, 1);
	for (int i = 0; i < TALLY_WAITING + 2; i++)
		tally_answered(&tally, TALLY_ANY, 1);
	assert_int_equal(tally.duplicates, 2);
	assert_int_equal(tally_lost(&tally), 5);
}

static void who_answered_is_remembered(void **state)
{
	static struct tally tally;
	uint8_t mac[6] = { 0x02 };

	(void)state;
	memset(&tally, 0, sizeof(tally));
	tally_answerer(&tally, mac, 100);
	mac[5] = 1;
	tally_answerer(&tally, mac, 200);
	mac[5] = 0;
	tally_answerer(&tally, mac, 300);
	assert_int_equal(tally.by[0].answers, 2);
	assert_int_equal(tally.by[0].first, 100);
	assert_int_equal(tally.by[0].last, 300);
	assert_int_equal(tally.by[1].mac[5], 1);
	assert_int_equal(tally.by[1].answers, 1);
	assert_int_equal(tally.by[1].first, 200);
	assert_int_equal(tally.by[2].answers, 0);
	for (int i = 0; i < 100; i++) {
		mac[4] = (uint8_t)i;
		tally_answerer(&tally, mac, 400);
	}
	assert_int_equal(tally.by[TALLY_ANSWERERS - 1].answers, 1);
}

static void who_comes_back_was_not_there_meanwhile(void **state)
{
	/* A letter is an answer of that host, a digit so many times 10 us. */
	static const struct {
		const char *story;
		int64_t both;
	} rows[] = {
		{ "a1a1a1a", 0 },
		{ "a1b1b1b", 0 },
		{ "a1b1b1a", 30 },
		/* from the first answer of a, which b joined, to b's last */
		{ "a1b1a1b1b1b", 30 },
		{ "ab5ab5ab", 100 },
		{ "a1b1c1a", 30 },
		/* `together` is 50 */
		{ "a1b4a", 50 },
		{ "a1b5a", 0 },
		{ "a1b1a9a1b9a", 20 },
		{ "a1b9b9b1a1b", 20 },
	};
	static struct tally tally;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		uint8_t mac[6] = { 0 };
		int64_t now = 1000;

		memset(&tally, 0, sizeof(tally));
		tally.together = 50;
		for (const char *c = rows[i].story; *c; c++) {
			mac[5] = (uint8_t)*c;
			if (*c >= 'a')
				tally_answerer(&tally, mac, now);
			else
				now += (*c - '0') * 10;
		}
		assert_int_equal(tally.both, rows[i].both);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_gap_is_three_intervals_and_three_probes),
		cmocka_unit_test(the_longest_gap_is_found_among_others),
		cmocka_unit_test(answers_are_told_apart),
		cmocka_unit_test(losses_are_dated),
		cmocka_unit_test(losses_are_many),
		cmocka_unit_test(the_window_moves),
		cmocka_unit_test(no_more_than_a_ring_waits),
		cmocka_unit_test(who_answered_is_remembered),
		cmocka_unit_test(who_comes_back_was_not_there_meanwhile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
