/* SPDX-License-Identifier: MIT */
/*
 * All that takes the kernel's configuration lock (reading the link, opening
 * and closing the port, multicast) is done by one job on the worker; the loop
 * only takes over its results.  Netlink events merely make us look again.
 */
#include "vrrpd/interface.h"

#include "vrrpd/backend.h"
#include "vrrpd/model.h"
#include "vrrpd/wish.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define BATCH 4096 /* frames per turn: more than any ring holds */

static const uint8_t af[FAMILIES] = { AF_INET, AF_INET6 };

static struct interface *of_job(struct job *job)
{
	return container_of(job, struct interface, job);
}

/* ---- What the kernel says ---- */

static bool is_virtual(const struct interface *iface, enum family_index family,
		       const struct address *a)
{
	for (int vrid = 1; vrid < 256; vrid++) {
		const struct interface_client *c = iface->clients[family][vrid];

		for (size_t i = 0; c && i < c->count; i++)
			if (address_equal(&c->addresses[i], a))
				return true;
	}
	return false;
}

/* An owner's first address, in IPv6 link-local; its claim may have moved it. */
static const struct address *find_owned(const struct interface *iface,
					enum family_index family)
{
	for (int vrid = 1; vrid < 256; vrid++) {
		const struct interface_client *c = iface->clients[family][vrid];

		if (c && c->owner)
			return &c->addresses[0];
	}
	return NULL;
}

static void set_primary(struct interface *iface, enum family_index family,
			const struct address *a)
{
	iface->has_primary[family] = a != NULL;
	if (a)
		memcpy(iface->primary[family], a->bytes, 16);
}

/*
 * RFC 9568 sections 5.1.1.1, 5.1.2.1: a real address, IPv6: link-local.  One
 * that nobody claims is better than an owned one: it stays with us, and tells
 * two who both believe to be the owner apart.
 */
static void choose_primary(struct interface *iface, enum family_index family)
{
	for (size_t i = 0; i < iface->link.count; i++) {
		const struct link_address *a = &iface->link.addresses[i];

		if (a->address.family != af[family] || a->tentative ||
		    (family == IPV6 && !address_is_link_local(&a->address)) ||
		    is_virtual(iface, family, &a->address))
			continue;
		set_primary(iface, family, &a->address);
		return;
	}
	set_primary(iface, family, find_owned(iface, family));
}

const char *interface_fault(const struct interface *iface,
			    enum family_index family)
{
	if (!iface->known)
		return INTERFACE_PREPARING;
	if (!iface->link.ifindex)
		return "no such interface";
	if (!iface->link.ethernet)
		return "not an Ethernet interface";
	if (!iface->link.up)
		return "interface down";
	if (!iface->link.running)
		return "no carrier";
	if (iface->port_error[0])
		return iface->port_error;
	if (!iface->port)
		return INTERFACE_PREPARING;
	if (!iface->has_primary[family])
		return family == IPV4 ? "no IPv4 address"
				      : "no IPv6 link-local address";
	return NULL;
}

static void update_clients(struct interface *iface)
{
	for (int family = 0; family < FAMILIES; family++)
		for (int vrid = 1; vrid < 256; vrid++) {
			struct interface_client *c =
				iface->clients[family][vrid];

			if (c)
				c->update(c);
		}
}

/* ---- Frames ---- */

static bool is_own(const struct interface *iface, const struct packet *p)
{
	enum family_index family = p->family == AF_INET ? IPV4 : IPV6;

	if (iface->has_primary[family] && /* an owned one may be elsewhere */
	    memcmp(iface->primary[family], p->source,
		   address_size(p->family)) == 0)
		return true;
	for (size_t i = 0; i < iface->link.count; i++) {
		const struct address *a = &iface->link.addresses[i].address;

		if (a->family == p->family &&
		    memcmp(a->bytes, p->source, address_size(a->family)) == 0)
			return true;
	}
	return false;
}

