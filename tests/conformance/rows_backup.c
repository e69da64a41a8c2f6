/* SPDX-License-Identifier: MIT */
/*
 * Initialize and Backup: when a router that waits becomes Active, and when it
 * does not.
 */
#include "tests/conformance/play.h"

#include <stdlib.h>
#include <string.h>

/*
 * When the daemon says that it started.  If it does not say, between fork and
 * when it was ready: where it fits best with an advertisement that much later.
 */
static int64_t startup(struct test *t, int64_t nominal)
{
	const struct dut *dut = &t->dut[0];
	const struct heard *heard;
	int64_t at = dut_status(&t->dut[0], ".routers[0][\"last-transition\"] "
					    "| select(.reason == \"startup\") "
					    "| .[\"time-us\"]");

	if (at >= 0)
		return at;
	heard = play_next(t, WIRE_DUT, dut->started,
			  dut->ready + nominal + 2 * SEC);
	at = heard ? heard->when - nominal : dut->ready;
	return at < dut->started ? dut->started
	       : at > dut->ready ? dut->ready
				 : at;
}

static void first_advert(struct test *t)
{
	struct setup setup = play_std(t);
	int64_t from;

	if (!play_start(t, 0, &setup))
		return;
	from = startup(t, play_down(100, 100));
	if (play_expect(t, "from Startup to the first advertisement", from,
			play_down(100, 100)))
		report_number(&t->report, "advertisements before",
			      (long)play_adverts(t, WIRE_DUT, t->dut[0].started,
						 from),
			      0);
}

static bool is_announcement(const struct heard *heard, const void *unused)
{
	(void)unused;
	return (heard->seen.kind == SEEN_ARP &&
		address_equals(&heard->seen.from, &heard->seen.to)) ||
	       (heard->seen.kind == SEEN_NEIGHBOR &&
		heard->seen.to_mac[0] == 0x33);
}

static void owner_start(struct test *t)
{
	struct setup setup = play_own(t);
	const struct heard *heard, *announced;
	int64_t from;

	if (!play_start(t, 0, &setup))
		return;
	from = startup(t, 0);
	heard = play_next(t, WIRE_DUT, t->dut[0].started, wire_now() + 3 * SEC);
	report_time(&t->report, "from Startup to the first advertisement",
		    heard ? heard->when - from : WIRE_NEVER, 0);
	if (!heard)
		return;
	announced = wire_wait(&t->wire, is_announcement, NULL, heard->when,
			      heard->when + 2 * SEC);
	report_time(&t->report, "from there to the announcement",
		    announced ? announced->when - heard->when : WIRE_NEVER, 0);
	play_expect(t, "from there to the next advertisement", heard->when,
		    1 * SEC);
}

/* The interface comes up when the tester says so, and with it the router. */
static void interface_up(struct test *t)
{
	dut_shell("ip -n dut link set eth0 up%s",
		  t->ipv6 ? "; ip -n dut addr add fe80::a:2/64 dev eth0 nodad"
			  : "");
}

static void from_interface_up(struct test *t, int priority, unsigned interval)
{
	struct setup setup = play_std(t);
	char what[64];
	int64_t from;

	if (t->dut[0].daemon == &daemon_frr) {
		report_skip(&t->report, "FRR's macvlan cannot be there before");
		return;
	}
	setup.priority = priority;
	setup.interval = interval;
	snprintf(what, sizeof what, "priority %d at %u cs", priority, interval);
	dut_shell("ip -n dut link set eth0 down");
	dut_configure(&t->dut[0], &setup, 1);
	dut_start(&t->dut[0]);
	wire_until(&t->wire, wire_now() + SEC);
	from = wire_now();
	interface_up(t);
	/* The way from ip(8) to the daemon is long: better ask it, in time. */
	if (interval == 100 && t->dut[0].daemon->has_status) {
		wire_until(&t->wire, from + 1500 * MS);
		from = startup(t, 0);
	}
	play_expect(t, what, from, play_down(priority, interval));
	dut_stop(&t->dut[0]);
}

static void priority_1(struct test *t)
{
	from_interface_up(t, 1, 100);
}

static void priority_50(struct test *t)
{
	from_interface_up(t, 50, 100);
}

static void priority_150(struct test *t)
{
	from_interface_up(t, 150, 100);
}

static void priority_200(struct test *t)
{
	from_interface_up(t, 200, 100);
}

static void priority_254(struct test *t)
{
	from_interface_up(t, 254, 100);
}

