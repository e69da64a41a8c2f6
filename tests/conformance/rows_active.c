/* SPDX-License-Identifier: MIT */
/*
 * An Active that hears others: whom it yields to, whom it answers, and what
 * that does to its own timer.
 */
#include "tests/conformance/play.h"

#include <stdlib.h>
#include <string.h>

/* Says advert `after` an advertisement of the Active; returns when. */
static int64_t say_after(struct test *t, const struct heard **heard,
			 const struct advert *advert, int64_t after)
{
	/* One that is fresh, however slow we were. */
	*heard = play_next(t, WIRE_DUT, wire_now(), wire_now() + 3 * SEC);
	if (!*heard)
		return WIRE_NEVER;
	wire_until(&t->wire, (*heard)->when + after);
	return play_say(t, advert);
}

static bool begin(struct test *t, const struct setup *setup)
{
	return play_active(t, setup) != NULL;
}

static void yields(struct test *t, const struct setup *setup, enum sender who,
		   uint8_t priority)
{
	struct advert advert = play_advert(t, setup, who, priority);
	const struct heard *heard;
	int64_t said;

	if (!begin(t, setup))
		return;
	said = say_after(t, &heard, &advert, 300 * MS);
	if (said == WIRE_NEVER) {
		report_check(&t->report, false, "Active", "advertisements",
			     "none");
		return;
	}
	play_holds(t, 0, setup, false);
	play_expect(t, "from its advertisement to Active again", said,
		    play_down(setup->priority, setup->interval));
}

static void holds(struct test *t, const struct setup *setup, enum sender who,
		  uint8_t priority)
{
	struct advert advert = play_advert(t, setup, who, priority);
	const struct heard *heard, *reply;
	int64_t said;

	if (!begin(t, setup))
		return;
	said = say_after(t, &heard, &advert, 300 * MS);
	reply = play_expect(t, "reply", said, 0);
	if (!reply)
		return;
	report_number(&t->report, "its priority", reply->seen.priority,
		      setup->priority);
	/* The old schedule, or one interval after the reply. */
	heard = play_next(t, WIRE_DUT, reply->when, reply->when + 2 * SEC);
	report_time(&t->report, "still Active: the next one",
		    heard ? heard->when - reply->when : WIRE_NEVER, 700 * MS);
	play_holds(t, 0, setup, true);
}

static void resigned(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert zero = play_advert(t, &setup, PL, 0);
	const struct heard *heard, *reply;
	int64_t said;

	if (!begin(t, &setup))
		return;
	said = say_after(t, &heard, &zero, 300 * MS);
	reply = play_expect(t, "reply to advert(0)", said, 0);
	if (reply)
		play_expect(t, "from the reply to the next one", reply->when,
			    SEC);
}

static void higher(struct test *t)
{
	struct setup setup = play_std(t);

	yields(t, &setup, PL, 101);
}

static void higher_interval(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 101);
	const struct heard *heard;
	int64_t said;

	advert.interval = 300;
	if (!begin(t, &setup))
		return;
	said = say_after(t, &heard, &advert, 300 * MS);
	play_expect(t, "from advert(101, 300 cs) to Active", said,
		    play_down(100, 300));
}

static void higher_without_preempt(struct test *t)
{
	struct setup setup = play_std(t);

	setup.preempt = false;
	yields(t, &setup, PL, 101);
}

static void equal_high(struct test *t)
{
	struct setup setup = play_std(t);

	yields(t, &setup, PH, 100);
}

static void equal_low(struct test *t)
{
	struct setup setup = play_std(t);

	holds(t, &setup, PL, 100);
}

static void equal_network_order(struct test *t)
{
	struct setup setup = play_std(t);

	yields(t, &setup, PX, 100);
}

static void equal_unsigned(struct test *t)
{
	struct setup setup = play_std(t);

	holds(t, &setup, PS, 100);
}

static void lower(struct test *t)
{
	struct setup setup = play_std(t);

	holds(t, &setup, PH, 99);
}

static void schedule(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 99);
	const struct heard *heard, *reply;
	int64_t said;

	if (!begin(t, &setup))
		return;
	said = say_after(t, &heard, &advert, 700 * MS);
	reply = play_expect(t, "reply", said, 0);
	if (!reply || !heard)
		return;
	/* One interval after the reply would be 1.7 s after the one before. */
	said = heard->when;
	heard = play_next(t, WIRE_DUT, reply->when, reply->when + 3 * SEC);
	report_time(&t->report, "from one on the schedule to the next",
		    heard ? heard->when - said : WIRE_NEVER, SEC);
}

static long cpu_ticks(struct test *t)
{
	return strtol(dut_shell("cat $(ip netns pids %s | "
				"sed 's,.*,/proc/&/stat,') | "
				"awk '{ t += $14 + $15 } END { print t }'",
				t->dut[0].name),
		      NULL, 10);
}

static void storm(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 99);
	const struct heard *heard;
	struct counters before;
	int64_t from, until;
	long ticks, replies;

	if (!begin(t, &setup))
		return;
	before = play_counters(t);
	ticks = cpu_ticks(t);
	from = wire_now();
	for (int i = 0; i < 10000; i++) {
		if (i % 50 == 0)
			wire_until(&t->wire, from + i * 100);
		play_say(t, &advert);
	}
	until = wire_now();
	wire_until(&t->wire, until + 100 * MS);
	replies = (long)play_adverts(t, WIRE_DUT, from, until + 100 * MS);
	/* vrrpd: its own one and three replies in an interval. */
	report_range(&t->report, "advertisements meanwhile", replies, 2,
		     8 + 4 * (long)((until - from) / SEC));
	report_range(&t->report, "its CPU time in 1/100 s",
		     cpu_ticks(t) - ticks, 0, 100);
	play_moved(t, &before, "none", 0);
	heard = play_next(t, WIRE_DUT, until, until + 3 * SEC);
	report_range(&t->report, "afterwards: ms to the next one",
		     heard ? (heard->when - until) / MS : -1, 0, 1500);
}

