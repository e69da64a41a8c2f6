/* SPDX-License-Identifier: MIT */
/*
 * Nothing is kept of what was drained for whom: an answer is given when none
 * of those that have the name is on its way out, and tells what they are then.
 * So it does not matter what else has happened to them in the meantime.
 */
#include "vrrpd/drain.h"

#include "vrrpd/control.h"
#include "vrrpd/log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long after its deadline to look at what came of a router's wait. */
#define LATER INT64_C(10000)

/* NULL is anybody's name. */
static bool is_named(const struct router *r, const char *name)
{
	return !name || strcmp(r->config->name, name) == 0;
}

static size_t count_named(const struct routers *set, const char *name)
{
	size_t count = 0;

	for (struct member *m = set->members; m; m = m->next)
		count += is_named(&m->router, name);
	return count;
}

/* ---- What came of it ---- */

static const char *outcome(const struct router *r)
{
	if (!r->drained)
		return vrrp_is_serving(&r->vrrp) ? "serves-on" : "in-service";
	if (!r->served)
		return "not-active";
	return r->last.reason == VRRP_HANDED_OVER ? "handed-over" : "stopped";
}

static struct status_outcome describe(const struct router *r,
				      const char *outcome)
{
	bool follows = strcmp(outcome, "handed-over") == 0 && r->has_active;

	return (struct status_outcome){
		.name = r->config->name,
		.interface = r->interface->name,
		.vrid = (uint8_t)r->config->vrid,
		.family = r->af,
		.outcome = outcome,
		.successor = follows ? r->active : NULL,
	};
}

/* Of all that have the name, as `judge` sees them; NULL: no memory. */
static char *tell(const struct routers *set, const char *name,
		  const char *(*judge)(const struct router *r))
{
	size_t room = count_named(set, name), count = 0;
	struct status_outcome *list = calloc(room + 1, sizeof *list);
	char *text;

	if (!list)
		return NULL;
	for (struct member *m = set->members; m; m = m->next)
		if (is_named(&m->router, name))
			list[count++] = describe(&m->router, judge(&m->router));
	text = status_outcomes(list, count);
	free(list);
	return text;
}

static const char *title_of(const char *name)
{
	return name ? name : "all virtual routers";
}

static void log_outcomes(const struct routers *set, const char *name)
{
	bool all = true;

	for (struct member *m = set->members; m; m = m->next) {
		const struct router *r = &m->router;

		if (!is_named(r, name) || r->drained)
			continue;
		all = false;
		log_warn("%s: not drained: %s", r->title,
			 vrrp_is_serving(&r->vrrp) ? "nobody has taken over"
						   : "it was resumed");
	}
	if (all)
		log_info("drained: %s", title_of(name));
}

/* ---- Drain ---- */

/* Out, or not to be any more; who is to be replaced, has not been yet. */
static bool is_settled(const struct router *r)
{
	if (r->ended || r->vrrp.state == VRRP_LEAVING)
		return false;
	return !r->drained || claim_is_settled(&r->claim);
}

static bool are_settled(const struct routers *set, const char *name)
{
	for (struct member *m = set->members; m; m = m->next)
		if (is_named(&m->router, name) && !is_settled(&m->router))
			return false;
	return true;
}

static bool are_drained(const struct routers *set)
{
	for (struct member *m = set->members; m; m = m->next)
		if (!m->router.drained)
			return false;
	return true;
}

static void finish(struct drain *drain, struct drain_request *request)
{
	struct routers *set = drain->routers;
	const char *name = request->all ? NULL : request->name;
	char *answer;

	if (count_named(set, name) == 0) {
		answer = status_error("no virtual router has this name now");
	} else {
		log_outcomes(set, name);
		answer = tell(set, name, outcome);
	}
	if (request->all)
		routers_hold(set,
			     are_drained(set) ? PROMISES_OUT : PROMISES_FREE);
	control_give(drain->control, request->ticket, answer);
	request->ticket = 0;
}

