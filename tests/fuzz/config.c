/* SPDX-License-Identifier: MIT */
/*
 * The input is a configuration file.  Either it is refused with a reason in
 * lines that can be shown, or what it prints as loads again and prints the
 * same.  The golden files of tests/config are the corpus.
 */

#include "vrrpd/config.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

/* As in test_config.c: libconfig 1.5 itself loses some strings. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:strbuf_append\nleak:libconfig_yylex\n";
}

static void count_line(void *arg, const char *line)
{
	assert(*line && !strpbrk(line, "\n\r\033"));
	++*(size_t *)arg;
}

/* What it includes by name is not there, but for "f", which is itself. */
static struct config *load(const char *text, size_t size, size_t *problems)
{
	const char *path = fuzz_path();
	FILE *out = path ? fopen(path, "w") : NULL;

	assert(out);
	assert(fwrite(text, 1, size, out) == size);
	assert(fclose(out) == 0);
	*problems = 0;
	return config_load(path, count_line, problems);
}

static char *print(const struct config *config, size_t *size)
{
	char *text;
	FILE *out = open_memstream(&text, size);

	assert(out);
	config_print(config, out);
	assert(fclose(out) == 0);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *config, *again;
	size_t problems, len, len_again;
	char *text, *text_again;

	config = load((const char *)data, size, &problems);
	assert(!config == !!problems);
	if (!config)
		return 0;
	text = print(config, &len);
	again = load(text, len, &problems);
	assert(again && again->count == config->count);
	text_again = print(again, &len_again);
	assert(len == len_again && memcmp(text, text_again, len) == 0);
	config_free(config);
	config_free(again);
	free(text);
	free(text_again);
	return 0;
}
