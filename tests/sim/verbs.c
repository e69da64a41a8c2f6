/* SPDX-License-Identifier: MIT */
/* A function for each verb, or for a few that are alike; sim.c explains them.
 */
#include "tests/sim/verbs.h"

#include "tests/sim/change.h"
#include "tests/sim/check.h"
#include "tests/sim/introduce.h"
#include "tests/sim/kernel.h"
#include "tests/sim/script.h"
#include "tests/sim/trace.h"
#include "tests/sim/wire.h"

#include <stdlib.h>
#include <string.h>

typedef void each_host(struct host *host);

/* ---- Hosts ---- */

static void crash(struct host *host)
{
	if (!host->many)
		trace_host(host, "crashes");
	host_crash(host);
}

static void kill_agent(struct host *host)
{
	if (!host->many)
		trace_host(host, "is killed");
	host_kill(host);
}

static void restart(struct host *host)
{
	crash(host);
	host_start(host);
}

static void down(struct host *host)
{
	host_set_link(host, false);
}

static void up(struct host *host)
{
	host_set_link(host, true);
}

static void do_each(struct script *s, each_host *each,
		    enum disturbance disturbance)
{
	check_hold();
	do {
		const char *name = script_word(s);
		struct host *host = script_match(name, NULL);

		if (!host)
			script_fail(s, "who is \"%s\"?", name);
		for (; host; host = script_match(name, host))
			each(host);
	} while (script_peek(s));
	check_disturb(disturbance);
}

static void do_start(struct script *s)
{
	do_each(s, host_start, DISTURB_START);
}

static void do_stop(struct script *s)
{
	do_each(s, host_leave, DISTURB_LEAVE);
}

static void do_drain(struct script *s)
{
	do_each(s, host_drain, DISTURB_LEAVE);
}

static void do_resume(struct script *s)
{
	do_each(s, host_resume, DISTURB_START);
}

static void do_crash(struct script *s)
{
	do_each(s, crash, DISTURB_FAULT);
}

static void do_kill(struct script *s)
{
	do_each(s, kill_agent, DISTURB_FAULT);
}

static void do_restart(struct script *s)
{
	do_each(s, restart, DISTURB_FAULT);
}

static void do_down(struct script *s)
{
	do_each(s, down, DISTURB_FAULT);
}

static void do_up(struct script *s)
{
	do_each(s, up, DISTURB_START);
}

static void do_stall(struct script *s)
{
	const char *name = script_word(s);
	int64_t until = world.now + script_time(s);
	struct host *host;

	for (host = script_match(name, NULL); host;
	     host = script_match(name, host))
		host_sleep(host, until);
	check_disturb(DISTURB_FAULT);
}

static void do_oversleep(struct script *s)
{
	script_host(s)->oversleep = script_time(s);
	check_disturb(DISTURB_SCENE);
}

static void do_clock(struct script *s)
{
	struct host *host = script_host(s);
	bool back = s->next && *s->next == '-';
	int64_t step;

	if (!s->next || (!back && *s->next != '+'))
		script_fail(s, "by how much? +1s or -1s");
	s->next++;
	step = script_time(s);
	host->clock_offset += back ? -step : step;
}

static void do_netlink(struct script *s)
{
	struct host *host = script_host(s);

	if (script_accepts(s, "refuses"))
		host->refuses = true;
	else if (script_accepts(s, "accepts"))
		host->refuses = false;
	else
		host->job_time = script_time(s);
	check_disturb(DISTURB_FAULT);
}

static void do_port(struct script *s)
{
	struct host *host = script_host(s);

	if (script_accepts(s, "refuses"))
		host->clogged = true;
	else if (script_accepts(s, "accepts"))
		host->clogged = false;
	else
		script_fail(s, "refuses or accepts?");
	if (host->unfenced)
		check_deafen(); /* it is Active, and nobody knows */
	check_disturb(DISTURB_FAULT);
}

