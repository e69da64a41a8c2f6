/* SPDX-License-Identifier: MIT */
/*
 * A reload without its file: each virtual router of a host gets a configuration
 * that differs in one thing.  What would end it and start another one is no
 * change at run time, and no verb: a story stops and starts its host for that.
 */
#include "tests/sim/change.h"

#include "tests/sim/check.h"
#include "tests/sim/introduce.h"
#include "tests/sim/script.h"
#include "tests/sim/trace.h"

#include <stdlib.h>
#include <string.h>

struct change {
	enum { PRIORITY, INTERVAL, PREEMPT, ADDRESS_COUNT } what;
	int64_t value;
};

static struct change read_change(struct script *s)
{
	if (script_accepts(s, "priority"))
		return (struct change){ PRIORITY, script_number(s) };
	if (script_accepts(s, "interval"))
		return (struct change){ INTERVAL, script_time(s) };
	if (script_accepts(s, "addresses"))
		return (struct change){ ADDRESS_COUNT,
					introduce_read_addresses(s) };
	if (script_accepts(s, "preempt"))
		return (struct change){ PREEMPT,
					strcmp(script_word(s), "off") != 0 };
	script_fail(s, "what of it is to be set?");
}

static struct config_router *copy(const struct config_router *from)
{
	size_t count = from->ipv4_count + from->ipv6_count;
	struct config_router *to = malloc(sizeof *to);

	if (!to)
		abort();
	*to = *from;
	to->name = strdup(from->name);
	to->addresses = calloc(count, sizeof *to->addresses);
	if (!to->name || !to->addresses)
		abort();
	memcpy(to->addresses, from->addresses, count * sizeof *to->addresses);
	return to;
}

static struct config_router *make(const struct config_router *from,
				  const struct change *change)
{
	struct config_router *to = copy(from);

	switch (change->what) {
	case PRIORITY:
		to->priority = (int)change->value;
		break;
	case INTERVAL:
		to->interval = change->value;
		break;
	case PREEMPT:
		to->preempt = change->value != 0;
		break;
	case ADDRESS_COUNT:
		free(to->addresses);
		introduce_addresses(to, (int)change->value);
		break;
	}
	return to;
}

/* Planned, and so nobody may miss an address for it. */
void change_one(struct script *s)
{
	struct host *host = script_host(s);
	struct change change = read_change(s);

	if (change.what == PRIORITY &&
	    (change.value < 1 || change.value > VRRP_OWNER))
		script_fail(s, "priorities are from 1 to 255");
	if (!host->many)
		trace_host(host, "gets another configuration");
	check_hold();
	for (size_t n = 0; n < host->block_count; n++)
		if (!host_change_block(host, n, make(host->blocks[n], &change)))
			script_fail(s, "for that %s has to start anew",
				    host->name);
	check_disturb(DISTURB_START);
}