static void once(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	const struct heard *heard;
	int64_t said;

	if (!begin(t, &setup))
		return;
	said = say_after(t, &heard, &advert, 300 * MS);
	heard = play_expect(t, "from advert(200) to Active again", said,
			    play_down(100, 100));
	if (!heard)
		return;
	play_holds(t, 0, &setup, true);
}

/* advert(101) about when the next one is due, ten times. */
static void same_moment(struct test *t)
{
	struct setup setup = play_fast(t);
	struct advert advert = play_advert(t, &setup, PL, 101);
	const struct heard *heard;
	int64_t said;

	if (!begin(t, &setup))
		return;
	for (int i = 0; i < 10; i++) {
		long more;

		said = say_after(t, &heard, &advert, 100 * MS + (i - 5) * 300);
		if (said == WIRE_NEVER)
			break;
		wire_until(&t->wire, said + 300 * MS);
		more = (long)play_adverts(t, WIRE_DUT, said, said + 300 * MS);
		report_range(&t->report, "advertisements after advert(101)",
			     more, 0, 1);
		heard = play_next(t, WIRE_DUT, said + 300 * MS, said + 3 * SEC);
		report_time(&t->report, "to Active again",
			    heard ? heard->when - said : WIRE_NEVER,
			    play_down(100, 10));
	}
	report_check(&t->report, said != WIRE_NEVER, "Active between", "always",
		     "%s", said != WIRE_NEVER ? "always" : "no more");
}

static void equal_warning(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 100);
	long before, after;
	int64_t last;

	if (!begin(t, &setup))
		return;
	before = dut_logged(&t->dut[0], "");
	play_repeat(t, &advert, 20 * MS, wire_now() + 2 * SEC, &last);
	after = dut_logged(&t->dut[0], "");
	report_range(&t->report, "lines of log for 100 advertisements",
		     after - before, 0, 10);
}

/* The wall clock, as the daemon sees it, is moved by this many seconds. */
static void step_clock(struct test *t, int seconds)
{
	dut_shell("echo %d >%s/clock.new; mv %s/clock.new %s/clock", seconds,
		  t->dut[0].directory, t->dut[0].directory,
		  t->dut[0].directory);
}

static void wall_clock(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	static char library[128], path[128];
	const struct heard *heard;
	int64_t said;

	snprintf(library, sizeof library, "%s/wallclock.so", getenv("B"));
	snprintf(path, sizeof path, "%s/clock", t->dut[0].directory);
	setenv("CONFORMANCE_CLOCK", path, 1);
	t->dut[0].preload = library;
	if (!begin(t, &setup))
		return;
	for (int hours = -1; hours <= 1; hours++) {
		heard = play_next(t, WIRE_DUT, wire_now(),
				  wire_now() + 3 * SEC);
		step_clock(t, hours * 3600);
		if (!heard)
			break;
		play_expect(t, "Active, clock stepped: to the next one",
			    heard->when, SEC);
	}
	for (int hours = -1; hours <= 1; hours += 2) {
		said = play_say(t, &advert);
		wire_until(&t->wire, said + SEC);
		step_clock(t, hours * 3600);
		play_expect(t, "Backup, clock stepped: to Active", said,
			    play_down(100, 100));
	}
	report_check(&t->report,
		     dut_logged(&t->dut[0], "") > 0 &&
			     dut_shell("ls %s.asked 2>/dev/null", path)[0],
		     "it has looked at the stepped clock", "yes", "%s",
		     dut_shell("ls %s.asked 2>/dev/null", path)[0] ? "yes"
								   : "no");
}

#define A(id, section, text, run, seconds)                                     \
	{                                                                      \
		id, "RFC 9568 " section, text, run, seconds, ROW_TWIN          \
	}

const struct row rows_active[] = {
	A("A-01", "6.4.3", "advert(0)", resigned, 7),
	A("A-02", "6.4.3", "advert(101)", higher, 10),
	A("A-03", "6.4.3", "advert(101) with 300 cs", higher_interval, 17),
	A("A-04", "6.4.3", "advert(101), no preempt", higher_without_preempt,
	  10),
	A("A-05", "6.4.3", "advert(100) from a higher address", equal_high, 10),
	A("A-06", "6.4.3", "advert(100) from a lower address", equal_low, 7),
	A("A-07", "6.4.3", "advert(100), compared in network order",
	  equal_network_order, 10),
	{ "A-08", "RFC 9568 6.4.3", "advert(100), compared unsigned",
	  equal_unsigned, 7, 0 },
	A("A-10", "6.4.3", "advert(99)", lower, 7),
	A("A-11", "6.4.3", "the reply leaves the Adver_Timer alone", schedule,
	  7),
	A("A-12", "6.4.3", "10000 advert(99) in a second", storm, 8),
	A("A-13", "6.4.3", "one advert(200)", once, 10),
	A("A-14", "6.4.3", "advert(101) when the Adver_Timer is due",
	  same_moment, 12),
	A("A-16", "8.3.2", "equal priority is logged with measure",
	  equal_warning, 7),
	A("A-17", "6.2", "the wall clock is stepped by an hour", wall_clock,
	  18),
	{ .id = NULL },
};
