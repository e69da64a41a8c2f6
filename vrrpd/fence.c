/* SPDX-License-Identifier: MIT */
/*
 * The table is plain memory.  Each place in it has one who writes to it, the
 * loop's thread, and 64 bits that are aligned are written at once.
 */
#include "vrrpd/fence.h"

#include "vrrpd/fence_kernel.h"
#include "vrrpd/fence_table.h"
#include "vrrpd/loop.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fence {
	struct fence_kernel kernel;
	bool inherited; /* the tables: others may have places in them */
	bool taken[FENCE_PLACES];
};

/* ns of CLOCK_BOOTTIME */
static int64_t boot_time(int64_t us)
{
	return (us + loop_boot_offset()) * 1000;
}

static int make(struct fence **result, const struct fence_tables *tables,
		char *error, size_t size)
{
	struct fence *fence = calloc(1, sizeof *fence);
	int err = fence ? fence_kernel_open(&fence->kernel, tables, error, size)
			: -ENOMEM;

	if (!fence)
		snprintf(error, size, "%s", strerror(ENOMEM));
	if (err) {
		free(fence);
		return err;
	}
	fence->inherited = tables != NULL;
	*result = fence;
	return 0;
}

int fence_open(struct fence **result, char *error, size_t size)
{
	return make(result, NULL, error, size);
}

int fence_inherit(struct fence **result, const struct fence_tables *tables,
		  char *error, size_t size)
{
	return make(result, tables, error, size);
}

struct fence_tables fence_tables(const struct fence *fence)
{
	return fence->kernel.tables;
}

void fence_close(struct fence *fence)
{
	if (fence)
		fence_kernel_close(&fence->kernel);
	free(fence);
}

static void set(struct fence *fence, uint16_t place, uint64_t value)
{
	__atomic_store_n(&fence->kernel.open_until[place], value,
			 __ATOMIC_RELEASE);
}

/* A filter without a class would be of place 0. */
uint16_t fence_take(struct fence *fence)
{
	for (uint16_t place = 1; place < FENCE_PLACES; place++) {
		if (fence->taken[place])
			continue;
		fence->taken[place] = true;
		set(fence, place, FENCE_LIFTED);
		return place;
	}
	return 0;
}

bool fence_take_over(struct fence *fence, uint16_t place)
{
	if (!fence->inherited || place == 0 || place >= FENCE_PLACES)
		return false;
	fence->taken[place] = true;
	return true;
}

void fence_drop(struct fence *fence, uint16_t place)
{
	set(fence, place, FENCE_LIFTED);
	fence->taken[place] = false;
}

struct fence_programs fence_link_programs(const struct fence *fence)
{
	return fence->kernel.link;
}

struct fence_programs fence_address_programs(const struct fence *fence)
{
	return fence->kernel.address;
}

void fence_open_until(struct fence *fence, uint16_t place, int64_t until)
{
	int64_t ns = boot_time(until);

	set(fence, place, ns > FENCE_SHUT ? (uint64_t)ns : FENCE_SHUT);
}

void fence_shut(struct fence *fence, uint16_t place)
{
	set(fence, place, FENCE_SHUT);
}

void fence_lift(struct fence *fence, uint16_t place)
{
	set(fence, place, FENCE_LIFTED);
}

bool fence_is_open(const struct fence *fence, uint16_t place)
{
	return (int64_t)fence->kernel.open_until[place] >
	       loop_boot_now() * 1000;
}

int fence_readdress(struct fence *fence, uint16_t place,
		    const struct address *before, size_t before_count,
		    const struct address *addresses, size_t count)
{
	int err = 0;

	for (size_t i = 0; i < before_count; i++)
		fence_kernel_forget(&fence->kernel, place, &before[i]);
	for (size_t i = 0; !err && i < count; i++)
		err = fence_kernel_learn(&fence->kernel, place, &addresses[i]);
	return err;
}
