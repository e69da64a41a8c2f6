/* SPDX-License-Identifier: MIT */
/*
 * Each address is kept with its line until the whole file has been read: who
 * is second to claim an address, wants to know where the first did.
 */
#include "vrrpd/config_claims.h"

#include "vrrpd/config_keys.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The text is no address: is it the prefix length? */
static void report_address(struct config_scan *scan, const char *text,
			   unsigned line)
{
	char *host = strndup(text, strcspn(text, "/"));
	struct address a;

	if (!host)
		config_scan_no_memory(scan);
	else if (address_parse(host, &a) == 0)
		config_scan_problem(scan, line,
				    "\"%.60s\": the prefix length must be "
				    "0..%zu",
				    text, 8 * address_size(a.family));
	else
		config_scan_problem(scan, line,
				    "\"%.60s\" is no address: it must be like "
				    "\"192.0.2.1/24\" or \"2001:db8::1/64\"",
				    text);
	free(host);
}

void config_claims_add(struct config_claims *claims, const char *text,
		       size_t router, unsigned line)
{
	struct config_claim claim = { .router = router, .line = line };
	struct config_claim *items;
	const char *why;

	if (address_parse(text, &claim.address)) {
		report_address(claims->scan, text, line);
		return;
	}
	why = config_key_reject_address(&claim.address);
	if (why) {
		config_scan_problem(claims->scan, line,
				    "%s is %s: a virtual address must be one "
				    "that a host can have",
				    text, why);
		return;
	}
	items = reallocarray(claims->items, claims->count + 1, sizeof *items);
	if (!items) {
		config_scan_no_memory(claims->scan);
		return;
	}
	claims->items = items;
	items[claims->count++] = claim;
}

static size_t count_of(const struct config_claims *claims, size_t router)
{
	size_t n = 0;

	for (size_t i = 0; i < claims->count; i++)
		n += claims->items[i].router == router;
	return n;
}

/* One more, as none is no reason to have no memory. */
void config_claims_arrange(const struct config_claims *claims, size_t router,
			   struct config_router *r)
{
	const struct config_claim *items = claims->items;
	const struct config_claim *first = NULL;
	size_t n = 0;

	r->addresses =
		calloc(count_of(claims, router) + 1, sizeof *r->addresses);
	if (!r->addresses) {
		config_scan_no_memory(claims->scan);
		return;
	}
	for (size_t i = 0; i < claims->count; i++) {
		const struct address *a = &items[i].address;

		if (items[i].router != router)
			continue;
		if (a->family == AF_INET)
			r->addresses[n++] = *a;
		else if (!first && address_is_link_local(a))
			first = &items[i];
	}
	r->ipv4_count = n;
	if (first)
		r->addresses[n++] = first->address;
	for (size_t i = 0; i < claims->count; i++)
		if (items[i].router == router && &items[i] != first &&
		    items[i].address.family == AF_INET6)
			r->addresses[n++] = items[i].address;
	r->ipv6_count = n - r->ipv4_count;
}

static void check_claim(const struct config_claims *claims,
			const struct config_router *routers,
			const struct config_claim *claim)
{
	const char *interface = routers[claim->router].interface;
	char text[ADDRESS_TEXT], place[CONFIG_SCAN_PLACE];

	for (const struct config_claim *c = claims->items; c < claim; c++) {
		if (!address_equal(&c->address, &claim->address))
			continue;
		if (c->router != claim->router &&
		    (!interface[0] ||
		     strcmp(routers[c->router].interface, interface) != 0))
			continue;
		config_scan_problem(
			claims->scan, claim->line,
			"%s is already given at %s: it must be there or here",
			address_format(&claim->address, false, text),
			config_scan_place(claims->scan, c->line, claim->line,
					  place));
		return;
	}
}

void config_claims_check(const struct config_claims *claims,
			 const struct config *config)
{
	for (size_t i = 0; i < claims->count; i++)
		check_claim(claims, config->routers, &claims->items[i]);
}

void config_claims_free(struct config_claims *claims)
{
	free(claims->items);
}
