/* SPDX-License-Identifier: MIT */
/*
 * Whoever adds a key adds a line to a table below and a member to struct
 * config_router; parsing, messages, printing and the manual follow.  Only a
 * rule that ties several keys together needs code, in config.c.
 */
#include "vrrpd/config_keys.h"

#include "vrrpd/duration.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#define MS        INT64_C(1000)
#define SEC       (1000 * MS)
#define AT(field) offsetof(struct config_router, field)

#define NAME_MAX_OCTETS 63 /* keeps a log line and a status table readable */

static const char *const checksums[] = {
	[CONFIG_RFC9568] = "rfc9568",
	[CONFIG_RFC5798] = "rfc5798",
	[CONFIG_RFC9568_STRICT] = "rfc9568-strict",
	NULL,
};

static const char *const packet_ios[] = {
	[CONFIG_PCAP] = "pcap",
	[CONFIG_AUTO] = "auto",
	[CONFIG_XDP] = "xdp",
	NULL,
};

static const struct config_key announce_keys[] = {
	{ .name = "repeat",
	  .type = CONFIG_KEY_INTEGER,
	  .fallback = "3",
	  .min = 1,
	  .max = 100,
	  .offset = AT(announce.repeat),
	  .help = "How many rounds of announcements follow a promotion." },
	{ .name = "interval",
	  .type = CONFIG_KEY_TIME,
	  .fallback = "1s",
	  .min = 100 * MS,
	  .max = 60 * SEC,
	  .step = 1,
	  .offset = AT(announce.interval),
	  .help = "The time between these rounds." },
	{ .name = "refresh",
	  .type = CONFIG_KEY_TIME,
	  .fallback = "60s",
	  .min = 1 * SEC,
	  .max = 3600 * SEC,
	  .step = 1,
	  .zero = true,
	  .offset = AT(announce.refresh),
	  .help = "The time between the later rounds, for as long as the\n"
		  "router is Active; with 0s there are none." },
	{ .name = NULL },
};

const struct config_key config_keys[] = {
	{ .name = "name",
	  .type = CONFIG_KEY_NAME,
	  .min = 1,
	  .max = NAME_MAX_OCTETS,
	  .offset = AT(name),
	  .help = "What logs and\n.Xr vrrpctl 8\ncall the virtual router;\n"
		  "without it, interface and vrid as in \"eth0/51\"." },
	{ .name = "interface",
	  .type = CONFIG_KEY_INTERFACE,
	  .required = true,
	  .min = 1,
	  .max = IFNAMSIZ - 1,
	  .offset = AT(interface),
	  .help = "The interface that faces the LAN.\n"
		  "It need not exist yet." },
	{ .name = "vrid",
	  .type = CONFIG_KEY_INTEGER,
	  .required = true,
	  .min = 1,
	  .max = 255,
	  .offset = AT(vrid),
	  .help = "The virtual router identifier, the same on all routers\n"
		  "that share the addresses, and used by no others on the "
		  "LAN." },
	{ .name = "priority",
	  .type = CONFIG_KEY_INTEGER,
	  .fallback = "100",
	  .min = 1,
	  .max = 255,
	  .offset = AT(priority),
	  .help = "The highest is Active.\n"
		  "255 says that the virtual addresses are the interface's "
		  "own,\n"
		  "which the owner of the addresses has, and nobody else." },
	{ .name = "advertisement_interval",
	  .type = CONFIG_KEY_TIME,
	  .fallback = "1s",
	  .min = 10 * MS,
	  .max = 40950 * MS,
	  .step = 10 * MS,
	  .offset = AT(interval),
	  .help = "The time between the advertisements of the Active.\n"
		  "The others take over when three of them, and a little\n"
		  "more, are missing." },
	{ .name = "virtual_addresses",
	  .type = CONFIG_KEY_ADDRESSES,
	  .required = true,
	  .help = "What the routers share: IPv4, IPv6, or both.\n"
		  "IPv6 needs a link-local address among them.\n"
		  "No prefix length means /32 or /128." },
	{ .name = "preempt",
	  .type = CONFIG_KEY_BOOLEAN,
	  .fallback = "true",
	  .offset = AT(preempt),
	  .help = "Whether to take over from an Active of lower priority." },
	{ .name = "preempt_delay",
	  .type = CONFIG_KEY_TIME,
	  .fallback = "0s",
	  .min = 0,
	  .max = 3600 * SEC,
	  .step = 1,
	  .offset = AT(preempt_delay),
	  .help = "How long to wait before doing so, for routing protocols\n"
		  "to settle after a start." },
	{ .name = "accept",
	  .type = CONFIG_KEY_BOOLEAN,
	  .fallback = "true",
	  .offset = AT(accept),
	  .help = "Whether the Active takes packets for the virtual\n"
		  "addresses, such as pings.\n"
		  "If not, it still answers who looks for them, and forwards.\n"
		  "The owner of the addresses always takes them." },
	{ .name = "virtual_mac",
	  .type = CONFIG_KEY_BOOLEAN,
	  .fallback = "true",
	  .offset = AT(virtual_mac),
	  .help = "Whether the addresses have the virtual router's MAC\n"
		  "address, on a macvlan, or that of the interface, for\n"
		  "networks that let no other through." },
	{ .name = "checksum",
	  .type = CONFIG_KEY_CHOICE,
	  .fallback = "rfc9568",
	  .choices = checksums,
	  .offset = AT(checksum),
	  .help = "The form of the checksum sent with IPv4; rfc5798 has a\n"
		  "pseudo-header, for older peers.\n"
		  "Both are understood, but by rfc9568-strict, which\n"
		  "discards the form with a pseudo-header." },
	{ .name = "packet_io",
	  .type = CONFIG_KEY_CHOICE,
	  .fallback = "pcap",
	  .choices = packet_ios,
	  .offset = AT(packet_io),
	  .help = "Where advertisements are taken from: with pcap where\n"
		  "the host's own stack begins, with xdp in the driver of\n"
		  "the interface, before a flood of packets can crowd them\n"
		  "out; auto is xdp where that is possible, else pcap.\n"
		  "Not for interfaces that carry VLANs with VRRP of their own\n"
		  "while the NIC takes the tags away (ethtool: rxvlan), as\n"
		  "the driver does not tell those advertisements apart.\n"
		  "The virtual routers of an interface share one: xdp if one\n"
		  "of them asks for it, else auto if one does." },
	{ .name = "announce",
	  .type = CONFIG_KEY_GROUP,
	  .members = announce_keys,
	  .help = "Gratuitous ARP and unsolicited Neighbor Advertisements,\n"
		  "by which the Active moves the addresses to itself." },
	{ .name = "router_advertisements",
	  .type = CONFIG_KEY_BLOCK,
	  .members = config_ra_keys,
	  .rules = config_ra_rules,
	  .derive = config_ra_derive,
	  .size = sizeof(struct router_advert),
	  .offset = AT(router_advert),
	  .help = "Router Advertisements of IPv6 (RFC 4861), sent by the\n"
		  "Active from the link-local virtual address.\n"
		  "Without this group there are none." },
	{ .name = NULL },
};