/*
 * The checks that need more than the frame, in their place (packet.h).  Which
 * forms of the checksum are right is a matter of the virtual router, so that
 * of one that is not here either form is.
 */
static enum packet_reason judge(struct interface *iface,
				enum packet_reason reason,
				const struct packet *p,
				struct interface_client **client)
{
	enum family_index family = p->family == AF_INET ? IPV4 : IPV6;

	if (reason != PACKET_OK && reason < PACKET_OWN)
		return reason;
	if (is_own(iface, p))
		return PACKET_OWN;
	if (reason != PACKET_OK && reason < PACKET_VRID)
		return reason;
	*client = iface->clients[family][p->vrid];
	if (!*client)
		return PACKET_VRID;
	if (family == IPV4 && p->checksum == PACKET_RFC5798 &&
	    (*client)->strict_checksum)
		return PACKET_CHECKSUM;
	return reason;
}

/* Others' virtual routers on the LAN are no fault of anybody's. */
static enum log_level level_of(enum packet_reason reason)
{
	return reason == PACKET_VRID ? LOG_DEBUG : LOG_WARN;
}

/* RFC 9568 section 7.1: SHOULD log, "subject to rate-limiting".  Was there a
   line for operators? */
static bool tell(struct interface *iface, enum packet_reason reason,
		 const struct packet *p, int64_t now)
{
	char sender[INET6_ADDRSTRLEN];
	unsigned held;

	if (reason < PACKET_TTL ||
	    !log_limit_allows(&iface->limit[reason], now, &held))
		return false;
	inet_ntop(p->family, p->source, sender, sizeof sender);
	log_write(level_of(reason),
		  "%s: advertisement from %s discarded: %s (VRID %d, %u more "
		  "like it before)",
		  iface->name, sender, packet_reason_name(reason), p->vrid,
		  held);
	return level_of(reason) == LOG_WARN;
}

static void reject(struct interface *iface, enum packet_reason reason,
		   const struct packet *p, int64_t now)
{
	enum family_index family = p->family == AF_INET ? IPV4 : IPV6;
	enum model_protocol_error error = model_protocol_error(reason);
	struct interface_client *client = iface->clients[family][p->vrid];
	bool told = tell(iface, reason, p, now);

	iface->rejected[reason]++;
	if (error != MODEL_NO_ERROR) {
		iface->error.reason = model_protocol_error_name(error);
		iface->error.family = p->family;
		iface->error.time = now;
		memcpy(iface->error.source, p->source, sizeof p->source);
		iface->error_events += told;
	}
	if (client)
		client->discard(client, reason, p, told, now);
}

static void solicited(struct interface *iface, enum port_kind kind,
		      const uint8_t *frame, size_t len)
{
	for (int family = 0; family < FAMILIES; family++)
		for (int vrid = 1; vrid < 256; vrid++) {
			struct interface_client *c =
				iface->clients[family][vrid];

			if (c && c->kinds & kind)
				c->solicited(c, kind, frame, len);
		}
}

static void advertised(struct interface *iface, const uint8_t *frame,
		       size_t len, int64_t now)
{
	struct packet p = { 0 };
	struct interface_client *client = NULL;
	enum packet_reason reason = packet_parse(frame, len, &p);

	reason = judge(iface, reason, &p, &client);
	if (reason == PACKET_OK)
		client->receive(client, &p, now);
	else
		reject(iface, reason, &p, now);
}

static void received(struct interface *iface, const uint8_t *frame, size_t len,
		     int64_t arrived)
{
	unsigned kind = wish_kind(frame, len);

	if (kind)
		solicited(iface, (enum port_kind)kind, frame, len);
	else
		advertised(iface, frame, len, arrived);
}

/*
 * An advertisement counts from when it came: interrupts, as a flood makes
 * them, can keep us off the CPU for a hundred milliseconds between two.
 */
