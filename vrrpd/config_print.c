/* SPDX-License-Identifier: MIT */
/*
 * The table of keys once more, in the other direction: a configuration as the
 * file that would give it, and the keys as the manual has them.
 */
#include "vrrpd/config_keys.h"

#include "vrrpd/duration.h"

#include <arpa/inet.h>
#include <inttypes.h>

static void print_addresses(const struct config_router *r, FILE *out)
{
	char text[ADDRESS_TEXT];

	fprintf(out, "[");
	for (size_t i = 0; i < r->ipv4_count + r->ipv6_count; i++)
		fprintf(out, "%s\"%s\"", i ? ", " : " ",
			address_format(&r->addresses[i], true, text));
	fprintf(out, " ]");
}

static void print_network(const struct router_advert_network *network,
			  FILE *out)
{
	char text[INET6_ADDRSTRLEN];

	inet_ntop(AF_INET6, network->address, text, sizeof text);
	fprintf(out, "\"%s/%d\"", text, network->length);
}

static size_t count_of(const struct config_key *key, const void *base)
{
	return *(const size_t *)(const void *)((const char *)base +
					       key->at_count);
}

static void print_servers(const struct config_key *key, const void *base,
			  FILE *out)
{
	const char *servers = (const char *)base + key->offset;
	char text[INET6_ADDRSTRLEN];

	fprintf(out, "[");
	for (size_t i = 0; i < count_of(key, base); i++)
		fprintf(out, "%s\"%s\"", i ? ", " : " ",
			inet_ntop(AF_INET6, servers + 16 * i, text,
				  sizeof text));
	fprintf(out, " ]");
}

static void indent(int depth, FILE *out)
{
	while (depth-- > 0)
		fputc('\t', out);
}

static void print_group(const struct config_key *table, const void *base,
			int depth, FILE *out);

static void print_list(const struct config_key *key, const void *base,
		       int depth, FILE *out)
{
	const char *items = (const char *)base + key->offset;
	size_t count = count_of(key, base);

	fprintf(out, "(");
	for (size_t i = 0; i < count; i++) {
		fprintf(out, "%s\n", i ? "," : "");
		indent(depth + 1, out);
		print_group(key->members, items + i * key->size, depth + 1,
			    out);
	}
	fprintf(out, count > 0 ? "\n" : " ");
	indent(count > 0 ? depth : 0, out);
	fprintf(out, ")");
}

static void print_value(const struct config_key *key, const void *base,
			int depth, FILE *out)
{
	const void *field = (const char *)base + key->offset;
	char text[DURATION_TEXT];

	switch (key->type) {
	case CONFIG_KEY_NAME:
		config_key_quote(*(char *const *)field, out);
		break;
	case CONFIG_KEY_INTERFACE:
		config_key_quote(field, out);
		break;
	case CONFIG_KEY_INTEGER:
		fprintf(out, "%d", *(const int *)field);
		break;
	case CONFIG_KEY_BOOLEAN:
		fprintf(out, "%s", *(const bool *)field ? "true" : "false");
		break;
	case CONFIG_KEY_TIME:
		duration_format(*(const int64_t *)field, text);
		config_key_quote(text, out);
		break;
	case CONFIG_KEY_CHOICE:
		config_key_quote(key->choices[*(const int *)field], out);
		break;
	case CONFIG_KEY_ADDRESSES:
		print_addresses(base, out);
		break;
	case CONFIG_KEY_NETWORK:
		print_network(field, out);
		break;
	case CONFIG_KEY_SERVERS:
		print_servers(key, base, out);
		break;
	case CONFIG_KEY_GROUP:
		print_group(key->members, base, depth, out);
		break;
	case CONFIG_KEY_BLOCK:
		print_group(key->members, config_key_block(key, base), depth,
			    out);
		break;
	case CONFIG_KEY_LIST:
		print_list(key, base, depth, out);
		break;
	}
}

static void print_group(const struct config_key *table, const void *base,
			int depth, FILE *out)
{
	fprintf(out, "{\n");
	for (; table->name; table++) {
		if (table->type == CONFIG_KEY_BLOCK &&
		    !config_key_block(table, base))
			continue;
		indent(depth + 1, out);
		fprintf(out, "%s = ", table->name);
		print_value(table, base, depth + 1, out);
		fprintf(out, ";\n");
	}
	indent(depth, out);
	fprintf(out, "}");
}

void config_key_print(const struct config_key *key,
		      const struct config_router *r, FILE *out)
{
	if (key->type != CONFIG_KEY_BLOCK || config_key_block(key, r))
		print_value(key, r, 0, out);
}

void config_print(const struct config *config, FILE *out)
{
	fprintf(out, "virtual_routers = (");
	for (size_t i = 0; i < config->count; i++) {
		fprintf(out, "%s\n\t", i ? "," : "");
		print_group(config_keys, &config->routers[i], 1, out);
	}
	fprintf(out, "\n);\n");
}

static const char *type_name(enum config_key_type type)
{
	switch (type) {
	case CONFIG_KEY_NAME:
	case CONFIG_KEY_INTERFACE:
	case CONFIG_KEY_CHOICE:
	case CONFIG_KEY_NETWORK:
		return "string";
	case CONFIG_KEY_INTEGER:
		return "integer";
	case CONFIG_KEY_BOOLEAN:
		return "boolean";
	case CONFIG_KEY_TIME:
		return "time";
	case CONFIG_KEY_ADDRESSES:
	case CONFIG_KEY_SERVERS:
		return "array";
	case CONFIG_KEY_GROUP:
	case CONFIG_KEY_BLOCK:
		return "group";
	case CONFIG_KEY_LIST:
		return "list";
	}
	return "";
}

/* "1..255, default 100.": one sentence. */
static void document_range(const struct config_key *key, FILE *out)
{
	switch (key->type) {
	case CONFIG_KEY_NAME:
	case CONFIG_KEY_INTERFACE:
		config_key_range(key, out);
		fprintf(out, " characters");
		break;
	case CONFIG_KEY_INTEGER:
	case CONFIG_KEY_BOOLEAN:
	case CONFIG_KEY_TIME:
	case CONFIG_KEY_CHOICE:
		config_key_range(key, out);
		break;
	case CONFIG_KEY_ADDRESSES:
		fprintf(out, "Addresses");
		break;
	case CONFIG_KEY_NETWORK:
		fprintf(out, "An IPv6 prefix");
		break;
	case CONFIG_KEY_SERVERS:
		fprintf(out, "Up to %" PRId64 " IPv6 addresses", key->max);
		break;
	case CONFIG_KEY_LIST:
		fprintf(out, "Up to %" PRId64 " groups", key->max);
		break;
	case CONFIG_KEY_GROUP:
	case CONFIG_KEY_BLOCK:
		return;
	}
	if (key->required)
		fprintf(out, ", required");
	else if (key->fallback || key->derived)
		fprintf(out, ", default %s",
			key->fallback ? key->fallback : key->derived);
	fprintf(out, ".\n");
}

static void document_keys(const struct config_key *table, FILE *out)
{
	for (; table->name; table++) {
		fprintf(out, ".It Ic %s No = Ar %s\n", table->name,
			type_name(table->type));
		document_range(table, out);
		fprintf(out, "%s\n", table->help);
		if (table->members) {
			fprintf(out, ".Bl -tag -width Ds\n");
			document_keys(table->members, out);
			fprintf(out, ".El\n");
		}
	}
}

void config_print_keys(FILE *out)
{
	document_keys(config_keys, out);
}
