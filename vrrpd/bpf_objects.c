/* SPDX-License-Identifier: MIT */
/*
 * The programs that clang has made of xdp_tap.bpf.c and fence.bpf.c, as parts
 * of vrrpd: there is no file to look for when it runs.  BPF_OBJECTS, where they
 * are, is from the Makefile.
 */
#include "vrrpd/bpf_objects.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define OBJECT(name, file)                                                     \
	__asm__(".section .rodata\n"                                           \
		".balign 8\n"                                                  \
		".global " name ", " name "_end\n" name ":\n"                  \
		".incbin \"" BPF_OBJECTS file "\"\n" name "_end:\n"            \
		".byte 0\n"                                                    \
		".previous\n")

OBJECT("xdp_object", "xdp_tap.bpf.o");
OBJECT("fence_object", "fence.bpf.o");

int bpf_objects_fail(int err, const char *what, char *error, size_t size)
{
	snprintf(error, size, "%s: %s", what, strerror(-err));
	return err;
}

static int silent(enum libbpf_print_level level, const char *format,
		  va_list list)
{
	(void)level, (void)format, (void)list;
	return 0;
}

int bpf_objects_open(const uint8_t *object, const uint8_t *end,
		     struct bpf_object **result, char *error, size_t size)
{
	libbpf_set_print(silent);
	*result = bpf_object__open_mem(object, (size_t)(end - object), NULL);
	return *result ? 0
		       : bpf_objects_fail(-errno, "the program", error, size);
}

int bpf_objects_load(struct bpf_object *object, char *error, size_t size)
{
	int err = bpf_object__load(object);

	return err ? bpf_objects_fail(err, "the kernel refuses the program",
				      error, size)
		   : 0;
}
