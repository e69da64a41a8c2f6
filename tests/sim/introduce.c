/* SPDX-License-Identifier: MIT */
/*
 * The addresses follow from the VRID: 198.51.100.VRID, fe80::5:VRID and
 * 2001:db8::VRID, a second one 198.51.101.VRID and 2001:db8::1:0:VRID, and so
 * on.  All that a story does not set is as in vrrpd.cfg(5).
 */
#include "tests/sim/introduce.h"

#include "tests/sim/script.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CROWD                                                                  \
	8 /* VRIDs of one host: only the first and the last are traced         \
	   */

struct settings {
	int vrid[2];
	int priority[2];
	int addresses;
	int64_t interval, preempt_delay;
	bool ipv4, ipv6, preempt, accept, virtual_mac, fence, waits;
};

int introduce_read_addresses(struct script *s)
{
	int64_t count = script_number(s);

	if (count < 1 || count >= ADDRESSES)
		script_fail(s, "1 to %d addresses", ADDRESSES - 1);
	return (int)count;
}

static void read_family(struct script *s, struct settings *set)
{
	const char *word = script_word(s);

	set->ipv4 = strcmp(word, "ipv6") != 0;
	set->ipv6 = strcmp(word, "ipv4") != 0;
	if (set->ipv4 && set->ipv6 && strcmp(word, "both") != 0)
		script_fail(s, "\"%s\" is not ipv4, ipv6 or both", word);
}

static struct settings read_settings(struct script *s)
{
	struct settings set = { .vrid = { 1, 1 },
				.priority = { 100, 100 },
				.addresses = 1,
				.interval = SEC,
				.ipv4 = true,
				.preempt = true,
				.accept = true,
				.virtual_mac = true,
				.fence = true };

	while (script_peek(s)) {
		if (script_accepts(s, "vrid"))
			script_range(s, set.vrid);
		else if (script_accepts(s, "priority"))
			script_range(s, set.priority);
		else if (script_accepts(s, "interval"))
			set.interval = script_time(s);
		else if (script_accepts(s, "addresses"))
			set.addresses = introduce_read_addresses(s);
		else if (script_accepts(s, "family"))
			read_family(s, &set);
		else if (script_accepts(s, "preempt-delay"))
			set.preempt_delay = script_time(s);
		else if (script_accepts(s, "preempt"))
			set.preempt = strcmp(script_word(s), "off") != 0;
		else if (script_accepts(s, "accept"))
			set.accept = strcmp(script_word(s), "off") != 0;
		else if (script_accepts(s, "virtual-mac"))
			set.virtual_mac = strcmp(script_word(s), "off") != 0;
		else if (script_accepts(s, "fence"))
			set.fence = strcmp(script_word(s), "off") != 0;
		else if (script_accepts(s, "off"))
			set.waits = true;
		else
			script_fail(s, "no setting: \"%s\"", s->next);
	}
	if (set.vrid[1] > 255 || set.priority[1] > 255)
		script_fail(s, "255 is the highest");
	return set;
}

static void add_address(struct config_router *block, const char *text)
{
	size_t *count =
		strchr(text, ':') ? &block->ipv6_count : &block->ipv4_count;
	struct address *a =
		&block->addresses[block->ipv4_count + block->ipv6_count];

	if (address_parse(text, a))
		abort();
	++*count;
}

void introduce_addresses(struct config_router *block, int count)
{
	bool ipv4 = block->ipv4_count > 0, ipv6 = block->ipv6_count > 0;
	unsigned vrid = (unsigned)block->vrid;
	char text[ADDRESS_TEXT];

	block->ipv4_count = block->ipv6_count = 0;
	block->addresses = calloc(2 * ADDRESSES, sizeof *block->addresses);
	if (!block->addresses)
		abort();
	for (int n = 0; ipv4 && n < count; n++) {
		snprintf(text, sizeof text, "198.51.%d.%u/24", 100 + n, vrid);
		add_address(block, text);
	}
	if (!ipv6)
		return;
	snprintf(text, sizeof text, "fe80::5:%x/64", vrid);
	add_address(block, text);
	for (int n = 0; n < count; n++) {
		snprintf(text, sizeof text, "2001:db8::%d:0:%x/64", n, vrid);
		add_address(block, text);
	}
}

static void add_block(struct host *host, const struct settings *set, int vrid,
		      int priority)
{
	struct config_router *block = malloc(sizeof *block);

	if (!block)
		abort();
	*block = (struct config_router){
		.name = strdup(host->name),
		.interface = "eth0",
		.vrid = vrid,
		.priority = priority,
		.interval = set->interval,
		.ipv4_count = set->ipv4,
		.ipv6_count = set->ipv6,
		.preempt = set->preempt,
		.preempt_delay = set->preempt_delay,
		.accept = set->accept,
		.virtual_mac = set->virtual_mac,
		.announce = { 3, SEC, 60 * SEC },
	};
	if (!block->name)
		abort();
	introduce_addresses(block, set->addresses);
	host_add_block(host, block);
}

static void add_blocks(struct host *host, const struct settings *set,
		       int priority)
{
	size_t first = host->count;

	for (int vrid = set->vrid[0]; vrid <= set->vrid[1]; vrid++)
		add_block(host, set, vrid, priority);
	host->waits = set->waits;
	host->unfenced = !set->fence;
	for (size_t i = first + 1; i + 1 < host->count; i++)
		if (host->count - first > CROWD)
			host->vrs[i]->untraced = true;
}

void introduce_one(struct script *s)
{
	const char *name = script_word(s);
	struct settings set = read_settings(s);
	struct host *host = script_match(name, NULL);

	if (!host)
		host = host_new(name);
	if (host->was_started)
		script_fail(s, "%s is running already", name);
	add_blocks(host, &set, set.priority[0]);
}

void introduce_many(struct script *s)
{
	int64_t count = script_number(s);
	const char *stem = script_word(s);
	struct settings set = read_settings(s);
	int spread = set.priority[1] - set.priority[0] + 1;

	for (int i = 0; i < count; i++) {
		char name[24];
		struct host *host;

		snprintf(name, sizeof name, "%.8s%d", stem, i + 1);
		host = host_new(name);
		host->many = true;
		add_blocks(host, &set, set.priority[0] + i % spread);
	}
}
