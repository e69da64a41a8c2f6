/* SPDX-License-Identifier: MIT */
/*
 * The keys of router_advertisements.  Ranges and defaults are those of RFC
 * 4861 section 6.2.1; lifetimes of prefixes have radvd's defaults, as those of
 * the RFC keep an address that is gone for a month.
 */
#include "vrrpd/config_keys.h"

#include <string.h>
#include <sys/param.h>

#define MS        INT64_C(1000)
#define SEC       (1000 * MS)
#define YEAR      (365 * 86400 * SEC)
#define AT(field) offsetof(struct router_advert, field)
#define IN(field) offsetof(struct router_advert_prefix, field)

#define PREFERRED (14400 * SEC)

static const char *const preferences[] = {
	[ROUTER_ADVERT_MEDIUM] = "medium",
	[ROUTER_ADVERT_HIGH] = "high",
	[ROUTER_ADVERT_LOW] = "low",
	NULL,
};

/* ---- Prefixes ---- */

static void derive_prefix(void *group)
{
	struct router_advert_prefix *p = group;

	if (p->preferred_lifetime == CONFIG_DERIVED)
		p->preferred_lifetime = MIN(PREFERRED, p->valid_lifetime);
}

static bool is_preferred_while_valid(const void *group)
{
	const struct router_advert_prefix *p = group;

	return p->preferred_lifetime <= p->valid_lifetime;
}

/* RFC 4862 section 5.5.3: an interface identifier has 64 bits. */
static bool is_long_enough(const void *group)
{
	const struct router_advert_prefix *p = group;

	return !p->autonomous || p->network.length == 64;
}

static const struct config_rule prefix_rules[] = {
	{ "preferred_lifetime", is_preferred_while_valid,
	  "preferred_lifetime above valid_lifetime: it must be that or less" },
	{ "prefix", is_long_enough,
	  "autonomous = true with another prefix length than 64: hosts make "
	  "addresses with /64 only; set autonomous = false" },
	{ .key = NULL },
};

static const struct config_key prefix_keys[] = {
	{ .name = "prefix",
	  .type = CONFIG_KEY_NETWORK,
	  .required = true,
	  .offset = IN(network),
	  .help = "The prefix, with its length and no bits behind that." },
	{ .name = "on_link",
	  .type = CONFIG_KEY_BOOLEAN,
	  .fallback = "true",
	  .offset = IN(on_link),
	  .help = "Whether hosts reach its addresses without a router." },
	{ .name = "autonomous",
	  .type = CONFIG_KEY_BOOLEAN,
	  .fallback = "true",
	  .offset = IN(autonomous),
	  .help = "Whether hosts give themselves addresses in it." },
	{ .name = "valid_lifetime",
	  .type = CONFIG_KEY_TIME,
	  .fallback = "86400s",
	  .max = YEAR,
	  .step = SEC,
	  .offset = IN(valid_lifetime),
	  .help = "How long hosts use it after the last advertisement." },
	{ .name = "preferred_lifetime",
	  .type = CONFIG_KEY_TIME,
	  .derived = "14400s, or valid_lifetime if that is less",
	  .max = YEAR,
	  .step = SEC,
	  .offset = IN(preferred_lifetime),
	  .help = "How long they use it for new connections." },
	{ .name = NULL },
};

/* ---- DNS servers ---- */

static const struct config_key rdnss_keys[] = {
	{ .name = "servers",
	  .type = CONFIG_KEY_SERVERS,
	  .max = ROUTER_ADVERT_SERVERS,
	  .offset = AT(servers),
	  .at_count = AT(server_count),
	  .help = "Their addresses." },
	{ .name = "lifetime",
	  .type = CONFIG_KEY_TIME,
	  .derived = "three times that interval",
	  .min = 4 * SEC,
	  .max = YEAR,
	  .step = SEC,
	  .zero = true,
	  .offset = AT(server_lifetime),
	  .help = "How long hosts use them after the last advertisement;\n"
		  "with 0s they are told to stop." },
	{ .name = NULL },
};

/* ---- All of it ---- */

void config_ra_derive(void *group)
{
	struct router_advert *ra = group;

	if (ra->lifetime == CONFIG_DERIVED)
		ra->lifetime = 3 * ra->interval;
	if (ra->server_lifetime == CONFIG_DERIVED)
		ra->server_lifetime = 3 * ra->interval;
}

static bool outlives(int64_t lifetime, const struct router_advert *ra)
{
	return lifetime == 0 || lifetime >= ra->interval;
}

