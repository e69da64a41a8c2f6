/* SPDX-License-Identifier: MIT */
/*
 * The conventions: addresses, setups and times that all rows share.
 */
#include "tests/conformance/play.h"

#include <net/if_arp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const char *const senders[2][4] = {
	{ "192.0.2.2", "192.0.2.200", "192.0.3.1", "10.0.0.9" },
	{ "fe80::a:1", "fe80::a:f003", "fe80::b:1", "fe80::1" },
};

struct setup play_std(const struct test *test)
{
	struct setup setup = {
		.interface = "eth0",
		.family = test->ipv6 ? 6 : 4,
		.vrid = 51,
		.priority = 100,
		.interval = 100,
		.preempt = true,
		.addresses = 1,
		.address = { "192.0.2.1/22" },
	};

	if (test->ipv6) {
		setup.addresses = 2;
		setup.address[0] = "fe80::5:1/64";
		setup.address[1] = "2001:db8::1/64";
	}
	return setup;
}

struct setup play_fast(const struct test *test)
{
	struct setup setup = play_std(test);

	setup.interval = 10;
	return setup;
}

struct setup play_own(const struct test *test)
{
	struct setup setup = play_std(test);

	setup.owner = true;
	setup.priority = 255;
	setup.address[0] = test->ipv6 ? "fe80::a:2/64" : "192.0.2.100/22";
	if (test->ipv6)
		setup.address[1] = "2001:db8::100/64";
	return setup;
}

int64_t play_skew(int priority, unsigned interval)
{
	return (256 - priority) * (int64_t)interval * 10000 / 256;
}

int64_t play_down(int priority, unsigned interval)
{
	return 30000 * (int64_t)interval + play_skew(priority, interval);
}

struct address play_virtual(const struct setup *setup, size_t n)
{
	char text[64] = "";

	strncat(text, setup->address[n], strcspn(setup->address[n], "/"));
	return address_of(text);
}

struct advert play_advert(const struct test *test, const struct setup *setup,
			  enum sender sender, uint8_t priority)
{
	bool ipv6 = setup->family == 6;
	struct advert advert = {
		.source = address_of(senders[ipv6][sender]),
		.ttl = 255,
		.version = 3,
		.type = 1,
		.vrid = (uint8_t)setup->vrid,
		.priority = priority,
		.count = FRAME_COUNT,
		.interval = setup->interval,
		.addresses = setup->addresses,
		.length = FRAME_ALL,
		.pseudo = ipv6 || (test->dut[0].daemon->pseudo &&
				   setup->checksum != DUT_CHECKSUM_STRICT),
	};

	for (size_t i = 0; i < setup->addresses; i++)
		advert.address[i] = play_virtual(setup, i);
	return advert;
}

int64_t play_say(struct test *test, const struct advert *advert)
{
	struct frame frame;
	int64_t when;

	frame_advert(&frame, advert);
	when = wire_send(&test->wire, WIRE_DUT, &frame);
	if (test->wire.fd[WIRE_DUT2] >= 0)
		wire_send(&test->wire, WIRE_DUT2, &frame);
	return when;
}

unsigned play_repeat(struct test *test, const struct advert *advert,
		     int64_t period, int64_t until, int64_t *last)
{
	int64_t next = wire_now();
	unsigned count = 0;

	for (; next < until; next += period) {
		wire_until(&test->wire, next);
		*last = play_say(test, advert);
		count++;
	}
	wire_until(&test->wire, until);
	return count;
}

unsigned play_pester(struct test *test, const struct advert *adverts,
		     size_t count, int64_t period, int64_t from, int64_t until)
{
	int64_t next = wire_now() + period;
	unsigned said = 0;

	while (!play_next(test, WIRE_DUT, from, next) && next < until) {
		play_say(test, &adverts[said++ % count]);
		next += period;
	}
	return said;
}

static bool start_once(struct test *test, struct dut *dut, size_t count)
{
	int64_t limit = wire_now() + (20 + (int64_t)count / 4) * SEC;

	dut_start(dut);
	while (!dut->daemon->ready(dut)) {
		wire_until(&test->wire, wire_now() + 50 * MS);
		if (dut_wait(dut, 0) >= 0)
			return report_check(
				&test->report, false, "start", "it runs",
				"it has ended: %s",
				dut_shell("tail -n 1 %s/log", dut->directory));
		if (wire_now() > limit)
			return report_check(&test->report, false, "start",
					    "it is ready", "it is not");
	}
	dut->ready = wire_now();
	return true;
}

