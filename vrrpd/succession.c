/* SPDX-License-Identifier: MIT */
/*
 * The order of the records is that of the configuration, on both sides: so
 * none of them has to be looked for.
 */
#include "vrrpd/succession.h"

#include "vrrpd/estate.h"
#include "vrrpd/owner.h"
#include "vrrpd/routers.h"
#include "vrrpd/settings.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#define WHOLE "vrrpd" /* the record of the agent */

/* ---- What is wanted: enough to tell whether it can become that ---- */

#define WISH(member) ESTATE_FIELD(struct config_router, member)

static const struct estate_field wish_fields[] = {
	WISH(priority),
	WISH(virtual_mac),
	WISH(accept),
};

static const struct estate_kind wish = {
	wish_fields,
	sizeof wish_fields / sizeof *wish_fields,
};

int succession_wish(const struct routers *set)
{
	struct estate *wishes = estate_begin();

	for (const struct member *m = set->members; m; m = m->next) {
		char name[LINK_ALIAS];

		router_alias(&m->router, name);
		estate_add(wishes, name, &wish, m->router.config);
	}
	return estate_end(wishes);
}

static bool is_wanted(struct estate *wishes, const struct router *r)
{
	struct config_router theirs = *r->config;
	char name[LINK_ALIAS];

	router_alias(r, name);
	return estate_take(wishes, name, &wish, &theirs) &&
	       settings_can_become(r, &theirs) && !owner_is(r) && !r->ended &&
	       r->vrrp.state != VRRP_LEAVING;
}

/* ---- The agent, and its interfaces ---- */

#define COUNT(member) ESTATE_FIELD(struct status_vrrp, member)

static const struct estate_field whole_fields[] = {
	COUNT(began),
	COUNT(errors),
	COUNT(error_events),
	COUNT(lateness.adverts.bucket),
	COUNT(lateness.adverts.sum),
	COUNT(lateness.adverts.worst),
	COUNT(lateness.timers.bucket),
	COUNT(lateness.timers.sum),
	COUNT(lateness.timers.worst),
	COUNT(lateness.late),
};

static const struct estate_kind whole = {
	whole_fields,
	sizeof whole_fields / sizeof *whole_fields,
};

static const struct estate_field interface_fields[] = {
	ESTATE_FIELD(struct interface, tuning.arp[0]),
	ESTATE_FIELD(struct interface, tuning.arp[1]),
};

static const struct estate_kind of_interface = {
	interface_fields,
	sizeof interface_fields / sizeof *interface_fields,
};

static void make_interface_name(const struct interface *i, char name[32])
{
	snprintf(name, 32, "interface:%s", i->name);
}

/* ---- To give ---- */

static void give_whole(const struct routers *set, struct estate *estate,
		       int64_t began)
{
	struct status_vrrp sum;

	routers_count(set, &sum);
	sum.began = began;
	estate_add(estate, WHOLE, &whole, &sum);
}

static void give_interfaces(struct routers *set, struct estate *estate)
{
	char name[32];

	for (struct interface *i = set->interfaces; i; i = i->next) {
		make_interface_name(i, name);
		estate_add(estate, name, &of_interface, i);
		i->given = true;
	}
}

/* In their order: to the other list. */
static void give_members(struct routers *set, struct estate *estate,
			 struct estate *wishes)
{
	struct member **slot = &set->members;
	struct member **last = &set->given;

	while (*slot) {
		struct member *m = *slot;

		if (!is_wanted(wishes, &m->router)) {
			slot = &m->next;
			continue;
		}
		router_give(&m->router, estate);
		*slot = m->next;
		m->next = NULL;
		*last = m;
		last = &m->next;
	}
}

int succession_give(struct routers *set, int fd, int64_t began)
{
	struct estate *wishes, *estate;
	int err = estate_open(&wishes, fd);

	if (err)
		return err;
	estate = estate_begin();
	if (estate) {
		give_whole(set, estate, began);
		give_members(set, estate, wishes);
		give_interfaces(set, estate);
	}
	estate_close(wishes);
	return estate_end(estate);
}

/* ---- To take ---- */

static void take_interfaces(struct routers *set, struct estate *estate)
{
	char name[32];

	for (struct interface *i = set->interfaces; i; i = i->next) {
		make_interface_name(i, name);
		estate_take(estate, name, &of_interface, i);
	}
}

/* What has been heard before, the other one has counted. */
static void take_whole(struct routers *set, struct estate *estate,
		       int64_t *began)
{
	struct status_vrrp sum = { .began = *began };

	for (struct interface *i = set->interfaces; i; i = i->next)
		interface_forget(i);
	estate_take(estate, WHOLE, &whole, &sum);
	*began = sum.began;
	sum.began = 0;
	set->gone = sum;
}

/* Those that could not begin are not members: the other process still ends
   them, and routers_look() tries again when it has. */
static int begin_all(struct routers *set, struct estate *estate)
{
	struct member **slot = &set->members;
	int count = 0;

	routers_recall(set);
	while (*slot) {
		struct member *m = *slot;
		int err;

		m->router.drained = set->drained;
		err = estate ? router_inherit(&m->router, estate)
			     : router_begin(&m->router);
		count += m->router.inherited;
		if (err)
			routers_remove(set, slot);
		else
			slot = &m->next;
	}
	set->elsewhere = false;
	return count;
}

int succession_take(struct routers *set, int fd, int64_t *began)
{
	struct estate *estate;
	int err = estate_open(&estate, fd), count;

	if (err)
		return err;
	take_whole(set, estate, began);
	count = begin_all(set, estate);
	take_interfaces(set, estate);
	estate_close(estate);
	for (struct member *m = set->members; m; m = m->next)
		router_retry(&m->router);
	set->incomplete = false;
	return count;
}

void succession_forget(struct routers *set)
{
	begin_all(set, NULL);
	routers_look(set);
}
