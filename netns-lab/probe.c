/* SPDX-License-Identifier: MIT */
/*
 * probe asks an address again and again, on an absolute schedule, and tells
 * when the answers stopped and came back.  It is the client in whose eyes
 * a takeover is measured:
 *
 *	probe [--json] [--interval 1ms] [--for 5s] [--interface IF] [--arp]
 *	      ADDRESS
 *
 * Without --for it goes on until SIGINT or SIGTERM.  Either way it prints its
 * findings once, at the end.  Exit status 0, 1 (error), 2 (usage).
 */
#include "netns-lab/ask.h"
#include "netns-lab/gaps.h"
#include "netns-lab/tool.h"

#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define LINGER_MS 100 /* for the last answers, after the last question */
#define ANSWERERS 8   /* different hosts that are told apart */

struct options {
	const char *target;
	const char *interface;
	int64_t interval; /* us */
	int64_t duration; /* us, 0: until told to stop */
	bool arp;
	bool json;
};

struct answerer {
	uint8_t mac[6];
	unsigned long answers;
};

struct probe {
	const struct options *options;
	struct ask ask;
	struct gaps gaps;
	int64_t start; /* of the first question, the last one */
	int64_t end;
	unsigned long sent;
	unsigned long received;
	unsigned long duplicates;
	unsigned long skipped; /* slots of the schedule we slept through */
	unsigned long pending; /* ARP: questions the next answer may be for */
	struct answerer by[ANSWERERS];
	uint8_t answered[65536 / 8]; /* a bit per sequence number */
};

static void count_answerer(struct probe *p, const uint8_t *mac)
{
	for (size_t i = 0; i < ANSWERERS; i++) {
		if (p->by[i].answers && memcmp(p->by[i].mac, mac, 6) != 0)
			continue;
		memcpy(p->by[i].mac, mac, 6);
		p->by[i].answers++;
		return;
	}
}

static bool is_first_answer(struct probe *p, const struct ask_answer *a)
{
	uint8_t *byte = &p->answered[a->sequence / 8];
	uint8_t bit = (uint8_t)(1u << a->sequence % 8);
	bool first;

	/* ARP answers carry no number: at most one for each question. */
	if (p->ask.kind == ASK_ARP) {
		first = p->pending > 0;
		p->pending -= first;
		return first;
	}
	first = !(*byte & bit);
	*byte |= bit;
	return first;
}

static int take_answers(struct probe *p)
{
	struct ask_answer answer;
	size_t gaps = p->gaps.count;
	int err;

	/* Any error but "no more" is an old ICMP message, now consumed. */
	for (int i = 0; i < 256; i++) {
		err = ask_receive(&p->ask, &answer);
		if (err == -EAGAIN)
			return 0;
		if (err)
			continue;
		err = gaps_answered(&p->gaps, answer.time);
		if (err)
			return err;
		if (p->gaps.count != gaps)
			p->pending = 1; /* the others are lost for good */
		gaps = p->gaps.count;
		if (is_first_answer(p, &answer))
			p->received++;
		else
			p->duplicates++;
		if (p->ask.kind == ASK_ARP)
			count_answerer(p, answer.mac);
	}
	return 0;
}

static void send_question(struct probe *p)
{
	uint16_t sequence = (uint16_t)p->sent;

	p->end = tool_now();
	if (!p->start)
		p->start = p->end;
	p->answered[sequence / 8] &= (uint8_t) ~(1u << sequence % 8);
	/* What could not be sent is a question without an answer. */
	(void)ask_send(&p->ask, sequence);
	p->sent++;
	p->pending++;
	gaps_sent(&p->gaps, p->end);
}

/* A timer with a tick per question, the first one right now. */
static int open_schedule(const struct options *options)
{
	struct itimerspec spec = { .it_value.tv_nsec = 1 };
	int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);

	spec.it_interval.tv_sec = (time_t)(options->interval / 1000000);
	spec.it_interval.tv_nsec = (long)(options->interval % 1000000 * 1000);
	if (fd >= 0 && timerfd_settime(fd, 0, &spec, NULL) < 0) {
		close(fd);
		fd = -1;
	}
	return fd < 0 ? -errno : fd;
}

static int ask_on_schedule(struct probe *p, int timer, int stop)
{
	struct pollfd fds[] = { { .fd = p->ask.fd, .events = POLLIN },
				{ .fd = timer, .events = POLLIN },
				{ .fd = stop, .events = POLLIN } };
	uint64_t ticks;
	int err = 0;

	while (!err) {
		if (poll(fds, 3, -1) < 0 && errno != EINTR)
			return -errno;
		err = take_answers(p);
		if (fds[2].revents)
			break;
		if (read(timer, &ticks, sizeof(ticks)) != sizeof(ticks))
			continue;
		if (p->options->duration && p->start &&
		    tool_now() - p->start >= p->options->duration)
			break;
		p->skipped += (unsigned long)ticks - 1;
		send_question(p);
	}
	while (!err && p->received < p->sent && poll(fds, 1, LINGER_MS) > 0)
		err = take_answers(p);
	return err ? err : gaps_finish(&p->gaps, p->end);
}

