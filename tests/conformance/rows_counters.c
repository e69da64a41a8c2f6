/* SPDX-License-Identifier: MIT */
/*
 * What the daemon says of itself, beside what the tester knows.
 */
#include "tests/conformance/play.h"

#include <string.h>

static bool has_status(struct test *t)
{
	if (!t->dut[0].daemon->has_status)
		report_skip(&t->report, "the daemon has no status");
	return t->dut[0].daemon->has_status;
}

static void counts(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	struct advert bad[4] = { advert, advert, advert, advert };
	struct counters before, after;
	static const int reason[4] = { 1, 2, 3, 9 };
	static const char *const name[4] = { "ttl", "version", "type",
					     "no-interval" };
	const struct heard *heard;
	int64_t from;
	long sent;

	if (!has_status(t) || !play_start(t, 0, &setup))
		return;
	before = play_counters(t);
	bad[0].ttl = 1;
	bad[1].version = 2;
	bad[2].type = 2;
	bad[3].interval = 0;
	for (int i = 0; i < 4; i++)
		for (int n = 0; n <= i + 2; n++)
			play_say(t, &bad[i]);
	for (int i = 0; i < 5; i++)
		from = play_say(t, &advert);
	advert.priority = 0;
	play_say(t, &advert);
	from = play_say(t, &advert);
	heard = play_expect(t, "to Active", from, play_skew(100, 100));
	if (!heard)
		return;
	wire_until(&t->wire, heard->when + 2500 * MS);
	after = play_counters(t);
	for (int i = 0; i < 4; i++)
		report_number(&t->report, name[i],
			      after.rejected[reason[i]] -
				      before.rejected[reason[i]],
			      i + 3);
	report_number(&t->report, "advertisement-rcvd",
		      play_statistic(t, "advertisement-rcvd"), 7);
	report_number(&t->report, "priority-zero-pkts-rcvd",
		      play_statistic(t, "priority-zero-pkts-rcvd"), 2);
	report_number(&t->report, "active-transitions",
		      play_statistic(t, "active-transitions"), 1);
	sent = play_statistic(t, "advertisement-sent");
	wire_until(&t->wire, wire_now() + 10 * MS);
	report_range(&t->report, "advertisements beside advertisement-sent",
		     (long)play_adverts(t, WIRE_DUT, 0, wire_now()), sent,
		     sent + 1);
}

static void check_reason(struct test *t, const char *expected)
{
	const char *reason =
		dut_shell("$B/vrrpctl -s %s/control --json status | "
			  "jq -r '.routers[0][\"last-transition\"].reason'",
			  t->dut[0].directory);

	report_check(&t->report, strcmp(reason, expected) == 0,
		     "reason of the transition", expected, "%s", reason);
}

static void no_response(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);

	if (!has_status(t) || play_backup(t, &setup, &advert) == WIRE_NEVER)
		return;
	if (play_next(t, WIRE_DUT, wire_now(), wire_now() + 6 * SEC))
		check_reason(t, "no-response");
}

static void priority(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 0);

	if (!has_status(t) || play_backup(t, &setup, &advert) == WIRE_NEVER)
		return;
	if (play_next(t, WIRE_DUT, wire_now(), wire_now() + 6 * SEC))
		check_reason(t, "priority");
}

static void preempted(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 50);

	if (!has_status(t) || !play_start(t, 0, &setup))
		return;
	play_pester(t, &advert, 1, 500 * MS, t->dut[0].started,
		    wire_now() + 6 * SEC);
	check_reason(t, "preempted");
}

static void owner(struct test *t)
{
	struct setup setup = play_own(t);

	if (!has_status(t) || !play_active(t, &setup))
		return;
	/* RFC 8347 leaves it open; vrrpctl(8) says "startup". */
	check_reason(t, "startup");
}

static void learned(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	const char *source;

	advert.interval = 300;
	if (!has_status(t) || play_backup(t, &setup, &advert) == WIRE_NEVER)
		return;
	wire_until(&t->wire, wire_now() + 200 * MS);
	report_number(
		&t->report, "active-down-interval, rounded down",
		dut_status(&t->dut[0], ".routers[0][\"active-down-interval\"]"),
		1082);
	report_number(&t->report, "skew-time in us",
		      dut_status(&t->dut[0], ".routers[0][\"skew-time\"]"),
		      1828125);
	source = dut_shell("$B/vrrpctl -s %s/control --json status | "
			   "jq -r '.routers[0][\"last-adv-source\"]'",
			   t->dut[0].directory);
	report_check(
		&t->report, strcmp(source, address_text(&advert.source)) == 0,
		"last-adv-source", address_text(&advert.source), "%s", source);
}

const struct row rows_counters[] = {
	{ "M-08", "RFC 8347", "counters", counts, 6, ROW_TWIN },
	{ "M-09silence", "RFC 8347", "reason: silence", no_response, 5, 0 },
	{ "M-09zero", "RFC 8347", "reason: advert(0)", priority, 3, 0 },
	{ "M-09lower", "RFC 8347", "reason: a lower priority", preempted, 6,
	  0 },
	{ "M-09owner", "RFC 8347", "reason: owner", owner, 2, 0 },
	{ "M-10", "RFC 8347", "state after learning 300 cs", learned, 2,
	  ROW_TWIN },
	{ .id = NULL },
};
