/* SPDX-License-Identifier: MIT */
/*
 * A closed macvlan is empty, as addresses on one that is down are still the
 * host's own.  Without a fence it is down, because nothing less is silent: one
 * that is up sends MLD reports and steals the switch's entry for the virtual
 * MAC.  So to open a gate is to set the link up and add everything, in one
 * prebuilt batch.
 */
#include "netlink/gate.h"

#include "netlink/anchor.h"
#include "netlink/gate_batches.h"
#include "netlink/macvlan.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define CONFIRM_PAUSE 200000 /* ns */

/* The interface that the addresses are on. */
static const char *device(const struct gate *gate)
{
	return gate_is_virtual(gate) ? gate->name : gate->parent;
}

static bool has_address(const struct gate *gate, const struct address *a)
{
	for (size_t i = 0; i < gate_placed(gate); i++) {
		if (address_equal(&gate->addresses[i], a))
			return true;
	}
	return false;
}

/*
 * Whatever the link carries that a closed gate does not: counted, removed.
 * With the prefix that it has, which an earlier configuration may have given.
 * And a macvlan that is up and should not be, or down.
 */
static int clean(struct netlink *nl, const struct gate *gate,
		 const struct link *link, unsigned *found)
{
	bool macvlan = strcmp(link->name, gate->name) == 0;
	struct batch batch = { 0 };
	int err = 0;

	if (macvlan && link->up != gate->stays_up && !gate->resumed) {
		++*found;
		err = batch_add(&batch,
				macvlan_set_up(link->ifindex, !link->up));
	}
	for (size_t i = link->count; !err && i > 0; i--) {
		const struct address *a = &link->addresses[i - 1].address;

		if (!macvlan && !has_address(gate, a))
			continue;
		if (gate->resumed && has_address(gate, a))
			continue;
		if (macvlan && anchor_stays(gate) && anchor_is(a))
			continue;
		++*found;
		err = batch_add(&batch, netlink_address(RTM_DELADDR, 0,
							link->ifindex, a));
	}
	if (!err)
		err = netlink_send(nl, &batch, -EADDRNOTAVAIL);
	batch_clear(&batch);
	return err;
}

/* The kernel puts a macvlan on a macvlan onto what that one is on. */
static bool fits(const struct gate *gate, const struct link *link,
		 const struct link *parent)
{
	int lower = parent->macvlan ? parent->parent : parent->ifindex;

	return link->macvlan && link->vepa && link->parent == lower &&
	       memcmp(link->mac, gate->mac, sizeof(gate->mac)) == 0;
}

/* Makes way for the macvlan, unless `link` belongs to somebody else. */
static int remove_misfit(struct netlink *nl, const struct gate *gate,
			 const struct link *link)
{
	if (!link->macvlan && strcmp(link->alias, gate->alias) != 0)
		return -EEXIST;
	return link_delete(nl, link->ifindex);
}

/* *link is the macvlan as it was found, or as it was made. */
static int find_macvlan(struct netlink *nl, const struct gate *gate,
			const struct link *parent, struct link *link,
			bool *misfit)
{
	int err = link_read(nl, gate->name, link);

	*misfit = !err && link->ifindex && !fits(gate, link, parent);
	if (*misfit)
		err = remove_misfit(nl, gate, link);
	if (err || (link->ifindex && !*misfit))
		return err;
	link_clear(link);
	err = macvlan_make(nl, gate, parent->ifindex);
	if (!err)
		err = link_read(nl, gate->name, link);
	return !err && !link->ifindex ? -ENODEV : err;
}

/*
 * Before anything that has to be fenced.  An old kernel may lack what it takes;
 * then it is as without.
 */
static void raise_fence(struct netlink *nl, struct gate *gate, int ifindex)
{
	gate->fence_error = 0;
	if (gate->fence.in)
		gate->fence_error = clsact_put(nl, ifindex, &gate->fence);
	gate->fenced = gate->fence.in && !gate->fence_error;
	gate->stays_up =
		gate->fenced && gate_is_virtual(gate) && !gate->crowded;
	gate->anchored = anchor_is_wanted(gate);
}