/* A Backup that is to hear something must not be Active before it is said. */
static bool is_late(const struct dut *dut, const struct setup *setup)
{
	return !setup->owner && setup->interval >= 100 &&
	       wire_now() > dut->started + 2 * SEC;
}

bool play_start_many(struct test *test, int i, const struct setup *setup,
		     size_t count)
{
	struct dut *dut = &test->dut[i];
	const char *why = NULL;

	for (size_t n = 0; n < count && dut->daemon->cannot && !why; n++)
		why = dut->daemon->cannot(&setup[n]);
	if (why) {
		report_skip(&test->report, why);
		return false;
	}
	dut_configure(dut, setup, count);
	for (int again = 3;; again--) {
		if (!start_once(test, dut, count))
			return false;
		if (again == 0 || count > 2 || !is_late(dut, setup))
			return true;
		report_remark(&test->report, "the start took %.1f s: again",
			      (double)(wire_now() - dut->started) / SEC);
		dut_stop(dut);
	}
}

bool play_start(struct test *test, int i, const struct setup *setup)
{
	return play_start_many(test, i, setup, 1);
}

const struct heard *play_active(struct test *test, const struct setup *setup)
{
	const struct heard *heard;
	int64_t limit = play_down(setup->priority, setup->interval) + 3 * SEC;

	if (!play_start(test, 0, setup))
		return NULL;
	heard = play_next(test, WIRE_DUT, test->dut[0].started,
			  wire_now() + limit);
	if (!heard)
		report_check(&test->report, false, "it becomes Active",
			     "an advertisement", "never");
	return heard;
}

int64_t play_backup(struct test *test, const struct setup *setup,
		    const struct advert *advert)
{
	if (!play_start(test, 0, setup))
		return WIRE_NEVER;
	return play_say(test, advert);
}

static bool is_advert(const struct heard *heard, const void *port)
{
	return heard->seen.kind == SEEN_ADVERT &&
	       heard->port == *(const enum wire_port *)port;
}

const struct heard *play_next(struct test *test, enum wire_port port,
			      int64_t from, int64_t until)
{
	return wire_wait(&test->wire, is_advert, &port, from, until);
}

size_t play_adverts(const struct test *test, enum wire_port port, int64_t from,
		    int64_t until)
{
	return wire_count(&test->wire, is_advert, &port, from, until);
}

const struct heard *play_expect(struct test *test, const char *what,
				int64_t from, int64_t nominal)
{
	const struct heard *heard =
		play_next(test, WIRE_DUT, from, from + nominal + 2 * SEC);

	report_time(&test->report, what,
		    heard ? heard->when - from : WIRE_NEVER, nominal);
	return heard;
}

bool play_silence(struct test *test, const char *what, int64_t from,
		  int64_t until)
{
	const struct heard *heard = play_next(test, WIRE_DUT, from, until);

	if (heard)
		return report_check(&test->report, false, what, "silence",
				    "an advertisement after %.1f ms",
				    (double)(heard->when - from) / 1000);
	return report_check(&test->report, true, what, "silence",
			    "silence for %.1f s", (double)(until - from) / SEC);
}

static bool await(struct test *test, int i, const struct setup *setup,
		  bool wanted)
{
	struct address address = play_virtual(setup, 0);
	int64_t limit = wire_now() + 3 * SEC;

	while (dut_holds(&test->dut[i], address_text(&address)) != wanted) {
		if (wire_now() > limit)
			return false;
		wire_until(&test->wire, wire_now() + 50 * MS);
	}
	return true;
}

bool play_holds(struct test *test, int i, const struct setup *setup,
		bool wanted)
{
	bool holds = await(test, i, setup, wanted) == wanted;

	return report_check(
		&test->report, holds == wanted, "virtual address in the kernel",
		wanted ? "there" : "gone", "%s", holds ? "there" : "gone");
}

