/* SPDX-License-Identifier: MIT */
/*
 * Wanted and actual once more: nothing here remembers what is still to be done
 * for a reload.  After each event that may matter, what is there is compared
 * with the configuration.
 */
#include "vrrpd/routers.h"

#include "vrrpd/fence.h"
#include "vrrpd/log.h"
#include "vrrpd/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

struct generation {
	struct config *config;
	unsigned users;
};

/* ---- Configurations ---- */

static void unuse(struct generation *generation)
{
	if (!generation || --generation->users > 0)
		return;
	config_free(generation->config);
	free(generation);
}

static void use(struct generation **slot, struct generation *generation)
{
	if (generation)
		generation->users++;
	unuse(*slot);
	*slot = generation;
}

const struct config *routers_config(const struct routers *set)
{
	return set->wanted ? set->wanted->config : NULL;
}

static bool has_family(const struct config_router *config,
		       enum family_index family)
{
	return (family == IPV4 ? config->ipv4_count : config->ipv6_count) > 0;
}

static bool is_same(const struct router *r, const struct config_router *config)
{
	return r->config->vrid == config->vrid &&
	       strcmp(r->interface->name, config->interface) == 0;
}

/* What is wanted of this router, or NULL: it is not. */
static const struct config_router *find_config(const struct config *config,
					       const struct router *r)
{
	for (size_t n = 0; n < config->count; n++)
		if (is_same(r, &config->routers[n]) &&
		    has_family(&config->routers[n], r->family))
			return &config->routers[n];
	return NULL;
}

/* The router of this family, one that is on its way out only if `ended`. */
static struct router *find_router(const struct routers *set,
				  const struct config_router *config,
				  enum family_index family, bool ended)
{
	for (struct member *m = set->members; m; m = m->next)
		if (m->router.family == family && m->router.ended == ended &&
		    is_same(&m->router, config))
			return &m->router;
	return NULL;
}

/* ---- What is missing ---- */

static int raise_fence(struct routers *set, const struct fence_tables *tables)
{
	char *error = set->no_fence;
	size_t size = sizeof set->no_fence;

	if (tables && fence_inherit(&set->fence, tables, error, size) == 0)
		return 0;
	return fence_open(&set->fence, error, size);
}

void routers_fence(struct routers *set, const char *promises,
		   const struct fence_tables *tables)
{
	int err = promises_open(&set->promises, promises);
	int64_t until;

	if (err)
		log_warn("%s: %s: after a crash all begins anew", promises,
			 strerror(-err));
	if (set->promises)
		set->promise =
			promises_take(set->promises, NAMING_OURS "all", &until);
	routers_recall(set);
	if (raise_fence(set, tables) == 0)
		set->no_fence[0] = '\0';
	else
		log_info("no fence: %s: if this agent hangs or is killed, its "
			 "host goes on answering",
			 set->no_fence);
}

static struct interface *find_interface(struct routers *set, const char *name)
{
	struct interface *i;

	for (i = set->interfaces; i; i = i->next)
		if (!i->closing && strcmp(i->name, name) == 0)
			return i;
	i = calloc(1, sizeof *i);
	if (!i)
		return NULL;
	strcpy(i->name, name);
	i->loop = set->loop;
	i->worker = set->worker;
	i->netlink = set->netlink;
	i->backend = set->backend;
	i->xdp = set->xdp;
	i->fence = set->fence;
	i->promises = set->promises;
	i->no_fence = set->no_fence;
	interface_init(i);
	i->next = set->interfaces;
	set->interfaces = i;
	return i;
}

static int make_member(struct routers *set, const struct config_router *config,
		       enum family_index family)
{
	struct interface *i = find_interface(set, config->interface);
	struct member *m = i ? calloc(1, sizeof *m) : NULL;
	int err;

	if (!m)
		return -ENOMEM;
	err = router_open(&m->router, config, family, i);
	if (!err && !set->elsewhere)
		err = router_begin(&m->router);
	if (err) {
		router_free(&m->router);
		free(m);
		return err;
	}
	if (set->drained)
		m->router.drained = true;
	use(&m->generation, set->wanted);
	m->next = set->members;
	set->members = m;
	if (set->running)
		interface_look(i);
	return 0;
}

