/* SPDX-License-Identifier: MIT */
#ifndef DURATION_H
#define DURATION_H

/*
 * Times as people write them, "100ms", and as vrrpd counts them: whole
 * microseconds in an int64_t.  Nothing is ever rounded.
 */

#include <stdint.h>

#define DURATION_TEXT 32 /* octets that duration_format() may write */

/*
 * Reads a decimal number and its unit, us, ms, s or min, with nothing
 * between, before or after: "40.95s".  Returns 0; -EINVAL for anything else,
 * a bare number and fractions of a microsecond among it; -ERANGE for what
 * does not fit into *us.
 */
int duration_parse(const char *text, int64_t *us);

/*
 * Writes us >= 0 in its shortest exact form of one or more of a unit, the
 * larger unit if two are equally short: "1s", "1.5ms", "60min".  Returns
 * `text`.
 */
const char *duration_format(int64_t us, char text[DURATION_TEXT]);

#endif
