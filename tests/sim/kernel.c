/* SPDX-License-Identifier: MIT */
/*
 * Addresses and links as the kernel of each host has them.  The socket that
 * the real ones write to says whose kernel it is.
 */
#include "tests/sim/kernel.h"

#include "tests/sim/fence.h"
#include "tests/sim/trace.h"
#include "vrrpd/lock.h"
#include "vrrpd/multicast.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct vr *vr_of(struct netlink *nl, const struct gate *gate)
{
	for (size_t i = 0; i < nl->host->count; i++)
		if (&nl->host->vrs[i]->router.claim.gate == gate)
			return nl->host->vrs[i];
	trace_fail("%s: nobody's gate", nl->host->name);
}

bool kernel_has(const struct vr *vr)
{
	return (vr->host->powered || vr->host->killed) && vr->made && vr->up &&
	       !vr->deaf;
}

bool kernel_answers_for(const struct vr *vr, const struct address *address)
{
	for (size_t i = 0; i < vr->has.count; i++)
		if (address_equal(&vr->has.list[i], address))
			return kernel_has(vr) && fence_passes(vr, address);
	return false;
}

bool kernel_answers(const struct vr *vr)
{
	for (size_t i = 0; i < vr->has.count; i++)
		if (kernel_answers_for(vr, &vr->has.list[i]))
			return true;
	return false;
}

int gate_create(struct netlink *nl, struct gate *gate, bool *leftovers)
{
	struct vr *vr = vr_of(nl, gate);

	*leftovers = gate->name[0] ? vr->made : vr->up;
	vr->made = true;
	vr->left = false;
	fence_put(vr, &gate->fence);
	gate->fenced = gate->fence.in != 0;
	if (nl->host->sabotage != SABOTAGE_KEEPS)
		vr->up = vr->deaf = false;
	gate->ifindex = vr->router.parent;
	if (gate->name[0])
		gate->ifindex = vr->router.parent * 1000 + vr->vrid;
	return 0;
}

bool gate_speaks_early(const struct gate *gate)
{
	(void)gate;
	return false;
}

int gate_prepare(struct netlink *nl, struct gate *gate)
{
	(void)nl;
	(void)gate;
	return 0;
}

int gate_open(struct netlink *nl, struct gate *gate)
{
	struct vr *vr = vr_of(nl, gate);

	if (nl->host->refuses)
		return -ENOBUFS;
	vr->adopted = gate->owned;
	if (nl->host->sabotage == SABOTAGE_LIES)
		return 0;
	vr->up = true;
	vr->deaf = false;
	vr->has.count = gate->count;
	memcpy(vr->has.list, gate->addresses,
	       gate->count * sizeof *gate->addresses);
	return 0;
}

int gate_opening_proceed(struct netlink *nl, struct gate *gate,
			 struct gate_opening *opening)
{
	opening->stage = OPENING_DONE;
	return gate_open(nl, gate);
}

int gate_deprecate(struct netlink *nl, struct gate *gate, unsigned from,
		   unsigned count)
{
	(void)nl;
	(void)gate;
	(void)from;
	(void)count;
	return 0;
}

/* From one list to the other in no time, as what is in both stays. */
int gate_readdress(struct netlink *nl, struct gate *gate,
		   const struct address *addresses, size_t count, bool open)
{
	gate->addresses = addresses;
	gate->count = count;
	return open ? gate_open(nl, gate) : 0;
}

int gate_confirm(struct netlink *nl, const struct gate *gate)
{
	(void)nl;
	(void)gate;
	return 0;
}

int gate_silence(struct netlink *nl, struct gate *gate)
{
	struct vr *vr = vr_of(nl, gate);

	if (nl->host->sabotage == SABOTAGE_KEEPS)
		return 0;
	if (!gate->name[0])
		vr->up = false;
	else if (!gate->fenced)
		vr->deaf = true;
	return 0;
}

int gate_close(struct netlink *nl, struct gate *gate)
{
	struct vr *vr = vr_of(nl, gate);

	vr->adopted = gate->owned;
	if (nl->host->sabotage != SABOTAGE_KEEPS)
		vr->up = vr->deaf = false;
	return 0;
}

int gate_check(struct netlink *nl, struct gate *gate, bool open,
	       unsigned *repaired)
{
	struct vr *vr = vr_of(nl, gate);
	int err = 0;

	vr->adopted = gate->owned;
	*repaired = vr->up != open && nl->host->sabotage == SABOTAGE_NONE;
	if (*repaired && open)
		err = gate_open(nl, gate);
	else if (*repaired)
		err = gate_close(nl, gate);
	return err;
}

int gate_give_back(struct netlink *nl, struct gate *gate)
{
	vr_of(nl, gate)->adopted = false;
	return 0;
}

void gate_destroy(struct netlink *nl, struct gate *gate)
{
	struct vr *vr = vr_of(nl, gate);

	vr->made = vr->up = vr->deaf = false;
	fence_take_away(vr);
	gate_abandon(gate);
}

void gate_abandon(struct gate *gate)
{
	gate->ifindex = 0;
}

/* ---- The interface ---- */

static void add_address(struct link *link, const struct address *a)
{
	struct link_address *grown =
		realloc(link->addresses, (link->count + 1) * sizeof *grown);

	if (!grown)
		abort();
	link->addresses = grown;
	grown[link->count++] = (struct link_address){ .address = *a };
}

/* What its owner has, it has as long as no gate has it. */
static void add_owned(struct link *link, const struct vr *vr)
{
	const struct router *r = &vr->router;

	for (size_t i = 0; i < r->count && r->config; i++)
		if (r->config->priority == VRRP_OWNER && !vr->adopted)
			add_address(link, &r->addresses[i]);
}

int link_read(struct netlink *nl, const char *name, struct link *link)
{
	const struct host *host = nl->host;

	*link = (struct link){
		.ifindex = host->index + 1,
		.up = true,
		.running = host->link_up,
		.ethernet = true,
		.mtu = 1500,
		.mac = { 2, 0, 0, 0, (uint8_t)(host->index >> 8),
			 (uint8_t)host->index },
	};
	strcpy(link->name, name);
	for (int family = 0; family < FAMILIES; family++) {
		struct address a = { .family = family == IPV4 ? AF_INET
							      : AF_INET6,
				     .prefixlen = family == IPV4 ? 16 : 64 };

		host_address(host, a.bytes, (enum family_index)family);
		add_address(link, &a);
	}
	for (size_t i = 0; i < host->count; i++)
		add_owned(link, host->vrs[i]);
	return 0;
}

void link_clear(struct link *link)
{
	free(link->addresses);
	*link = (struct link){ 0 };
}

const struct link_address *link_find_address(const struct link *link,
					     const struct address *a)
{
	for (size_t i = 0; i < link->count; i++)
		if (address_equal(&link->addresses[i].address, a))
			return &link->addresses[i];
	return NULL;
}

int link_setting_read(uint8_t family, const char *name, const char *key)
{
	(void)family;
	(void)name;
	(void)key;
	return 1;
}

int link_setting_write(uint8_t family, const char *name, const char *key,
		       int value)
{
	(void)family;
	(void)name;
	(void)key;
	(void)value;
	return 0;
}

/* ---- Nothing to see of these ---- */

int multicast_join(uint8_t family, int ifindex)
{
	(void)family;
	return ifindex;
}

int multicast_join_routers(int ifindex)
{
	return ifindex;
}

void multicast_leave(int fd)
{
	(void)fd;
}

int lock_take(const char *name)
{
	(void)name;
	return world.current->index;
}

void lock_drop(int fd)
{
	(void)fd;
}
