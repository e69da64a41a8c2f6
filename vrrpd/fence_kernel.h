/* SPDX-License-Identifier: MIT */
#ifndef FENCE_KERNEL_H
#define FENCE_KERNEL_H

/* The kernel's half of the fence (fence.bpf.c), loaded.  For fence.c alone. */

#include "netlink/address.h"
#include "vrrpd/fence.h"

#include <stddef.h>
#include <stdint.h>

struct fence_kernel {
	uint64_t *open_until; /* by place (fence_table.h), shared */
	struct fence_programs link, address;
	void *object;
	struct fence_tables tables;
};

/*
 * With these tables, if not NULL.  Returns 0, or -errno with an explanation in
 * `error`.
 */
int fence_kernel_open(struct fence_kernel *kernel,
		      const struct fence_tables *tables, char *error,
		      size_t size);
void fence_kernel_close(struct fence_kernel *kernel);

/* An address that is fenced at this place, and no more. */
int fence_kernel_learn(struct fence_kernel *kernel, uint16_t place,
		       const struct address *a);
void fence_kernel_forget(struct fence_kernel *kernel, uint16_t place,
			 const struct address *a);

#endif
