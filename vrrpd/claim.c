/* SPDX-License-Identifier: MIT */
/*
 * After each step the claim looks again at what is wanted now.  Steps that
 * end an outage or a duplicate answer go before the others; those that wait
 * for the kernel come last, so that of many claims that move together none
 * waits for the slow half of another.  Of those that open, each has its first
 * addresses before any has its rest, and of the rest, the shortest list is
 * first.
 */
#include "vrrpd/claim.h"

#include "vrrpd/container.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define CONFIRM_TRIES 1000 /* of 0.2 ms */
#define CHECK_TRIES   3
#define DEPRECATED    16 /* addresses at a time: some 2 ms */

/* From the most urgent on; not at all: 0. */
enum {
	URGENT_FIRST = WORKER_URGENCIES - 1, /* or silence */
	URGENT_AWAIT = URGENT_FIRST - 1,
	URGENT_REST = URGENT_AWAIT - 1, /* by size; and after it, confirm */
};

static struct claim *of_job(struct job *job)
{
	return container_of(job, struct claim, job);
}

/* A list of up to 1, 3, 7... addresses goes before the next longer one. */
static unsigned urgency_by_size(size_t count)
{
	unsigned urgency = URGENT_REST;

	for (; count > 1 && urgency > 3; count /= 2)
		urgency -= 2;
	return urgency;
}

static void open_some(struct claim *claim)
{
	struct gate *gate = &claim->gate;

	claim->err =
		gate_opening_proceed(claim->netlink, gate, &claim->opening);
	claim->job.again = claim->opening.stage != OPENING_DONE;
	claim->job.urgency = claim->opening.stage == OPENING_AWAIT
				     ? URGENT_AWAIT
				     : urgency_by_size(gate->count);
}

/* On the worker's thread: it alone touches the gate while a job is posted. */
static void run(struct job *job)
{
	struct claim *claim = of_job(job);
	struct gate *gate = &claim->gate;
	struct netlink *nl = claim->netlink;

	claim->err = 0;
	claim->differences = 0;
	claim->leftovers = false;
	switch (claim->step) {
	case STEP_CREATE:
		claim->err = gate_create(nl, gate, &claim->leftovers);
		if (claim->err) /* another try begins with another gate */
			gate_destroy(nl, gate);
		break;
	case STEP_READDRESS:
		claim->err = gate_readdress(nl, gate, claim->taking,
					    claim->taking_count,
					    claim->actual == CLAIM_OPEN);
		break;
	case STEP_PREPARE:
		claim->err = gate_prepare(nl, gate);
		break;
	case STEP_OPEN:
		open_some(claim);
		break;
	case STEP_CONFIRM:
		claim->err = gate_confirm(nl, gate);
		job->again =
			claim->err == -EAGAIN && ++claim->tries < CONFIRM_TRIES;
		break;
	case STEP_DEPRECATE:
		claim->err =
			gate_deprecate(nl, gate, claim->deprecated, DEPRECATED);
		break;
	case STEP_SILENCE:
		claim->err = gate_silence(nl, gate);
		break;
	case STEP_CLOSE:
		claim->err = gate_close(nl, gate);
		break;
	case STEP_CHECK:
		if (claim->actual != CLAIM_ABSENT)
			claim->err = gate_check(nl, gate,
						claim->actual == CLAIM_OPEN,
						&claim->differences);
		break;
	case STEP_DESTROY:
		if (claim->give_back)
			claim->err = gate_give_back(nl, gate);
		gate_destroy(nl, gate);
		break;
	}
}

static bool is_reached(const struct claim *claim)
{
	return claim->actual == claim->wanted &&
	       (!claim->next || claim->actual == CLAIM_ABSENT) &&
	       (claim->actual != CLAIM_OPEN || claim->confirmed);
}

/*
 * Will the addresses be where they are?  Then they are not even touched: the
 * routes through the interface would go with its last address.
 */
static bool is_to_stay(const struct claim *claim)
{
	return claim->give_back && claim->gate.name[0] == '\0';
}

/* Before it opens, or where it is to stay as it is; a gate that closes has
   to take back the addresses that it has. */
static bool is_to_readdress(const struct claim *claim)
{
	return claim->next &&
	       (claim->actual == claim->wanted ||
		(claim->actual == CLAIM_CLOSED && claim->wanted == CLAIM_OPEN));
}

/* When nothing is wanted that it is not. */
static bool idle_step(const struct claim *claim, enum claim_step *step)
{
	bool deprecates = claim->actual == CLAIM_OPEN &&
			  claim->deprecated < claim->to_deprecate;

	*step = STEP_CHECK;
	if (deprecates && !claim->unsettled)
		*step = STEP_DEPRECATE;
	return deprecates || claim->check;
}