static void port_ready(struct watch *watch, uint32_t events)
{
	struct interface *iface = container_of(watch, struct interface, watch);
	const uint8_t *frame;
	int64_t arrived;
	size_t len;
	int i, n = 0;

	(void)events;
	for (i = 0; i < BATCH && iface->port; i++) {
		n = iface->port->ops->recv(iface->port, &frame, &len, &arrived);
		if (n <= 0)
			break;
		received(iface, frame, len, arrived);
	}
	hearing_note(iface, i, BATCH, loop_now());
	if (n < 0)
		interface_look(iface);
}

int interface_send(struct interface *iface, const uint8_t *frame, size_t len)
{
	if (!iface->port)
		return -ENETDOWN;
	return iface->port->ops->send(iface->port, frame, len);
}

/* What all clients want: true if that is something else than before. */
static bool update_wish(struct interface *iface)
{
	struct port_wish wish;
	bool changed;

	wish_make(&wish, iface);
	changed = memcmp(&wish, &iface->wish, sizeof wish) != 0;
	iface->wish = wish;
	return changed;
}

/* ---- Jobs ---- */

static bool has_virtual_mac(const struct interface *iface)
{
	for (int vrid = 1; vrid < 256; vrid++) {
		const struct interface_client *c = iface->clients[IPV4][vrid];

		if (c && c->virtual_mac)
			return true;
	}
	return false;
}

static void detach(struct interface *iface)
{
	if (iface->opened)
		iface->opened->ops->close(iface->opened);
	iface->opened = NULL;
	if (!iface->given)
		tuning_undo(&iface->tuning, iface->name);
}

static void run_detach(struct job *job)
{
	detach(of_job(job));
}

/* The loop may be receiving meanwhile: port.h has it so. */
static void listen_on(struct interface *iface, struct port *port)
{
	int err = port->ops->listen(port, &iface->wish);

	if (err)
		log_warn("%s: cannot hear more than VRRP: %s", iface->name,
			 strerror(-err));
	tuning_join(&iface->tuning, iface->link.ifindex,
		    iface->wish.kinds & PORT_ROUTER_SOLICIT);
}

static void run_listen(struct job *job)
{
	struct interface *iface = of_job(job);

	listen_on(iface, iface->port ? iface->port : iface->opened);
}

/* One that is not what the clients ask for; both are open for a moment. */
static void run_exchange(struct job *job)
{
	struct interface *iface = of_job(job);

	iface->err = backend_open(iface);
	if (!iface->err)
		listen_on(iface, iface->opened);
}

static void run_attach(struct job *job)
{
	struct interface *iface = of_job(job);

	detach(iface);
	iface->err = backend_open(iface);
	if (iface->err)
		return;
	run_listen(job);
	tuning_silence_arp(&iface->tuning, iface->name, iface->has_virtual_mac);
}

static void post(struct interface *iface, void (*run)(struct job *),
		 void (*done)(struct job *))
{
	iface->has_virtual_mac = has_virtual_mac(iface);
	iface->packet_io = backend_wanted(iface);
	iface->job.run = run;
	iface->job.done = done;
	worker_post(iface->worker, &iface->job);
}

/* The loop lets go of the port; the job that follows closes it. */
static void drop_port(struct interface *iface)
{
	if (!iface->port)
		return;
	interface_take_kept(iface);
	loop_unwatch(iface->loop, &iface->watch);
	iface->opened = iface->port;
	iface->port = NULL;
}

static void detached(struct job *job);

/* A job is done: is there another one to do? */
static void finish(struct interface *iface)
{
	if (iface->closing && !iface->closed) {
		drop_port(iface);
		post(iface, run_detach, detached);
	} else if (iface->again && !iface->closing) {
		iface->again = false;
		interface_look(iface);
	}
}

static void detached(struct job *job)
{
	struct interface *iface = of_job(job);

	iface->closed = iface->closing;
	finish(iface);
}

static void use_port(struct interface *iface, struct port *port)
{
	iface->port = port;
	iface->watch.fd = port->ops->fd(port);
	loop_watch(iface->loop, &iface->watch, EPOLLIN);
	backend_tell(iface);
}

