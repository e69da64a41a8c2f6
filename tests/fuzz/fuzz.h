/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

/*
 * What a target has: libFuzzer's entry, or replay.c's, and its input read as
 * small numbers, zeros after its end.  A target judges with assert().
 */

#undef NDEBUG
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct fuzz {
	const uint8_t *at, *end;
};

static inline uint8_t fuzz_octet(struct fuzz *f)
{
	return f->at < f->end ? *f->at++ : 0;
}

static char fuzz_directory[] = "/dev/shm/fuzz.XXXXXX", fuzz_name[32];

static inline void fuzz_tidy_up(void)
{
	unlink(fuzz_name);
	rmdir(fuzz_directory);
}

/* The one file "f" in a directory that is gone afterwards; NULL if it fails.
   In memory, as ext4 writes to the disk what is truncated and closed. */
static inline const char *fuzz_path(void)
{
	if (*fuzz_name)
		return fuzz_name;
	if (!mkdtemp(fuzz_directory) || atexit(fuzz_tidy_up))
		return NULL;
	snprintf(fuzz_name, sizeof fuzz_name, "%s/f", fuzz_directory);
	return fuzz_name;
}

#endif
