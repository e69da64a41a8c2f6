/* SPDX-License-Identifier: MIT */
/*
 * A macvlan of ours bears as its alias the name of the lock that its virtual
 * router's agent holds while it lives: who can take the lock, may clean up.
 */
#include "vrrpd/leftovers.h"

#include "netlink/link.h"
#include "vrrpd/lock.h"
#include "vrrpd/log.h"
#include "vrrpd/naming.h"

#include <string.h>

struct leftovers {
	int ifindex[512];
	size_t count;
};

static void collect(void *arg, const struct link *link)
{
	struct leftovers *found = arg;
	int lock;

	if (!link->macvlan ||
	    strncmp(link->alias, NAMING_OURS, strlen(NAMING_OURS)) != 0 ||
	    found->count == sizeof found->ifindex / sizeof *found->ifindex)
		return;
	lock = lock_take(link->alias);
	if (lock < 0)
		return;
	lock_drop(lock);
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
