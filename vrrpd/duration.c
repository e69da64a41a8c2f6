/* SPDX-License-Identifier: MIT */
/*
 * A number is taken as an integer and a string of decimals, both scaled by
 * the unit in integer arithmetic: floating point would turn 40.95s into
 * something that is not a multiple of 10 ms.
 */
#include "vrrpd/duration.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static const struct unit {
	const char *name;
	int64_t us;
} units[] = {
	{ "min", 60000000 }, { "s", 1000000 }, { "ms", 1000 }, { "us", 1 }
};
#define UNITS (sizeof units / sizeof *units)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const struct unit *find_unit(const char *name)
{
	for (size_t i = 0; i < UNITS; i++)
		if (strcmp(units[i].name, name) == 0)
			return &units[i];
	return NULL;
}

/* `digits` after the decimal point, in us; -EINVAL unless they come to whole
 * microseconds. */
static int parse_decimals(const char *digits, size_t count, int64_t unit,
			  int64_t *us)
{
	int64_t scale = 1, number = 0;

	while (count > 0 && digits[count - 1] == '0')
		count--;
	if (count > 8) /* 0.00000005min is 3 us: nothing exact is longer */
		return -EINVAL;
	for (size_t i = 0; i < count; i++) {
		number = number * 10 + (digits[i] - '0');
		scale *= 10;
	}
	if (number * unit % scale != 0)
		return -EINVAL;
	*us = number * unit / scale;
	return 0;
}

int duration_parse(const char *text, int64_t *us)
{
	const char *point = text, *end;
	const struct unit *unit;
	int64_t whole = 0, decimals = 0;
	bool overflow = false;

	while (is_digit(*point))
		point++;
	end = point;
	if (*point == '.')
		for (end++; is_digit(*end); end++)
			;
	if (point == text || end == point + 1)
		return -EINVAL;
	unit = find_unit(end);
	if (!unit)
		return -EINVAL;
	if (end > point && parse_decimals(point + 1, (size_t)(end - point - 1),
					  unit->us, &decimals))
		return -EINVAL;

	for (; text < point; text++) {
		overflow |= __builtin_mul_overflow(whole, 10, &whole);
		overflow |= __builtin_add_overflow(whole, *text - '0', &whole);
	}
	overflow |= __builtin_mul_overflow(whole, unit->us, &whole);
	overflow |= __builtin_add_overflow(whole, decimals, &whole);
	if (overflow)
		return -ERANGE;
	*us = whole;
	return 0;
}

static void format_unit(int64_t us, const struct unit *unit,
			char text[DURATION_TEXT])
{
	int64_t rest = us % unit->us;
	int len = snprintf(text, DURATION_TEXT, "%lld",
			   (long long)(us / unit->us));

	if (rest > 0)
		text[len++] = '.';
	for (int64_t place = unit->us / 10; rest > 0; place /= 10) {
		text[len++] = (char)('0' + rest / place);
		rest %= place;
	}
	snprintf(text + len, (size_t)(DURATION_TEXT - len), "%s", unit->name);
}

const char *duration_format(int64_t us, char text[DURATION_TEXT])
{
	char other[DURATION_TEXT];

	snprintf(text, DURATION_TEXT, "%lldus", (long long)us);
	for (size_t i = UNITS - 1; i-- > 0;) { /* ms, s, min */
		if (us > 0 && us < units[i].us)
			continue;
		if (units[i].us > 1000000 && us % units[i].us != 0)
			continue; /* minutes have no exact decimals */
		format_unit(us, &units[i], other);
		if (strlen(other) <= strlen(text))
			strcpy(text, other);
	}
	return text;
}
