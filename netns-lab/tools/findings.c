/* SPDX-License-Identifier: MIT */
/*
 * What the probe has found, for programs and for people.  The names of the
 * JSON members are relied on by scenarios and reports: add, but do not rename.
 */
#include "netns-lab/tools/probe.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void print_mac(const uint8_t *mac)
{
	for (int i = 0; i < 6; i++)
		printf("%s%02x", i ? ":" : "", (unsigned)mac[i]);
}

/* Whoever was still being downloaded from at the end has survived. */
static bool has_survived(const struct probe *p)
{
	const struct ask_stream *s = &p->ask.stream;

	return s->connected && !s->ended && s->bytes &&
	       !(p->gaps.count && p->gaps.list[p->gaps.count - 1].open);
}

static const char *ending(const struct ask_stream *s)
{
	return s->error ? strerror(s->error) : "closed by the server";
}

static void print_gaps(const struct gaps *gaps)
{
	printf("\"gaps\":[");
	for (size_t i = 0; i < gaps->count; i++) {
		const struct gap *g = &gaps->list[i];

		printf("%s{\"start_us\":%" PRId64 ",\"end_us\":%" PRId64
		       ",\"length_us\":%" PRId64
		       ",\"unanswered\":%lu,\"open\":%s}",
		       i ? "," : "", g->start, g->end, g->end - g->start,
		       g->unanswered, g->open ? "true" : "false");
	}
	printf("]");
}

static void print_losses(const struct tally *tally)
{
	printf(",\"losses\":[");
	for (size_t i = 0; i < tally->loss_count; i++) {
		const struct tally_loss *l = &tally->losses[i];

		printf("%s{\"first_us\":%" PRId64 ",\"last_us\":%" PRId64
		       ",\"questions\":%" PRIu64 "}",
		       i ? "," : "", l->first, l->last, l->questions);
	}
	printf("]");
}

static void print_lapses(const struct probe *p)
{
	printf(",\"lapses\":[");
	for (size_t i = 0; i < p->lapse_count; i++)
		printf("%s{\"start_us\":%" PRId64 ",\"end_us\":%" PRId64 "}",
		       i ? "," : "", p->lapses[i].start, p->lapses[i].end);
	printf("]");
}

static void print_answerers(const struct tally *tally)
{
	printf("\"answered_by\":[");
	for (size_t i = 0; i < TALLY_ANSWERERS; i++) {
		const struct tally_answerer *by = &tally->by[i];

		if (!by->answers)
			break;
		printf("%s{\"mac\":\"", i ? "," : "");
		print_mac(by->mac);
		printf("\",\"answers\":%lu,\"first_us\":%" PRId64
		       ",\"last_us\":%" PRId64 "}",
		       by->answers, by->first, by->last);
	}
	printf("]");
}

static void print_stream(const struct probe *p)
{
	const struct ask_stream *s = &p->ask.stream;

	printf(",\"connected\":%s,\"survived\":%s,\"bytes\":%" PRIu64,
	       s->connected ? "true" : "false",
	       has_survived(p) ? "true" : "false", s->bytes);
	if (s->ended)
		printf(",\"ended\":\"%s\"", ending(s));
}

void probe_print_json(const struct probe *p)
{
	const struct gap *longest = gaps_longest(&p->gaps);
	const struct tally *t = &p->tally;

	printf("{\"target\":\"%s\",\"mode\":\"%s\",\"interval_us\":%" PRId64
	       ",\"start_us\":%" PRId64 ",\"end_us\":%" PRId64
	       ",\"sent\":%" PRIu64 ",\"received\":%" PRIu64
	       ",\"lost\":%" PRIu64 ",\"duplicates\":%" PRIu64
	       ",\"reordered\":%" PRIu64 ",\"skipped\":%" PRIu64
	       ",\"overruns\":%lu,\"longest_us\":%" PRId64 ",",
	       p->options.ask.target, ask_name(&p->ask),
	       p->options.ask.interval, p->start, p->end, t->sent, t->received,
	       tally_lost(t), t->duplicates, t->reordered, p->skipped,
	       p->overruns, longest ? longest->end - longest->start : 0);
	print_gaps(&p->gaps);
	print_losses(t);
	print_lapses(p);
	printf(",\"both_us\":%" PRId64 ",", t->both);
	print_answerers(t);
	if (p->ask.mode == ASK_TCP)
		print_stream(p);
	printf("}\n");
}

static void print_counts(const struct probe *p)
{
	const struct {
		uint64_t count;
		const char *text;
	} counts[] = {
		{ p->tally.duplicates, "answered twice" },
		{ p->tally.reordered, "out of order" },
		{ p->skipped, "not sent in time" },
		{ p->overruns, "answers missed" },
	};

	printf("%s (%s): %" PRIu64 " sent, %" PRIu64 " answered, %" PRIu64
	       " lost",
	       p->options.ask.target, ask_name(&p->ask), p->tally.sent,
	       p->tally.received, tally_lost(&p->tally));
	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++)
		if (counts[i].count)
			printf(", %" PRIu64 " %s", counts[i].count,
			       counts[i].text);
	printf("%s\n", p->gaps.count ? "" : ", no gap");
}

void probe_print_text(const struct probe *p)
{
	const struct ask_stream *s = &p->ask.stream;

	print_counts(p);
	for (size_t i = 0; i < p->gaps.count; i++) {
		const struct gap *g = &p->gaps.list[i];

		printf("  gone at %" PRId64 ".%06" PRId64
		       " for %.3f ms, %lu unanswered%s\n",
		       g->start / 1000000, g->start % 1000000,
		       (double)(g->end - g->start) / 1000, g->unanswered,
		       g->open ? ", and not back" : "");
	}
	for (size_t i = 0; i < TALLY_ANSWERERS && p->tally.by[i].answers; i++) {
		printf("  %lu answers from ", p->tally.by[i].answers);
		print_mac(p->tally.by[i].mac);
		printf("\n");
	}
	if (p->tally.both)
		printf("  at once for %.3f ms\n", (double)p->tally.both / 1000);
	if (p->ask.mode != ASK_TCP)
		return;
	printf("  %" PRIu64 " octets, %s\n", s->bytes,
	       !s->connected     ? "never connected"
	       : has_survived(p) ? "the connection survived"
				 : "the connection is lost");
	if (s->ended)
		printf("  %s\n", ending(s));
}
