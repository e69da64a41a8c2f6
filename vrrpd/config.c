/* SPDX-License-Identifier: MIT */
/*
 * The only file that includes libconfig.  config_scan.c has made one text of
 * the file and its includes, libconfig makes a tree of the text, and here the
 * tree becomes a struct config: each value by the table of keys, then the
 * rules that tie values together.  A wrong value leaves its member zero, and
 * the later rules pass over what is zero, so that one mistake is one line.
 */
#include "vrrpd/config.h"

#include "vrrpd/config_claims.h"
#include "vrrpd/config_keys.h"
#include "vrrpd/config_scan.h"

#include <errno.h>
#include <libconfig.h>
#include <stdlib.h>
#include <string.h>

#define IPV4_MAX 255 /* RFC 9568 section 5.2.5: the count is an octet */
#define IPV6_MAX 90  /* (1500 - 40 - 8) / 16: one Ethernet frame */

struct loader {
	struct config_scan *scan;
	struct config *config;
	config_setting_t *list; /* item i becomes config->routers[i] */
	struct config_claims claims;
	size_t string_count; /* of strings seen by place_strings() */
	size_t wrong;        /* values reported */
};

/*
 * libconfig knows the line of a string no better than that of the next token;
 * the hook carries the right one, from the scanner that has seen the same
 * strings in the same order.
 */
static void place_strings(struct loader *l, config_setting_t *s)
{
	int length = config_setting_length(s); /* 0 for a scalar */

	if (config_setting_type(s) == CONFIG_TYPE_STRING)
		config_setting_set_hook(
			s, (void *)(uintptr_t)config_scan_string_line(
				   l->scan, l->string_count++));
	for (int i = 0; i < length; i++)
		place_strings(l, config_setting_get_elem(s, (unsigned)i));
}

/* A member is at its name, an item of an array or list at its value. */
static unsigned line_of(const config_setting_t *s)
{
	uintptr_t line = (uintptr_t)config_setting_get_hook(s);

	return line && !config_setting_name(s) ? (unsigned)line
					       : config_setting_source_line(s);
}

/* The line of a key of router i, or of the router if it is left out. */
static unsigned line_of_key(const struct loader *l, size_t i, const char *key)
{
	const config_setting_t *router =
		config_setting_get_elem(l->list, (unsigned)i);
	const config_setting_t *s = config_setting_get_member(router, key);

	return line_of(s ? s : router);
}

static void print_string(const char *text, FILE *out)
{
	if (strlen(text) > 80)
		fprintf(out, "a string of %zu characters", strlen(text));
	else
		config_key_quote(text, out);
}

static void print_setting(const config_setting_t *s, FILE *out)
{
	switch (config_setting_type(s)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		fprintf(out, "%lld", config_setting_get_int64(s));
		break;
	case CONFIG_TYPE_FLOAT:
		fprintf(out, "a number with a point");
		break;
	case CONFIG_TYPE_BOOL:
		fputs(config_setting_get_bool(s) ? "true" : "false", out);
		break;
	case CONFIG_TYPE_STRING:
		print_string(config_setting_get_string(s), out);
		break;
	case CONFIG_TYPE_GROUP:
		fputs("a group", out);
		break;
	case CONFIG_TYPE_ARRAY:
		fputs("an array", out);
		break;
	default:
		fputs("a list", out);
		break;
	}
}

/* "KEY must be DESCRIPTION, not VALUE"; s is NULL where it is left out. */
static void report_value(struct loader *l, const struct config_key *key,
			 unsigned line, const config_setting_t *s)
{
	const char *group = NULL;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	l->wrong++;
	if (!out) {
		config_scan_no_memory(l->scan);
		return;
	}
	if (s && config_setting_name(s))
		group = config_setting_name(config_setting_parent(s));
	fprintf(out, "%s%s%s %s ", group ? group : "", group ? "." : "",
		key->name, s ? "must be" : "is missing: it must be");
	config_key_describe(key, out);
	if (s) {
		fprintf(out, ", not ");
		print_setting(s, out);
	}
	if (fclose(out) == 0)
		config_scan_problem(l->scan, line, "%s", text);
	else
		config_scan_no_memory(l->scan);
	free(text);
}

static void check_unknown(struct loader *l, const struct config_key *table,
			  const config_setting_t *group)
{
	int length = config_setting_length(group);

	for (int i = 0; i < length; i++) {
		const config_setting_t *s =
			config_setting_get_elem(group, (unsigned)i);
		const char *name = config_setting_name(s);
		const struct config_key *hint;

		if (config_key_find(table, name))
			continue;
		hint = config_key_nearest(table, name);
		config_scan_problem(l->scan, line_of(s),
				    "unknown key \"%.60s\"%s%s%s", name,
				    hint ? " (did you mean \"" : "",
				    hint ? hint->name : "", hint ? "\"?)" : "");
	}
}