/* Gratuitous ARP, or an unsolicited advertisement, of this address. */
static bool is_announcement(const struct heard *heard, const void *arg)
{
	const struct seen *seen = &heard->seen;
	const struct address *address = arg;

	return (seen->kind == SEEN_ARP &&
		address_equals(&seen->from, address) &&
		address_equals(&seen->to, address)) ||
	       (seen->kind == SEEN_NEIGHBOR &&
		address_equals(&seen->target, address));
}

/* Who accepts nothing has no address in the kernel to wait for. */
static bool is_announced(struct test *test, const struct setup *setup)
{
	struct address last = play_virtual(setup, setup->addresses - 1);
	const struct heard *heard =
		wire_wait(&test->wire, is_announcement, &last,
			  test->dut[0].started, wire_now() + 3 * SEC);

	return report_check(&test->report, heard, "announcement", "there", "%s",
			    heard ? "there" : "none");
}

bool play_serving(struct test *test, const struct setup *setup)
{
	if (!play_active(test, setup))
		return false;
	if (setup->accept == DUT_ACCEPT_OFF && !setup->owner)
		return is_announced(test, setup);
	return await(test, 0, setup, true) || play_holds(test, 0, setup, true);
}

struct ends play_ends(const struct test *test, const char *from,
		      const struct address *to, const uint8_t mac[6])
{
	struct ends ends = {
		.from_mac = { 2, 0, 0, 0, 0, 2 },
		.from = address_of(from),
		.to = *to,
		.ttl = 255,
	};

	(void)test;
	memcpy(ends.to_mac, mac, 6);
	return ends;
}

void play_real_mac(struct test *test, uint8_t mac[6])
{
	const char *text = dut_shell("ip -n %s -j link show eth0 | "
				     "jq -r '.[0].address'",
				     test->dut[0].name);

	for (int i = 0; i < 6; i++)
		mac[i] = (uint8_t)strtoul(text + 3 * i, NULL, 16);
}

void play_virtual_mac(const struct test *test, int vrid, uint8_t mac[6])
{
	frame_virtual_mac(mac, test->ipv6, (uint8_t)vrid);
}

const char *play_mac_text(const uint8_t mac[6])
{
	static char text[4][18];
	static unsigned next;
	char *at = text[next++ % 4];

	snprintf(at, sizeof text[0], "%02x:%02x:%02x:%02x:%02x:%02x", mac[0],
		 mac[1], mac[2], mac[3], mac[4], mac[5]);
	return at;
}

/*
 * Not those that other traffic of the lab moves; in the order of the filter in
 * play_counters().
 */
static const char *const reasons[PLAY_REASONS] = {
	"bad-ip",   "ttl",  "version",    "type",           "length",
	"checksum", "vrid", "no-address", "not-link-local", "no-interval",
};

struct counters play_counters(const struct test *test)
{
	struct counters counters = {
		.known = test->dut[0].daemon->has_status,
	};

	const char *line;
	char *end;

	if (!counters.known)
		return counters;
	line = dut_shell("$B/vrrpctl -s %s/control --json status | jq -r '"
			 ".interfaces[] | select(.name == \"eth0\") | .rejected"
			 " | [.[\"bad-ip\"], .ttl, .version, .type, .length,"
			 " .checksum, .vrid, .[\"no-address\"],"
			 " .[\"not-link-local\"], .[\"no-interval\"]]"
			 " | join(\" \")'",
			 test->dut[0].directory);
	for (int i = 0; i < PLAY_REASONS; i++, line = end)
		counters.rejected[i] = strtoll(line, &end, 10);
	return counters;
}

void play_moved(struct test *test, const struct counters *before,
		const char *reason, unsigned by)
{
	struct counters now = play_counters(test);

	if (!now.known) {
		report_remark(&test->report, "no counters to look at");
		return;
	}
	for (int i = 0; i < PLAY_REASONS; i++) {
		long moved = now.rejected[i] - before->rejected[i];
		char what[64];

		snprintf(what, sizeof what, "counter %s", reasons[i]);
		if (strcmp(reasons[i], reason) == 0)
			report_number(&test->report, what, moved, by);
		else if (moved != 0)
			report_number(&test->report, what, moved, 0);
	}
}

int64_t play_statistic(const struct test *test, const char *name)
{
	char filter[80];

	snprintf(filter, sizeof filter, ".routers[0].statistics[\"%s\"]", name);
	return dut_status(&test->dut[0], filter);
}
