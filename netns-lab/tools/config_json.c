/* SPDX-License-Identifier: MIT */
/*
 * config_json FILE...: what files for vrrpd say, every default filled in, as
 * JSON for whoever plans a lab around them (plan.jq).  The files are read by
 * the agent's own module, so what it refuses is refused here, in the same
 * words.  An address comes as text and as octets: jq can count, but not parse.
 *
 * Exit status 0, 1 (a file is refused, all its errors are on standard error),
 * 2 (usage).
 */
#include "vrrpd/config.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static json_t *octets(const uint8_t *bytes, size_t size)
{
	json_t *list = json_array();

	for (size_t i = 0; i < size; i++)
		json_array_append_new(list, json_integer(bytes[i]));
	return list;
}

static json_t *address(const struct address *a)
{
	char text[ADDRESS_TEXT];

	return json_pack("{ss ss si sb so}", "address",
			 address_format(a, false, text), "family",
			 a->family == AF_INET ? "ipv4" : "ipv6", "length",
			 a->prefixlen, "link_local", address_is_link_local(a),
			 "octets", octets(a->bytes, address_size(a->family)));
}

static json_t *addresses(const struct config_router *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->ipv4_count + r->ipv6_count; i++)
		json_array_append_new(list, address(&r->addresses[i]));
	return list;
}

/* Of the LAN, as its hosts are told: in the shape of addresses. */
static json_t *prefixes(const struct router_advert *ra)
{
	json_t *list = json_array();

	for (size_t i = 0; ra && i < ra->prefix_count; i++) {
		struct address a = { .family = AF_INET6 };

		a.prefixlen = ra->prefixes[i].network.length;
		memcpy(a.bytes, ra->prefixes[i].network.address, 16);
		json_array_append_new(list, address(&a));
	}
	return list;
}

static const char *checksum(const struct config_router *r)
{
	switch ((enum config_checksum)r->checksum) {
	case CONFIG_RFC9568:
		return "rfc9568";
	case CONFIG_RFC5798:
		return "rfc5798";
	case CONFIG_RFC9568_STRICT:
		return "rfc9568-strict";
	}
	return "";
}

static json_t *virtual_router(const struct config_router *r)
{
	return json_pack("{ss ss si si sI sb sI sb sb ss so so}", "name",
			 r->name, "interface", r->interface, "vrid", r->vrid,
			 "priority", r->priority, "interval_us",
			 (json_int_t)r->interval, "preempt", r->preempt,
			 "preempt_delay_us", (json_int_t)r->preempt_delay,
			 "accept", r->accept, "virtual_mac", r->virtual_mac,
			 "checksum", checksum(r), "addresses", addresses(r),
			 "prefixes", prefixes(r->router_advert));
}

static void report(void *arg, const char *line)
{
	(void)arg;
	fprintf(stderr, "%s\n", line);
}

/* NULL: refused, and said so. */
static json_t *file(const char *path)
{
	struct config *config = config_load(path, report, NULL);
	json_t *list = json_array();

	if (!config)
		return NULL;
	for (size_t i = 0; i < config->count; i++)
		json_array_append_new(list,
				      virtual_router(&config->routers[i]));
	config_free(config);
	return json_pack("{ss so}", "file", path, "virtual_routers", list);
}

int main(int argc, char **argv)
{
	json_t *files = json_array();
	int status = 0;

	if (argc < 2) {
		fputs("usage: config_json FILE...\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++) {
		json_t *one = file(argv[i]);

		if (!one || json_array_append_new(files, one))
			status = 1;
	}
	if (!status && json_dumpf(files, stdout, JSON_COMPACT))
		status = 1;
	if (!status)
		putchar('\n');
	json_decref(files);
	return fflush(stdout) ? 1 : status;
}
