/* SPDX-License-Identifier: MIT */
/*
 * Reception again, where it hurts: many, one's own, other owners, and noise.
 */
#include "tests/conformance/play.h"

#include <stdlib.h>
#include <string.h>

static void many_bad(struct test *t)
{
	struct setup setup = play_fast(t);
	struct advert bad = play_advert(t, &setup, PL, 200);
	const struct heard *heard = play_active(t, &setup);
	struct counters before;
	int64_t from, until;
	long lines;

	if (!heard)
		return;
	bad.ttl = 254;
	before = play_counters(t);
	lines = dut_logged(&t->dut[0], "");
	from = wire_now();
	for (int i = 0; i < 1000; i++) {
		wire_until(&t->wire, from + i * MS);
		play_say(t, &bad);
	}
	until = wire_now();
	wire_until(&t->wire, until + 200 * MS);
	play_moved(t, &before, "ttl", 1000);
	report_range(&t->report, "lines of log",
		     dut_logged(&t->dut[0], "") - lines, 0, 20);
	report_range(&t->report, "advertisements meanwhile",
		     (long)play_adverts(t, WIRE_DUT, from, until),
		     (long)((until - from - REPORT_LATE_US) / (100 * MS)),
		     (long)((until - from) / (100 * MS)) + 1);
}

static void reflected(struct test *t)
{
	struct setup setup = play_fast(t);
	const struct heard *heard = play_active(t, &setup);
	int64_t from = heard ? heard->when : 0;
	int count = 0;

	while (heard && heard->when < from + 5 * SEC) {
		struct frame frame = { .len = heard->len };

		memcpy(frame.octets, heard->octets, heard->len);
		wire_send(&t->wire, WIRE_DUT, &frame);
		count++;
		heard = play_next(t, WIRE_DUT, heard->when,
				  heard->when + 3 * SEC);
	}
	if (report_check(&t->report, heard, "Active", "for 5 s", "%s",
			 heard ? "for 5 s" : "no more"))
		report_range(&t->report, "advertisements in 5 s", count, 45,
			     51);
}

static void second_owner(struct test *t)
{
	struct setup setup = play_own(t);
	struct advert advert = play_advert(t, &setup, PH, 255);
	const struct heard *heard = play_active(t, &setup);
	long lines;
	int64_t said;

	if (!heard)
		return;
	lines = dut_logged(&t->dut[0], "");
	heard = play_next(t, WIRE_DUT, wire_now(), wire_now() + 3 * SEC);
	wire_until(&t->wire, (heard ? heard->when : wire_now()) + 300 * MS);
	said = play_say(t, &advert);
	play_expect(t, "from advert(255) to Active again", said,
		    play_down(255, 100));
	report_range(&t->report, "lines of log",
		     dut_logged(&t->dut[0], "") - lines, 1, 20);
}

static void owner_hears(struct test *t)
{
	struct setup setup = play_own(t);
	struct advert advert = play_advert(t, &setup, PH, 200);
	const struct heard *heard = play_active(t, &setup);
	long lines;
	int64_t said;

	if (!heard)
		return;
	lines = dut_logged(&t->dut[0], "");
	heard = play_next(t, WIRE_DUT, wire_now(), wire_now() + 3 * SEC);
	wire_until(&t->wire, (heard ? heard->when : wire_now()) + 300 * MS);
	said = play_say(t, &advert);
	play_expect(t, "reply", said, 0);
	wire_until(&t->wire, said + 200 * MS);
	report_range(&t->report, "lines of log",
		     dut_logged(&t->dut[0], "") - lines, 1, 20);
	heard = play_next(t, WIRE_DUT, said + 600 * MS, said + 3 * SEC);
	report_time(&t->report, "still Active: the next one",
		    heard ? heard->when - said : WIRE_NEVER, 700 * MS);
}

static uint32_t draw(uint32_t below)
{
	static uint64_t state = 9568;

	state = state * UINT64_C(6364136223846793005) +
		UINT64_C(1442695040888963407);
	return (uint32_t)(state >> 33) % below;
}

