/* SPDX-License-Identifier: MIT */
/*
 * In the place of vrrpd/fence_kernel.c.  What fence.bpf.c does for each frame
 * is asked here of an address: would a frame that concerns it pass?
 */
#include "tests/sim/fence.h"

#include "netlink/clsact.h"
#include "tests/sim/trace.h"
#include "vrrpd/fence_kernel.h"
#include "vrrpd/fence_table.h"

#include <errno.h>
#include <stdlib.h>

/* "Descriptors". */
enum program { FENCE_LINK = 1, FENCE_IN, FENCE_OUT };

struct fenced {
	uint16_t place;
	struct address address;
};

struct fence_object {
	struct fence_object *next; /* of the agent before it */
	uint64_t open_until[FENCE_PLACES];
	struct fenced *addresses;
	size_t count;
};

/* ---- What the agent has of it ---- */

int fence_kernel_open(struct fence_kernel *kernel,
		      const struct fence_tables *tables, char *error,
		      size_t size)
{
	struct fence_object *object = calloc(1, sizeof *object);

	(void)tables; /* one agent at a time */
	(void)error;
	(void)size;
	if (!object)
		return -ENOMEM;
	object->next = world.current->fences;
	world.current->fences = object;
	*kernel = (struct fence_kernel){
		.open_until = object->open_until,
		.link = { FENCE_LINK, FENCE_LINK },
		.address = { FENCE_IN, FENCE_OUT },
		.object = object,
	};
	return 0;
}

void fence_kernel_close(struct fence_kernel *kernel)
{
	(void)kernel; /* the programs are where they were put */
}

int fence_kernel_learn(struct fence_kernel *kernel, uint16_t place,
		       const struct address *a)
{
	struct fence_object *object = kernel->object;
	size_t size = (object->count + 1) * sizeof *object->addresses;
	struct fenced *grown = realloc(object->addresses, size);

	if (!grown)
		return -ENOMEM;
	object->addresses = grown;
	grown[object->count++] = (struct fenced){ place, *a };
	return 0;
}

static size_t find(const struct fence_object *object, uint16_t place,
		   const struct address *a)
{
	size_t i = 0;

	while (i < object->count &&
	       !(object->addresses[i].place == place &&
		 address_equal(&object->addresses[i].address, a)))
		i++;
	return i;
}

void fence_kernel_forget(struct fence_kernel *kernel, uint16_t place,
			 const struct address *a)
{
	struct fence_object *object = kernel->object;
	size_t i = find(object, place, a);

	if (i < object->count)
		object->addresses[i] = object->addresses[--object->count];
}

/* ---- What judges ---- */

void fence_put(struct vr *vr, const struct clsact *clsact)
{
	bool link = clsact->in == FENCE_LINK && clsact->out == FENCE_LINK;
	bool address = clsact->in == FENCE_IN && clsact->out == FENCE_OUT;

	vr->fence = NULL;
	if (!clsact->in)
		return;
	if (link != vr->router.config->virtual_mac || address == link ||
	    clsact->class == 0)
		trace_fail("%s: not its fence", vr->host->name);
	vr->fence = vr->host->fences;
	vr->place = clsact->class;
	vr->fences_link = link;
}

void fence_take_away(struct vr *vr)
{
	vr->fence = NULL;
}

int64_t fence_told(const struct vr *vr)
{
	uint64_t until = vr->fence->open_until[vr->place];

	if (vr->host->sabotage == SABOTAGE_AJAR)
		return NEVER;
	if (vr->host->sabotage == SABOTAGE_NERVOUS)
		return (int64_t)until / 1000 - 2 * SEC;
	return (int64_t)until / 1000;
}

bool fence_passes(const struct vr *vr, const struct address *address)
{
	const struct fence_object *object = vr->fence;

	if (!object || fence_told(vr) > world.now)
		return true;
	if (vr->fences_link)
		return false;
	if (find(object, vr->place, address) == object->count)
		return true;
	return object->open_until[vr->place] == FENCE_LIFTED &&
	       vr->host->sabotage != SABOTAGE_WALLED;
}

void fence_watch(struct host *host)
{
	int64_t first = NEVER;

	for (size_t i = 0; i < host->count; i++) {
		const struct vr *vr = host->vrs[i];
		int64_t until = vr->fence ? fence_told(vr) : NEVER;

		if (until > world.now && until < first)
			first = until;
	}
	if (first < host->fence_due) {
		host->fence_due = first;
		world_post(first, EVENT_FENCE, host, NULL);
	}
}

void fence_free(struct host *host)
{
	while (host->fences) {
		struct fence_object *next = host->fences->next;

		free(host->fences->addresses);
		free(host->fences);
		host->fences = next;
	}
}