/* A macvlan that has just been made is not up, which is no leftover. */
static int settle_macvlan(struct netlink *nl, struct gate *gate,
			  const struct link *link, unsigned *found)
{
	bool rises = gate->stays_up && !link->up;
	int err = clean(nl, gate, link, found);

	*found -= !err && rises;
	return err;
}

/* Leaves nothing behind where it fails. */
static int create_macvlan(struct netlink *nl, struct gate *gate,
			  const struct link *parent, bool *leftovers)
{
	struct link link;
	unsigned found = 0;
	int err = find_macvlan(nl, gate, parent, &link, leftovers);

	if (err)
		goto out;
	raise_fence(nl, gate, link.ifindex);
	err = macvlan_configure(nl, gate, link.ifindex);
	if (!err)
		err = settle_macvlan(nl, gate, &link, &found);
	if (found)
		*leftovers = true;
	if (!err)
		err = gate_build(gate, link.ifindex);
	if (!err && anchor_stays(gate))
		err = anchor_put(nl, gate, &found);
	if (err)
		link_delete(nl, link.ifindex);
out:
	link_clear(&link);
	return err;
}

/*
 * A failure that may pass leaves the gate as it was, so that one that is open
 * can still be closed.
 */
int gate_create(struct netlink *nl, struct gate *gate, bool *leftovers)
{
	struct link parent;
	unsigned found = 0;
	int err = link_read(nl, gate->parent, &parent);

	*leftovers = false;
	if (err)
		goto out;
	if (!parent.ifindex) {
		gate->ifindex = 0;
		err = -ENODEV;
		goto out;
	}
	err = adoption_begin(gate, &parent);
	if (err)
		goto out;
	if (gate_is_virtual(gate)) {
		err = create_macvlan(nl, gate, &parent, leftovers);
		goto out;
	}
	raise_fence(nl, gate, parent.ifindex);
	if (!gate->owned)
		err = clean(nl, gate, &parent, &found);
	*leftovers = found > 0;
	if (!err)
		err = gate_build(gate, parent.ifindex);
out:
	gate->resumed &= err != 0; /* that was for the first time */
	link_clear(&parent);
	return err;
}

/* Reports of groups, that is, which only a fence would keep here.  What the
   parent owns, the host answers for all the time. */
bool gate_speaks_early(const struct gate *gate)
{
	return gate->family == AF_INET6 && gate_is_virtual(gate) &&
	       !gate->fenced && !gate->owned && gate_placed(gate) > 0;
}

int gate_prepare(struct netlink *nl, struct gate *gate)
{
	if (!gate->ifindex)
		return -ENODEV;
	return netlink_send(nl, &gate->prepare, -EEXIST);
}

static int send_open(struct netlink *nl, const struct gate *gate, unsigned from,
		     unsigned count)
{
	struct batch part = batch_part(&gate->open, from, count);

	return netlink_send(nl, &part, -EEXIST);
}

static int open_created(struct netlink *nl, struct gate *gate, bool all)
{
	int err = gate->owned ? adoption_move(nl, gate) : drop_open(nl, gate);

	return err ? err
		   : send_open(nl, gate, 0,
			       all ? gate->open.count : gate->first);
}

static int open_or_create(struct netlink *nl, struct gate *gate, bool all)
{
	bool leftovers;
	int err = -ENODEV;

	if (gate->ifindex)
		err = open_created(nl, gate, all);
	if (err != -ENODEV)
		return err;
	err = gate_create(nl, gate, &leftovers);
	return err ? err : open_created(nl, gate, all);
}

int gate_open(struct netlink *nl, struct gate *gate)
{
	return open_or_create(nl, gate, true);
}

int gate_open_first(struct netlink *nl, struct gate *gate)
{
	return open_or_create(nl, gate, false);
}

int gate_open_part(struct netlink *nl, struct gate *gate, unsigned from,
		   unsigned count)
{
	int err = send_open(nl, gate, from, count);

	return err == -ENODEV ? gate_open(nl, gate) : err;
}