static unsigned urgency(const struct claim *claim)
{
	switch (claim->step) {
	case STEP_PREPARE:
	case STEP_OPEN:
	case STEP_SILENCE:
		return URGENT_FIRST;
	case STEP_READDRESS:
		if (claim->wanted != CLAIM_OPEN)
			return 0;
		if (claim->actual == CLAIM_CLOSED)
			return URGENT_FIRST;
		return urgency_by_size(claim->taking_count);
	case STEP_CONFIRM:
		return urgency_by_size(claim->gate.count) - 1;
	case STEP_CREATE:
	case STEP_DEPRECATE:
	case STEP_CLOSE:
	case STEP_CHECK:
	case STEP_DESTROY:
		break;
	}
	return 0;
}

/* All at once, or first what makes no noise? */
static enum claim_step first_to_open(const struct claim *claim)
{
	if (!claim->beside || !gate_speaks_early(&claim->gate))
		return STEP_OPEN;
	if (claim->actual == CLAIM_CLOSED)
		return STEP_PREPARE;
	return claim->confirmed ? STEP_OPEN : STEP_CONFIRM;
}

/* What leads from `actual` towards `wanted`; false: nothing to do. */
static bool next_step(const struct claim *claim, enum claim_step *step)
{
	enum claim_state wanted = claim->wanted;

	if (is_reached(claim))
		return idle_step(claim, step);
	if (is_to_readdress(claim)) {
		*step = STEP_READDRESS;
		return true;
	}
	switch (claim->actual) {
	case CLAIM_ABSENT:
		*step = STEP_CREATE;
		break;
	case CLAIM_CLOSED:
		*step = wanted == CLAIM_OPEN ? first_to_open(claim)
					     : STEP_DESTROY;
		break;
	case CLAIM_SILENT:
		*step = wanted == CLAIM_OPEN ? first_to_open(claim)
					     : STEP_DESTROY;
		if (wanted == CLAIM_CLOSED)
			*step = STEP_CLOSE;
		break;
	case CLAIM_OPEN:
		*step = wanted == CLAIM_OPEN ? STEP_CONFIRM : STEP_SILENCE;
		if (wanted == CLAIM_ABSENT && is_to_stay(claim))
			*step = STEP_DESTROY;
		break;
	}
	return true;
}

/* The gate has what it was to take over. */
static void taken_over(struct claim *claim)
{
	free(claim->addresses);
	claim->addresses = claim->taking;
	claim->taking = NULL;
}

static void take_next(struct claim *claim)
{
	claim->taking = claim->next;
	claim->taking_count = claim->next_count;
	claim->next = NULL;
}

static void proceed(struct claim *claim)
{
	if (claim->job.posted || claim->abandoned)
		return;
	if (claim->next && claim->actual == CLAIM_ABSENT) {
		take_next(claim); /* nothing of it is in the kernel */
		claim->gate.addresses = claim->taking;
		claim->gate.count = claim->taking_count;
		taken_over(claim);
	}
	if (!next_step(claim, &claim->step))
		return;
	if (claim->step == STEP_CHECK)
		claim->check = false;
	if (claim->step == STEP_READDRESS)
		take_next(claim);
	claim->opening = (struct gate_opening){ 0 };
	claim->job.urgency = urgency(claim);
	worker_post(claim->worker, &claim->job);
}

/*
 * The step did not work: where does that leave the claim?  True if what is
 * wanted now cannot be; the wish may have changed while the step was under
 * way, and there may be another way to it.
 */
static bool failed(struct claim *claim)
{
	enum claim_state wanted = claim->wanted;

	switch (claim->step) {
	case STEP_CREATE:
		claim->wanted = CLAIM_ABSENT;
		return wanted != CLAIM_ABSENT;
	case STEP_READDRESS: /* some of them may be there, or still there */
		claim->check = true;
		if (wanted != CLAIM_OPEN)
			return false;
		claim->wanted = CLAIM_CLOSED;
		return true;
	case STEP_PREPARE: /* then without: some of it may be there */
		claim->actual = CLAIM_SILENT;
		claim->beside = false;
		return false;
	case STEP_OPEN: /* some of it may be there: take it back */
		claim->actual = CLAIM_SILENT;
		if (wanted != CLAIM_OPEN)
			return false;
		claim->wanted = CLAIM_CLOSED;
		return true;
	case STEP_SILENCE: /* closing will do */
		claim->actual = CLAIM_SILENT;
		return false;
	case STEP_CLOSE:
		claim->actual = CLAIM_CLOSED;
		claim->check = true;
		return claim->unsettled && wanted == CLAIM_CLOSED;
	case STEP_CHECK:
		return is_reached(claim);
	case STEP_CONFIRM: /* late, but it cannot be helped */
		claim->confirmed = true;
		return false;
	case STEP_DEPRECATE: /* as it is open for longer now */
		claim->deprecated = claim->to_deprecate;
		return false;
	case STEP_DESTROY: /* but the parent has not got back what it had */
		claim->actual = CLAIM_ABSENT;
		return wanted == CLAIM_ABSENT;
	}
	return false;
}