static void load_addresses(struct loader *l, const struct config_key *key,
			   const config_setting_t *s, size_t router)
{
	int length = config_setting_length(s);
	const config_setting_t *first = config_setting_get_elem(s, 0);

	if (!config_setting_is_array(s)) {
		report_value(l, key, line_of(s), s);
		return;
	}
	if (first && config_setting_type(first) != CONFIG_TYPE_STRING) {
		report_value(l, key, line_of(s), first);
		return;
	}
	if (length == 0)
		config_scan_problem(l->scan, line_of(s),
				    "%s is empty: it needs an address",
				    key->name);
	for (int i = 0; i < length; i++) {
		const config_setting_t *item =
			config_setting_get_elem(s, (unsigned)i);

		config_claims_add(&l->claims, config_setting_get_string(item),
				  router, line_of(item));
	}
}

/* The value as text for config_key_set(); NULL if its type is not the key's. */
static const char *value_text(const struct config_key *key,
			      const config_setting_t *s, char number[32])
{
	int type = config_setting_type(s);

	switch (key->type) {
	case CONFIG_KEY_NAME:
	case CONFIG_KEY_INTERFACE:
	case CONFIG_KEY_TIME:
	case CONFIG_KEY_CHOICE:
	case CONFIG_KEY_NETWORK:
	case CONFIG_KEY_SERVERS:
		return config_setting_get_string(s); /* NULL if it is none */
	case CONFIG_KEY_INTEGER:
		snprintf(number, 32, "%lld", config_setting_get_int64(s));
		return type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64
			       ? number
			       : NULL;
	case CONFIG_KEY_BOOLEAN:
		if (type != CONFIG_TYPE_BOOL)
			return NULL;
		return config_setting_get_bool(s) ? "true" : "false";
	case CONFIG_KEY_ADDRESSES:
	case CONFIG_KEY_GROUP:
	case CONFIG_KEY_BLOCK:
	case CONFIG_KEY_LIST:
		break;
	}
	return NULL;
}

static void load_value(struct loader *l, const struct config_key *key,
		       const config_setting_t *s, void *base)
{
	char number[32];
	const char *text = value_text(key, s, number);
	int err = text ? config_key_set(key, text, base) : -EINVAL;

	if (err == -ENOMEM)
		config_scan_no_memory(l->scan);
	else if (err && !config_scan_integer_reported(l->scan, line_of(s)))
		report_value(l, key, line_of(s), s);
}

static void load_servers(struct loader *l, const struct config_key *key,
			 const config_setting_t *s, void *base)
{
	int length = config_setting_length(s);

	if (!config_setting_is_array(s))
		report_value(l, key, line_of(s), s);
	for (int i = 0; i < length && config_setting_is_array(s); i++)
		load_value(l, key, config_setting_get_elem(s, (unsigned)i),
			   base);
}

/* All defaults first: what is left out or wrong keeps its own. */
static int set_defaults(const struct config_key *table, void *base)
{
	int err = 0;

	for (; table->name && !err; table++) {
		if (table->type == CONFIG_KEY_GROUP)
			err = set_defaults(table->members, base);
		else if (table->fallback)
			err = config_key_set(table, table->fallback, base);
		else if (table->derived)
			*(int64_t *)(void *)((char *)base + table->offset) =
				CONFIG_DERIVED;
	}
	return err;
}

static void load_group(struct loader *l, const struct config_key *table,
		       const config_setting_t *group, size_t router,
		       void *base);

static void check_rules(struct loader *l, const struct config_rule *rule,
			config_setting_t *group, const void *base)
{
	for (; rule->key; rule++) {
		const config_setting_t *s =
			config_setting_lookup(group, rule->key);

		if (!rule->holds(base))
			config_scan_problem(l->scan, line_of(s ? s : group),
					    "%s", rule->text);
	}
}

/* A struct of its own for a group: its defaults, its keys, its rules. */
static void load_struct(struct loader *l, const struct config_key *key,
			config_setting_t *group, size_t router, void *base)
{
	size_t wrong = l->wrong;

	if (set_defaults(key->members, base))
		config_scan_no_memory(l->scan);
	load_group(l, key->members, group, router, base);
	if (key->derive)
		key->derive(base);
	if (key->rules && l->wrong == wrong)
		check_rules(l, key->rules, group, base);
}

static void load_block(struct loader *l, const struct config_key *key,
		       config_setting_t *s, size_t router, void *base)
{
	void *block = calloc(1, key->size);

	if (!block) {
		config_scan_no_memory(l->scan);
		return;
	}
	memcpy((char *)base + key->offset, &block, sizeof block);
	load_struct(l, key, s, router, block);
}

