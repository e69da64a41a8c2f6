/* SPDX-License-Identifier: MIT */
/*
 * What the daemon says of itself, beside what the tester knows.
 */
#include "tests/conformance/play.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static bool has_status(struct test *t)
{
	if (!t->dut[0].daemon->has_status)
		report_skip(&t->report, "the daemon has no status");
	return t->dut[0].daemon->has_status;
}

/* 300 cs: what is to come before the timer, does on a slow machine, too. */
static struct setup slow(const struct test *t)
{
	struct setup setup = play_std(t);

	setup.interval = 300;
	return setup;
}

static void counts(struct test *t)
{
	struct setup setup = slow(t);
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
	heard = play_expect(t, "to Active", from, play_skew(100, 300));
	if (!heard)
		return;
	wire_until(&t->wire, heard->when + 3500 * MS);
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

/* ---- Each counter by itself ---- */

enum { TALLY = 64 };

/* Every counter of the status, by its name; "vrrp/..." are the agent's. */
struct tally {
	size_t count;
	struct {
		char name[48];
		long value;
	} counter[TALLY];
};

static void take_tally(const struct test *t, struct tally *tally)
{
	const char *directory = t->dut[0].directory;
	char path[96];
	FILE *file;

	dut_shell(
		"$B/vrrpctl -s %s/control --json status | jq -r '"
		"(.vrrp.statistics | to_entries[] | .key |= \"vrrp/\\(.)\"), "
		"(.routers[0].statistics | to_entries[]) | "
		"select(.value | numbers) | \"\\(.key) \\(.value)\"' >%s/tally",
		directory, directory);
	snprintf(path, sizeof path, "%s/tally", directory);
	tally->count = 0;
	file = fopen(path, "r");
	while (file && tally->count < TALLY &&
	       fscanf(file, "%47s %ld", tally->counter[tally->count].name,
		      &tally->counter[tally->count].value) == 2)
		tally->count++;
	if (file)
		fclose(file);
}

/* One way in which an advertisement can differ from a good one. */
struct stimulus {
	const char *moves[2]; /* by one for each, and no other counter */
	bool accepted;        /* advertisement-rcvd moves, too */
	bool ipv6;            /* only there */
	void (*spoil)(struct advert *advert);
};

static void spoil_ttl(struct advert *advert)
{
	advert->ttl = 254;
}

static void spoil_version(struct advert *advert)
{
	advert->version = 2;
}

static void spoil_type(struct advert *advert)
{
	advert->type = 2;
}

static void spoil_length(struct advert *advert)
{
	advert->length = 7;
}

static void spoil_vrid(struct advert *advert)
{
	advert->vrid = 52;
}

static void spoil_count(struct advert *advert)
{
	advert->addresses = 0;
}

static void spoil_order(struct advert *advert)
{
	struct address first = advert->address[0];

	advert->address[0] = advert->address[1];
	advert->address[1] = first;
}

static void spoil_interval(struct advert *advert)
{
	advert->interval = 0;
}

static void other_interval(struct advert *advert)
{
	advert->interval = 300;
}

static void other_address(struct advert *advert)
{
	advert->address[0].octets[advert->address[0].len - 1] ^= 0x40;
}

static void resign(struct advert *advert)
{
	advert->priority = 0;
}

/* Without one of its own, the checksum is broken in the frame. */
static const struct stimulus stimuli[] = {
	{ { "vrrp/ip-ttl-errors", "ip-ttl-errors" }, false, false, spoil_ttl },
	{ { "vrrp/version-errors" }, false, false, spoil_version },
	{ { "vrrp/checksum-errors" }, false, false, NULL },
	{ { "vrrp/vrid-errors" }, false, false, spoil_vrid },
	{ { "invalid-type-pkts-rcvd" }, false, false, spoil_type },
	{ { "packet-length-errors" }, false, false, spoil_length },
	{ { "no-address-pkts-rcvd" }, false, false, spoil_count },
	{ { "not-link-local-pkts-rcvd" }, false, true, spoil_order },
	{ { "no-interval-pkts-rcvd" }, false, false, spoil_interval },
	{ { "interval-errors" }, true, false, other_interval },
	{ { "address-list-errors" }, true, false, other_address },
	{ { "priority-zero-pkts-rcvd" }, true, false, resign },
};

static long expected(const struct stimulus *s, const char *name, long said)
{
	for (int i = 0; i < 2; i++)
		if (s->moves[i] && strcmp(s->moves[i], name) == 0)
			return said;
	/* A good one is said at the end. */
	if (strcmp(name, "advertisement-rcvd") == 0)
		return s->accepted ? said + 1 : 1;
	return 0;
}

static void say(struct test *t, const struct stimulus *s,
		const struct advert *good)
{
	struct advert advert = *good;
	struct frame frame;

	if (s->spoil)
		s->spoil(&advert);
	frame_advert(&frame, &advert);
	if (!s->spoil)
		frame.octets[(t->ipv6 ? 54 : 34) + 6] ^= 1;
	wire_send(&t->wire, WIRE_DUT, &frame);
}

static void moves(struct test *t, const struct stimulus *s, long said,
		  const struct advert *good)
{
	struct tally before, after;
	char what[112];

	play_say(t, good);
	wire_until(&t->wire, wire_now() + 50 * MS);
	take_tally(t, &before);
	for (long i = 0; i < said; i++)
		say(t, s, good);
	play_say(t, good);
	wire_until(&t->wire, wire_now() + 50 * MS);
	take_tally(t, &after);
	report_range(&t->report, "counters", (long)before.count, 20, TALLY - 1);
	for (size_t i = 0; i < before.count && after.count == before.count; i++)
		if (after.counter[i].value - before.counter[i].value !=
			    expected(s, after.counter[i].name, said) ||
		    strcmp(after.counter[i].name, s->moves[0]) == 0) {
			snprintf(what, sizeof what, "%s, when %ld were sent",
				 after.counter[i].name, said);
			report_number(&t->report, what,
				      after.counter[i].value -
					      before.counter[i].value,
				      expected(s, after.counter[i].name, said));
		}
	report_number(&t->report, "counters afterwards", (long)after.count,
		      (long)before.count);
}

static void each_counter(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);

	/* Slow, so that it stays a Backup while the status is read. */
	setup.interval = advert.interval = 1000;
	if (!has_status(t) || play_backup(t, &setup, &advert) == WIRE_NEVER)
		return;
	for (size_t i = 0; i < sizeof stimuli / sizeof stimuli[0]; i++)
		if (t->ipv6 || !stimuli[i].ipv6)
			moves(t, &stimuli[i], 3 + (long)i, &advert);
}

