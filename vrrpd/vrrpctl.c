/* SPDX-License-Identifier: MIT */
/*
 * vrrpctl(8): asks the agent over its control socket and shows the answer.
 * The agent speaks JSON only; how it looks to a person is decided here.
 */
#include "vrrpd/ask.h"
#include "vrrpd/metrics.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char usage[] = "usage: vrrpctl [-jV] [-s SOCKET] COMMAND\n"
			    "commands: status\n"
			    "          show NAME\n"
			    "          metrics\n"
			    "          reload\n"
			    "          drain [NAME]\n"
			    "          resume [NAME]\n";

#define PATIENCE 5   /* seconds without a word from the agent, */
#define HANDOVER 120 /* or while it hands over, at the longest interval */

static const char *string(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "-";
}

static int64_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* "4d 2h", "3m 20s", "12s": two figures are enough. */
static const char *duration(int64_t us, char text[32])
{
	int64_t s = us / 1000000;

	if (s >= 86400)
		snprintf(text, 32, "%" PRId64 "d %" PRId64 "h", s / 86400,
			 s % 86400 / 3600);
	else if (s >= 3600)
		snprintf(text, 32, "%" PRId64 "h %" PRId64 "m", s / 3600,
			 s % 3600 / 60);
	else if (s >= 60)
		snprintf(text, 32, "%" PRId64 "m %" PRId64 "s", s / 60, s % 60);
	else
		snprintf(text, 32, "%" PRId64 "s", s);
	return text;
}

static int print_status(const json_t *answer)
{
	const json_t *routers = json_object_get(answer, "routers");
	int64_t now = number(json_object_get(answer, "clock"), "monotonic-us");
	const json_t *r;
	size_t i;

	printf("%-16s %-15s %4s %-6s %-10s %-9s %4s  %s\n", "NAME", "INTERFACE",
	       "VRID", "FAMILY", "STATE", "SINCE", "PRIO", "ACTIVE");
	json_array_foreach(routers, i, r)
	{
		int64_t since = number(json_object_get(r, "last-transition"),
				       "time-us");
		const char *fault =
			json_string_value(json_object_get(r, "fault"));
		char text[32] = "-";

		if (since > 0)
			duration(now - since, text);
		printf("%-16s %-15s %4" PRId64 " %-6s %-10s %-9s %4" PRId64
		       "  %s%s%s\n",
		       string(r, "name"), string(r, "interface"),
		       number(r, "vrid"), string(r, "family"),
		       string(r, "state"), text, number(r, "priority"),
		       string(r, "last-adv-source"), fault ? "  " : "",
		       fault ? fault : "");
	}
	return 0;
}

/* What became of a virtual router that was told to go, or to come back. */
static const struct outcome {
	const char *name, *text;
	bool failed;
} outcomes[] = {
	{ "handed-over", "handed over", false },
	{ "not-active", "was not Active", false },
	{ "stopped", "stopped before another router had taken over", true },
	{ "serves-on", "serves on: no other router took over", true },
	{ "in-service", "is in service again", true },
	{ "resumed", "resumed", false },
	{ "not-drained", "was not drained", false },
};

/* NULL: it is one that we do not know. */
static const struct outcome *find_outcome(const json_t *router)
{
	const char *name = string(router, "outcome");

	for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++)
		if (strcmp(outcomes[i].name, name) == 0)
			return &outcomes[i];
	return NULL;
}

/* Has any of them not done what it was told? */
static bool has_failed(const json_t *answer)
{
	const json_t *r;
	size_t i;

	json_array_foreach(json_object_get(answer, "routers"), i, r)
	{
		const struct outcome *outcome = find_outcome(r);

		if (outcome && outcome->failed)
			return true;
	}
	return false;
}

static int print_json(const json_t *answer)
{
	int err = json_dumpf(answer, stdout, JSON_INDENT(2));

	putchar('\n');
	return err ||
	       json_array_size(json_object_get(answer, "problems")) > 0 ||
	       has_failed(answer);
}