static void load_list(struct loader *l, const struct config_key *key,
		      const config_setting_t *s, size_t router, void *base)
{
	int length = config_setting_length(s);
	size_t *count = config_key_count(key, base);

	if (!config_setting_is_list(s)) {
		report_value(l, key, line_of(s), s);
		return;
	}
	if (length > key->max) {
		config_scan_problem(l->scan, line_of(s),
				    "%s has %d groups: %d is the most",
				    key->name, length, (int)key->max);
		return;
	}
	for (int i = 0; i < length; i++) {
		config_setting_t *item =
			config_setting_get_elem(s, (unsigned)i);

		if (config_setting_is_group(item))
			load_struct(l, key, item, router,
				    (char *)base + key->offset +
					    key->size * (*count)++);
		else
			report_value(l, key, line_of(item), item);
	}
}

static void load_key(struct loader *l, const struct config_key *key,
		     config_setting_t *s, size_t router, void *base)
{
	switch (key->type) {
	case CONFIG_KEY_ADDRESSES:
		load_addresses(l, key, s, router);
		break;
	case CONFIG_KEY_SERVERS:
		load_servers(l, key, s, base);
		break;
	case CONFIG_KEY_LIST:
		load_list(l, key, s, router, base);
		break;
	case CONFIG_KEY_GROUP:
	case CONFIG_KEY_BLOCK:
		if (!config_setting_is_group(s))
			report_value(l, key, line_of(s), s);
		else if (key->type == CONFIG_KEY_BLOCK)
			load_block(l, key, s, router, base);
		else
			load_group(l, key->members, s, router, base);
		break;
	case CONFIG_KEY_NAME:
	case CONFIG_KEY_INTERFACE:
	case CONFIG_KEY_INTEGER:
	case CONFIG_KEY_BOOLEAN:
	case CONFIG_KEY_TIME:
	case CONFIG_KEY_CHOICE:
	case CONFIG_KEY_NETWORK:
		load_value(l, key, s, base);
		break;
	}
}

static void load_group(struct loader *l, const struct config_key *table,
		       const config_setting_t *group, size_t router, void *base)
{
	check_unknown(l, table, group);
	for (; table->name; table++) {
		config_setting_t *s =
			config_setting_get_member(group, table->name);

		if (s)
			load_key(l, table, s, router, base);
		else if (table->required)
			report_value(l, table, line_of(group), NULL);
	}
}

static void load_router(struct loader *l, size_t i)
{
	struct config_router *r = &l->config->routers[i];
	const config_setting_t *s =
		config_setting_get_elem(l->list, (unsigned)i);

	if (set_defaults(config_keys, r))
		config_scan_no_memory(l->scan);
	if (!config_setting_is_group(s)) {
		config_scan_problem(l->scan, line_of(s),
				    "an item of virtual_routers must be a "
				    "group, { interface = \"eth0\"; ... }");
		return;
	}
	load_group(l, config_keys, s, i, r);
	config_claims_arrange(&l->claims, i, r);
	if (!r->name && r->interface[0] && r->vrid &&
	    asprintf(&r->name, "%s/%d", r->interface, r->vrid) < 0) {
		r->name = NULL;
		config_scan_no_memory(l->scan);
	}
}

static void check_addresses(struct loader *l, size_t i)
{
	const struct config_router *r = &l->config->routers[i];
	unsigned line = line_of_key(l, i, "virtual_addresses");

	if (r->ipv4_count > IPV4_MAX)
		config_scan_problem(l->scan, line,
				    "%zu IPv4 addresses: a virtual router can "
				    "have %d at most",
				    r->ipv4_count, IPV4_MAX);
	if (r->ipv6_count > IPV6_MAX)
		config_scan_problem(l->scan, line,
				    "%zu IPv6 addresses: a virtual router can "
				    "have %d at most",
				    r->ipv6_count, IPV6_MAX);
	if (r->ipv6_count > 0 &&
	    !address_is_link_local(&r->addresses[r->ipv4_count]))
		config_scan_problem(l->scan, line,
				    "IPv6 addresses without a link-local one: "
				    "add one, such as \"fe80::1/64\" (RFC "
				    "9568 section 5.2.9)");
}

static void check_router(struct loader *l, size_t i)
{
	const struct config_router *r = &l->config->routers[i];

	if (!r->preempt && r->preempt_delay > 0)
		config_scan_problem(l->scan, line_of_key(l, i, "preempt_delay"),
				    "preempt_delay without preempt: leave it "
				    "out, or set preempt = true");
	if (r->router_advert && r->ipv4_count > 0 && r->ipv6_count == 0)
		config_scan_problem(l->scan,
				    line_of_key(l, i, "router_advertisements"),
				    "router_advertisements without IPv6 "
				    "addresses: leave it out, or add a "
				    "link-local one, such as \"fe80::1/64\"");
	if (r->addresses)
		check_addresses(l, i);
}