/* Slow, so that it is still leaving while the status is read. */
static void resigned(struct test *t)
{
	struct setup setup = play_own(t);
	int64_t from;

	setup.interval = 400;
	if (!has_status(t) || !play_active(t, &setup))
		return;
	from = wire_now();
	dut_signal(&t->dut[0], SIGTERM);
	if (!play_next(t, WIRE_DUT, from, from + 3 * SEC))
		return;
	report_number(&t->report, "priority-zero-pkts-sent",
		      play_statistic(t, "priority-zero-pkts-sent"), 1);
}

/* ---- Reasons and events ---- */

static const char *shown(const struct test *t, const char *filter)
{
	return dut_shell("$B/vrrpctl -s %s/control --json status | jq -r '%s'",
			 t->dut[0].directory, filter);
}

static void check_shown(struct test *t, const char *filter,
			const char *expected_text)
{
	const char *text = shown(t, filter);

	report_check(&t->report, strcmp(text, expected_text) == 0, filter,
		     expected_text, "%s", text);
}

/* All at one moment, as what follows may come soon on a slow machine. */
static void check_reason(struct test *t, const char *reason,
			 const char *active_reason, const char *event)
{
	char text[96];

	snprintf(text, sizeof text, "%s, %s, %s", reason, active_reason, event);
	check_shown(t,
		    ".routers[0] | [.[\"last-transition\"].reason, "
		    ".[\"new-active-reason\"], .[\"last-event\"]] | "
		    "join(\", \")",
		    text);
}

static void started(struct test *t)
{
	struct setup setup = slow(t);
	struct advert advert = play_advert(t, &setup, PL, 200);

	if (!has_status(t) || play_backup(t, &setup, &advert) == WIRE_NEVER)
		return;
	check_reason(t, "startup", "not-active", "startup");
}

static void no_response(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);

	if (!has_status(t) || play_backup(t, &setup, &advert) == WIRE_NEVER)
		return;
	if (play_next(t, WIRE_DUT, wire_now(), wire_now() + 15 * SEC))
		check_reason(t, "no-response", "no-response", "active-timeout");
}

static void priority(struct test *t)
{
	struct setup setup = slow(t);
	struct advert advert = play_advert(t, &setup, PL, 0);

	if (!has_status(t) || play_backup(t, &setup, &advert) == WIRE_NEVER)
		return;
	if (play_next(t, WIRE_DUT, wire_now(), wire_now() + 15 * SEC))
		check_reason(t, "priority", "priority", "active-timeout");
}

