/* SPDX-License-Identifier: MIT */
#ifndef BPF_OBJECTS_H
#define BPF_OBJECTS_H

/*
 * The object files of xdp_tap.bpf.c and fence.bpf.c, each up to its end, and
 * how libbpf loads one.
 */

#include <stddef.h>
#include <stdint.h>

struct bpf_object;

extern const uint8_t xdp_object[], xdp_object_end[];
extern const uint8_t fence_object[], fence_object_end[];

/*
 * *result, if not NULL, is the caller's to close.  Both return 0, or -errno
 * with an explanation in `error`.
 */
int bpf_objects_open(const uint8_t *object, const uint8_t *end,
		     struct bpf_object **result, char *error, size_t size);
int bpf_objects_load(struct bpf_object *object, char *error, size_t size);

/* Writes "WHAT: " and what `err` means, and returns `err`. */
int bpf_objects_fail(int err, const char *what, char *error, size_t size);

#endif
