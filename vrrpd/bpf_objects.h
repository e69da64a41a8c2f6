/* SPDX-License-Identifier: MIT */
#ifndef BPF_OBJECTS_H
#define BPF_OBJECTS_H

/* The object files of xdp_tap.bpf.c and fence.bpf.c, for libbpf, each up to
   its end. */

#include <stdint.h>

extern const uint8_t xdp_object[], xdp_object_end[];
extern const uint8_t fence_object[], fence_object_end[];

#endif
