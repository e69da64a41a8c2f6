/* SPDX-License-Identifier: MIT */
/*
 * Sentences for people who were woken at night: what, then why, then whatever
 * made it later than it should have been.
 */
#include "vrrpd/transition.h"

#include "vrrpd/log.h"
#include "vrrpd/router.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define LATE 2000 /* us: worth mentioning */

static const char *state_title(enum vrrp_state state)
{
	static const char *const title[] = {
		[VRRP_INITIALIZE] = "Initialize",
		[VRRP_BACKUP] = "Backup",
		[VRRP_ACTIVE] = "Active",
		[VRRP_LEAVING] = "Leaving",
	};
	return title[state];
}

/* "3.6 s" or "36.1 ms". */
static void format_time(char *text, size_t size, int64_t us)
{
	if (us < 1000000)
		snprintf(text, size, "%.1f ms", (double)us / 1000);
	else
		snprintf(text, size, "%.1f s", (double)us / 1000000);
}

static void explain(const struct router *r, char *text, size_t size)
{
	char active[INET6_ADDRSTRLEN] = "another router", silence[32];
	int priority = r->vrrp.par.priority;

	if (r->has_active)
		inet_ntop(r->af, r->active, active, sizeof active);
	format_time(silence, sizeof silence, r->last.silence);
	switch (r->last.reason) {
	case VRRP_STARTED:
		snprintf(text, size, "started with priority %d", priority);
		break;
	case VRRP_RESUMED:
		snprintf(text, size,
			 "it was so before, and nobody has spoken since");
		break;
	case VRRP_NO_RESPONSE:
		snprintf(text, size, "no advertisement%s%s for %s",
			 r->has_active ? " from " : "",
			 r->has_active ? active : "", silence);
		break;
	case VRRP_RESIGNED:
		snprintf(text, size, "%s has resigned", active);
		break;
	case VRRP_PREEMPTED:
		snprintf(text, size, "preempting %s: priority %d, ours is %d",
			 active, r->active_priority, priority);
		break;
	case VRRP_OUTRANKED:
		snprintf(text, size, "%s has priority %d, ours is %d", active,
			 r->active_priority, priority);
		break;
	case VRRP_TIE_LOST:
		snprintf(text, size,
			 "%s has priority %d too, and the higher address",
			 active, priority);
		break;
	case VRRP_STOPPED:
		snprintf(text, size, "%s", r->fault[0] ? r->fault : "stopped");
		break;
	case VRRP_UNABLE:
		snprintf(text, size, "cannot serve the virtual addresses");
		break;
	case VRRP_ASKED:
		snprintf(text, size, "%s",
			 r->drained ? "drained" : "asked to leave");
		break;
	case VRRP_HANDED_OVER:
		snprintf(text, size, "%s has taken over", active);
		break;
	case VRRP_NO_SUCCESSOR:
		snprintf(text, size, "nobody has taken over");
		break;
	case VRRP_NO_REASON:
	case VRRP_REASONS:
		text[0] = '\0';
		break;
	}
}

/* The end itself is always told: nobody but us has asked for it. */
static bool may_log(struct router *r, int64_t now)
{
	unsigned held = 0;

	if (!r->ended && !log_burst_allows(&r->transition_limit, now, &held))
		return false;
	if (held > 0)
		log_warn("%s: %u lines about it were held back in the last "
			 "minutes: it changed its state too often",
			 r->title, held);
	return true;
}

/* The machine is to blame, and not the network, or only somewhat late. */
static void blame(struct router *r, char *woke, size_t size)
{
	size_t len = strlen(r->why);
	char late[32];

	format_time(late, sizeof late, r->last.late);
	if (r->last.slipped)
		snprintf(r->why + len, sizeof r->why - len,
			 "; this host was %s late", late);
	else if (r->last.deadline != VRRP_NEVER && r->last.late > LATE)
		snprintf(woke, size, " (woke %s late)", late);
}

void transition_log(struct router *r)
{
	char woke[48] = "";

	explain(r, r->why, sizeof r->why);
	blame(r, woke, sizeof woke);
	if (!may_log(r, r->last.time))
		return;
	log_info("%s: %s, was %s: %s%s", r->title, state_title(r->vrrp.state),
		 state_title(r->last.from), r->why, woke);
	r->counters.new_active_events += r->vrrp.state == VRRP_ACTIVE;
}

/* One line for all of an interface: they share the processor. */
void transition_log_late(struct router *r, int64_t late)
{
	char time[32], more[LOG_HELD];
	unsigned held;

	if (!log_limit_allows(&r->interface->late_limit, loop_now(), &held))
		return;
	format_time(time, sizeof time, late);
	log_warn("%s: advertised %s late: this host did not let vrrpd run, and "
		 "others may have taken over meanwhile%s",
		 r->title, time, log_held(held, more));
}

void transition_remind(struct router *r, int64_t now)
{
	const struct log_limit *limit = &r->transition_limit;

	if (limit->held > 0 && now >= limit->until && may_log(r, now))
		log_info("%s: %s now: %s", r->title, state_title(r->vrrp.state),
			 r->why);
}

void transition_log_fault(struct router *r)
{
	if (strstr(r->fault, INTERFACE_PREPARING))
		log_debug("%s: waiting in Initialize: %s", r->title, r->fault);
	else if (may_log(r, loop_now()))
		log_info("%s: waiting in Initialize: %s", r->title, r->fault);
}