static void print_mac(const uint8_t *mac)
{
	for (int i = 0; i < 6; i++)
		printf("%s%02x", i ? ":" : "", (unsigned)mac[i]);
}

static void print_json(const struct probe *p)
{
	const struct gap *longest = gaps_longest(&p->gaps);

	printf("{\"target\":\"%s\",\"mode\":\"%s\",\"interval_us\":%lld,"
	       "\"start_us\":%lld,\"end_us\":%lld,\"sent\":%lu,"
	       "\"received\":%lu,\"lost\":%lu,\"duplicates\":%lu,"
	       "\"skipped\":%lu,\"longest_us\":%lld,\"gaps\":[",
	       p->options->target, ask_kind_name(p->ask.kind),
	       (long long)p->options->interval, (long long)p->start,
	       (long long)p->end, p->sent, p->received, p->sent - p->received,
	       p->duplicates, p->skipped,
	       longest ? (long long)(longest->end - longest->start) : 0LL);
	for (size_t i = 0; i < p->gaps.count; i++) {
		const struct gap *g = &p->gaps.list[i];

		printf("%s{\"start_us\":%lld,\"end_us\":%lld,"
		       "\"length_us\":%lld,\"unanswered\":%lu,\"open\":%s}",
		       i ? "," : "", (long long)g->start, (long long)g->end,
		       (long long)(g->end - g->start), g->unanswered,
		       g->open ? "true" : "false");
	}
	printf("],\"answered_by\":[");
	for (size_t i = 0; i < ANSWERERS && p->by[i].answers; i++) {
		printf("%s{\"mac\":\"", i ? "," : "");
		print_mac(p->by[i].mac);
		printf("\",\"answers\":%lu}", p->by[i].answers);
	}
	printf("]}\n");
}

static void print_text(const struct probe *p)
{
	printf("%s (%s): %lu sent, %lu answered, %lu lost", p->options->target,
	       ask_kind_name(p->ask.kind), p->sent, p->received,
	       p->sent - p->received);
	if (p->skipped)
		printf(", %lu not sent in time", p->skipped);
	printf("%s\n", p->gaps.count ? "" : ", no gap");
	for (size_t i = 0; i < p->gaps.count; i++) {
		const struct gap *g = &p->gaps.list[i];

		printf("  gone at %lld.%06lld for %.3f ms, %lu unanswered%s\n",
		       (long long)(g->start / 1000000),
		       (long long)(g->start % 1000000),
		       (double)(g->end - g->start) / 1000, g->unanswered,
		       g->open ? ", and not back" : "");
	}
	for (size_t i = 0; i < ANSWERERS && p->by[i].answers; i++) {
		printf("  %lu answers from ", p->by[i].answers);
		print_mac(p->by[i].mac);
		printf("\n");
	}
}

static bool parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "interval", required_argument, NULL, 'i' },
		{ "for", required_argument, NULL, 'f' },
		{ "interface", required_argument, NULL, 'I' },
		{ "arp", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "i:f:I:aj", names, NULL)) != -1) {
		if (c == 'i' && tool_parse_time(optarg, &o->interval) == 0)
			continue;
		if (c == 'f' && tool_parse_time(optarg, &o->duration) == 0)
			continue;
		if (c == 'I')
			o->interface = optarg;
		else if (c == 'a')
			o->arp = true;
		else if (c == 'j')
			o->json = true;
		else
			return false;
	}
	o->target = argv[optind];
	return argc - optind == 1 && o->interval > 0 &&
	       (!o->arp || o->interface);
}

int main(int argc, char **argv)
{
	struct options options = { .interval = 1000 };
	static struct probe probe;
	int stop, timer = -1, err;

	if (!parse_options(argc, argv, &options)) {
		fprintf(stderr,
			"usage: probe [--json] [--interval 1ms] "
			"[--for 5s] [--interface IF] [--arp] ADDRESS\n"
			"--arp needs an IPv4 address and --interface\n");
		return 2;
	}
	probe.options = &options;
	probe.gaps.interval = options.interval;
	stop = err = tool_catch_stop();
	if (err >= 0)
		err = ask_open(&probe.ask, options.target, options.interface,
			       options.arp);
	if (!err)
		timer = err = open_schedule(&options);
	if (err >= 0) {
		tool_be_prompt();
		err = ask_on_schedule(&probe, timer, stop);
	}
	if (err < 0) {
		fprintf(stderr, "probe: %s: %s\n", options.target,
			strerror(-err));
		return 1;
	}
	if (options.json)
		print_json(&probe);
	else
		print_text(&probe);
	ask_close(&probe.ask);
	gaps_free(&probe.gaps);
	return 0;
}