/* ---- show ---- */

/* "  since              ...": one of the lines on a virtual router. */
static void line(const char *label, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void line(const char *label, const char *format, ...)
{
	va_list args;

	printf("  %-18s ", label);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
}

/* "3.609 s", "218.750 ms". */
static const char *exactly(int64_t us, char text[32])
{
	if (us < 1000000)
		snprintf(text, 32, "%.3f ms", (double)us / 1000);
	else
		snprintf(text, 32, "%.3f s", (double)us / 1000000);
	return text;
}

/* "3m 20s ago (2026-11-25 01:32:23)", by the clock on the wall. */
static const char *ago(const json_t *clock, int64_t monotonic, char text[80])
{
	int64_t age = number(clock, "monotonic-us") - monotonic;
	time_t then = (time_t)((number(clock, "realtime-us") - age) / 1000000);
	char date[32] = "", since[32];
	struct tm tm;

	if (localtime_r(&then, &tm))
		strftime(date, sizeof date, "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(text, 80, "%s ago (%s)", duration(age, since), date);
	return text;
}

static void show_error(const json_t *clock, const json_t *error,
		       const char *reason)
{
	char text[80];

	if (error)
		line("last-error", "%s of %s, %s", string(error, reason),
		     string(error, "source"),
		     ago(clock, number(error, "time-us"), text));
}

/* What is asked first at night: which state, since when, and why. */
static void show_state(const json_t *clock, const json_t *r)
{
	const json_t *last = json_object_get(r, "last-transition");
	const json_t *late = json_object_get(last, "late-us");
	char text[80], time[32];

	line("state", "%s, %s the virtual addresses", string(r, "state"),
	     json_is_true(json_object_get(r, "serving")) ? "serving"
							 : "not serving");
	line("fence", "%s%s%s", string(r, "fence"),
	     json_object_get(r, "no-fence") ? ", " : "",
	     json_object_get(r, "no-fence") ? string(r, "no-fence") : "");
	if (json_object_get(r, "fault"))
		line("fault", "%s", string(r, "fault"));
	if (number(last, "time-us") > 0) {
		line("since", "%s", ago(clock, number(last, "time-us"), text));
		line("why", "%s", string(last, "why"));
		line("transition", "from %s, reason %s", string(last, "from"),
		     string(last, "reason"));
	}
	if (late)
		line("woke late", "%s",
		     exactly(json_integer_value(late), time));
	line("last-event", "%s", string(r, "last-event"));
	line("new-active-reason", "%s", string(r, "new-active-reason"));
	line("up-datetime", "%s", string(r, "up-datetime"));
	show_error(clock, json_object_get(r, "last-error"),
		   "virtual-router-error-reason");
}

static void show_election(const json_t *r)
{
	const json_t *preempt = json_object_get(r, "preempt");
	int64_t hold = number(preempt, "hold-time-us");
	char text[32];

	if (json_object_get(r, "last-adv-source"))
		line("active", "%s, priority %" PRId64,
		     string(r, "last-adv-source"),
		     number(r, "active-priority"));
	line("this router", "%s, priority %" PRId64 "%s",
	     string(r, "primary-ip-address"), number(r, "priority"),
	     json_is_true(json_object_get(r, "is-owner")) ? ", address owner"
							  : "");
	if (!json_is_true(json_object_get(preempt, "enabled")))
		line("preempts", "no");
	else if (hold > 0)
		line("preempts", "after %s", exactly(hold, text));
	else
		line("preempts", "at once");
}

static void show_timers(const json_t *clock, const json_t *r)
{
	const json_t *deadline = json_object_get(r, "deadline-us");
	int64_t learned = number(r, "active-adver-interval") * 10000;
	int64_t skew = number(r, "skew-time");
	char text[32];

	line("own interval", "%s",
	     exactly(number(r, "advertise-interval-centi-sec") * 10000, text));
	line("active's interval", "%s", exactly(learned, text));
	line("skew time", "%s", exactly(skew, text));
	/* RFC 8347 has whole centiseconds of it. */
	line("active down", "%s", exactly(3 * learned + skew, text));
	if (deadline)
		line("next timer", "in %s",
		     exactly(json_integer_value(deadline) -
				     number(clock, "monotonic-us"),
			     text));
}

static const char *truth(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key)) ? "yes" : "no";
}

