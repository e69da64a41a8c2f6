/* SPDX-License-Identifier: MIT */
/*
 * A configuration as the file that would give it: the table of keys once more,
 * in the other direction.
 */
#include "vrrpd/config_keys.h"

#include "vrrpd/duration.h"

static void print_addresses(const struct config_router *r, FILE *out)
{
	char text[ADDRESS_TEXT];

	fprintf(out, "[");
	for (size_t i = 0; i < r->ipv4_count + r->ipv6_count; i++)
		fprintf(out, "%s\"%s\"", i ? ", " : " ",
			address_format(&r->addresses[i], true, text));
	fprintf(out, " ]");
}

static void print_keys(const struct config_key *table,
		       const struct config_router *r, const char *indent,
		       FILE *out);

static void print_value(const struct config_key *key,
			const struct config_router *r, FILE *out)
{
	const void *field = (const char *)r + key->offset;
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
		print_addresses(r, out);
		break;
	case CONFIG_KEY_GROUP:
		fprintf(out, "{\n");
		print_keys(key->members, r, "\t\t\t", out);
		fprintf(out, "\t\t}");
		break;
	}
}

static void print_keys(const struct config_key *table,
		       const struct config_router *r, const char *indent,
		       FILE *out)
{
	for (; table->name; table++) {
		fprintf(out, "%s%s = ", indent, table->name);
		print_value(table, r, out);
		fprintf(out, ";\n");
	}
}

void config_print(const struct config *config, FILE *out)
{
	fprintf(out, "virtual_routers = (");
	for (size_t i = 0; i < config->count; i++) {
		fprintf(out, "%s\n\t{\n", i ? "," : "");
		print_keys(config_keys, &config->routers[i], "\t\t", out);
		fprintf(out, "\t}");
	}
	fprintf(out, "\n);\n");
}
