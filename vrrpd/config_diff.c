/* SPDX-License-Identifier: MIT */
/*
 * Two configurations as an operator would compare them.  Routers are the same
 * if they have the same name, else if they have the same VRID on the same
 * interface; the table of keys says what to compare of them.
 */
#include "vrrpd/config_keys.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct diff {
	const char *name; /* of the router that is compared */
	config_report *report;
	void *arg;
	int lines; /* so far, or -ENOMEM */
};

static void say(struct diff *d, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void say(struct diff *d, const char *format, ...)
{
	char *text, *line;
	va_list list;
	int size;

	if (d->lines < 0)
		return;
	va_start(list, format);
	size = vasprintf(&text, format, list);
	va_end(list);
	if (size < 0) {
		d->lines = -ENOMEM;
		return;
	}
	if (asprintf(&line, "%s: %s", d->name, text) < 0) {
		d->lines = -ENOMEM;
	} else {
		d->report(d->arg, line);
		d->lines++;
		free(line);
	}
	free(text);
}

/* NULL for want of memory. */
static char *value_of(const struct config_key *key,
		      const struct config_router *r)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	config_key_print(key, r, out);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}

static const struct address *find_address(const struct config_router *r,
					  const struct address *a)
{
	for (size_t i = 0; i < r->ipv4_count + r->ipv6_count; i++)
		if (address_equal(&r->addresses[i], a))
			return &r->addresses[i];
	return NULL;
}

/* Those of `a` that `b` has not. */
static bool diff_missing(struct diff *d, const struct config_router *a,
			 const struct config_router *b, const char *what)
{
	char text[ADDRESS_TEXT];
	bool any = false;

	for (size_t i = 0; i < a->ipv4_count + a->ipv6_count; i++) {
		if (find_address(b, &a->addresses[i]))
			continue;
		any = true;
		say(d, "virtual address %s %s",
		    address_format(&a->addresses[i], false, text), what);
	}
	return any;
}

static bool diff_prefixes(struct diff *d, const struct config_router *old,
			  const struct config_router *new)
{
	char before[ADDRESS_TEXT], after[ADDRESS_TEXT];
	bool any = false;

	for (size_t i = 0; i < new->ipv4_count + new->ipv6_count; i++) {
		const struct address *b = &new->addresses[i];
		const struct address *a = find_address(old, b);

		if (!a || a->prefixlen == b->prefixlen)
			continue;
		any = true;
		say(d, "virtual address %s -> %s",
		    address_format(a, true, before),
		    address_format(b, true, after));
	}
	return any;
}

static void diff_addresses(struct diff *d, const struct config_router *old,
			   const struct config_router *new)
{
	bool any = diff_missing(d, old, new, "removed");

	any |= diff_missing(d, new, old, "added");
	any |= diff_prefixes(d, old, new);
	if (!any)
		say(d, "virtual addresses in another order");
}

static void diff_keys(struct diff *d, const struct config_key *table,
		      const char *group, const struct config_router *old,
		      const struct config_router *new)
{
	for (; table->name; table++) {
		char *before = value_of(table, old);
		char *after = value_of(table, new);

		if (!before || !after)
			d->lines = -ENOMEM;
		else if (strcmp(before, after) == 0)
			;
		else if (table->type == CONFIG_KEY_GROUP)
			diff_keys(d, table->members, table->name, old, new);
		else if (table->type == CONFIG_KEY_ADDRESSES)
			diff_addresses(d, old, new);
		else if (table->type == CONFIG_KEY_BLOCK)
			say(d, "%s %s", table->name,
			    !before[0]  ? "added"
			    : !after[0] ? "removed"
					: "changed");
		else
			say(d, "%s%s%s %s -> %s", group, group[0] ? "." : "",
			    table->name, before, after);
		free(before);
		free(after);
	}
}

static bool has_name(const struct config *config, const char *name)
{
	for (size_t i = 0; i < config->count; i++)
		if (strcmp(config->routers[i].name, name) == 0)
			return true;
	return false;
}

static bool have_common_family(const struct config_router *a,
			       const struct config_router *b)
{
	return (a->ipv4_count && b->ipv4_count) ||
	       (a->ipv6_count && b->ipv6_count);
}

/* The router of `there` that r of `here` is, or NULL. */
static const struct config_router *find_same(const struct config *here,
					     const struct config *there,
					     const struct config_router *r)
{
	const struct config_router *renamed = NULL;

	for (size_t i = 0; i < there->count; i++) {
		const struct config_router *o = &there->routers[i];

		if (strcmp(o->name, r->name) == 0)
			return o;
		if (o->vrid == r->vrid &&
		    strcmp(o->interface, r->interface) == 0 &&
		    have_common_family(o, r) && !has_name(here, o->name))
			renamed = o;
	}
	return renamed;
}

int config_diff(const struct config *old, const struct config *new,
		config_report *report, void *arg)
{
	struct diff d = { .report = report, .arg = arg };

	for (size_t i = 0; i < old->count; i++) {
		const struct config_router *r = &old->routers[i];
		const struct config_router *now = find_same(old, new, r);

		d.name = r->name;
		if (now)
			diff_keys(&d, config_keys, "", r, now);
		else
			say(&d, "removed");
	}
	for (size_t i = 0; i < new->count; i++) {
		d.name = new->routers[i].name;
		if (!find_same(new, old, &new->routers[i]))
			say(&d, "added");
	}
	return d.lines;
}