static void show_addresses(const json_t *r)
{
	const json_t *address;
	size_t i;

	json_array_foreach(json_object_get(r, "virtual-addresses"), i, address)
	{
		line(i == 0 ? "addresses" : "", "%s",
		     json_string_value(address));
	}
	line("virtual MAC", "%s", truth(r, "virtual-mac"));
	line("accepts packets", "%s", truth(r, "accept"));
}

/* Whatever counters there are: their names are the agent's. */
static void show_counters(const char *title, json_t *counters)
{
	const char *name;
	json_t *value;

	printf("\n%s\n", title);
	json_object_foreach(counters, name, value)
	{
		if (json_is_integer(value))
			printf("  %-32s %" JSON_INTEGER_FORMAT "\n", name,
			       json_integer_value(value));
		else
			printf("  %-32s %s\n", name, json_string_value(value));
	}
}

/* The buckets that have any: there are sixteen. */
static void show_histogram(const char *what, const json_t *h)
{
	int64_t count = number(h, "count");
	char mean[32], worst[32];
	const json_t *bucket;
	size_t i;

	if (count == 0)
		return;
	line(what, "%" PRId64 ", on average %s late, at most %s", count,
	     exactly(number(h, "sum-us") / count, mean),
	     exactly(number(h, "worst-us"), worst));
	json_array_foreach(json_object_get(h, "buckets"), i, bucket)
	{
		int64_t bound = number(bucket, "up-to-us");

		if (number(bucket, "count") > 0)
			line("", "%-16s %" PRId64,
			     bound > 0 ? exactly(bound, mean) : "more",
			     number(bucket, "count"));
	}
}

static void show_lateness(const json_t *lateness)
{
	printf("\nlateness of this host, all interfaces\n");
	show_histogram("advertisements",
		       json_object_get(lateness, "advertisements"));
	show_histogram("Active_Down_Timer",
		       json_object_get(lateness, "active-down-timers"));
}

static void show_packet_io(const json_t *i)
{
	const json_t *why = json_object_get(i, "no-xdp");

	printf("\n%s\n", string(i, "name"));
	line("packet I/O", "%s%s%s",
	     json_object_get(i, "packet-io") ? string(i, "packet-io") : "none",
	     why ? ", no native XDP: " : "", why ? string(i, "no-xdp") : "");
}

static int print_routers(const json_t *answer)
{
	const json_t *clock = json_object_get(answer, "clock");
	const json_t *vrrp = json_object_get(answer, "vrrp");
	const json_t *r;
	char title[80];
	size_t i;

	json_array_foreach(json_object_get(answer, "routers"), i, r)
	{
		printf("%s%s: %s, VRID %" PRId64 ", %s\n", i > 0 ? "\n" : "",
		       string(r, "name"), string(r, "interface"),
		       number(r, "vrid"), string(r, "family"));
		show_state(clock, r);
		putchar('\n');
		show_election(r);
		putchar('\n');
		show_timers(clock, r);
		putchar('\n');
		show_addresses(r);
		show_counters("counters", json_object_get(r, "statistics"));
		show_counters("notifications",
			      json_object_get(r, "notifications"));
		if (json_object_get(r, "router-advertisements"))
			show_counters(
				"router advertisements",
				json_object_get(r, "router-advertisements"));
	}
	json_array_foreach(json_object_get(answer, "interfaces"), i, r)
	{
		show_packet_io(r);
		snprintf(title, sizeof title,
			 "%s: frames that reached no virtual router, by reason",
			 string(r, "name"));
		show_counters(title, json_object_get(r, "rejected"));
	}
	show_counters("all interfaces", json_object_get(vrrp, "statistics"));
	show_lateness(json_object_get(vrrp, "lateness"));
	show_error(clock, json_object_get(vrrp, "last-error"),
		   "protocol-error-reason");
	return 0;
}

