/* SPDX-License-Identifier: MIT */
/*
 * Lines of TAP without the number, which only those know who put all the rows
 * together; what belongs to a row follows it, behind "#".
 */
#include "tests/conformance/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

static void put(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put(struct report *report, const char *format, ...)
{
	size_t room = sizeof report->diagnosis - report->used;
	va_list list;
	int len;

	va_start(list, format);
	len = vsnprintf(report->diagnosis + report->used, room, format, list);
	va_end(list);
	if (len > 0)
		report->used += (size_t)len < room ? (size_t)len : room - 1;
}

bool report_check(struct report *report, bool holds, const char *what,
		  const char *expected, const char *measured, ...)
{
	char text[200];
	va_list list;

	va_start(list, measured);
	vsnprintf(text, sizeof text, measured, list);
	va_end(list);
	if (report->checks++ == 0 || (!holds && !report->failed))
		snprintf(report->headline, sizeof report->headline,
			 "%s: measured %s, expected %s", what, text, expected);
	put(report, "#   %s %s: measured %s, expected %s\n",
	    holds ? "ok " : "NOT", what, text, expected);
	if (!holds)
		report->failed = true;
	return holds;
}

bool report_number(struct report *report, const char *what, long measured,
		   long expected)
{
	char text[24];

	snprintf(text, sizeof text, "%ld", expected);
	return report_check(report, measured == expected, what, text, "%ld",
			    measured);
}

bool report_range(struct report *report, const char *what, long measured,
		  long least, long most)
{
	char text[48];

	snprintf(text, sizeof text, "%ld..%ld", least, most);
	return report_check(report, measured >= least && measured <= most, what,
			    text, "%ld", measured);
}

bool report_time(struct report *report, const char *what, int64_t measured,
		 int64_t nominal)
{
	char text[32];
	double ms = (double)measured / 1000;
	bool holds = measured >= nominal - REPORT_EARLY_US &&
		     measured <= nominal + REPORT_LATE_US;

	snprintf(text, sizeof text, "%.1f ms", (double)nominal / 1000);
	if (measured == INT64_MAX)
		return report_check(report, false, what, text, "never");
	report_check(report, holds, what, text, "%.1f ms", ms);
	if (holds && measured > nominal + REPORT_REMARK_US)
		report_remark(report, "%s: %.1f ms late, a busy machine?", what,
			      ms - (double)nominal / 1000);
	return holds;
}

void report_remark(struct report *report, const char *format, ...)
{
	char text[200];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof text, format, list);
	va_end(list);
	put(report, "#   remark: %s\n", text);
}

void report_skip(struct report *report, const char *why)
{
	if (!report->failed && !report->skipped) {
		report->skipped = true;
		snprintf(report->headline, sizeof report->headline, "%s", why);
	}
}

void report_print(const struct report *report, const char *id,
		  const char *section, const char *text)
{
	bool skipped = report->skipped && !report->failed;
	bool failed = report->failed || report->checks == 0;
	char more[24] = "";

	if (!report->failed && report->checks > 1)
		snprintf(more, sizeof more, " (and %u more)",
			 report->checks - 1);
	printf("%s - %s %s: %s%s%s%s\n%s", failed && !skipped ? "not ok" : "ok",
	       id, section, text, skipped ? " # SKIP " : ": ",
	       report->headline[0] ? report->headline : "nothing was measured",
	       more, report->diagnosis);
}
