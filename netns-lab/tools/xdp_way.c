/* SPDX-License-Identifier: MIT */
/*
 * Each way has the clock that fits.  The program alone: the CPU time of this
 * thread, as a test run waits for RCU besides.  Frames as from a driver: the
 * kernel's own watch, which stands still while others run.  Frames through a
 * socket: CLOCK_MONOTONIC, as there are kernels that do not charge us for what
 * comes in, and the median of slices shorter than a tick, of which whoever else
 * wants the CPU disturbs but a few.
 *
 * All happens on this CPU, in our own system calls: the kernel sends, and at
 * the end of each batch receives what it has sent before it returns.
 */
#include "netns-lab/tools/xdp_way.h"

#include "netns-lab/tools/tool.h"
#include "netns-lab/tools/xdp_cable.h"
#include "vrrpd/bpf_objects.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Frames in a measurement. */
#define ALONE  200000
#define LIVE   16384
#define SLICES 15
#define SLICE  256

/* Of a kernel that has them; the headers may be older. */
#define LIVE_FRAMES (1u << 1)

#define LONGEST 1514

struct xdp_bench {
	struct xdp_cable cable;
	struct bpf_object *object;
	int programs[XDP_PROGRAMS]; /* descriptors; -1 for XDP_NONE */
	int redirect;               /* sends to the cable's `out` */
	uint8_t frame[LONGEST];
};

/* To nobody's address, so that the host throws it away as soon as it may. */
static const uint8_t *make(struct xdp_bench *bench,
			   const struct xdp_frame *frame)
{
	static const uint8_t macs[12] = { 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2 };
	uint8_t *at = bench->frame;

	memset(at, 0, sizeof(bench->frame));
	memcpy(at, macs, sizeof(macs));
	at[12] = (uint8_t)(frame->type >> 8);
	at[13] = (uint8_t)frame->type;
	at[14] = frame->version;
	at[frame->at] = frame->value;
	return at;
}

static double cpu_time(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts);
	return (double)ts.tv_sec * 1e9 + (double)ts.tv_nsec;
}

static int measure_alone(struct xdp_bench *bench, const struct xdp_frame *frame,
			 enum xdp_program program, double *ns, unsigned *lost)
{
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = make(bench, frame),
		.data_size_in = frame->len,
		.repeat = ALONE,
	};
	double began = cpu_time();
	int err;

	(void)lost;
	*ns = -1;
	if (program == XDP_NONE)
		return 0;
	err = bpf_prog_test_run_opts(bench->programs[program], &opts);
	*ns = (cpu_time() - began) / ALONE;
	return err || opts.retval == XDP_PASS ? err : -EPROTO;
}

static int run_live(struct xdp_bench *bench, const struct xdp_frame *frame,
		    double *ns)
{
	struct xdp_md context = { .data_end = frame->len };
	struct bpf_test_run_opts opts = {
		.sz = sizeof(opts),
		.data_in = make(bench, frame),
		.data_size_in = frame->len,
		.ctx_in = &context,
		.ctx_size_in = sizeof(context),
		.flags = LIVE_FRAMES,
		.repeat = LIVE,
	};
	int err = bpf_prog_test_run_opts(bench->redirect, &opts);

	*ns = opts.duration;
	return err;
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int run_socket(struct xdp_bench *bench, const struct xdp_frame *frame,
		      double *ns)
{
	const uint8_t *at = make(bench, frame);
	int64_t slices[SLICES];

	for (int i = 0; i < SLICES; i++) {
		int64_t began = tool_monotonic();
		int err = xdp_cable_send(&bench->cable, at, frame->len, SLICE);

		if (err)
			return err;
		slices[i] = tool_monotonic() - began;
	}
	qsort(slices, SLICES, sizeof(slices[0]), compare);
	*ns = (double)slices[SLICES / 2] / SLICE;
	return 0;
}

typedef int run_frames(struct xdp_bench *bench, const struct xdp_frame *frame,
		       double *ns);

static int measure_wire(struct xdp_bench *bench, const struct xdp_frame *frame,
			int program, double *ns, run_frames *run,
			unsigned *missing)
{
	struct xdp_cable *cable = &bench->cable;
	int err = xdp_cable_attach(cable, program);
	uint32_t before = xdp_cable_received(cable);

	if (!err)
		err = run(bench, frame, ns);
	*missing -= xdp_cable_received(cable) - before;
	return err;
}

static int measure_driver(struct xdp_bench *bench,
			  const struct xdp_frame *frame,
			  enum xdp_program program, double *ns, unsigned *lost)
{
	int err = xdp_cable_set_gro(&bench->cable, true);

	*lost += LIVE;
	return err ? err
		   : measure_wire(bench, frame, bench->programs[program], ns,
				  run_live, lost);
}

/* As veth is by default. */
static int measure_veth(struct xdp_bench *bench, const struct xdp_frame *frame,
			enum xdp_program program, double *ns, unsigned *lost)
{
	int err = xdp_cable_set_gro(&bench->cable, false);

	*lost += SLICES * SLICE;
	return err ? err
		   : measure_wire(bench, frame, bench->programs[program], ns,
				  run_socket, lost);
}

const struct xdp_way xdp_ways[XDP_WAYS] = { { "program", measure_alone },
					    { "driver", measure_driver },
					    { "veth", measure_veth } };

/* "return XDP_PASS", "return bpf_redirect(ifindex, 0)" */
static int load_small(int ifindex)
{
	const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	const struct bpf_insn redirect[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K,
		  .dst_reg = BPF_REG_1,
		  .imm = ifindex },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_2 },
		{ .code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_redirect },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return ifindex ? bpf_prog_load(BPF_PROG_TYPE_XDP, "redirect", "MIT",
				       redirect, 4, NULL)
		       : bpf_prog_load(BPF_PROG_TYPE_XDP, "pass", "MIT", pass,
				       2, NULL);
}

static int silent(enum libbpf_print_level level, const char *format,
		  va_list list)
{
	(void)level, (void)format, (void)list;
	return 0;
}

/* All VRIDs are others', as no rules are written. */
static int load(struct xdp_bench *bench)
{
	int err;

	libbpf_set_print(silent);
	bench->object = bpf_object__open_mem(
		xdp_object, (size_t)(xdp_object_end - xdp_object), NULL);
	if (!bench->object)
		return -errno;
	err = bpf_object__load(bench->object);
	if (err)
		return err;
	bench->programs[XDP_NONE] = -1;
	bench->programs[XDP_TAP] = bpf_program__fd(
		bpf_object__find_program_by_name(bench->object, "xdp_tap"));
	bench->programs[XDP_PASSES] = load_small(0);
	bench->redirect = load_small(bench->cable.out);
	return bench->programs[XDP_PASSES] < 0 || bench->redirect < 0 ? -errno
								      : 0;
}

int xdp_bench_open(struct xdp_bench **result, const char *out, const char *in)
{
	struct xdp_bench *bench = calloc(1, sizeof(*bench));
	int err;

	if (!bench)
		return -ENOMEM;
	err = xdp_cable_open(&bench->cable, out, in);
	if (!err)
		err = load(bench);
	if (err)
		xdp_bench_close(bench);
	else
		*result = bench;
	return err;
}

/* The small programs end with this process. */
void xdp_bench_close(struct xdp_bench *bench)
{
	xdp_cable_close(&bench->cable);
	bpf_object__close(bench->object);
	free(bench);
}