/* Of `gate`, those that `next` does not put onto the interface as they are. */
static size_t find_gone(const struct gate *gate, const struct gate *next,
			struct address *gone)
{
	size_t count = 0;

	for (size_t i = 0; i < gate->count; i++) {
		struct address a = gate_programmed(gate, &gate->addresses[i]);
		bool stays = false;

		for (size_t n = 0; n < next->count && !stays; n++) {
			struct address b =
				gate_programmed(next, &next->addresses[n]);

			stays = address_equal(&a, &b) &&
				a.prefixlen == b.prefixlen;
		}
		if (!stays)
			gone[count++] = gate->addresses[i];
	}
	return count;
}

static int remove_gone(struct netlink *nl, const struct gate *gate,
		       const struct gate *next)
{
	struct gate gone = *gate;
	struct batch batch = { 0 };
	struct address *list = calloc(gate->count + 1, sizeof(*list));
	int err = list ? 0 : -ENOMEM;

	if (!err) {
		gone.addresses = list;
		gone.count = find_gone(gate, next, list);
		err = gate_add_deletions(&gone, &batch);
	}
	if (!err && gone.count > 0)
		err = netlink_send(nl, &batch, -EADDRNOTAVAIL);
	if (!err)
		err = drop_silence(nl, &gone);
	batch_clear(&batch);
	free(list);
	return err == -ENODEV ? 0 : err;
}

int gate_readdress(struct netlink *nl, struct gate *gate,
		   const struct address *addresses, size_t count, bool open)
{
	struct gate before = *gate;
	int err = 0, opened = 0;

	gate->addresses = addresses;
	gate->count = count;
	if (gate->ifindex && open)
		err = remove_gone(nl, &before, gate);
	/* For want of memory it is not there, and will be created again. */
	if (gate->ifindex)
		gate_build(gate, gate->ifindex);
	if (open)
		opened = gate_open(nl, gate);
	return err ? err : opened;
}

static int take_route_type(void *arg, struct nlmsghdr *nlh)
{
	const struct rtmsg *route = nlmsg_data(nlh);
	unsigned char *type = arg;

	if (nlh->nlmsg_type == RTM_NEWROUTE)
		*type = route->rtm_type;
	return 0;
}

/* Would a packet to this address be delivered here? */
static bool is_local(struct netlink *nl, const struct gate *gate,
		     const struct address *a)
{
	struct rtmsg route = { .rtm_family = a->family, .rtm_dst_len = 128 };
	struct nl_msg *msg = nlmsg_alloc_simple(RTM_GETROUTE, 0);
	unsigned char type = RTN_UNSPEC;

	if (msg && (nlmsg_append(msg, &route, sizeof(route), NLMSG_ALIGNTO) ||
		    nla_put(msg, RTA_DST, 16, a->bytes) ||
		    nla_put_s32(msg, RTA_IIF, gate->ifindex))) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return netlink_ask(nl, msg, take_route_type, &type) == 0 &&
	       type == RTN_LOCAL;
}

static int confirm(struct netlink *nl, const struct gate *gate, size_t count)
{
	size_t i = gate->family == AF_INET6 ? count : 0;

	/* The kernel's workqueue keeps their order: the last one tells most. */
	while (i > 0 && is_local(nl, gate, &gate->addresses[i - 1]))
		i--;
	if (i == 0)
		return 0;
	nanosleep(&(struct timespec){ .tv_nsec = CONFIRM_PAUSE }, NULL);
	return -EAGAIN;
}

int gate_confirm(struct netlink *nl, const struct gate *gate)
{
	return confirm(nl, gate, gate_placed(gate));
}

int gate_confirm_first(struct netlink *nl, const struct gate *gate)
{
	return confirm(nl, gate, gate_first(gate));
}

int gate_deprecate(struct netlink *nl, struct gate *gate, unsigned from,
		   unsigned count)
{
	struct batch part = batch_part(&gate->deprecate, from, count);

	return netlink_send(nl, &part, 0);
}