/* All of it is to be deprecated that is, or has just been, opened. */
static void opened(struct claim *claim)
{
	claim->deprecated = 0;
	claim->to_deprecate = claim->gate.deprecate.count;
}

static void succeeded(struct claim *claim)
{
	switch (claim->step) {
	case STEP_CREATE:
	case STEP_CLOSE:
		claim->actual = CLAIM_CLOSED;
		break;
	case STEP_READDRESS:
		claim->confirmed = claim->gate.family == AF_INET;
		opened(claim);
		break;
	case STEP_PREPARE:
		claim->actual = CLAIM_SILENT;
		claim->confirmed = false;
		break;
	case STEP_OPEN:
		claim->actual = CLAIM_OPEN;
		claim->confirmed = claim->gate.family == AF_INET;
		opened(claim);
		break;
	case STEP_DEPRECATE:
		claim->deprecated += DEPRECATED;
		break;
	case STEP_CONFIRM:
		claim->confirmed = true;
		break;
	case STEP_SILENCE:
		claim->actual = CLAIM_SILENT;
		break;
	case STEP_DESTROY:
		claim->actual = CLAIM_ABSENT;
		claim->check = false; /* of nothing */
		break;
	case STEP_CHECK:
		break;
	}
}

/* A kernel that answers a look in error: better patient than inactive. */
static bool is_to_be_repeated(const struct claim *claim)
{
	return claim->step == STEP_CHECK && claim->err &&
	       claim->tries < CHECK_TRIES;
}

static void done(struct job *job)
{
	struct claim *claim = of_job(job);
	bool impossible = false;

	if (claim->abandoned)
		return;
	claim->ifindex = claim->gate.ifindex;
	claim->fence_error = claim->gate.fence_error;
	if (claim->step == STEP_READDRESS)
		taken_over(claim);
	if (is_to_be_repeated(claim)) {
		claim->tries++;
		claim->check = true;
		proceed(claim);
		return;
	}
	claim->tries = 0;
	if (claim->err)
		impossible = failed(claim);
	else
		succeeded(claim);
	if (!claim->err && claim->differences > 0) {
		/* The next change may have come before we knew the ifindex
		   that the repair gave to the macvlan. */
		claim->check = true;
		opened(claim);
		claim->repaired(claim, claim->differences);
	}
	if (impossible || (claim->unsettled && is_reached(claim) &&
			   claim->step != STEP_DEPRECATE)) {
		claim->unsettled = false;
		claim->settled(claim, impossible ? claim->err : 0);
	}
	proceed(claim);
}

void claim_init(struct claim *claim)
{
	claim->job.run = run;
	claim->job.done = done;
	claim->wanted = claim->actual = CLAIM_ABSENT;
}

void claim_free(struct claim *claim)
{
	if (claim->abandoned)
		gate_abandon(&claim->gate);
	free(claim->addresses);
	free(claim->next);
	free(claim->taking);
}

/* What can wait does, in favour of what is wanted now. */
static void put_off(struct claim *claim)
{
	bool waits = claim->step == STEP_CHECK || claim->step == STEP_CONFIRM ||
		     claim->step == STEP_DEPRECATE;

	if (!waits || !worker_recall(claim->worker, &claim->job))
		return;
	claim->check |= claim->step == STEP_CHECK;
	claim->tries = 0;
}

void claim_set(struct claim *claim, enum claim_state wanted)
{
	put_off(claim);
	claim->wanted = wanted;
	claim->unsettled = true;
	if (wanted == claim->actual)
		claim->check = true; /* it goes the same way, and is verified */
	proceed(claim);
}

int claim_readdress(struct claim *claim, const struct address *addresses,
		    size_t count)
{
	/* One more, as none is no reason to have no memory. */
	struct address *copy = calloc(count + 1, sizeof *copy);

	if (!copy)
		return -ENOMEM;
	memcpy(copy, addresses, count * sizeof *copy);
	free(claim->next);
	claim->next = copy;
	claim->next_count = count;
	claim->unsettled |= claim->actual != CLAIM_ABSENT;
	proceed(claim);
	return 0;
}

void claim_abandon(struct claim *claim)
{
	claim->abandoned = true;
}

void claim_check(struct claim *claim)
{
	claim->check = true;
	proceed(claim);
}

bool claim_is_settled(const struct claim *claim)
{
	return !claim->job.posted && claim->wanted == claim->actual;
}
