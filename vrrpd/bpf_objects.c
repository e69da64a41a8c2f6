/* SPDX-License-Identifier: MIT */
/*
 * The programs that clang has made of xdp_tap.bpf.c and fence.bpf.c, as parts
 * of vrrpd: there is no file to look for when it runs.  BPF_OBJECTS, where they
 * are, is from the Makefile.
 */
#include "vrrpd/bpf_objects.h"

#define OBJECT(name, file)                                                     \
	__asm__(".section .rodata\n"                                           \
		".balign 8\n"                                                  \
		".global " name ", " name "_end\n" name ":\n"                  \
		".incbin \"" BPF_OBJECTS file "\"\n" name "_end:\n"            \
		".byte 0\n"                                                    \
		".previous\n")

OBJECT("xdp_object", "xdp_tap.bpf.o");
OBJECT("fence_object", "fence.bpf.o");
