/* SPDX-License-Identifier: MIT */
/*
 * Priority, interval and address list change while the daemon runs: its file
 * is written anew, and it gets SIGHUP.  RFC 9568 does not speak of that.
 */
#include "tests/conformance/host.h"

#include <signal.h>

/* Returns just before it is told. */
static int64_t reload(struct test *t, const struct setup *setup)
{
	int64_t said;

	dut_configure(&t->dut[0], setup, 1);
	said = wire_now();
	dut_signal(&t->dut[0], SIGHUP);
	return said;
}

/* The advertisement that tells of a change, and the beat that it begins. */
static const struct heard *told(struct test *t, int64_t said, int64_t interval)
{
	const struct heard *first =
		play_expect(t, "from reload to advertisement", said, 0);

	if (first)
		play_expect(t, "and to the next one", first->when, interval);
	return first;
}

static void active_priority(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = play_active(t, &setup);

	if (!heard)
		return;
	wire_until(&t->wire, heard->when + 1500 * MS);
	setup.priority = 150;
	heard = told(t, reload(t, &setup), SEC);
	if (heard)
		report_number(&t->report, "its priority", heard->seen.priority,
			      150);
}

static void active_interval(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = play_active(t, &setup);

	if (!heard)
		return;
	wire_until(&t->wire, heard->when + 1500 * MS);
	setup.interval = 20;
	heard = told(t, reload(t, &setup), 200 * MS);
	if (heard)
		report_number(&t->report, "its interval",
			      heard->seen.interval_field & 0xfff, 20);
}

static void active_addresses(struct test *t)
{
	struct setup setup = play_std(t);
	size_t before = setup.addresses;
	const struct heard *heard;
	struct address added;
	bool answered;

	if (!play_serving(t, &setup))
		return;
	setup.address[setup.addresses++] =
		t->ipv6 ? "2001:db8::9/64" : "192.0.2.9/22";
	added = play_virtual(&setup, before);
	heard = told(t, reload(t, &setup), SEC);
	if (heard)
		report_number(&t->report, "its count", heard->seen.count,
			      (long)before + 1);
	answered = host_reply(t, &added, HOST_ASK,
			      host_ask(t, &added, HOST_ASK, NULL)) != NULL;
	report_check(&t->report, answered, "it answers for it", "yes", "%s",
		     answered ? "yes" : "no");
	setup.addresses = before;
	heard = told(t, reload(t, &setup), SEC);
	if (heard)
		report_number(&t->report, "its count without it",
			      heard->seen.count, (long)before);
	answered = dut_holds(&t->dut[0], address_text(&added));
	report_check(&t->report, !answered, "it is gone", "yes", "%s",
		     answered ? "no" : "yes");
	play_holds(t, 0, &setup, true);
}

/* As if it had waited with this priority from the beginning. */
static void backup_priority(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	int64_t from = play_backup(t, &setup, &advert);

	if (from == WIRE_NEVER)
		return;
	wire_until(&t->wire, from + SEC);
	setup.priority = 20;
	reload(t, &setup);
	wire_until(&t->wire, from + 2 * SEC);
	setup.priority = 250;
	reload(t, &setup);
	play_expect(t, "from the last advertisement to Active", from,
		    play_down(250, 100));
}

/* It goes by the interval that it has heard. */
static void backup_interval(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	const struct heard *heard;
	int64_t from = play_backup(t, &setup, &advert);

	if (from == WIRE_NEVER)
		return;
	wire_until(&t->wire, from + SEC);
	setup.interval = 10;
	reload(t, &setup);
	heard = play_expect(t, "from the last advertisement to Active", from,
			    play_down(100, 100));
	if (heard)
		play_expect(t, "and to the next one", heard->when, 100 * MS);
}

#define C(id, text, run, seconds)                                              \
	{                                                                      \
		id, "impl", text, run, seconds, ROW_TWIN                       \
	}

const struct row rows_change[] = {
	C("C-06a", "Active: another priority", active_priority, 7),
	C("C-06b", "Active: another interval", active_interval, 7),
	C("C-06c", "Active: another address, and without it again",
	  active_addresses, 9),
	C("C-06d", "Backup: another priority", backup_priority, 5),
	C("C-06e", "Backup: another interval", backup_interval, 6),
	{ .id = NULL },
};