static void preempted(struct test *t)
{
	struct setup setup = slow(t);
	struct advert advert = play_advert(t, &setup, PL, 50);

	if (!has_status(t) || !play_start(t, 0, &setup))
		return;
	play_pester(t, &advert, 1, 500 * MS, t->dut[0].started,
		    wire_now() + 15 * SEC);
	check_reason(t, "preempted", "preempted", "lower-priority-active");
}

/* The reason to have become Active is history then, and stays. */
static void outranked(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);

	advert.interval = 4095;
	if (!has_status(t) || !play_active(t, &setup))
		return;
	play_say(t, &advert);
	wire_until(&t->wire, wire_now() + 100 * MS);
	check_reason(t, "higher-priority", "no-response",
		     "higher-priority-backup");
}

static void owner(struct test *t)
{
	struct setup setup = play_own(t);

	if (!has_status(t) || !play_active(t, &setup))
		return;
	check_reason(t, "startup", "priority", "owner-preempt");
}

static void becomes(struct test *t, const char *event)
{
	int64_t limit = wire_now() + 10 * SEC;

	while (strcmp(shown(t, ".routers[0][\"last-event\"]"), event) != 0 &&
	       wire_now() < limit)
		wire_until(&t->wire, wire_now() + 50 * MS);
	check_shown(t, ".routers[0][\"last-event\"]", event);
}

static void interface(struct test *t)
{
	struct setup setup = play_std(t);
	const char *name = t->dut[0].name;

	if (!has_status(t) || !play_start(t, 0, &setup))
		return;
	dut_shell("ip -n %s link set eth0 down", name);
	becomes(t, "interface-down");
	dut_shell("ip -n %s link set eth0 up", name);
	becomes(t, "interface-up");
	dut_shell("ip -n %s addr flush dev eth0 scope global", name);
	becomes(t, "no-primary-ip-address");
	dut_shell("ip -n %s addr add 192.0.2.100/22 dev eth0", name);
	becomes(t, "primary-ip-address");
}

/* ---- State ---- */

static void learned(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	char text[128];

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
	snprintf(text, sizeof text, "backup, false, %s, interval-error, %s, 2",
		 address_text(&advert.source), address_text(&advert.source));
	check_shown(t,
		    "(.routers[0] | [.state, .[\"is-owner\"], "
		    ".[\"last-adv-source\"], (.[\"last-error\"] | "
		    ".[\"virtual-router-error-reason\"], .source)]) + "
		    "[.vrrp | .[\"virtual-routers\"] + .interfaces] | "
		    "map(tostring) | join(\", \")",
		    text);
	check_shown(t,
		    "[.routers[0] | .[\"up-datetime\"], "
		    ".statistics[\"discontinuity-datetime\"] | fromdate | "
		    ". <= now and . > now - 60] | all",
		    "true");
}

/* Forged advertisements make it change its state at every one of them. */
static void flapping(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert forged = play_advert(t, &setup, PH, 255);
	long lines;

	forged.interval = 1;
	if (!has_status(t) || !play_start(t, 0, &setup))
		return;
	lines = dut_logged(&t->dut[0], "");
	for (int i = 0; i < 200; i++) {
		forged.priority = i % 2 ? 0 : 255;
		play_say(t, &forged);
		wire_until(&t->wire, wire_now() + 15 * MS);
	}
	report_range(&t->report, "active-transitions",
		     play_statistic(t, "active-transitions"), 30, 101);
	report_range(&t->report, "lines of log",
		     dut_logged(&t->dut[0], "") - lines, 5, 20);
}

const struct row rows_counters[] = {
	{ "M-08", "RFC 8347", "counters", counts, 8, ROW_TWIN },
	{ "M-08each", "RFC 8347", "each counter moves alone", each_counter, 5,
	  ROW_TWIN },
	{ "M-08zero", "RFC 8347", "advert(0) sent", resigned, 3, 0 },
	{ "M-09start", "RFC 8347", "event: start", started, 2, ROW_TWIN },
	{ "M-09silence", "RFC 8347", "reason: silence", no_response, 5, 0 },
	{ "M-09zero", "RFC 8347", "reason: advert(0)", priority, 5, 0 },
	{ "M-09lower", "RFC 8347", "reason: a lower priority", preempted, 13,
	  0 },
	{ "M-09owner", "RFC 8347", "reason: owner", owner, 2, 0 },
	{ "M-09higher", "RFC 8347", "event: a higher priority", outranked, 6,
	  ROW_TWIN },
	{ "M-09interface", "RFC 8347", "events of the interface", interface, 4,
	  0 },
	{ "M-10", "RFC 8347", "state after learning 300 cs", learned, 2,
	  ROW_TWIN },
	{ "R-24flap", "RFC 9568 7.1", "log lines of a router that flaps",
	  flapping, 6, ROW_TWIN },
	{ .id = NULL },
};
