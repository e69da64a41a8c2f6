/* SPDX-License-Identifier: MIT */
/* Words of a story; what they mean is sim.c's and verbs.c's. */
#include "tests/sim/script.h"

#include "vrrpd/duration.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void script_fail(const struct script *s, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", s->path, s->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(2);
}

/* Onto the next word, or to the end. */
static char *skip(const struct script *s, char *at)
{
	while (at < s->words + strlen(s->text) && !*at)
		at++;
	return *at ? at : NULL;
}

void script_cut(struct script *s)
{
	s->text[strcspn(s->text, "#\n")] = '\0';
	for (size_t n = strlen(s->text); n > 0 && s->text[n - 1] <= ' '; n--)
		s->text[n - 1] = '\0';
	memset(s->words, 0, sizeof s->words);
	for (size_t i = 0; s->text[i]; i++)
		s->words[i] = (char)(isspace(s->text[i]) ? '\0' : s->text[i]);
	s->next = skip(s, s->words);
}

const char *script_peek(const struct script *s)
{
	return s->next;
}

const char *script_word(struct script *s)
{
	const char *word = s->next;

	if (!word)
		script_fail(s, "a word is missing");
	s->next = skip(s, s->next + strlen(s->next));
	return word;
}

bool script_accepts(struct script *s, const char *word)
{
	if (!s->next || strcmp(s->next, word) != 0)
		return false;
	script_word(s);
	return true;
}

int64_t script_time(struct script *s)
{
	const char *word = script_word(s);
	int64_t us;

	if (duration_parse(word, &us))
		script_fail(s, "\"%s\" is no time, such as 4s or 10ms", word);
	return us;
}

int64_t script_number(struct script *s)
{
	const char *word = script_word(s);
	char *end;
	long n = strtol(word, &end, 10);

	if (*end || n < 0 || n > 100000)
		script_fail(s, "\"%s\" is no number", word);
	return n;
}

int script_percent(struct script *s)
{
	const char *word = script_word(s);
	char *end;
	long n = strtol(word, &end, 10);

	if (strcmp(end, "%") != 0 || n < 0 || n > 100)
		script_fail(s, "\"%s\" is no share, such as 30%%", word);
	return (int)n;
}

void script_range(struct script *s, int range[2])
{
	const char *word = script_word(s);
	int used = 0;

	if (sscanf(word, "%d-%d%n", &range[0], &range[1], &used) == 2 &&
	    !word[used] && range[0] > 0 && range[0] <= range[1])
		return;
	if (sscanf(word, "%d%n", &range[0], &used) != 1 || word[used])
		script_fail(s, "\"%s\" is no range, such as 1-255", word);
	range[1] = range[0];
}

void script_end(struct script *s)
{
	if (s->next)
		script_fail(s, "\"%s\" is too much", s->next);
}

static bool matches(const char *name, const struct host *host)
{
	size_t stem = strcspn(name, "0123456789");
	int first = 1, last = 100000, number;

	if (strcmp(name, "all") == 0 || strcmp(name, host->name) == 0)
		return true;
	if (!host->many || strncmp(name, host->name, stem) != 0 ||
	    !isdigit(host->name[stem]))
		return false;
	if (name[stem] && sscanf(name + stem, "%d-%d", &first, &last) != 2)
		return false;
	number = atoi(host->name + stem);
	return number >= first && number <= last;
}

struct host *script_match(const char *name, const struct host *last)
{
	for (size_t i = last ? (size_t)last->index + 1 : 0; i < world.count;
	     i++)
		if (matches(name, world.hosts[i]))
			return world.hosts[i];
	return NULL;
}

struct host *script_host(struct script *s)
{
	const char *name = script_word(s);
	struct host *host = script_match(name, NULL);

	if (!host || script_match(name, host))
		script_fail(s, "\"%s\" is not one router", name);
	return host;
}
