/* SPDX-License-Identifier: MIT */
#ifndef XDP_OBJECT_H
#define XDP_OBJECT_H

/* The object file of xdp_tap.bpf.c, for libbpf, up to xdp_object_end. */

#include <stdint.h>

extern const uint8_t xdp_object[], xdp_object_end[];

#endif