static void attached(struct job *job)
{
	struct interface *iface = of_job(job);

	memcpy(iface->port_error, iface->open_error, sizeof iface->port_error);
	memcpy(iface->no_xdp, iface->xdp_error, sizeof iface->no_xdp);
	if (!iface->err) {
		use_port(iface, iface->opened);
		iface->opened = NULL;
	}
	update_clients(iface);
	finish(iface);
}

static void listened(struct job *job)
{
	finish(of_job(job));
}

static void run_close(struct job *job)
{
	struct interface *iface = of_job(job);

	iface->opened->ops->close(iface->opened);
	iface->opened = NULL;
}

static void exchanged(struct job *job)
{
	struct interface *iface = of_job(job);
	struct port *opened = iface->opened;

	drop_port(iface);
	if (iface->err) {
		post(iface, run_attach, attached);
		return;
	}
	memcpy(iface->no_xdp, iface->xdp_error, sizeof iface->no_xdp);
	use_port(iface, opened);
	post(iface, run_close, listened);
}

/* What was seen before is freed by the next look, which is not the loop's. */
static void take_seen(struct interface *iface)
{
	struct link before = iface->link;

	iface->link = iface->seen;
	iface->seen = before;
}

static void looked(struct job *job)
{
	struct interface *iface = of_job(job);
	bool replaced = iface->seen.ifindex != iface->link.ifindex;
	bool freed = iface->link.xdp && !iface->seen.xdp;
	bool wish_changed;

	if (iface->err)
		log_warn("%s: cannot ask the kernel: %s", iface->name,
			 strerror(-iface->err));
	if (iface->err || iface->closing) {
		finish(iface);
		return;
	}
	take_seen(iface);
	iface->known = true;
	for (int family = 0; family < FAMILIES; family++)
		choose_primary(iface, (enum family_index)family);
	if (iface->deaf)
		log_warn("%s: %s has been taken away", iface->name,
			 iface->port->ops->name);
	if (replaced || iface->deaf)
		drop_port(iface);
	update_clients(iface);
	wish_changed = update_wish(iface);
	/* A packet socket cannot be opened on an interface that is down. */
	if (!iface->port && iface->link.ethernet && iface->link.up)
		post(iface, run_attach, attached);
	else if (iface->opened)
		post(iface, run_detach, detached);
	else if (backend_is_wrong(iface, freed))
		post(iface, run_exchange, exchanged);
	else if (iface->port && wish_changed)
		post(iface, run_listen, listened);
	else
		finish(iface);
}

static bool is_deaf(const struct port *port)
{
	return port && port->ops->is_deaf && port->ops->is_deaf(port);
}

static void run_look(struct job *job)
{
	struct interface *iface = of_job(job);

	iface->deaf = is_deaf(iface->port);
	link_clear(&iface->seen);
	iface->err = link_read(iface->netlink, iface->name, &iface->seen);
	if (iface->err)
		link_clear(&iface->seen);
	else if (iface->port) /* others may have reset it meanwhile */
		tuning_silence_arp(&iface->tuning, iface->name,
				   iface->has_virtual_mac);
}

void interface_look(struct interface *iface)
{
	if (iface->job.posted || iface->closing)
		iface->again = true;
	else
		post(iface, run_look, looked);
}

void interface_init(struct interface *iface)
{
	iface->watch.ready = port_ready;
	iface->watch.fd = -1;
	tuning_init(&iface->tuning);
}

void interface_add_client(struct interface *iface,
			  struct interface_client *client)
{
	iface->clients[client->family][client->vrid] = client;
}

void interface_close(struct interface *iface)
{
	iface->closing = true;
	if (!iface->job.posted)
		finish(iface);
}

bool interface_is_closed(const struct interface *iface)
{
	return iface->closed;
}

void interface_free(struct interface *iface)
{
	link_clear(&iface->link);
	link_clear(&iface->seen);
	free(iface);
}