/* Would a receiver be right to believe it?  Such noise is not sent. */
static bool is_good(const struct frame *frame)
{
	struct seen seen;

	seen_parse(&seen, frame->octets, frame->len);
	return seen.kind == SEEN_ADVERT && seen.ttl == 255 &&
	       (seen.plain || seen.pseudo);
}

static void mutate(struct frame *frame, const struct advert *advert)
{
	size_t ip = advert->source.len == 16 ? 40 : 20;

	frame_advert(frame, advert);
	switch (draw(3)) {
	case 0: /* a few octets of anything, the protocol excepted */
		for (uint32_t n = 1 + draw(4); n > 0; n--)
			frame->octets[14 + draw((uint32_t)frame->len - 14)] ^=
				(uint8_t)(1 + draw(255));
		frame->octets[ip == 40 ? 20 : 23] = 112;
		break;
	case 1: /* noise for a message, of any length */
		frame->len = 14 + ip + draw(300);
		for (size_t i = 14 + ip; i < frame->len; i++)
			frame->octets[i] = (uint8_t)draw(256);
		frame_put16(frame->octets + (ip == 40 ? 18 : 16),
			    (uint16_t)(frame->len - 14 - (ip == 40 ? ip : 0)));
		break;
	default: /* cut anywhere */
		frame->len = 14 + draw((uint32_t)frame->len - 14);
		break;
	}
}

static long resident(struct test *t)
{
	return strtol(dut_shell("cat $(ip netns pids %s | "
				"sed 's,.*,/proc/&/status,') | "
				"awk '/^VmRSS/ { kb += $2 } END { print kb }'",
				t->dut[0].name),
		      NULL, 10);
}

static void fuzz(struct test *t)
{
	struct setup both[2] = { play_fast(t), play_fast(t) };
	struct advert adverts[2];
	struct frame frame;
	int64_t from, until;
	long before;

	t->ipv6 = true;
	both[1] = play_fast(t);
	if (!play_start_many(t, 0, both, 2) ||
	    !play_next(t, WIRE_DUT, t->dut[0].started, wire_now() + 3 * SEC))
		return;
	for (int i = 0; i < 2; i++)
		adverts[i] = play_advert(t, &both[i], PL, 200);
	wire_until(&t->wire, wire_now() + SEC);
	before = resident(t);
	from = wire_now();
	for (int i = 0; i < 100000; i++) {
		mutate(&frame, &adverts[i % 2]);
		if (!is_good(&frame))
			wire_send(&t->wire, WIRE_DUT, &frame);
		if (i % 32 == 0)
			wire_until(&t->wire, from + i * 60);
	}
	until = wire_now();
	/* Two of them, each every 100 ms, a busy machine allowed for. */
	report_range(&t->report, "advertisements meanwhile",
		     (long)play_adverts(t, WIRE_DUT, from, until),
		     (long)((until - from) / (50 * MS)) * 9 / 10 - 10,
		     (long)((until - from) / (50 * MS)) + 4);
	play_expect(t, "afterwards: to the next one", until, 0);
	report_range(&t->report, "its memory has grown by KiB",
		     resident(t) - before, -100000, 1024);
	report_check(&t->report, dut_wait(&t->dut[0], 0) < 0, "the daemon",
		     "runs", "%s", t->dut[0].pid ? "runs" : "has ended");
}

const struct row rows_stress[] = {
	{ "R-24", "RFC 9568 7.1", "1000 bad ones in a second", many_bad, 4,
	  ROW_TWIN },
	{ "R-25", "impl", "its own advertisements come back", reflected, 7,
	  ROW_TWIN },
	{ "R-26", "erratum 8298", "owner hears a second owner", second_owner, 5,
	  ROW_TWIN },
	{ "R-27", "erratum 8298", "owner hears advert(200)", owner_hears, 4,
	  ROW_TWIN },
	{ "R-28", "RFC 9568 7.1", "100000 frames of noise", fuzz, 20, 0 },
	{ .id = NULL },
};