static void short_intervals(struct test *t)
{
	from_interface_up(t, 100, 10);
	from_interface_up(t, 100, 1);
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* The median of 50 takeovers at 1 cs, each after an advertisement. */
static int64_t takeover(struct test *t, int priority)
{
	enum { RUNS = 50 };
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 255);
	int64_t took[RUNS], from;
	char what[64];

	advert.interval = setup.interval = 1;
	setup.priority = priority;
	if (!play_start(t, 0, &setup))
		return 0;
	for (int i = 0; i < RUNS; i++) {
		const struct heard *heard;

		/* The host needs a while to put the addresses away. */
		wire_until(&t->wire, wire_now() + 100 * MS);
		from = play_say(t, &advert);
		/* One may be on its way when the other is said. */
		heard = play_next(t, WIRE_DUT, from + 20 * MS, from + 3 * SEC);
		took[i] = heard ? heard->when - from : WIRE_NEVER;
	}
	qsort(took, RUNS, sizeof *took, compare);
	snprintf(what, sizeof what, "priority %d, earliest of 50", priority);
	report_time(&t->report, what, took[0], play_down(priority, 1));
	snprintf(what, sizeof what, "priority %d, median of 50", priority);
	report_time(&t->report, what, took[RUNS / 2], play_down(priority, 1));
	dut_stop(&t->dut[0]);
	return took[RUNS / 2];
}

static void skew_at_10ms(struct test *t)
{
	long apart = takeover(t, 1) - takeover(t, 254);

	/* 9.88 ms; half of it shows that nothing was truncated. */
	report_range(&t->report, "medians apart in us", apart, 5000, 15000);
}

/* advert(priority) every period for ten seconds: silence. */
static void stays_backup(struct test *t, struct setup *setup,
			 const struct advert *advert, int64_t period,
			 int64_t length)
{
	int64_t from, last = 0;

	if (!play_start(t, 0, setup))
		return;
	from = wire_now();
	play_repeat(t, advert, period, from + length, &last);
	play_silence(t, "while another is heard", t->dut[0].started,
		     from + length);
}

static void higher(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);

	stays_backup(t, &setup, &advert, SEC, 9 * SEC);
}

static void equal(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert low = play_advert(t, &setup, PL, 100);
	struct advert high = play_advert(t, &setup, PH, 100);
	int64_t from, last;

	stays_backup(t, &setup, &low, SEC, 6 * SEC);
	from = wire_now();
	play_repeat(t, &high, SEC, from + 6 * SEC, &last);
	play_silence(t, "while the other one is heard", from, from + 6 * SEC);
}

static void lower_preempted(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 99);
	int64_t from;

	if (!play_start(t, 0, &setup))
		return;
	play_pester(t, &advert, 1, SEC, t->dut[0].started,
		    wire_now() + 6 * SEC);
	from = startup(t, play_down(100, 100));
	play_expect(t, "from Startup to Active", from, play_down(100, 100));
}

static void lower_not_preempted(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 99);
	int64_t from, last = 0;

	setup.preempt = false;
	if (!play_start(t, 0, &setup))
		return;
	from = wire_now();
	play_repeat(t, &advert, SEC, from + 5 * SEC, &last);
	play_silence(t, "while the lower one is heard", t->dut[0].started,
		     from + 5 * SEC);
	play_expect(t, "from its last one to Active", last,
		    play_down(100, 100));
}

static void learns(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	const struct heard *heard;
	int64_t from;

	advert.interval = 300;
	from = play_backup(t, &setup, &advert);
	if (from == WIRE_NEVER)
		return;
	heard = play_expect(t, "from advert(200, 300 cs) to Active", from,
			    play_down(100, 300));
	if (!heard)
		return;
	report_number(&t->report, "interval field", heard->seen.interval_field,
		      100);
	play_expect(t, "to the next advertisement", heard->when, SEC);
}

static void learns_shorter(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	int64_t from;

	advert.interval = 10;
	from = play_backup(t, &setup, &advert);
	if (from != WIRE_NEVER)
		play_expect(t, "from advert(200, 10 cs) to Active", from,
			    play_down(100, 10));
}

static void lower_teaches_nothing(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	struct advert lower = play_advert(t, &setup, PL, 50);
	int64_t from = play_backup(t, &setup, &advert);

	if (from == WIRE_NEVER)
		return;
	wire_until(&t->wire, from + 500 * MS);
	lower.interval = 300;
	play_say(t, &lower);
	play_expect(t, "from advert(200) to Active", from, play_down(100, 100));
}