static int make_missing(struct routers *set, const struct config_router *config,
			config_report *report, void *arg)
{
	char title[NAMING_TITLE], line[NAMING_TITLE + 64];
	int err = 0;

	for (int family = 0; family < FAMILIES && !err; family++) {
		if (!has_family(config, (enum family_index)family) ||
		    find_router(set, config, (enum family_index)family, false))
			continue;
		err = make_member(set, config, (enum family_index)family);
		if (!err)
			continue;
		naming_title(title, config->name, config->interface,
			     config->vrid, family == IPV4 ? AF_INET : AF_INET6);
		snprintf(line, sizeof line, "%s: %s", title,
			 err == -EADDRINUSE
				 ? "another vrrpd runs this virtual router"
				 : strerror(-err));
		report(arg, line);
	}
	return err;
}

static void pair(const struct routers *set, const struct config_router *config)
{
	struct router *a = find_router(set, config, IPV4, false);
	struct router *b = find_router(set, config, IPV6, false);

	if (a && b && a->config == b->config && a->sibling != b)
		router_pair(a, b);
}

/* Out of the list, or NULL. */
static struct member *take_member(struct routers *set,
				  const struct config_router *config,
				  enum family_index family)
{
	for (struct member **slot = &set->members; *slot;
	     slot = &(*slot)->next) {
		struct member *m = *slot;

		if (m->router.family != family || !is_same(&m->router, config))
			continue;
		*slot = m->next;
		return m;
	}
	return NULL;
}

/* As in the file; at the end who is no more in it. */
static void sort_members(struct routers *set)
{
	const struct config *config = routers_config(set);
	struct member *sorted = NULL, **last = &sorted;

	for (size_t n = 0; config && n < config->count; n++)
		for (int family = 0; family < FAMILIES; family++) {
			*last = take_member(set, &config->routers[n],
					    (enum family_index)family);
			if (*last)
				last = &(*last)->next;
		}
	*last = set->members;
	set->members = sorted;
}

/* Three timers per router, and the owner's few: none is allocated later. */
static int reserve(struct routers *set)
{
	size_t timers = 16;

	for (struct member *m = set->members; m; m = m->next)
		timers += 3;
	return loop_reserve(set->loop, timers);
}

/* Whoever has yet to end is waited for, with both families. */
static int complete(struct routers *set, config_report *report, void *arg)
{
	const struct config *config = routers_config(set);
	int first = 0;

	set->incomplete = false;
	for (size_t n = 0; config && n < config->count; n++) {
		const struct config_router *r = &config->routers[n];
		int err;

		if (find_router(set, r, IPV4, true) ||
		    find_router(set, r, IPV6, true))
			continue;
		err = make_missing(set, r, report, arg);
		pair(set, r);
		first = first ? first : err;
	}
	sort_members(set);
	return first ? first : reserve(set);
}

/* ---- What is too much ---- */

static bool is_used(const struct routers *set, const struct interface *i)
{
	for (const struct member *m = set->members; m; m = m->next)
		if (m->router.interface == i)
			return true;
	return false;
}

static void remove_interfaces(struct routers *set)
{
	struct interface **slot = &set->interfaces;

	while (*slot) {
		struct interface *i = *slot;

		if (!is_used(set, i) && !i->closing)
			interface_close(i);
		if (interface_is_closed(i)) {
			*slot = i->next;
			interface_count(i, &set->gone);
			interface_free(i);
		} else {
			slot = &i->next;
		}
	}
}

void routers_remove(struct routers *set, struct member **slot)
{
	struct member *m = *slot;

	*slot = m->next;
	router_free(&m->router);
	unuse(m->generation);
	free(m);
	set->incomplete = true;
}

/* A reload has ended it for good: who is so named later, begins anew. */
static bool is_unwanted(const struct routers *set, const struct router *r)
{
	return set->wanted && !find_config(set->wanted->config, r);
}

static bool remove_members(struct routers *set)
{
	struct member **slot = &set->members;
	bool any = false;

	while (*slot) {
		struct member *m = *slot;

		if (!router_has_ended(&m->router)) {
			slot = &m->next;
			continue;
		}
		if (is_unwanted(set, &m->router))
			router_resume(&m->router);
		routers_remove(set, slot);
		any = true;
	}
	return any;
}

static void report_to_log(void *arg, const char *line)
{
	(void)arg;
	log_error("%s", line);
}

