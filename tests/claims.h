/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CLAIMS_H
#define TESTS_CLAIMS_H

/*
 * Claims on real gates, carried out by a real worker.  Each step is written
 * down as it begins, on the worker's thread, and may be made to fail: there it
 * is without the right to change the network.  Include after <cmocka.h>.
 */

#include "netlink/worker.h"
#include "tests/gates.h"
#include "vrrpd/claim.h"

#include <assert.h>
#include <linux/capability.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/syscall.h>

/* With its owner's memory; `claim` is first, so that a claim leads to it. */
struct subject {
	struct claim claim;
	const char *tag; /* before the names of its steps */
	void (*run)(struct job *job);
	enum claim_state then; /* the owner's next wish, once settled */
	bool wishing;          /* is within claim_set() */
	unsigned settled, repaired, differences; /* since the last wish */
	int err;                                 /* of settled() */
};

static struct worker *worker;
static pthread_t loop_thread;

static char trace[8192]; /* the steps, each after a blank */
static unsigned denied;  /* set of steps that may change nothing */
static bool idle;        /* run no step any more */
static const char *cut;  /* is set down before it can be confirmed */

static struct job held;
static sem_t started, let_go;

/* Of this thread alone: threads have their own capabilities. */
static inline void have_rights(bool yes)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3
	};
	struct __user_cap_data_struct data[2];

	syscall(SYS_capget, &header, data);
	data[0].effective &= ~(1u << CAP_NET_ADMIN);
	if (yes)
		data[0].effective |= 1u << CAP_NET_ADMIN;
	syscall(SYS_capset, &header, data);
}

/* A step that is repeated at once is written down once. */
static inline void claims_trace(const char *tag, const char *step)
{
	size_t len = strlen(trace), size;
	char text[32];

	size = (size_t)snprintf(text, sizeof text, " %s%s", tag, step);
	if (len >= size && strcmp(trace + len - size, text) == 0)
		return;
	assert(len + size < sizeof trace);
	strcpy(trace + len, text);
}

static inline void claims_run(struct job *job)
{
	static const char *const names[] = {
		[STEP_CREATE] = "create",       [STEP_OPEN] = "open",
		[STEP_CONFIRM] = "confirm",     [STEP_SILENCE] = "silence",
		[STEP_CLOSE] = "close",         [STEP_CHECK] = "check",
		[STEP_DESTROY] = "destroy",     [STEP_READDRESS] = "readdress",
		[STEP_DEPRECATE] = "deprecate", [STEP_PREPARE] = "prepare",
	};
	struct subject *s =
		(struct subject *)((char *)job - offsetof(struct claim, job));
	bool confirms = s->claim.step == STEP_CONFIRM;

	if (idle) {
		s->claim.err = 0;
		s->claim.differences = 0;
		return;
	}
	claims_trace(s->tag, names[s->claim.step]);
	if (cut && confirms) {
		succeeds("ip link set %s down", cut);
		cut = NULL;
	}
	have_rights(!(denied & 1u << s->claim.step));
	s->run(job);
	have_rights(true);
}

static inline void claims_settled(struct claim *claim, int err)
{
	struct subject *s = (struct subject *)claim;

	assert_false(s->wishing);
	assert_true(pthread_equal(pthread_self(), loop_thread));
	s->settled++;
	s->err = err;
	if (!err)
		assert_int_equal(claim->actual, claim->wanted);
	if (s->then) {
		enum claim_state wanted = s->then;

		s->then = CLAIM_ABSENT;
		claim_set(claim, wanted);
	}
}

static inline void claims_repaired(struct claim *claim, unsigned differences)
{
	struct subject *s = (struct subject *)claim;

	assert_true(pthread_equal(pthread_self(), loop_thread));
	assert_true(differences > 0);
	s->repaired++;
	s->differences += differences;
}

static inline struct subject *subject_new(struct gate gate, const char *tag)
{
	struct subject *s = calloc(1, sizeof *s);

	assert_non_null(s);
	s->tag = tag;
	s->claim.gate = gate;
	s->claim.worker = worker;
	s->claim.netlink = nl;
	s->claim.settled = claims_settled;
	s->claim.repaired = claims_repaired;
	claim_init(&s->claim);
	s->run = s->claim.job.run;
	s->claim.job.run = claims_run;
	return s;
}

/* Once the worker has stopped, or nothing is posted. */
static inline void subject_free(struct subject *s)
{
	gate_destroy(nl, &s->claim.gate);
	claim_free(&s->claim);
	free(s);
}

static inline void wish(struct subject *s, enum claim_state wanted)
{
	s->settled = s->repaired = s->differences = 0;
	s->err = 1;
	s->wishing = true;
	claim_set(&s->claim, wanted);
	s->wishing = false;
}

static inline void dispatch(void)
{
	struct pollfd pollfd = { .fd = worker_fd(worker), .events = POLLIN };

	assert_int_equal(poll(&pollfd, 1, 10000), 1);
	worker_dispatch(worker);
}

/* Until there is nothing left to do. */
static inline void finish(struct subject *s)
{
	for (int i = 0; i < 1000 && s->claim.job.posted; i++)
		dispatch();
	if (s->claim.job.posted)
		fail_msg("it has no end:%.200s", trace);
}

static inline void hold_run(struct job *job)
{
	(void)job;
	sem_post(&started);
	sem_wait(&let_go);
}

static inline void hold_done(struct job *job)
{
	(void)job;
}

/* The worker is busy: what is posted now waits for claims_let_go(). */
static inline void claims_hold(void)
{
	held = (struct job){ .run = hold_run, .done = hold_done };
	worker_post(worker, &held);
	sem_wait(&started);
}

static inline void claims_let_go(void)
{
	sem_post(&let_go);
}

/* The steps since the last time. */
static inline void expect_steps(const char *steps)
{
	assert_string_equal(trace, steps);
	trace[0] = '\0';
}

static inline bool exists(const char *name)
{
	return if_nametoindex(name) > 0;
}

/* Wish, get it, and in no other way. */
static inline void achieve(struct subject *s, enum claim_state wanted,
			   const char *steps)
{
	wish(s, wanted);
	assert_int_equal(s->settled, 0);
	assert_false(claim_is_settled(&s->claim));
	finish(s);
	assert_true(claim_is_settled(&s->claim));
	assert_int_equal(s->settled, 1);
	assert_int_equal(s->err, 0);
	assert_int_equal(s->claim.actual, wanted);
	if (steps)
		expect_steps(steps);
	trace[0] = '\0';
}

static inline int claims_setup(void **state)
{
	loop_thread = pthread_self();
	trace[0] = '\0';
	denied = 0;
	idle = false;
	cut = NULL;
	sem_init(&started, 0, 0);
	sem_init(&let_go, 0, 0);
	setup(state);
	return worker_start(&worker);
}

/* A test that has failed may have left anything behind. */
static inline int claims_teardown(void **state)
{
	idle = true;
	claims_let_go();
	worker_stop(worker);
	sem_destroy(&started);
	sem_destroy(&let_go);
	succeeds("ip link del vip4 2>/dev/null");
	succeeds("ip link del vip6 2>/dev/null");
	return teardown(state);
}

#endif