static void resigned(struct test *t, struct setup *setup, unsigned interval,
		     unsigned last_interval)
{
	struct advert advert = play_advert(t, setup, PL, 200);
	struct advert zero = play_advert(t, setup, PL, 0);
	int64_t from;

	advert.interval = interval;
	zero.interval = last_interval;
	if (play_backup(t, setup, &advert) == WIRE_NEVER)
		return;
	from = play_say(t, &zero);
	play_expect(t, "from advert(0) to Active", from,
		    play_skew(100, interval));
}

static void resigns(struct test *t)
{
	struct setup setup = play_std(t);

	resigned(t, &setup, 100, 100);
}

static void resigns_with_interval(struct test *t)
{
	struct setup setup = play_std(t);

	resigned(t, &setup, 10, 4000);
}

static void resigns_without_preempt(struct test *t)
{
	struct setup setup = play_std(t);

	setup.preempt = false;
	resigned(t, &setup, 100, 100);
}

static void successor(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert zero = play_advert(t, &setup, PL, 0);
	struct advert advert = play_advert(t, &setup, PH, 200);
	int64_t from = play_backup(t, &setup, &zero);

	if (from == WIRE_NEVER)
		return;
	wire_until(&t->wire, from + 200 * MS);
	from = play_say(t, &advert);
	play_expect(t, "from the successor's advertisement to Active", from,
		    play_down(100, 100));
}

static void resigns_again(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert zero = play_advert(t, &setup, PL, 0);
	int64_t from, last = 0;

	if (!play_start(t, 0, &setup))
		return;
	from = wire_now();
	/* Fewer than it says would let the busy tester be late. */
	play_repeat(t, &zero, 200 * MS, from + 4 * SEC, &last);
	play_silence(t, "while advert(0) is repeated", t->dut[0].started, last);
	play_expect(t, "from the last advert(0) to Active", last,
		    play_skew(100, 100));
}

static void owner_heard(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 255);

	stays_backup(t, &setup, &advert, SEC, 5 * SEC);
}

static void owner_heard_without_preempt(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 255);

	setup.preempt = false;
	stays_backup(t, &setup, &advert, SEC, 5 * SEC);
}

static void lost(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	int64_t from = play_backup(t, &setup, &advert);

	if (from == WIRE_NEVER)
		return;
	play_silence(t, "two lost of an interval of 1 s", from, from + 3 * SEC);
	from = play_say(t, &advert);
	play_expect(t, "three lost: from the last to Active", from,
		    play_down(100, 100));
}

#define B(id, section, text, run, seconds)                                     \
	{                                                                      \
		id, "RFC 9568 " section, text, run, seconds, ROW_TWIN          \
	}

const struct row rows_backup[] = {
	B("B-01", "6.4.1", "start without peers", first_advert, 4),
	B("B-02", "6.4.1", "owner starts", owner_start, 2),
	B("B-03.1", "6.1", "interface up, priority 1", priority_1, 6),
	B("B-03.50", "6.1", "interface up, priority 50", priority_50, 6),
	B("B-03.150", "6.1", "interface up, priority 150", priority_150, 6),
	B("B-03.200", "6.1", "interface up, priority 200", priority_200, 6),
	B("B-03.254", "6.1", "interface up, priority 254", priority_254, 6),
	B("B-04", "6.1", "interface up at 10 and 1 cs", short_intervals, 4),
	B("B-04skew", "6.1", "Skew_Time at 1 cs", skew_at_10ms, 20),
	B("B-05", "6.4.2", "advert(200) each second", higher, 10),
	B("B-06", "6.4.2", "advert(100) from lower and higher address", equal,
	  13),
	B("B-07", "6.4.2", "advert(99), preempt", lower_preempted, 4),
	B("B-08", "6.4.2", "advert(99), no preempt", lower_not_preempted, 10),
	B("B-09", "6.4.2", "learns a longer interval", learns, 13),
	B("B-10", "6.4.2", "learns a shorter interval", learns_shorter, 2),
	B("B-11", "6.4.2", "advert(50) teaches nothing", lower_teaches_nothing,
	  5),
	B("B-12", "6.4.2", "advert(0)", resigns, 2),
	B("B-13", "6.4.2", "advert(0) of another interval",
	  resigns_with_interval, 2),
	B("B-14", "6.4.2", "advert(0), then advert(200)", successor, 5),
	B("B-15", "6.4.2", "advert(0), no preempt", resigns_without_preempt, 2),
	B("B-16", "6.4.2", "advert(0) again and again", resigns_again, 6),
	B("B-17", "5.2.4", "advert(255) each second", owner_heard, 6),
	B("B-17off", "5.2.4", "advert(255) each second, no preempt",
	  owner_heard_without_preempt, 6),
	B("B-18", "6.4.2", "lost advertisements", lost, 8),
	{ .id = NULL },
};
