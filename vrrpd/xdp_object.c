/* SPDX-License-Identifier: MIT */
/*
 * The program that clang has made of xdp_tap.bpf.c, as a part of vrrpd: there
 * is no file to look for when it runs.  XDP_OBJECT is from the Makefile.
 */
#include "vrrpd/xdp_object.h"

__asm__(".section .rodata\n"
	".balign 8\n"
	".global xdp_object, xdp_object_end\n"
	"xdp_object:\n"
	".incbin \"" XDP_OBJECT "\"\n"
	"xdp_object_end:\n"
	".byte 0\n"
	".previous\n");
