/* SPDX-License-Identifier: MIT */
/*
 * probe asks an address again and again, on an absolute schedule, and tells
 * when the answers stopped and came back.  It is the client in whose eyes
 * a takeover is measured:
 *
 *	probe [--json] [--mode icmp|udp|arp|nd|tcp] [--interval 1ms]
 *	      [--for 5s] [--interface IF] [--port 7] ADDRESS
 *
 * --arp and --nd are short for the modes.  udp and tcp need an echo (echo.c)
 * at the other end.  Without --for it goes on until SIGINT or SIGTERM.  Either
 * way it prints its findings once, at the end.  Exit status 0, 1 (error), 2
 * (usage).
 */
#include "netns-lab/tools/probe.h"
#include "netns-lab/tools/tap.h"
#include "netns-lab/tools/tool.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SHORTEST       10 /* us, of an interval */
/* us, for the last answers, after the last question */
#define LINGER         100000
/* us, or three intervals: tally.h has their meaning. */
#define TOGETHER       100000
#define PATIENCE       10000
/* ns; the kernel cannot wake us in less: then we stay awake. */
#define NAP            20000
/* Turns without sleep between two looks for a signal. */
#define TURNS_PER_LOOK 256

static int take_answers(struct probe *p)
{
	struct ask_answer answer;
	int err;

	for (int i = 0; i < 256; i++) {
		if (ask_receive(&p->ask, &answer) != 0)
			return 0;
		if (answer.seen)
			tally_answerer(&p->tally, answer.mac, answer.time);
		if (!answer.counts)
			continue;
		err = gaps_answered(&p->gaps, answer.time);
		if (err)
			return err;
		if (p->ask.mode == ASK_TCP && !p->over &&
		    answer.question >= p->tally.sent)
			tally_sent(&p->tally, answer.time);
		tally_answered(&p->tally, answer.question, answer.time);
	}
	return 0;
}

/* Of a stream the server keeps the schedule, and may be ahead of ours. */
static void count_slots(struct probe *p, uint64_t slots)
{
	p->slots += slots;
	while (p->tally.sent + p->skipped < p->slots)
		tally_sent(&p->tally, p->end);
}

static void note_lapse(struct probe *p)
{
	if (p->start && p->lapse_count < PROBE_LAPSES)
		p->lapses[p->lapse_count++] =
			(struct probe_lapse){ p->end, tool_now() };
}

/* Slots that we have slept through are never made up for. */
static void skip_slots(struct probe *p, uint64_t slots)
{
	if (p->ask.mode != ASK_TCP) {
		p->skipped += slots;
		if (slots >= PROBE_LAPSE)
			note_lapse(p);
	}
	count_slots(p, slots);
}

static void send_question(struct probe *p)
{
	p->end = tool_now();
	if (!p->start)
		p->start = p->end;
	/* What could not be sent is a question without an answer. */
	(void)ask_send(&p->ask, p->tally.sent);
	count_slots(p, 1);
	gaps_sent(&p->gaps, p->end);
}

/* Up to `left` ns, or until there is an answer.  True: told to stop. */
static bool rest(struct probe *p, int stop, int64_t left)
{
	struct pollfd fds[ASK_FDS + 1] = { { .fd = stop, .events = POLLIN } };
	struct timespec nap = { 0 };
	static unsigned turns;

	if (left >= NAP) {
		nap.tv_sec = (time_t)(left / 1000000000);
		nap.tv_nsec = (long)(left % 1000000000);
	} else if (++turns % TURNS_PER_LOOK != 0) {
		return false;
	}
	ask_wait_for(&p->ask, fds + 1);
	return ppoll(fds, ASK_FDS + 1, &nap, NULL) > 0 && fds[0].revents;
}

static int ask_on_schedule(struct probe *p, int stop)
{
	const int64_t interval = p->options.ask.interval * 1000;
	const int64_t start = tool_monotonic();
	const int64_t end = p->options.duration
				    ? start + p->options.duration * 1000
				    : INT64_MAX;
	int64_t now, next = start, missed;
	int err;

	do {
		err = take_answers(p);
		now = tool_monotonic();
		if (now < next)
			continue;
		missed = (now - next) / interval;
		if (now >= end) {
			skip_slots(p, (uint64_t)((end - next + interval - 1) /
						 interval));
			break;
		}
		skip_slots(p, (uint64_t)missed);
		send_question(p);
		next += (missed + 1) * interval;
	} while (!err && !rest(p, stop, next - tool_monotonic()));
	return err;
}

