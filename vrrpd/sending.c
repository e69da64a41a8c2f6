/* SPDX-License-Identifier: MIT */
/*
 * An advertisement is made anew each time, as it is cheaper to make than to
 * look whether another one would do.
 */
#include "vrrpd/sending.h"

#include "vrrpd/log.h"
#include "vrrpd/router.h"

#include <string.h>

static enum packet_checksum checksum_sent(const struct router *r)
{
	return r->config->checksum == CONFIG_RFC5798 ? PACKET_RFC5798
						     : PACKET_RFC9568;
}

void sending_advert(struct router *r, uint8_t priority)
{
	uint8_t frame[PACKET_MAX], mac[6];
	struct packet packet = {
		.family = r->af,
		.vrid = (uint8_t)r->config->vrid,
		.priority = priority,
		.count = (uint8_t)r->count,
		.checksum = checksum_sent(r),
		.interval = r->config->interval,
		.addresses = r->wire,
	};
	int64_t now = loop_now();
	char more[LOG_HELD];
	unsigned held;
	size_t len;
	int err;

	memcpy(packet.source, r->interface->primary[r->family], 16);
	router_mac(r, mac);
	len = packet_build(frame, sizeof frame, &packet, mac);
	fencing_advertise(r, now);
	err = interface_send(r->interface, frame, len);
	if (!err) {
		r->counters.advertisement_sent++;
		r->counters.priority_zero_sent += priority == 0;
		return;
	}
	fencing_take_back(r);
	r->counters.advertisement_not_sent++;
	if (log_limit_allows(&r->send_limit, now, &held))
		log_warn("%s: advertisement not sent: %s%s", r->title,
			 strerror(-err), log_held(held, more));
}

void sending_announce(struct router *r)
{
	uint8_t mac[6];

	/* When it opens; and when all are answered for, as CLAIMED tells. */
	if (fencing_is_shut(&r->fencing) || r->claim.next || r->claim.taking)
		return;
	router_mac(r, mac);
	announcer_start(&r->announcer, mac);
}