static void refuse(struct drain *drain, struct drain_request *request)
{
	control_give(drain->control, request->ticket,
		     status_error("vrrpd is leaving"));
	request->ticket = 0;
}

/* Who stays for want of a successor asks the kernel for nothing: its deadline
   is all that there is to wait for. */
static int64_t next_look(const struct routers *set)
{
	int64_t next = LOOP_NEVER, now = loop_now();

	for (struct member *m = set->members; m; m = m->next) {
		const struct vrrp *v = &m->router.vrrp;

		if (v->state == VRRP_LEAVING && v->deadline < next)
			next = v->deadline;
	}
	if (next == LOOP_NEVER)
		return next;
	return (next > now ? next : now) + LATER;
}

void drain_proceed(struct drain *drain)
{
	struct routers *set = drain->routers;
	bool waiting = false;

	for (size_t i = 0; i < DRAIN_REQUESTS; i++) {
		struct drain_request *request = &drain->requests[i];

		if (!request->ticket)
			continue;
		if (!routers_config(set))
			refuse(drain, request);
		else if (are_settled(set, request->all ? NULL : request->name))
			finish(drain, request);
		else
			waiting = true;
	}
	if (waiting)
		loop_set(set->loop, &drain->timer, next_look(set));
}

static void expired(struct timer *timer, int64_t now)
{
	(void)now;
	drain_proceed(container_of(timer, struct drain, timer));
}

static struct drain_request *free_request(struct drain *drain)
{
	for (size_t i = 0; i < DRAIN_REQUESTS; i++)
		if (!drain->requests[i].ticket)
			return &drain->requests[i];
	return NULL;
}

/* The answer is due in another turn at the earliest. */
static char *begin(struct drain *drain, const char *name)
{
	struct routers *set = drain->routers;
	struct drain_request *request = free_request(drain);

	if (!request)
		return status_error("too many drains are under way");
	log_info("draining: %s", title_of(name));
	request->ticket = control_defer(drain->control);
	request->all = !name;
	snprintf(request->name, sizeof request->name, "%s", name ? name : "");
	if (!name)
		routers_hold(set, PROMISES_ASKED);
	for (struct member *m = set->members; m; m = m->next)
		if (is_named(&m->router, name))
			router_drain(&m->router);
	loop_set(set->loop, &drain->timer, loop_now());
	return NULL;
}

/* ---- Resume ---- */

static const char *resumption(const struct router *r)
{
	return r->drained ? "resumed" : "not-drained";
}

static char *resume(struct drain *drain, const char *name)
{
	struct routers *set = drain->routers;
	char *answer = tell(set, name, resumption);

	log_info("resuming: %s", title_of(name));
	if (!name)
		routers_forget_drained(set);
	routers_hold(set, PROMISES_FREE);
	for (struct member *m = set->members; m; m = m->next)
		if (is_named(&m->router, name))
			router_resume(&m->router);
	return answer;
}

/* ---- Requests ---- */

/* What follows the verb, "" or " NAME"; NULL: it is another request. */
static const char *rest_of(const char *request, const char *verb)
{
	size_t len = strlen(verb);

	if (strncmp(request, verb, len) != 0 ||
	    (request[len] && request[len] != ' '))
		return NULL;
	return request + len;
}

bool drain_is_asked(const char *request)
{
	return rest_of(request, "drain") || rest_of(request, "resume");
}

char *drain_answer(struct drain *drain, const char *request)
{
	const char *drained = rest_of(request, "drain");
	const char *rest = drained ? drained : rest_of(request, "resume");
	const char *name = *rest ? rest + 1 : NULL;

	if (!routers_config(drain->routers))
		return status_error("vrrpd is leaving");
	if (count_named(drain->routers, name) == 0)
		return status_error("no virtual router has this name");
	return drained ? begin(drain, name) : resume(drain, name);
}

void drain_init(struct drain *drain, struct routers *routers)
{
	drain->routers = routers;
	drain->timer.expired = expired;
}