/* Who has ended goes, who is missing comes. */
static int settle(struct routers *set, config_report *report, void *arg)
{
	bool any = remove_members(set);
	int err = 0;

	set->incomplete |= any;
	if (set->incomplete)
		err = complete(set, report, arg);
	remove_interfaces(set);
	/* It may have taken an address that is another's by now, or been the
	   last one to want something of its interface. */
	if (any && set->wanted)
		routers_changed(set, 0, NULL);
	return err;
}

void routers_proceed(struct routers *set)
{
	settle(set, report_to_log, NULL);
}

/* ---- Another configuration ---- */

static int change(struct routers *set, struct member *m, config_report *report,
		  void *arg)
{
	const struct config_router *config =
		find_config(set->wanted->config, &m->router);
	char line[NAMING_TITLE + 64];
	int err;

	m->router.disowned = config && config->priority != VRRP_OWNER;
	if (m->router.ended)
		return 0;
	if (!config || !settings_can_become(&m->router, config)) {
		router_unpair(&m->router);
		router_leave(&m->router);
		return 0;
	}
	err = settings_change(&m->router, config);
	if (!err) {
		use(&m->generation, set->wanted);
		return 0;
	}
	snprintf(line, sizeof line, "%s: %s", m->router.title, strerror(-err));
	report(arg, line);
	return err;
}

int routers_apply(struct routers *set, struct config *config,
		  config_report *report, void *arg)
{
	struct generation *generation = calloc(1, sizeof *generation);
	int first = 0, err;

	if (!generation) {
		config_free(config);
		report(arg, strerror(ENOMEM));
		return -ENOMEM;
	}
	generation->config = config;
	use(&set->wanted, generation);
	for (struct member *m = set->members; m; m = m->next) {
		err = change(set, m, report, arg);
		first = first ? first : err;
	}
	for (struct member *m = set->members; m; m = m->next)
		if (m->router.sibling &&
		    m->router.sibling->config != m->router.config)
			router_unpair(&m->router);
	set->incomplete = true;
	err = settle(set, report, arg);
	return first ? first : err;
}

/* ---- Events ---- */

void routers_changed(struct routers *set, int ifindex, const char *name)
{
	for (struct interface *i = set->interfaces; i; i = i->next)
		if (ifindex == 0 || ifindex == i->link.ifindex ||
		    (name && strcmp(name, i->name) == 0))
			interface_look(i);
	for (struct member *m = set->members; m; m = m->next)
		router_changed(&m->router, ifindex, name);
}

void routers_look(struct routers *set)
{
	set->running = true;
	set->incomplete = true;
	routers_changed(set, 0, NULL);
	for (struct member *m = set->members; m; m = m->next)
		router_retry(&m->router);
	routers_proceed(set);
}

void routers_hold(struct routers *set, enum promises_hold hold)
{
	set->drained = hold != PROMISES_FREE;
	promises_hold(set->promises, set->promise, hold);
}

void routers_recall(struct routers *set)
{
	set->drained = promises_is_held(set->promises, set->promise);
}

void routers_forget_drained(struct routers *set)
{
	for (struct member *m = set->members; m; m = m->next)
		router_resume(&m->router);
	routers_hold(set, PROMISES_FREE);
	if (set->promises)
		promises_free_others(set->promises);
}

void routers_count(const struct routers *set, struct status_vrrp *sum)
{
	*sum = set->gone;
	for (const struct member *m = set->members; m; m = m->next)
		sum->virtual_routers++;
	for (const struct interface *i = set->interfaces; i; i = i->next) {
		sum->interfaces++;
		interface_count(i, sum);
	}
}

/* ---- The end ---- */

/* Routers end first, as they need the interfaces to say goodbye. */
void routers_leave(struct routers *set, bool at_once)
{
	use(&set->wanted, NULL);
	for (struct member *m = set->members; m; m = m->next)
		if (at_once)
			router_stop(&m->router);
		else
			router_leave(&m->router);
	routers_proceed(set);
}

bool routers_are_gone(const struct routers *set)
{
	return !set->wanted && !set->members && !set->interfaces;
}

void routers_free(struct routers *set)
{
	while (set->members)
		routers_remove(set, &set->members);
	while (set->given)
		routers_remove(set, &set->given);
	while (set->interfaces) {
		struct interface *next = set->interfaces->next;

		interface_free(set->interfaces);
		set->interfaces = next;
	}
	use(&set->wanted, NULL);
	fence_close(set->fence);
	promises_close(set->promises);
	set->fence = NULL;
	set->promises = NULL;
}
