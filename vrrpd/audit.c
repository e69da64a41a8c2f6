/* SPDX-License-Identifier: MIT */
/*
 * An advertisement that differs from our configuration is no reason to discard
 * it, but to say so, as somebody has made a mistake here or there.
 */
#include "vrrpd/audit.h"

#include "vrrpd/log.h"
#include "vrrpd/router.h"

#include <arpa/inet.h>
#include <string.h>

enum {
	OTHER_INTERVAL = 1,
	OTHER_ADDRESSES = 2,
	OTHER_CHECKSUM = 4,
	OTHER_OWNER = 8, /* erratum 8298 */
};

/* RFC 9568 section 7.1: differences to report, though not to act on. */
static unsigned compare(struct router *r, const struct packet *p)
{
	unsigned differences = 0;

	if (p->interval != r->config->interval) {
		r->counters.interval_errors++;
		differences |= OTHER_INTERVAL;
	}
	if (!packet_has_addresses(p, r->wire, r->count)) {
		r->counters.address_list_errors++;
		differences |= OTHER_ADDRESSES;
	}
	if (r->family == IPV4 && p->checksum == PACKET_RFC5798) {
		r->counters.legacy_checksum_rcvd++;
		if (r->config->checksum != PACKET_RFC5798)
			differences |= OTHER_CHECKSUM;
	}
	if (r->config->priority == VRRP_OWNER)
		differences |= OTHER_OWNER;
	return differences;
}

/* Said once, and again when it is another router or another difference. */
static void report(struct router *r, const struct packet *p,
		   unsigned differences, int64_t now)
{
	size_t size = address_size(r->af);
	char sender[INET6_ADDRSTRLEN];
	unsigned held;

	if (differences == r->differences &&
	    memcmp(p->source, r->different, size) == 0)
		return;
	if (differences && !log_limit_allows(&r->mismatch_limit, now, &held))
		return;
	r->differences = differences;
	memcpy(r->different, p->source, size);
	if (!differences)
		return;
	inet_ntop(r->af, p->source, sender, sizeof sender);
	log_warn("%s: %s is configured differently:%s%s%s%s", r->title, sender,
		 differences & OTHER_INTERVAL ? " advertisement interval" : "",
		 differences & OTHER_ADDRESSES ? " virtual addresses" : "",
		 differences & OTHER_CHECKSUM
			 ? " checksum (RFC 5798's; it may discard ours, see "
			   "checksum in vrrpd.cfg(5))"
			 : "",
		 differences & OTHER_OWNER
			 ? " it advertises the addresses that we own"
			 : "");
}

void audit_advert(struct router *r, const struct packet *p, int64_t now)
{
	r->counters.advertisement_rcvd++;
	r->counters.priority_zero_rcvd += p->priority == 0;
	report(r, p, compare(r, p), now);
}
