/* SPDX-License-Identifier: MIT */
/*
 * In the place of fence_kernel.c where vrrpd is built without clang or libbpf:
 * there is no fence.
 */
#include "vrrpd/fence_kernel.h"

#include <errno.h>
#include <stdio.h>

int fence_kernel_open(struct fence_kernel *kernel,
		      const struct fence_tables *tables, char *error,
		      size_t size)
{
	(void)kernel, (void)tables;
	snprintf(error, size, "vrrpd was built without clang or libbpf");
	return -EOPNOTSUPP;
}

void fence_kernel_close(struct fence_kernel *kernel)
{
	(void)kernel;
}

int fence_kernel_learn(struct fence_kernel *kernel, uint16_t place,
		       const struct address *a)
{
	(void)kernel, (void)place, (void)a;
	return -EOPNOTSUPP;
}

void fence_kernel_forget(struct fence_kernel *kernel, uint16_t place,
			 const struct address *a)
{
	(void)kernel, (void)place, (void)a;
}