int gate_silence(struct netlink *nl, struct gate *gate)
{
	int err = 0;

	if (gate->ifindex)
		err = netlink_send(nl, &gate->silence, -EADDRNOTAVAIL);
	return err && err != -ENODEV ? err : drop_silence(nl, gate);
}

int gate_close(struct netlink *nl, struct gate *gate)
{
	int err = 0;

	if (gate->ifindex)
		err = netlink_send(nl, &gate->close, -EADDRNOTAVAIL);
	if (!err) /* it may never have been open */
		err = netlink_send(nl, &gate->adoption.take, -EADDRNOTAVAIL);
	return err && err != -ENODEV ? err : drop_close(nl, gate);
}

/* Somebody may have taken it away; a macvlan keeps it whatever else is done. */
static int check_fence(struct netlink *nl, const struct gate *gate,
		       unsigned *repaired)
{
	int err;

	if (!gate->fenced)
		return 0;
	err = clsact_check(nl, gate->ifindex, &gate->fence, repaired);
	if (!err && anchor_stays(gate))
		err = anchor_put(nl, gate, repaired);
	return err;
}

static unsigned count_missing(const struct gate *gate, const struct link *link)
{
	unsigned missing = gate_is_virtual(gate) && !link->up;

	for (size_t i = 0; i < gate_placed(gate); i++)
		missing += !link_find_address(link, &gate->addresses[i]);
	return missing;
}

/* Is what was created still there, and still what it was? */
static int read_device(struct netlink *nl, const struct gate *gate,
		       struct link *parent, struct link *link, bool *intact)
{
	int err = link_read(nl, gate->parent, parent);

	*link = (struct link){ 0 };
	if (!err)
		err = link_read(nl, device(gate), link);
	*intact = !err && link->ifindex && link->ifindex == gate->ifindex &&
		  (!gate_is_virtual(gate) || fits(gate, link, parent));
	return err;
}

int gate_check(struct netlink *nl, struct gate *gate, bool open,
	       unsigned *repaired)
{
	struct link parent, link;
	unsigned missing;
	bool leftovers;
	bool intact;
	int err = read_device(nl, gate, &parent, &link, &intact);

	*repaired = 0;
	/* What a new parent has is to be looked at first. */
	if (!err && gate_is_virtual(gate) &&
	    gate->adoption.parent == parent.ifindex)
		err = clean(nl, gate, &parent, repaired);
	if (err)
		goto out;
	if (!intact) {
		++*repaired;
		err = gate_create(nl, gate, &leftovers);
		if (!err && open)
			err = gate_open(nl, gate);
	} else if (open) {
		missing = count_missing(gate, &link);
		*repaired += missing;
		if (missing)
			err = gate_open(nl, gate);
	} else {
		err = clean(nl, gate, &link, repaired);
	}
	if (!err)
		err = check_fence(nl, gate, repaired);
	if (!err)
		err = drop_check(nl, gate, open, repaired);
out:
	link_clear(&parent);
	link_clear(&link);
	return err;
}

int gate_give_back(struct netlink *nl, struct gate *gate)
{
	int err;

	if (!gate_is_virtual(gate)) /* nothing on the parent is ours any more */
		batch_clear(&gate->close);
	err = netlink_send(nl, &gate->adoption.restore, -EEXIST);
	return err == -ENODEV ? 0 : err;
}

void gate_destroy(struct netlink *nl, struct gate *gate)
{
	/* Deleting a link sets it down first, and waits for RCU only once. */
	if (!gate_is_virtual(gate))
		gate_close(nl, gate);
	else if (gate->ifindex)
		link_delete(nl, gate->ifindex);
	if (!gate_is_virtual(gate) && gate->fenced)
		clsact_take(nl, gate->ifindex, &gate->fence);
	drop_close(nl, gate);
	gate_abandon(gate);
}

void gate_abandon(struct gate *gate)
{
	batch_clear(&gate->prepare);
	batch_clear(&gate->open);
	batch_clear(&gate->deprecate);
	batch_clear(&gate->silence);
	batch_clear(&gate->close);
	adoption_end(gate);
	gate->ifindex = 0;
}
