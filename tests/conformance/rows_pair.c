/* SPDX-License-Identifier: MIT */
/*
 * Two daemons on one LAN, with the tester between them and their switch.
 */
#include "tests/conformance/play.h"

#include <signal.h>

static bool start_both(struct test *t, int first, int second)
{
	struct setup setup = play_std(t);

	setup.priority = first;
	if (!play_start(t, 0, &setup))
		return false;
	setup.priority = second;
	return play_start(t, 1, &setup);
}

/* Both are Backups of the tester, which then falls silent; returns when. */
static int64_t silence_after_250(struct test *t, int first, int second)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 250);
	int64_t last = WIRE_NEVER;

	if (!start_both(t, first, second))
		return WIRE_NEVER;
	play_repeat(t, &advert, 500 * MS, wire_now() + 2 * SEC, &last);
	report_number(&t->report, "priority 250 is heard: advertisements",
		      (long)(play_adverts(t, WIRE_DUT, last - SEC, last) +
			     play_adverts(t, WIRE_DUT2, last - SEC, last)),
		      0);
	return last;
}

static void higher_takes_over(struct test *t)
{
	int64_t from = silence_after_250(t, 200, 100), until;
	const struct heard *heard;

	if (from == WIRE_NEVER)
		return;
	until = from + 8 * SEC;
	heard = play_next(t, WIRE_DUT, from, until);
	report_time(&t->report, "priority 200 becomes Active",
		    heard ? heard->when - from : WIRE_NEVER,
		    play_down(200, 100));
	wire_until(&t->wire, until);
	report_number(&t->report, "advertisements of priority 100",
		      (long)play_adverts(t, WIRE_DUT2, from, until), 0);
}

static void adjacent_priorities(struct test *t)
{
	int64_t from = silence_after_250(t, 101, 100), until;

	if (from == WIRE_NEVER)
		return;
	until = from + 9 * SEC;
	wire_until(&t->wire, until);
	report_range(&t->report, "advertisements of priority 100",
		     (long)play_adverts(t, WIRE_DUT2, from, until), 0, 1);
	report_range(&t->report, "those of priority 101 in the last 4 s",
		     (long)play_adverts(t, WIRE_DUT, until - 4 * SEC, until), 3,
		     5);
}

/* Is the priority-100 one quiet, when `higher` is Active? */
static bool settled(struct test *t)
{
	const struct heard *heard;

	if (!start_both(t, 200, 100))
		return false;
	heard = play_next(t, WIRE_DUT, t->dut[0].started, wire_now() + 6 * SEC);
	if (!heard)
		return report_check(&t->report, false, "priority 200", "Active",
				    "silent");
	wire_until(&t->wire, wire_now() + 2 * SEC);
	return true;
}

static void partition(struct test *t)
{
	const struct heard *last, *reply;
	int64_t healed;
	long more;

	dut_shell("bridge link set dev dut2 state 0");
	if (!start_both(t, 200, 100))
		return;
	last = play_next(t, WIRE_DUT2, t->dut[1].started, wire_now() + 6 * SEC);
	reply = play_next(t, WIRE_DUT, t->dut[0].started, wire_now() + 6 * SEC);
	if (!report_check(&t->report, last && reply, "both Active", "yes", "%s",
			  last && reply ? "yes" : "no"))
		return;
	dut_shell("bridge link set dev dut2 state 3");
	healed = wire_now();
	wire_until(&t->wire, healed + 6 * SEC);
	more = (long)play_adverts(t, WIRE_DUT2, healed, healed + 6 * SEC);
	report_range(&t->report, "advertisements of priority 100 afterwards",
		     more, 0, 1);
	report_range(&t->report, "those of priority 200",
		     (long)play_adverts(t, WIRE_DUT, healed, healed + 6 * SEC),
		     5, 8);
	last = play_next(t, WIRE_DUT2, healed, healed + 6 * SEC);
	if (!last)
		return;
	reply = play_next(t, WIRE_DUT, last->when, healed + 6 * SEC);
	report_time(&t->report, "the reply to it",
		    reply ? reply->when - last->when : WIRE_NEVER, 0);
}

static void asked(struct test *t)
{
	const struct heard *zero, *heard;
	int64_t said;

	if (!settled(t))
		return;
	said = wire_now();
	dut_signal(&t->dut[0], SIGTERM);
	zero = play_next(t, WIRE_DUT, said, said + 3 * SEC);
	if (!report_check(&t->report, zero && zero->seen.priority == 0,
			  "advert(0)", "there", "%s", zero ? "there" : "none"))
		return;
	heard = play_next(t, WIRE_DUT2, zero->when, zero->when + 4 * SEC);
	report_time(&t->report, "from advert(0) to the other one Active",
		    heard ? heard->when - zero->when : WIRE_NEVER,
		    play_skew(100, 100));
}

/* Frozen in IPv4, cut off in IPv6. */
static void dies(struct test *t)
{
	const struct heard *heard, *last = NULL;
	int64_t said;

	if (!settled(t))
		return;
	said = wire_now();
	if (t->ipv6)
		dut_shell("bridge link set dev dut state 0");
	else
		dut_signal_all(&t->dut[0], SIGSTOP);
	/* Up to here it was heard: the command takes its time, too. */
	for (heard = play_next(t, WIRE_DUT, said - 2 * SEC, wire_now()); heard;
	     heard = play_next(t, WIRE_DUT, heard->when, wire_now()))
		last = heard;
	heard = play_next(t, WIRE_DUT2, said, said + 6 * SEC);
	if (!last)
		report_check(&t->report, false, "the Active", "heard", "never");
	else
		report_time(&t->report,
			    "from its last advertisement to the other one's",
			    heard ? heard->when - last->when : WIRE_NEVER,
			    play_down(100, 100));
	report_check(&t->report,
		     heard && heard->when - said >= 2609 * MS - REPORT_EARLY_US,
		     "from its end", "not before 2609 ms", "%.1f ms",
		     heard ? (double)(heard->when - said) / 1000 : 0.0);
}

#define P(id, section, text, run, seconds)                                     \
	{                                                                      \
		id, section, text, run, seconds, ROW_TWIN | ROW_PAIR           \
	}

const struct row rows_pair[] = {
	P("B-19", "RFC 9568 6.4.2", "two Backups, 200 and 100",
	  higher_takes_over, 13),
	P("B-20", "RFC 9568 8.3.2", "two Backups, 101 and 100",
	  adjacent_priorities, 14),
	P("A-15", "RFC 9568 6.4.3", "two Actives, 200 and 100, meet", partition,
	  13),
	P("S-06", "RFC 9568 6.4.2", "the Active of a pair is asked to end",
	  asked, 9),
	P("S-07", "RFC 9568 6.4.2", "the Active of a pair dies", dies, 11),
	{ .id = NULL },
};