const struct config_key *config_key_find(const struct config_key *table,
					 const char *name)
{
	for (; table->name; table++)
		if (strcmp(table->name, name) == 0)
			return table;
	return NULL;
}

/*
 * How many letters to insert, leave out, change or swap with their neighbour
 * to get from a to b, whatever their case; `limit` for that and more.
 */
static size_t distance(const char *a, const char *b, size_t limit)
{
	size_t d[32][32], m = strlen(a), n = strlen(b);

	if (m >= 32 || n >= 32)
		return limit;
	for (size_t i = 0; i <= m; i++) {
		for (size_t j = 0; j <= n; j++) {
			size_t cost;

			if (i == 0 || j == 0) {
				d[i][j] = i + j;
				continue;
			}
			cost = tolower(a[i - 1]) != tolower(b[j - 1]);
			d[i][j] = MIN(d[i - 1][j - 1] + cost,
				      MIN(d[i - 1][j], d[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				d[i][j] = MIN(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return MIN(d[m][n], limit);
}

const struct config_key *config_key_nearest(const struct config_key *table,
					    const char *name)
{
	const struct config_key *nearest = NULL;
	size_t best = MIN(3, (strlen(name) + 1) / 2);

	for (; table->name; table++) {
		size_t d = distance(name, table->name, best);

		if (d < best) {
			best = d;
			nearest = table;
		}
	}
	return nearest;
}

static bool is_printable(const char *text)
{
	for (; *text; text++)
		if (*text <= ' ' || *text > '~')
			return false;
	return true;
}

/* The rule of the kernel's dev_valid_name(), without unprintable names. */
static bool is_interface_name(const char *text)
{
	return is_printable(text) && !strpbrk(text, "/:") &&
	       strcmp(text, ".") != 0 && strcmp(text, "..") != 0;
}

static bool in_range(const struct config_key *key, int64_t value)
{
	return value >= key->min && value <= key->max;
}

static int set_name(const struct config_key *key, const char *text, char **name)
{
	if (!in_range(key, (int64_t)strlen(text)) || !is_printable(text))
		return -EINVAL;
	free(*name);
	*name = strdup(text);
	return *name ? 0 : -ENOMEM;
}

static int set_interface(const struct config_key *key, const char *text,
			 char *interface)
{
	if (!in_range(key, (int64_t)strlen(text)) || !is_interface_name(text))
		return -EINVAL;
	strcpy(interface, text);
	return 0;
}

static int set_integer(const struct config_key *key, const char *text,
		       int *value)
{
	char *end;
	long long number;

	errno = 0;
	number = strtoll(text, &end, 10);
	if (errno || end == text || *end)
		return -EINVAL;
	if (!(key->zero && number == 0) && !in_range(key, number))
		return -EINVAL;
	*value = (int)number;
	return 0;
}

static int set_boolean(const char *text, bool *value)
{
	*value = strcmp(text, "true") == 0;
	return *value || strcmp(text, "false") == 0 ? 0 : -EINVAL;
}

static int set_time(const struct config_key *key, const char *text,
		    int64_t *value)
{
	int64_t us;

	if (duration_parse(text, &us))
		return -EINVAL;
	if (!(key->zero && us == 0) &&
	    (!in_range(key, us) || us % key->step != 0))
		return -EINVAL;
	*value = us;
	return 0;
}

static int set_choice(const struct config_key *key, const char *text,
		      int *value)
{
	for (int i = 0; key->choices[i]; i++) {
		if (strcmp(key->choices[i], text) == 0) {
			*value = i;
			return 0;
		}
	}
	return -EINVAL;
}

/* A prefix has a length, and no bits behind it. */
static int set_network(const char *text, struct router_advert_network *value)
{
	struct address a;

	if (!strchr(text, '/') || address_parse(text, &a) ||
	    a.family != AF_INET6 || config_key_reject_address(&a) ||
	    address_is_link_local(&a))
		return -EINVAL;
	for (unsigned bit = a.prefixlen; bit < 128; bit++)
		if (a.bytes[bit / 8] & 0x80 >> bit % 8)
			return -EINVAL;
	memcpy(value->address, a.bytes, 16);
	value->length = a.prefixlen;
	return 0;
}

static int add_server(const struct config_key *key, const char *text,
		      void *base)
{
	uint8_t(*servers)[16] = (void *)((char *)base + key->offset);
	size_t *count = config_key_count(key, base);
	struct address a;

	if (*count >= (size_t)key->max || strchr(text, '/') ||
	    address_parse(text, &a) || a.family != AF_INET6 ||
	    config_key_reject_address(&a))
		return -EINVAL;
	memcpy(servers[(*count)++], a.bytes, 16);
	return 0;
}

void *config_key_block(const struct config_key *key, const void *base)
{
	void *block;

	memcpy(&block, (const char *)base + key->offset, sizeof block);
	return block;
}

size_t *config_key_count(const struct config_key *key, void *base)
{
	return (size_t *)(void *)((char *)base + key->at_count);
}

int config_key_set(const struct config_key *key, const char *text, void *base)
{
	void *field = (char *)base + key->offset;

	switch (key->type) {
	case CONFIG_KEY_NAME:
		return set_name(key, text, field);
	case CONFIG_KEY_INTERFACE:
		return set_interface(key, text, field);
	case CONFIG_KEY_INTEGER:
		return set_integer(key, text, field);
	case CONFIG_KEY_BOOLEAN:
		return set_boolean(text, field);
	case CONFIG_KEY_TIME:
		return set_time(key, text, field);
	case CONFIG_KEY_CHOICE:
		return set_choice(key, text, field);
	case CONFIG_KEY_NETWORK:
		return set_network(text, field);
	case CONFIG_KEY_SERVERS:
		return add_server(key, text, base);
	case CONFIG_KEY_ADDRESSES:
	case CONFIG_KEY_GROUP:
	case CONFIG_KEY_BLOCK:
	case CONFIG_KEY_LIST:
		break;
	}
	return -EINVAL;
}

const char *config_key_reject_address(const struct address *a)
{
	struct in6_addr v6;
	uint8_t first = a->bytes[0];

	if (a->family == AF_INET)
		return first == 0     ? "an unspecified address"
		       : first == 127 ? "a loopback address"
		       : first >= 240 ? "a reserved address"
		       : first >= 224 ? "a multicast address"
				      : NULL;
	memcpy(&v6, a->bytes, sizeof v6);
	return IN6_IS_ADDR_UNSPECIFIED(&v6) ? "the unspecified address"
	       : IN6_IS_ADDR_LOOPBACK(&v6)  ? "the loopback address"
	       : IN6_IS_ADDR_MULTICAST(&v6) ? "a multicast address"
	       : IN6_IS_ADDR_V4MAPPED(&v6)  ? "an IPv4-mapped address"
					    : NULL;
}

static void describe_time(const struct config_key *key, FILE *out)
{
	char min[DURATION_TEXT], max[DURATION_TEXT], step[DURATION_TEXT];

	fprintf(out, "%s%s..%s", key->zero ? "0s or " : "",
		duration_format(key->min, min), duration_format(key->max, max));
	if (key->step > 1)
		fprintf(out, " in steps of %s",
			duration_format(key->step, step));
}

/* A value that will do. */
static void describe_example(const struct config_key *key, FILE *out)
{
	char text[DURATION_TEXT];

	fprintf(out, ", such as \"%s\"",
		key->fallback ? key->fallback
			      : duration_format(key->max, text));
}

static void describe_choices(const struct config_key *key, FILE *out)
{
	for (int i = 0; key->choices[i]; i++)
		fprintf(out, "%s\"%s\"",
			i == 0                ? ""
			: key->choices[i + 1] ? ", "
					      : " or ",
			key->choices[i]);
}

static void describe_group(const struct config_key *first, FILE *out)
{
	const char *quote = first->type == CONFIG_KEY_TIME ? "\"" : "";

	fprintf(out, "a group, such as { %s = %s%s%s; }", first->name, quote,
		first->fallback, quote);
}

void config_key_range(const struct config_key *key, FILE *out)
{
	switch (key->type) {
	case CONFIG_KEY_TIME:
		describe_time(key, out);
		break;
	case CONFIG_KEY_CHOICE:
		describe_choices(key, out);
		break;
	case CONFIG_KEY_BOOLEAN:
		fprintf(out, "true or false");
		break;
	case CONFIG_KEY_NAME:
	case CONFIG_KEY_INTERFACE:
	case CONFIG_KEY_INTEGER:
		fprintf(out, "%s%" PRId64 "..%" PRId64,
			key->zero ? "0 or " : "", key->min, key->max);
		break;
	case CONFIG_KEY_ADDRESSES:
	case CONFIG_KEY_NETWORK:
	case CONFIG_KEY_SERVERS:
	case CONFIG_KEY_GROUP:
	case CONFIG_KEY_BLOCK:
	case CONFIG_KEY_LIST:
		break;
	}
}

void config_key_describe(const struct config_key *key, FILE *out)
{
	switch (key->type) {
	case CONFIG_KEY_NAME:
		fprintf(out,
			"a string of %" PRId64 "..%" PRId64
			" printable ASCII characters, no blanks",
			key->min, key->max);
		break;
	case CONFIG_KEY_INTERFACE:
		fprintf(out,
			"the name of an interface, a string of %" PRId64
			"..%" PRId64 " characters, no blanks, no \"/\" or "
			"\":\"",
			key->min, key->max);
		break;
	case CONFIG_KEY_INTEGER:
		fprintf(out, "an integer ");
		config_key_range(key, out);
		break;
	case CONFIG_KEY_BOOLEAN:
	case CONFIG_KEY_CHOICE:
		config_key_range(key, out);
		break;
	case CONFIG_KEY_TIME:
		fprintf(out, "a time ");
		config_key_range(key, out);
		fprintf(out, ", with its unit and in quotes");
		describe_example(key, out);
		break;
	case CONFIG_KEY_ADDRESSES:
		fprintf(out, "an array of strings, such as "
			     "[ \"192.0.2.1/24\", \"192.0.2.2/24\" ]");
		break;
	case CONFIG_KEY_NETWORK:
		fprintf(out, "an IPv6 prefix with its length and no bits "
			     "behind, such as \"2001:db8::/64\"");
		break;
	case CONFIG_KEY_SERVERS:
		fprintf(out,
			"an array of %" PRId64 " IPv6 addresses at most, such "
			"as [ \"2001:db8::53\" ]",
			key->max);
		break;
	case CONFIG_KEY_GROUP:
	case CONFIG_KEY_BLOCK:
		describe_group(key->members, out);
		break;
	case CONFIG_KEY_LIST:
		fprintf(out,
			"a list of %" PRId64 " groups at most, such as "
			"( { prefix = \"2001:db8::/64\"; } )",
			key->max);
		break;
	}
}

void config_key_quote(const char *text, FILE *out)
{
	fputc('"', out);
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else if (*text < ' ' || *text > '~')
			fprintf(out, "\\x%02x", (unsigned char)*text);
		else
			fputc(*text, out);
	}
	fputc('"', out);
}
