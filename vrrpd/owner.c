/* SPDX-License-Identifier: MIT */
/*
 * The file is the statement of ownership, not what is on the interface: after
 * a hand-over and a restart the interface has the address no more, and nobody
 * but this agent would put it there again.
 */
#include "vrrpd/owner.h"

#include "vrrpd/log.h"
#include "vrrpd/router.h"

#include <arpa/inet.h>
#include <string.h>

bool owner_is(const struct router *r)
{
	return r->config->priority == VRRP_OWNER;
}

static void compare(const struct router *r, const struct address *a)
{
	const struct link_address *found =
		link_find_address(&r->interface->link, a);
	char wanted[ADDRESS_TEXT], there[ADDRESS_TEXT];

	address_format(a, true, wanted);
	if (!found)
		log_warn("%s: %s does not have %s: as priority 255 says that "
			 "it is its own, it gets it",
			 r->title, r->interface->name, wanted);
	else if (found->address.prefixlen != a->prefixlen)
		log_warn("%s: %s has %s: that goes, and not %s as in the file",
			 r->title, r->interface->name,
			 address_format(&found->address, true, there), wanted);
}

/* How many addresses of the family does the interface have itself? */
static size_t count_addresses(const struct router *r)
{
	size_t count = 0;

	for (size_t i = 0; i < r->interface->link.count; i++)
		count +=
			r->interface->link.addresses[i].address.family == r->af;
	return count;
}

void owner_look(const struct router *r)
{
	size_t found = 0;

	for (size_t i = 0; i < r->count; i++) {
		compare(r, &r->addresses[i]);
		found += link_find_address(&r->interface->link,
					   &r->addresses[i]) != NULL;
	}
	if (r->af == AF_INET && r->config->virtual_mac && found > 0 &&
	    found == count_addresses(r))
		log_info("%s: %s keeps no IPv4 address, so the kernel forgets "
			 "the routes through it: see OWNER in vrrpd.cfg(5)",
			 r->title, r->interface->name);
}

static size_t count_on_interface(const struct router *r)
{
	size_t found = 0;

	for (size_t i = 0; i < r->count; i++)
		found += link_find_address(&r->interface->link,
					   &r->addresses[i]) != NULL;
	return found;
}

const char *owner_fault(const struct router *r)
{
	if (!owner_is(r) && r->config->virtual_mac && count_on_interface(r) > 0)
		return "the interface itself has a virtual address";
	return NULL;
}

void owner_wait(struct router *r)
{
	if (owner_is(r) && r->claim.actual == CLAIM_CLOSED &&
	    !strstr(r->fault, INTERFACE_PREPARING))
		claim_check(&r->claim);
}

bool owner_gives_back(const struct router *r)
{
	char first[ADDRESS_TEXT], active[INET6_ADDRSTRLEN];

	if (!owner_is(r) || r->disowned)
		return false;
	if (!r->has_active)
		return true;
	inet_ntop(r->af, r->active, active, sizeof active);
	log_info("%s: %s%s with %s: not put back on %s", r->title,
		 address_format(&r->addresses[0], false, first),
		 r->count > 1 ? " and the others stay" : " stays", active,
		 r->interface->name);
	return false;
}

void owner_gave_back(struct router *r)
{
	r->announcer.fencing = NULL; /* they are virtual no more */
	announcer_start(&r->announcer, r->interface->link.mac);
	announcer_stop(&r->announcer);
	log_info("%s: the addresses are on %s again", r->title,
		 r->interface->name);
}
