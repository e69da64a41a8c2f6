/* SPDX-License-Identifier: MIT */
/*
 * A router points into its configuration, and has copies where another thread
 * may look.  To change is to point elsewhere, and to tell whom it concerns:
 * the claim of addresses, the core of what is advertised.
 */
#include "vrrpd/settings.h"

#include "vrrpd/owner.h"
#include "vrrpd/responder.h"
#include "vrrpd/router.h"
#include "vrrpd/router_advert.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Those of its family; packed as in an advertisement. */
static const struct address *own_addresses(const struct config_router *config,
					   enum family_index family,
					   size_t *count)
{
	*count = family == IPV4 ? config->ipv4_count : config->ipv6_count;
	return config->addresses + (family == IPV4 ? 0 : config->ipv4_count);
}

static uint8_t *pack(const struct address *addresses, size_t count, uint8_t af)
{
	size_t size = address_size(af);
	uint8_t *wire = malloc(count * size);

	for (size_t i = 0; wire && i < count; i++)
		memcpy(wire + i * size, addresses[i].bytes, size);
	return wire;
}

static struct vrrp_parameters own_parameters(const struct config_router *config)
{
	return (struct vrrp_parameters){
		.priority = (uint8_t)config->priority,
		.preempt = config->preempt,
		.preempt_delay = config->preempt_delay,
		.interval = config->interval,
	};
}

/* What is kept of the configuration, and where others have it. */
static void set_config(struct router *r, const struct config_router *config)
{
	r->config = config;
	r->addresses = own_addresses(config, r->family, &r->count);
	r->client.addresses = r->addresses;
	r->client.count = r->count;
	if (r->family == IPV6)
		r->advertiser.advert = config->router_advert;
	r->advertiser.source = r->addresses[0].bytes;
	r->client.strict_checksum = config->checksum == CONFIG_RFC9568_STRICT;
	r->client.packet_io = (enum config_packet_io)config->packet_io;
	r->client.kinds = responder_kinds(r) | advertiser_kinds(&r->advertiser);
	naming_title(r->title, config->name, r->interface->name, config->vrid,
		     r->af);
}

static void set_announcer(struct router *r)
{
	r->announcer.addresses = r->addresses;
	r->announcer.count = r->count;
	r->announcer.repeat = r->config->announce.repeat;
	r->announcer.interval = r->config->announce.interval;
	r->announcer.refresh = r->config->announce.refresh;
}

int settings_take(struct router *r, const struct config_router *config)
{
	const struct vrrp_parameters par = own_parameters(config);

	set_config(r, config);
	set_announcer(r);
	vrrp_init(&r->vrrp, &par);
	r->wire = pack(r->addresses, r->count, r->af);
	return r->wire ? 0 : -ENOMEM;
}

static bool has_addresses(const struct router *r, const struct address *list,
			  size_t count)
{
	bool same = count == r->count;

	for (size_t i = 0; same && i < count; i++)
		same = address_equal(&list[i], &r->addresses[i]) &&
		       list[i].prefixlen == r->addresses[i].prefixlen;
	return same;
}

/* An owner's addresses have been moved; others come and go. */
bool settings_can_become(const struct router *r,
			 const struct config_router *config)
{
	bool owner = config->priority == VRRP_OWNER;
	size_t count;
	const struct address *list = own_addresses(config, r->family, &count);

	return r->config->virtual_mac == config->virtual_mac &&
	       r->config->accept == config->accept && owner_is(r) == owner &&
	       (!owner || has_addresses(r, list, count));
}

static bool has_parameters(const struct router *r,
			   const struct vrrp_parameters *par)
{
	const struct vrrp_parameters *own = &r->vrrp.par;

	return own->priority == par->priority && own->preempt == par->preempt &&
	       own->preempt_delay == par->preempt_delay &&
	       own->interval == par->interval;
}

/* Either both the claim and the packets get them, or none. */
static int readdress(struct router *r, const struct address *list, size_t count)
{
	uint8_t *wire = pack(list, count, r->af);
	int err = wire ? 0 : -ENOMEM;

	if (!err)
		err = claim_readdress(&r->claim, list, count);
	if (err) {
		free(wire);
		return err;
	}
	free(r->wire);
	r->wire = wire;
	fencing_readdress(r, list, count);
	/* Not before they are answered for; it begins again when CLAIMED. */
	announcer_stop(&r->announcer);
	return 0;
}

/*
 * If others, or from another address, they are sent soon: from the next event
 * on, if it is Active.
 */
static void stop_other_adverts(struct router *r, const struct router_advert *to,
			       const struct address *source)
{
	const struct router_advert *from = r->advertiser.advert;

	if (from && !(to && router_advert_equal(from, to) &&
		      address_equal(source, &r->addresses[0])))
		advertiser_stop(&r->advertiser);
}

int settings_change(struct router *r, const struct config_router *config)
{
	struct vrrp_parameters par = own_parameters(config);
	enum config_packet_io packet_io = r->client.packet_io;
	unsigned kinds = r->client.kinds;
	size_t count;
	const struct address *list = own_addresses(config, r->family, &count);
	bool same_list = has_addresses(r, list, count);
	int err = same_list ? 0 : readdress(r, list, count);

	if (err)
		return err;
	stop_other_adverts(r, config->router_advert, list);
	set_config(r, config);
	set_announcer(r);
	if (!same_list || !has_parameters(r, &par))
		router_event(r, &(struct vrrp_event){ .type = VRRP_CHANGE,
						      .now = loop_now(),
						      .par = &par });
	/* Which of its addresses are virtual, and what is it to hear? */
	if (!same_list || r->client.kinds != kinds ||
	    r->client.packet_io != packet_io)
		interface_look(r->interface);
	return 0;
}

void settings_restate(struct router *r)
{
	const struct vrrp_parameters par = own_parameters(r->config);

	if (r->vrrp.state == VRRP_ACTIVE || !has_parameters(r, &par))
		router_event(r, &(struct vrrp_event){ .type = VRRP_CHANGE,
						      .now = loop_now(),
						      .par = &par });
	else
		loop_set(r->loop, &r->timer, r->vrrp.deadline);
}
