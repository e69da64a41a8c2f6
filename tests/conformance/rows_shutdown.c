/* SPDX-License-Identifier: MIT */
/*
 * How a router ends: asked, reloaded, unplugged, killed.
 */
#include "tests/conformance/host.h"

#include <signal.h>
#include <string.h>

/* Does anybody answer for the first virtual address, within a second? */
static bool answers(struct test *t, const struct setup *setup)
{
	struct address address = play_virtual(setup, 0);
	int64_t from;

	from = host_ask(t, &address, HOST_ASK, NULL);
	return host_reply(t, &address, HOST_ASK, from) != NULL;
}

static void asked(struct test *t)
{
	struct setup setup = play_std(t);
	const struct heard *heard = play_active(t, &setup), *zero;
	int64_t said, gone;
	int others = 0, status;

	if (!heard)
		return;
	said = wire_now();
	dut_signal(&t->dut[0], SIGTERM);
	zero = play_next(t, WIRE_DUT, said, said + 3 * SEC);
	report_time(&t->report, "from SIGTERM to advert(0)",
		    zero ? zero->when - said : WIRE_NEVER, 0);
	if (!zero)
		return;
	report_check(&t->report,
		     zero->seen.priority == 0 && zero->len == heard->len &&
			     memcmp(zero->octets, heard->octets, 14) == 0 &&
			     memcmp(zero->seen.payload + 8,
				    heard->seen.payload + 8,
				    heard->seen.len - 8) == 0,
		     "Ethernet header, addresses", "as before, priority 0",
		     "priority %u", zero->seen.priority);
	status = dut_wait(&t->dut[0], 10000);
	report_number(&t->report, "exit status", status, 0);
	gone = wire_now();
	wire_until(&t->wire, gone + 3 * SEC);
	for (const struct heard *next = zero; next;
	     next = play_next(t, WIRE_DUT, next->when, gone + 3 * SEC))
		others += next->seen.priority != 0;
	report_number(&t->report, "others after it", others, 0);
	report_number(&t->report, "advertisements after its end",
		      (long)play_adverts(t, WIRE_DUT, gone, gone + 3 * SEC), 0);
	play_holds(t, 0, &setup, false);
}

static void asked_as_backup(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	int64_t from = play_backup(t, &setup, &advert);

	if (from == WIRE_NEVER)
		return;
	wire_until(&t->wire, from + 500 * MS);
	dut_signal(&t->dut[0], SIGTERM);
	report_number(&t->report, "exit status", dut_wait(&t->dut[0], 10000),
		      0);
	play_silence(t, "from its start on", t->dut[0].started,
		     wire_now() + 3 * SEC);
}

struct who {
	uint8_t vrid, priority;
};

static bool is_of(const struct heard *heard, const void *arg)
{
	const struct who *who = arg;

	return heard->seen.kind == SEEN_ADVERT &&
	       heard->seen.vrid == who->vrid &&
	       heard->seen.priority == who->priority;
}

static void disabled(struct test *t)
{
	struct setup both[2] = { play_std(t), play_std(t) };
	struct who zero = { 51, 0 }, other = { 52, 100 },
		   other_zero = { 52, 0 };
	const struct heard *heard;
	int64_t said;

	both[1].vrid = 52;
	both[1].address[0] = t->ipv6 ? "fe80::5:2/64" : "192.0.2.3/22";
	both[1].address[1] = "2001:db8::2/64";
	if (!play_start_many(t, 0, both, 2))
		return;
	wire_until(&t->wire, wire_now() + 5 * SEC);
	dut_configure(&t->dut[0], &both[1], 1);
	said = wire_now();
	dut_signal(&t->dut[0], SIGHUP);
	heard = wire_wait(&t->wire, is_of, &zero, said, said + 3 * SEC);
	report_time(&t->report, "from reload to its advert(0)",
		    heard ? heard->when - said : WIRE_NEVER, 0);
	wire_until(&t->wire, said + 5 * SEC);
	report_range(
		&t->report, "the other one meanwhile",
		(long)wire_count(&t->wire, is_of, &other, said, said + 5 * SEC),
		4, 6);
	report_number(&t->report, "the other one's advert(0)",
		      (long)wire_count(&t->wire, is_of, &other_zero, said,
				       said + 5 * SEC),
		      0);
}

/* IPv4: the interface itself; IPv6, which would forget addresses: its carrier.
 */
static void interface_down(struct test *t)
{
	struct setup setup = play_std(t);
	int64_t from;
	bool yes;

	if (!play_active(t, &setup))
		return;
	dut_shell(t->ipv6 ? "ip link set dut down"
			  : "ip -n dut link set eth0 down");
	from = wire_now();
	wire_until(&t->wire, from + 5 * SEC);
	play_silence(t, "while it is down", from + 100 * MS, wire_now());
	from = wire_now();
	dut_shell(t->ipv6 ? "ip link set dut up"
			  : "ip -n dut link set eth0 up");
	play_expect(t, "from link up to Active", from, play_down(100, 100));
	/* The first advertisement leaves before the address is there. */
	play_holds(t, 0, &setup, true);
	yes = answers(t, &setup);
	report_check(&t->report, yes, "answers for the address", "yes", "%s",
		     yes ? "yes" : "no");
}

static void killed(struct test *t)
{
	struct setup setup = play_std(t);
	struct advert advert = play_advert(t, &setup, PL, 200);
	int64_t last;
	bool yes;

	advert.interval = 1000;
	if (!play_active(t, &setup))
		return;
	dut_signal_all(&t->dut[0], SIGKILL);
	dut_wait(&t->dut[0], 5000);
	play_repeat(t, &advert, 500 * MS, wire_now() + SEC, &last);
	if (!play_start(t, 0, &setup))
		return;
	last = play_say(t, &advert);
	play_holds(t, 0, &setup, false);
	play_say(t, &advert);
	yes = answers(t, &setup);
	report_check(&t->report, !yes, "answers for the address", "no", "%s",
		     yes ? "yes" : "no");
	play_silence(t, "after its start", t->dut[0].started, wire_now());
}

#define S(id, section, text, run, seconds)                                     \
	{                                                                      \
		id, section, text, run, seconds, ROW_TWIN                      \
	}

const struct row rows_shutdown[] = {
	S("S-01", "RFC 9568 6.4.3", "Active is asked to end", asked, 13),
	S("S-02", "RFC 9568 6.4.2", "Backup is asked to end", asked_as_backup,
	  5),
	S("S-03", "RFC 9568 6.4.3", "disabled by a reload", disabled, 12),
	S("S-04", "impl", "the interface is down for 5 s", interface_down, 15),
	S("S-05", "impl", "killed, and started again", killed, 9),
	{ .id = NULL },
};
