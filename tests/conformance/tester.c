/* SPDX-License-Identifier: MIT */
/*
 * conformance -l [-d DAEMON]: lists the rows, each with its flags and seconds.
 * conformance [-d DAEMON] ROW: runs one, in the lab that `row` has made, and
 * prints its lines of TAP.  ROWv6 is the IPv6 twin of a row.
 */
#include "tests/conformance/play.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct row *const tables[] = {
	rows_transmit, rows_announce, rows_receive,  rows_stress, rows_backup,
	rows_pair,     rows_active,   rows_shutdown, rows_change, rows_host,
	rows_forward,  rows_manage,   rows_counters,
};
static const struct daemon *const daemons[] = {
	&daemon_vrrpd,
	&daemon_keepalived,
	&daemon_frr,
};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void list_row(const struct row *row, const char *suffix)
{
	printf("%s%s %u %s\n", row->id, suffix, row->seconds,
	       row->flags & ROW_PAIR ? "pair" : "single");
}

static void list(void)
{
	for (size_t i = 0; i < LENGTH(tables); i++)
		for (const struct row *row = tables[i]; row->id; row++) {
			list_row(row, "");
			if (row->flags & ROW_TWIN)
				list_row(row, "v6");
		}
}

static const struct row *find_row(const char *id, bool *ipv6)
{
	for (size_t i = 0; i < LENGTH(tables); i++)
		for (const struct row *row = tables[i]; row->id; row++) {
			size_t len = strlen(row->id);

			*ipv6 = row->flags & ROW_IPV6;
			if (strcmp(id, row->id) == 0)
				return row;
			*ipv6 = true;
			if (row->flags & ROW_TWIN &&
			    strncmp(id, row->id, len) == 0 &&
			    strcmp(id + len, "v6") == 0)
				return row;
		}
	return NULL;
}

static const struct daemon *find_daemon(const char *name)
{
	for (size_t i = 0; i < LENGTH(daemons); i++)
		if (strcmp(daemons[i]->name, name) == 0)
			return daemons[i];
	return NULL;
}

static int run_row(struct test *test, const char *id)
{
	static const char *const ports[WIRE_PORTS] = { "dut", "dut2", "far" };
	static const char *const names[2] = { "dut", "dut2" };
	const struct not_asked *gap = test->dut[0].daemon->not_asked;
	struct sched_param priority = { .sched_priority = 1 };

	/* On a busy machine the tester comes before it, the daemon does not. */
	sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &priority);
	if (wire_open(&test->wire, ports) < 0) {
		fputs("conformance: no lab around: run `row`\n", stderr);
		return 1;
	}
	for (int i = 0; i < 2; i++) {
		test->dut[i].name = names[i];
		snprintf(test->dut[i].directory, sizeof test->dut[i].directory,
			 "%s/%s", getenv("LAB"), names[i]);
	}
	for (; gap && gap->row && strcmp(gap->row, test->row->id) != 0; gap++)
		continue;
	if (gap && gap->row)
		report_skip(&test->report, gap->why);
	else
		test->row->run(test);
	report_print(&test->report, id, test->row->section, test->row->text);
	return 0;
}

int main(int argc, char **argv)
{
	static struct test test;
	const char *daemon = "vrrpd";
	int option;

	while ((option = getopt(argc, argv, "d:l")) >= 0)
		switch (option) {
		case 'd':
			daemon = optarg;
			break;
		case 'l':
			list();
			return 0;
		default:
			return 2;
		}
	test.dut[0].daemon = test.dut[1].daemon = find_daemon(daemon);
	test.row = optind < argc ? find_row(argv[optind], &test.ipv6) : NULL;
	if (!test.row || !test.dut[0].daemon || !getenv("LAB")) {
		fputs("usage: conformance [-l] [-d vrrpd|keepalived|frr] ROW\n",
		      stderr);
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	return run_row(&test, argv[optind]);
}
