/* SPDX-License-Identifier: MIT */
/*
 * Of a crowd of hosts only who serves is worth a line, of a crowd of virtual
 * routers on one host only the first and the last; the others' are counted.
 * log_write() of the real log.c is turned over to here by the linker.
 */
#include "tests/sim/trace.h"

#include "vrrpd/log.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hidden;

void __wrap_log_write(enum log_level level, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void print(const char *who, const char *format, va_list args)
{
	printf("%5" PRId64 ".%06d  %-8s ", world.now / SEC,
	       (int)(world.now % SEC), who);
	vprintf(format, args);
	putchar('\n');
}

void trace_host(const struct host *host, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(host->name, format, args);
	va_end(args);
}

/* "a", "a/7", "a/7 IPv6": no more than tells it from the others. */
static void label(const struct vr *vr, char *text, size_t size)
{
	const struct host *host = vr->host;
	char vrid[8] = "";

	if (host->block_count > 1)
		snprintf(vrid, sizeof vrid, "/%d", vr->vrid);
	snprintf(text, size, "%s%s%s", host->name, vrid,
		 host->count == host->block_count ? ""
		 : vr->family == IPV4             ? " IPv4"
						  : " IPv6");
}

static bool is_worth_a_line(const struct vr *vr)
{
	const struct vrrp before = { .state = vr->seen };

	if (vr->untraced)
		return false;
	return !vr->host->many || vrrp_is_serving(&before) ||
	       vrrp_is_serving(&vr->router.vrrp);
}

void trace_vr(const struct vr *vr, const char *format, ...)
{
	char who[32];
	va_list args;

	if (!is_worth_a_line(vr)) {
		hidden++;
		return;
	}
	label(vr, who, sizeof who);
	va_start(args, format);
	print(who, format, args);
	va_end(args);
}

static struct vr *of_title(const struct host *host, const char *text)
{
	for (size_t i = 0; i < host->count; i++) {
		const char *title = host->vrs[i]->router.title;

		if (strncmp(text, title, strlen(title)) == 0)
			return host->vrs[i];
	}
	return NULL;
}

void __wrap_log_write(enum log_level level, const char *format, ...)
{
	const struct vr *vr;
	char text[500];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (level == LOG_DEBUG)
		return;
	vr = of_title(world.current, text);
	if (vr)
		trace_vr(vr, "%s", text + strlen(vr->router.title) + 2);
	else
		trace_host(world.current, "%s", text);
}

void trace_script(const char *line)
{
	printf("--- %s\n", line);
}

void trace_rest(void)
{
	if (hidden > 0)
		printf("%12s  (and %" PRIu64 " lines of others)\n", "", hidden);
	hidden = 0;
}

void trace_fail(const char *format, ...)
{
	va_list args;

	printf("%5" PRId64 ".%06d  NOT TRUE ", world.now / SEC,
	       (int)(world.now % SEC));
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	exit(1);
}