static void do_sabotage(struct script *s)
{
	static const char *const how[] = {
		[SABOTAGE_NONE] = "none",
		[SABOTAGE_KEEPS] = "keeps",
		[SABOTAGE_LIES] = "lies",
		[SABOTAGE_HANGS] = "hangs",
		[SABOTAGE_STUTTERS] = "stutters",
		[SABOTAGE_BABBLES] = "babbles",
		[SABOTAGE_DEAF] = "deaf",
		[SABOTAGE_HASTY] = "hasty",
		[SABOTAGE_PUSHES] = "pushes",
		[SABOTAGE_MEEK] = "meek",
		[SABOTAGE_STUBBORN] = "stubborn",
		[SABOTAGE_AJAR] = "ajar",
		[SABOTAGE_NERVOUS] = "nervous",
		[SABOTAGE_WALLED] = "walled",
	};
	struct host *host = script_host(s);
	const char *word = script_word(s);

	for (size_t i = 0; i < sizeof how / sizeof *how; i++)
		if (strcmp(how[i], word) == 0) {
			host->sabotage = (enum sabotage)i;
			return;
		}
	script_fail(s, "no sabotage: \"%s\"", word);
}

/* ---- The LAN ---- */

static void do_cut(struct script *s)
{
	struct host *a = script_host(s), *b;

	if (script_peek(s)) {
		b = script_host(s);
		wire_mute(a, b);
		wire_mute(b, a);
	} else {
		a->segment = a->index + 1;
	}
	check_deafen();
	check_disturb(DISTURB_FAULT);
}

static void do_mute(struct script *s)
{
	struct host *from = script_host(s);

	wire_mute(from, script_host(s));
	check_deafen();
	check_disturb(DISTURB_FAULT);
}

static void do_join(struct script *s)
{
	struct host *a = script_host(s);
	struct host *b = script_peek(s) ? script_host(s) : NULL;

	wire_unmute(a, b);
	wire_unmute(b, a);
	if (!b)
		a->segment = 0;
	check_deafen();
	check_disturb(DISTURB_HEAL);
}

static void do_split(struct script *s)
{
	int segment = -1;

	do {
		const char *name = script_word(s);
		struct host *host;

		if (strcmp(name, "|") == 0) {
			segment--;
			continue;
		}
		for (host = script_match(name, NULL); host;
		     host = script_match(name, host))
			host->segment = segment;
	} while (script_peek(s));
	check_deafen();
	check_disturb(DISTURB_FAULT);
}

static void do_heal(struct script *s)
{
	(void)s;
	wire_unmute(NULL, NULL);
	for (size_t i = 0; i < world.count; i++)
		world.hosts[i]->segment = 0;
	check_deafen();
	check_disturb(DISTURB_HEAL);
}

static void do_lose(struct script *s)
{
	wire.lose = script_percent(s);
	check_deafen();
	check_disturb(DISTURB_SCENE);
}

static void do_duplicate(struct script *s)
{
	wire.duplicate = script_percent(s);
	check_disturb(DISTURB_SCENE);
}

static void do_reorder(struct script *s)
{
	wire.reorder = script_percent(s);
	wire.hold = wire.reorder ? script_time(s) : 0;
	check_deafen();
	check_disturb(DISTURB_SCENE);
}

static void do_delay(struct script *s)
{
	wire.delay = script_time(s);
	wire.jitter = script_peek(s) ? script_time(s) : 0;
	check_deafen();
	check_disturb(DISTURB_SCENE);
}

static void do_seed(struct script *s)
{
	world_seed((uint64_t)script_number(s));
}

/* ---- Time ---- */

static bool is_new(const struct host *host)
{
	return !host->was_started && !host->waits;
}

/* Who has been introduced, boots. */
static void boot(void)
{
	bool any = false;

	for (size_t i = 0; i < world.count; i++)
		any = any || is_new(world.hosts[i]);
	if (!any)
		return;
	check_hold();
	for (size_t i = 0; i < world.count; i++)
		if (is_new(world.hosts[i]))
			host_start(world.hosts[i]);
	check_disturb(DISTURB_START);
}

