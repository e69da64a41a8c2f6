/* SPDX-License-Identifier: MIT */
/*
 * A macvlan of ours bears as its alias the name of the lock that its virtual
 * router's agent holds while it lives: who can take the lock, may clean up. The
 * metric of a route of ours tells that name, too.
 */
#include "vrrpd/leftovers.h"

#include "netlink/drop.h"
#include "netlink/link.h"
#include "vrrpd/lock.h"
#include "vrrpd/log.h"
#include "vrrpd/naming.h"

#include <string.h>

/* Nobody has the lock of this name? */
static bool is_nobodys(const char *alias)
{
	int lock = lock_take(alias);

	lock_drop(lock);
	return lock >= 0;
}

struct leftovers {
	int ifindex[512];
	size_t count;
};

static void collect(void *arg, const struct link *link)
{
	struct leftovers *found = arg;

	if (!link->macvlan ||
	    strncmp(link->alias, NAMING_OURS, strlen(NAMING_OURS)) != 0 ||
	    found->count == sizeof found->ifindex / sizeof *found->ifindex)
		return;
	if (!is_nobodys(link->alias))
		return;
	log_info("removing %s, which a killed vrrpd has left behind",
		 link->name);
	found->ifindex[found->count++] = link->ifindex;
}

int leftovers_remove(struct netlink *nl)
{
	struct leftovers found = { .count = 0 };
	int err = link_list(nl, collect, &found);

	for (size_t n = 0; n < found.count && !err; n++)
		err = link_delete(nl, found.ifindex[n]);
	return err;
}

static bool is_orphan(uint8_t family, uint32_t metric)
{
	char interface[IFNAMSIZ], alias[LINK_ALIAS];

	if (!if_indextoname(metric >> 8, interface))
		return true;
	naming_alias(alias, interface, (int)(metric & 0xff), family);
	return is_nobodys(alias);
}

void leftovers_remove_routes(struct netlink *nl)
{
	unsigned removed;
	int err = drop_sweep(nl, is_orphan, &removed);

	if (removed > 0)
		log_info("removed %u routes, which a killed vrrpd has left "
			 "behind",
			 removed);
	if (err)
		log_warn("cannot look for routes left behind: %s",
			 strerror(-err));
}