static int await_the_last(struct probe *p)
{
	const int64_t end = tool_monotonic() + LINGER * 1000;
	struct pollfd fds[ASK_FDS];
	int64_t left;
	int err = 0;

	p->over = true;
	while (!err && p->tally.received < p->tally.sent &&
	       (left = end - tool_monotonic()) > 0) {
		ask_wait_for(&p->ask, fds);
		(void)ppoll(fds, ASK_FDS, &(struct timespec){ .tv_nsec = left },
			    NULL);
		err = take_answers(p);
	}
	tally_finish(&p->tally);
	p->overruns = tap_overruns(p->ask.tap);
	return err ? err : gaps_finish(&p->gaps, p->end);
}

static bool parse_port(const char *text, uint16_t *port)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	*port = (uint16_t)value;
	return *end == '\0' && value > 0 && value <= UINT16_MAX;
}

static bool parse_option(int c, struct probe_options *o)
{
	switch (c) {
	case 'i':
		return tool_parse_time(optarg, &o->ask.interval) == 0;
	case 'f':
		return tool_parse_time(optarg, &o->duration) == 0;
	case 'I':
		o->ask.interface = optarg;
		return true;
	case 'm':
		return ask_parse_mode(optarg, &o->ask.mode);
	case 'p':
		return parse_port(optarg, &o->ask.port);
	case 'a':
		o->ask.mode = ASK_ARP;
		return true;
	case 'n':
		o->ask.mode = ASK_ND;
		return true;
	case 'j':
		return o->json = true;
	default:
		return false;
	}
}

static bool parse_options(int argc, char **argv, struct probe_options *o)
{
	static const struct option names[] = {
		{ "interval", required_argument, NULL, 'i' },
		{ "for", required_argument, NULL, 'f' },
		{ "interface", required_argument, NULL, 'I' },
		{ "mode", required_argument, NULL, 'm' },
		{ "port", required_argument, NULL, 'p' },
		{ "arp", no_argument, NULL, 'a' },
		{ "nd", no_argument, NULL, 'n' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "i:f:I:m:p:anj", names, NULL)) !=
	       -1) {
		if (!parse_option(c, o))
			return false;
	}
	o->ask.target = argv[optind];
	return argc - optind == 1 && o->ask.interval >= SHORTEST;
}

static int64_t at_least_three(const struct probe_options *o, int64_t time)
{
	return o->ask.interval * 3 > time ? o->ask.interval * 3 : time;
}

int main(int argc, char **argv)
{
	static struct probe probe = { .options.ask = { .interval = 1000,
						       .port = 7 } };
	struct probe_options *options = &probe.options;
	int stop, err;

	if (!parse_options(argc, argv, options)) {
		fprintf(stderr,
			"usage: probe [--json] [--mode icmp|udp|arp|nd|tcp] "
			"[--interval 1ms] [--for 5s]\n"
			"             [--interface IF] [--port 7] ADDRESS\n"
			"The shortest interval is %d us.\n",
			SHORTEST);
		return 2;
	}
	probe.gaps.interval = options->ask.interval;
	probe.tally.together = at_least_three(options, TOGETHER);
	probe.tally.patience = at_least_three(options, PATIENCE);
	stop = err = tool_catch_stop();
	if (err >= 0)
		err = ask_open(&probe.ask, &options->ask);
	if (!err) {
		tool_be_prompt();
		err = ask_on_schedule(&probe, stop);
	}
	if (!err)
		err = await_the_last(&probe);
	if (err < 0) {
		fprintf(stderr, "probe: %s: %s\n", options->ask.target,
			strerror(-err));
		return 1;
	}
	if (options->json)
		probe_print_json(&probe);
	else
		probe_print_text(&probe);
	ask_close(&probe.ask);
	gaps_free(&probe.gaps);
	return 0;
}