static bool router_outlives_interval(const void *group)
{
	const struct router_advert *ra = group;

	return outlives(ra->lifetime, ra);
}

static bool servers_outlive_interval(const void *group)
{
	const struct router_advert *ra = group;

	return outlives(ra->server_lifetime, ra);
}

static bool prefixes_differ(const void *group)
{
	const struct router_advert *ra = group;

	for (size_t i = 0; i < ra->prefix_count; i++)
		for (size_t j = 0; j < i; j++)
			if (memcmp(&ra->prefixes[i].network,
				   &ra->prefixes[j].network,
				   sizeof ra->prefixes[i].network) == 0)
				return false;
	return true;
}

const struct config_rule config_ra_rules[] = {
	{ "lifetime", router_outlives_interval,
	  "lifetime below the interval of the advertisements: it must be 0s, "
	  "or that or more" },
	{ "prefixes", prefixes_differ,
	  "a prefix is given twice: it must be there once" },
	{ "rdnss.lifetime", servers_outlive_interval,
	  "rdnss.lifetime below the interval of the advertisements: it must be "
	  "0s, or that or more" },
	{ .key = NULL },
};

const struct config_key config_ra_keys[] = {
	{ .name = "interval",
	  .type = CONFIG_KEY_TIME,
	  .fallback = "600s",
	  .min = 4 * SEC,
	  .max = 1800 * SEC,
	  .step = SEC,
	  .offset = AT(interval),
	  .help = "The longest time between two advertisements; the\n"
		  "shortest is a third of it, or 3s if that is more.\n"
		  "A host that asks need not wait for it." },
	{ .name = "lifetime",
	  .type = CONFIG_KEY_TIME,
	  .derived = "three times interval",
	  .min = 4 * SEC,
	  .max = 9000 * SEC,
	  .step = SEC,
	  .zero = true,
	  .offset = AT(lifetime),
	  .help = "How long hosts keep the default route after the last\n"
		  "advertisement; with 0s they take none." },
	{ .name = "preference",
	  .type = CONFIG_KEY_CHOICE,
	  .fallback = "medium",
	  .choices = preferences,
	  .offset = AT(preference),
	  .help = "Of this default route over those of others (RFC 4191)." },
	{ .name = "hop_limit",
	  .type = CONFIG_KEY_INTEGER,
	  .fallback = "64",
	  .max = 255,
	  .offset = AT(hop_limit),
	  .help = "The hop limit of what hosts send; with 0 they keep "
		  "theirs." },
	{ .name = "managed",
	  .type = CONFIG_KEY_BOOLEAN,
	  .fallback = "false",
	  .offset = AT(managed),
	  .help = "Whether there are addresses by DHCPv6." },
	{ .name = "other",
	  .type = CONFIG_KEY_BOOLEAN,
	  .fallback = "false",
	  .offset = AT(other),
	  .help = "Whether there is other configuration by DHCPv6." },
	{ .name = "mtu",
	  .type = CONFIG_KEY_INTEGER,
	  .fallback = "0",
	  .min = 1280,
	  .max = 65535,
	  .zero = true,
	  .offset = AT(mtu),
	  .help = "The MTU of the LAN; with 0 nothing is said of it." },
	{ .name = "reachable_time",
	  .type = CONFIG_KEY_TIME,
	  .fallback = "0s",
	  .max = 3600 * SEC,
	  .step = MS,
	  .offset = AT(reachable_time),
	  .help = "How long a neighbor counts as reachable once it has\n"
		  "answered; with 0s hosts decide." },
	{ .name = "retransmit_timer",
	  .type = CONFIG_KEY_TIME,
	  .fallback = "0s",
	  .max = 3600 * SEC,
	  .step = MS,
	  .offset = AT(retransmit_timer),
	  .help = "The time between Neighbor Solicitations; with 0s hosts\n"
		  "decide." },
	{ .name = "prefixes",
	  .type = CONFIG_KEY_LIST,
	  .members = prefix_keys,
	  .rules = prefix_rules,
	  .derive = derive_prefix,
	  .max = ROUTER_ADVERT_PREFIXES,
	  .size = sizeof(struct router_advert_prefix),
	  .offset = AT(prefixes),
	  .at_count = AT(prefix_count),
	  .help = "The prefixes of the LAN." },
	{ .name = "rdnss",
	  .type = CONFIG_KEY_GROUP,
	  .members = rdnss_keys,
	  .help = "DNS servers for the hosts (RFC 8106)." },
	{ .name = NULL },
};
