/* SPDX-License-Identifier: MIT */
#ifndef FENCE_H
#define FENCE_H

/*
 * A fence around each virtual router: frames pass while the time that it was
 * told lies ahead, and not a moment longer, whatever has become of the agent.
 * To open it, to renew that and to shut it is a store to memory: no system
 * call, no lock, nothing to wait for.
 *
 * Programs in the kernel do it (fence.bpf.c), which netlink/clsact.h puts onto
 * the interfaces, and which stay there when the agent ends: it is what they
 * are for.
 */

#include "netlink/address.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fence;

/*
 * Needs Linux 5.8, CAP_BPF and CAP_NET_ADMIN.  Returns 0, or -errno with an
 * explanation in `error`.  Close it after all virtual routers.
 */
int fence_open(struct fence **result, char *error, size_t size);
void fence_close(struct fence *fence); /* NULL is fine */

/*
 * What the programs in the kernel go by: descriptors.  An agent that takes over
 * from another goes on with that one's, so that nothing in the kernel has to be
 * touched for frames to pass on.
 */
struct fence_tables {
	int open_until, addresses;
};
struct fence_tables fence_tables(const struct fence *fence);
int fence_inherit(struct fence **result, const struct fence_tables *tables,
		  char *error, size_t size);

/* A place for one virtual router, lifted: > 0, or 0 when all are taken. */
uint16_t fence_take(struct fence *fence);
void fence_drop(struct fence *fence, uint16_t place);

/* One that another agent has taken, as it is: false if there is nothing of
   that one's here. */
bool fence_take_over(struct fence *fence, uint16_t place);

/* Descriptors of the programs, for netlink/clsact.h. */
struct fence_programs {
	int in, out;
};

/* For an interface of the virtual router's own: nothing else passes there. */
struct fence_programs fence_link_programs(const struct fence *fence);

/* For one that has its own traffic, too: only the addresses are fenced. */
struct fence_programs fence_address_programs(const struct fence *fence);

/* `until` as of loop_now(). */
void fence_open_until(struct fence *fence, uint16_t place, int64_t until);
void fence_shut(struct fence *fence, uint16_t place);

/* The host has none of the addresses, let it speak to who has. */
void fence_lift(struct fence *fence, uint16_t place);

/* Is it open now? */
bool fence_is_open(const struct fence *fence, uint16_t place);

/*
 * What fence_address_programs() fences from now on, instead of what was
 * `before`.  Returns 0 or -errno.
 */
int fence_readdress(struct fence *fence, uint16_t place,
		    const struct address *before, size_t before_count,
		    const struct address *addresses, size_t count);

#endif
