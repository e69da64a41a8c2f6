/* SPDX-License-Identifier: MIT */
/*
 * replay FILE...: a target without libFuzzer, for any compiler, once for each
 * of these inputs.  Names each file before it is tried, so that the last name
 * is the one that failed.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_MAX (1 << 20)

/* In memory of exactly that size, so that ASan sees a read beyond it. */
static int replay(const char *path)
{
	static uint8_t buffer[INPUT_MAX];
	FILE *in = fopen(path, "r");
	uint8_t *input;
	size_t size;

	if (!in) {
		perror(path);
		return -1;
	}
	size = fread(buffer, 1, sizeof buffer, in);
	fclose(in);
	input = malloc(size + 1);
	if (!input)
		return -1;
	memcpy(input + 1, buffer, size);
	LLVMFuzzerTestOneInput(input + 1, size);
	free(input);
	return 0;
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		printf("# %s\n", argv[i]);
		fflush(stdout);
		if (replay(argv[i]) < 0)
			return 1;
	}
	printf("replayed %d inputs\n", argc - 1);
	return argc > 1 ? 0 : 1;
}