/* ---- reload ---- */

static void print_lines(const json_t *lines, FILE *out)
{
	const json_t *line;
	size_t i;

	json_array_foreach(lines, i, line)
	{
		fprintf(out, "%s\n", json_string_value(line));
	}
}

/* What is wrong with the file, or could not be done, goes where errors go. */
static int print_changes(const json_t *answer)
{
	const json_t *changes = json_object_get(answer, "changes");
	const json_t *problems = json_object_get(answer, "problems");
	bool good = json_array_size(problems) == 0;

	print_lines(changes, stdout);
	print_lines(problems, stderr);
	if (good && json_array_size(changes) == 0)
		puts("nothing changed");
	return good ? 0 : 1;
}

/* ---- drain, resume ---- */

static int print_outcomes(const json_t *answer)
{
	const json_t *r;
	size_t i;

	json_array_foreach(json_object_get(answer, "routers"), i, r)
	{
		const struct outcome *outcome = find_outcome(r);
		const char *successor =
			json_string_value(json_object_get(r, "successor"));

		printf("%s %s: %s%s%s\n", string(r, "name"),
		       strcmp(string(r, "family"), "ipv4") == 0 ? "IPv4"
								: "IPv6",
		       outcome ? outcome->text : string(r, "outcome"),
		       successor ? " to " : "", successor ? successor : "");
	}
	return has_failed(answer);
}

/* ---- Commands ---- */

static const struct command {
	const char *name;
	const char *request; /* that the agent knows */
	int least, most;     /* words after it: the name */
	int patience;
	int (*print)(const json_t *answer);
} commands[] = {
	{ "status", "status", 0, 0, PATIENCE, print_status },
	{ "show", "show", 1, 1, PATIENCE, print_routers },
	{ "metrics", "status", 0, 0, PATIENCE, metrics_print },
	{ "reload", "reload", 0, 0, PATIENCE, print_changes },
	{ "drain", "drain", 0, 1, HANDOVER, print_outcomes },
	{ "resume", "resume", 0, 1, PATIENCE, print_outcomes },
};

/* The one that these words are, or NULL. */
static const struct command *find_command(int count, char **words)
{
	for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++)
		if (count > commands[i].least &&
		    count <= 1 + commands[i].most &&
		    strcmp(words[0], commands[i].name) == 0)
			return &commands[i];
	return NULL;
}

/* Ask, and print the answer.  Returns the exit status. */
static int carry_out(const struct command *command, const char *name,
		     const char *path, bool json)
{
	json_t *answer =
		ask_agent(path, command->request, name, command->patience);
	const char *error;
	int status = 1;

	if (!answer) {
		fprintf(stderr, "vrrpctl: %s: %s (is vrrpd running?)\n", path,
			strerror(errno));
		return 1;
	}
	error = json_string_value(json_object_get(answer, "error"));
	if (error)
		fprintf(stderr, "vrrpctl: %s\n", error);
	else
		status = json ? print_json(answer) : command->print(answer);
	json_decref(answer);
	return status;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "socket", required_argument, NULL, 's' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	const char *path = "/run/vrrpd/control";
	const struct command *command;
	bool json = false;
	int c;

	/* Options may also follow the command: "vrrpctl status --json". */
	while ((c = getopt_long(argc, argv, "js:V", options, NULL)) != -1) {
		switch (c) {
		case 'j':
			json = true;
			break;
		case 's':
			path = optarg;
			break;
		case 'V':
			puts("vrrpctl " VERSION);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	command = find_command(argc - optind, argv + optind);
	if (!command) {
		fputs(usage, stderr);
		return 2;
	}
	/* Without a name, argv ends there. */
	return carry_out(command, argv[optind + 1], path, json);
}
