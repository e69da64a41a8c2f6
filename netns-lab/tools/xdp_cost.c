/* SPDX-License-Identifier: MIT */
/*
 * What does it cost the traffic of an interface that vrrpd's program looks at
 * each frame in the driver?  xdp_cost measures the same with that program (xdp_
 * tap), with one that does nothing but pass frames on, and with none:
 *
 *	xdp_cost [-r ROUNDS] OUT IN
 *
 * OUT and IN are the two ends of a cable (veth), both here.  The ways:
 *
 *	program	the program alone, run by the kernel on one frame again and
 *		again (BPF_PROG_TEST_RUN)
 *	driver	frames that come to IN as they do from a network card, without
 *		an sk_buff around them, made by the kernel (live frames, Linux
 *		5.18) and sent on to OUT by a program
 *	veth	frames that a socket sends to OUT: to show them to a program,
 *		veth has to copy them first, whatever the program
 *
 * Each round is a line of JSON, in ns for a frame: all that happens to it, from
 * the sender until the host throws it away as nobody's, on one CPU.  Lost are
 * those that did not come out of IN.  Exit status 77 if BPF programs may not be
 *loaded here.
 */
#include "netns-lab/tools/tool.h"
#include "netns-lab/tools/xdp_way.h"

#include <errno.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CANNOT 77

static const struct xdp_frame frames[] = {
	{ "UDP IPv4 60", 60, 0x0800, 23, 17, 0x45 },
	{ "UDP IPv6 1514", 1514, 0x86dd, 20, 17, 0x60 },
	{ "UDP IPv6 62", 62, 0x86dd, 20, 17, 0x60 },
	{ "UDP IPv4 1514", 1514, 0x0800, 23, 17, 0x45 },
	{ "ARP", 60, 0x0806, 15, 1, 0 },
	{ "VRRP of others", 60, 0x0800, 23, 112, 0x45 },
};

/* On the way they differ less. */
#define ALONE 6
#define WAY   2

static void print_ns(const char *key, double ns)
{
	if (ns < 0)
		printf(",\"%s_ns\":null", key);
	else
		printf(",\"%s_ns\":%.2f", key, ns);
}

/* The order changes, so that what the CPU was doing before is fair to all. */
static int measure_round(struct xdp_bench *bench, const struct xdp_way *way,
			 const struct xdp_frame *frame, int round)
{
	double ns[XDP_PROGRAMS] = { 0 };
	unsigned lost = 0;

	for (int i = 0; i < XDP_PROGRAMS; i++) {
		enum xdp_program program =
			(enum xdp_program)((i + round) % XDP_PROGRAMS);
		int err = way->measure(bench, frame, program, &ns[program],
				       &lost);

		if (err)
			return err;
	}
	printf("{\"way\":\"%s\",\"frame\":\"%s\",\"lost\":%u", way->name,
	       frame->name, lost);
	print_ns("none", ns[XDP_NONE]);
	print_ns("pass", ns[XDP_PASSES]);
	print_ns("tap", ns[XDP_TAP]);
	puts("}");
	return 0;
}

static int measure_way(struct xdp_bench *bench, const struct xdp_way *way,
		       int rounds)
{
	int err = 0;

	for (int i = 0; i < (way == xdp_ways ? ALONE : WAY) && !err; i++)
		for (int round = 0; round < rounds && !err; round++)
			err = measure_round(bench, way, &frames[i], round);
	if (err)
		fprintf(stderr, "xdp_cost: %s: %s\n", way->name,
			strerror(-err));
	return err;
}

static void stay_here(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)sched_getcpu(), &set);
	(void)sched_setaffinity(0, sizeof(set), &set);
}

static int usage(void)
{
	fprintf(stderr, "usage: xdp_cost [-r ROUNDS] OUT IN\n");
	return 2;
}

int main(int argc, char **argv)
{
	struct xdp_bench *bench;
	int rounds = 31, option, err;

	while ((option = getopt(argc, argv, "r:")) == 'r')
		rounds = atoi(optarg);
	if (option != -1 || argc - optind != 2 || rounds < 1)
		return usage();
	tool_be_prompt();
	stay_here();
	err = xdp_bench_open(&bench, argv[optind], argv[optind + 1]);
	if (err) {
		fprintf(stderr, "xdp_cost: %s\n", strerror(-err));
		return err == -EPERM ? CANNOT : 1;
	}
	for (int i = 0; i < XDP_WAYS && !err; i++)
		err = measure_way(bench, &xdp_ways[i], rounds);
	xdp_bench_close(bench);
	return err ? 1 : 0;
}