/* Router i against an earlier one; false if they clash. */
static bool check_vrid(struct loader *l, size_t i, size_t other)
{
	const struct config_router *r = &l->config->routers[i];
	const struct config_router *o = &l->config->routers[other];
	bool ipv4 = r->ipv4_count && o->ipv4_count;
	bool ipv6 = r->ipv6_count && o->ipv6_count;
	unsigned line = line_of_key(l, i, "vrid");
	char place[CONFIG_SCAN_PLACE];

	if (r->vrid == 0 || r->vrid != o->vrid || !r->interface[0] ||
	    strcmp(r->interface, o->interface) != 0 || !(ipv4 || ipv6))
		return true;
	config_scan_place(l->scan, line_of_key(l, other, "vrid"), line, place);
	config_scan_problem(l->scan, line,
			    "vrid %d is already used on %s for %s%s%s, at %s: "
			    "it must be another one",
			    r->vrid, r->interface, ipv4 ? "IPv4" : "",
			    ipv4 && ipv6 ? " and " : "", ipv6 ? "IPv6" : "",
			    place);
	return false;
}

static bool check_name(struct loader *l, size_t i, size_t other)
{
	const char *name = l->config->routers[i].name;
	const char *taken = l->config->routers[other].name;
	unsigned line = line_of_key(l, i, "name");
	char place[CONFIG_SCAN_PLACE];

	if (!name || !taken || strcmp(name, taken) != 0)
		return true;
	config_scan_place(l->scan, line_of_key(l, other, "name"), line, place);
	config_scan_problem(l->scan, line,
			    "name \"%s\" is already taken at %s: it must be "
			    "another one",
			    name, place);
	return false;
}

static void load_routers(struct loader *l)
{
	size_t count = (size_t)config_setting_length(l->list);

	l->config->routers = calloc(count, sizeof *l->config->routers);
	if (!l->config->routers) {
		config_scan_no_memory(l->scan);
		return;
	}
	l->config->count = count;
	for (size_t i = 0; i < count; i++) {
		load_router(l, i);
		check_router(l, i);
		for (size_t o = 0; o < i; o++)
			if (!check_vrid(l, i, o) || !check_name(l, i, o))
				break;
	}
	config_claims_check(&l->claims, l->config);
}

static void load_root(struct loader *l, config_setting_t *root)
{
	static const struct config_key root_keys[] = {
		{ .name = "virtual_routers" }, { .name = NULL }
	};

	place_strings(l, root);
	check_unknown(l, root_keys, root);
	l->list = config_setting_get_member(root, root_keys->name);
	if (!l->list)
		config_scan_problem(l->scan, 0,
				    "virtual_routers is missing: it must be a "
				    "list, ( { interface = \"eth0\"; ... } )");
	else if (!config_setting_is_list(l->list) ||
		 config_setting_length(l->list) == 0)
		config_scan_problem(l->scan, line_of(l->list),
				    "virtual_routers must be a list with "
				    "something in it, "
				    "( { interface = \"eth0\"; ... } )");
	else
		load_routers(l);
}

/* libconfig's word for it, and the rule that was broken. */
static void report_syntax(struct loader *l, const config_t *tree)
{
	const char *text = config_error_text(tree);
	const char *rule = "";

	if (strcmp(text, "syntax error") == 0)
		rule = ", here or before: a setting must be \"name = value;\", "
		       "a string must be in quotes";
	else if (strcmp(text, "duplicate setting name") == 0)
		rule = ": a key must be given once";
	else if (strcmp(text, "mismatched element type in array") == 0)
		rule = ": all must be strings, in quotes";
	config_scan_problem(l->scan, (unsigned)config_error_line(tree), "%s%s",
			    text, rule);
}

struct config *config_load(const char *path, config_report *report, void *arg)
{
	struct loader l = { .scan = config_scan_open(path),
			    .config = calloc(1, sizeof *l.config) };
	config_t tree;
	size_t problems = 1;

	config_init(&tree);
	if (!l.scan || !l.config) {
		report(arg, "out of memory");
		goto out;
	}
	l.claims.scan = l.scan;
	if (config_scan_text(l.scan)) {
		if (config_read_string(&tree, config_scan_text(l.scan)))
			load_root(&l, config_root_setting(&tree));
		else
			report_syntax(&l, &tree);
	}
	problems = config_scan_report(l.scan, report, arg);
out:
	config_destroy(&tree);
	config_scan_free(l.scan);
	config_claims_free(&l.claims);
	if (problems == 0)
		return l.config;
	config_free(l.config);
	return NULL;
}

void config_free(struct config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < config->count; i++) {
		free(config->routers[i].name);
		free(config->routers[i].addresses);
		free(config->routers[i].router_advert);
	}
	free(config->routers);
	free(config);
}