static void do_run(struct script *s)
{
	int64_t until = world.now + script_time(s);

	boot();
	world_run(until);
}

static void do_still(struct script *s)
{
	int64_t until = world.now + script_time(s);
	uint64_t before = check_transitions();

	boot();
	world_run(until);
	if (check_transitions() != before)
		trace_fail("%s", s->text);
}

/* All of its virtual routers, or none. */
static bool answers(const struct host *host, bool wanted)
{
	for (size_t i = 0; i < host->count; i++)
		if (kernel_answers(host->vrs[i]) != wanted)
			return false;
	return true;
}

static bool is_in(const struct host *host, const char *state)
{
	if (strcmp(state, "off") == 0)
		return !host->powered;
	if (strcmp(state, "answering") == 0)
		return answers(host, true);
	if (strcmp(state, "silent") == 0)
		return answers(host, false);
	for (size_t i = 0; i < host->count; i++) {
		enum vrrp_state own = host->vrs[i]->router.vrrp.state;

		if (!host->powered || strcmp(vrrp_state_name(own), state) != 0)
			return false;
	}
	return true;
}

struct expectation {
	bool met;
	const char *who, *state;
	int64_t actives;
};

static bool is_met(const struct expectation *x)
{
	struct host *host;

	if (x->actives >= 0)
		return check_has_actives((size_t)x->actives);
	for (host = script_match(x->who, NULL); host;
	     host = script_match(x->who, host))
		if (!is_in(host, x->state))
			return false;
	return true;
}

static int64_t read_actives(struct script *s)
{
	static const char *const names[] = { "no", "one", "two" };

	for (int i = 0; i < 3; i++)
		if (script_accepts(s, names[i]))
			return i;
	return script_peek(s) && *script_peek(s) <= '9' ? script_number(s) : -1;
}

static void do_expect(struct script *s)
{
	struct expectation x = { .actives = read_actives(s) };
	int64_t until = world.now;

	if (x.actives < 0)
		x.who = script_word(s);
	x.state = script_word(s);
	if (x.who && !script_match(x.who, NULL))
		script_fail(s, "who is \"%s\"?", x.who);
	if (script_accepts(s, "within")) {
		until += script_time(s);
		boot();
		while (!is_met(&x) && world_next() <= until)
			world_run(world_next());
	}
	if (!is_met(&x))
		trace_fail("%s", s->text);
}

/* ---- All ---- */

void verbs_do(struct script *s)
{
	static const struct {
		const char *name;
		void (*play)(struct script *s);
	} verbs[] = {
		{ "clock", do_clock },
		{ "crash", do_crash },
		{ "cut", do_cut },
		{ "delay", do_delay },
		{ "down", do_down },
		{ "drain", do_drain },
		{ "duplicate", do_duplicate },
		{ "expect", do_expect },
		{ "heal", do_heal },
		{ "join", do_join },
		{ "kill", do_kill },
		{ "lose", do_lose },
		{ "many", introduce_many },
		{ "mute", do_mute },
		{ "netlink", do_netlink },
		{ "oversleep", do_oversleep },
		{ "port", do_port },
		{ "reorder", do_reorder },
		{ "restart", do_restart },
		{ "resume", do_resume },
		{ "router", introduce_one },
		{ "run", do_run },
		{ "sabotage", do_sabotage },
		{ "seed", do_seed },
		{ "set", change_one },
		{ "split", do_split },
		{ "stall", do_stall },
		{ "start", do_start },
		{ "still", do_still },
		{ "stop", do_stop },
		{ "up", do_up },
	};
	const char *name = script_word(s);

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++)
		if (strcmp(verbs[i].name, name) == 0) {
			verbs[i].play(s);
			script_end(s);
			trace_rest();
			return;
		}
	script_fail(s, "no verb: \"%s\"", name);
}
