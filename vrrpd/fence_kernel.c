/* SPDX-License-Identifier: MIT */
/*
 * libbpf, which loads the programs.  They live on in the filters that netlink
 * has put them into, and so does the table, though nobody renews it then.
 */
#include "vrrpd/fence_kernel.h"

#include "vrrpd/bpf_objects.h"
#include "vrrpd/fence_table.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define TABLE_SIZE (FENCE_PLACES * sizeof(uint64_t))

static int program_fd(const struct fence_kernel *kernel, const char *name)
{
	return bpf_program__fd(
		bpf_object__find_program_by_name(kernel->object, name));
}

static int find_parts(struct fence_kernel *kernel, char *error, size_t size)
{
	struct fence_tables *tables = &kernel->tables;
	int link = program_fd(kernel, "fence_link");
	void *table;

	tables->open_until =
		bpf_object__find_map_fd_by_name(kernel->object, "open_until");
	tables->addresses =
		bpf_object__find_map_fd_by_name(kernel->object, "addresses");
	table = mmap(NULL, TABLE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		     tables->open_until, 0);
	if (table == MAP_FAILED)
		return bpf_objects_fail(-errno, "its table", error, size);
	kernel->open_until = table;
	kernel->link = (struct fence_programs){ link, link };
	kernel->address = (struct fence_programs){
		program_fd(kernel, "fence_in"),
		program_fd(kernel, "fence_out"),
	};
	return 0;
}

static int reuse(struct fence_kernel *kernel, const char *name, int fd)
{
	return bpf_map__reuse_fd(
		bpf_object__find_map_by_name(kernel->object, name), fd);
}

/* Those of an agent before this one, which its programs go by as well. */
static int reuse_tables(struct fence_kernel *kernel,
			const struct fence_tables *tables, char *error,
			size_t size)
{
	int err = reuse(kernel, "open_until", tables->open_until);

	if (!err)
		err = reuse(kernel, "addresses", tables->addresses);
	return err ? bpf_objects_fail(err, "other tables", error, size) : 0;
}

int fence_kernel_open(struct fence_kernel *kernel,
		      const struct fence_tables *tables, char *error,
		      size_t size)
{
	struct bpf_object *object;
	int err;

	*kernel = (struct fence_kernel){ 0 };
	err = bpf_objects_open(fence_object, fence_object_end, &object, error,
			       size);
	kernel->object = object;
	if (!err && tables)
		err = reuse_tables(kernel, tables, error, size);
	if (!err)
		err = bpf_objects_load(object, error, size);
	if (!err)
		err = find_parts(kernel, error, size);
	if (err)
		fence_kernel_close(kernel);
	return err;
}

void fence_kernel_close(struct fence_kernel *kernel)
{
	if (kernel->open_until)
		munmap(kernel->open_until, TABLE_SIZE);
	bpf_object__close(kernel->object);
}

static struct fence_address key_of(uint16_t place, const struct address *a)
{
	struct fence_address key = { .place = place };

	memcpy(key.octets, a->bytes, address_size(a->family));
	return key;
}

int fence_kernel_learn(struct fence_kernel *kernel, uint16_t place,
		       const struct address *a)
{
	struct fence_address key = key_of(place, a);
	uint8_t nothing = 0;

	return bpf_map_update_elem(kernel->tables.addresses, &key, &nothing,
				   BPF_ANY) < 0
		       ? -errno
		       : 0;
}

void fence_kernel_forget(struct fence_kernel *kernel, uint16_t place,
			 const struct address *a)
{
	struct fence_address key = key_of(place, a);

	bpf_map_delete_elem(kernel->tables.addresses, &key);
}
