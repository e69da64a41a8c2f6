/* SPDX-License-Identifier: MIT */
/*
 * Each frame goes to each host that may hear it, and there waits for the
 * agent's turn.  What is sent is also looked at here, by the parser of the
 * agents: they have no way to send nonsense unseen.
 */
#include "tests/sim/wire.h"

#include "tests/sim/check.h"
#include "tests/sim/kernel.h"
#include "tests/sim/trace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Offsets, and a value of the first. */
#define ETHERTYPE  12
#define ARP        0x0806
#define ARP_SENDER 28
#define NA_TARGET  62

struct wire wire;

struct mute {
	const struct host *from, *to;
};

static struct mute *mutes;
static size_t mute_count;

void frame_drop(struct frame *frame)
{
	if (frame && --frame->users == 0)
		free(frame);
}

/* ---- Who hears whom ---- */

void wire_mute(const struct host *from, const struct host *to)
{
	mutes = realloc(mutes, (mute_count + 1) * sizeof *mutes);
	if (!mutes)
		abort();
	mutes[mute_count++] = (struct mute){ from, to };
}

void wire_unmute(const struct host *from, const struct host *to)
{
	size_t kept = 0;

	for (size_t i = 0; i < mute_count; i++)
		if ((from && mutes[i].from != from) ||
		    (to && mutes[i].to != to))
			mutes[kept++] = mutes[i];
	mute_count = kept;
}

bool wire_is_muted(void)
{
	return mute_count > 0;
}

bool wire_connects(const struct host *from, const struct host *to)
{
	return to->powered && wire_reaches(from, to);
}

bool wire_reaches(const struct host *from, const struct host *to)
{
	if (from == to || from->segment != to->segment || !from->link_up ||
	    !to->link_up)
		return false;
	for (size_t i = 0; i < mute_count; i++)
		if (mutes[i].from == from && mutes[i].to == to)
			return false;
	return true;
}

int64_t wire_latency(void)
{
	return wire.delay + wire.jitter + (wire.reorder ? wire.hold : 0);
}

/* ---- Frames under way ---- */

static bool happens(int percent)
{
	return percent > 0 && world_random(100) < percent;
}

static void convey(struct host *to, struct frame *frame)
{
	int64_t at = world.now + wire.delay;

	if (wire.jitter > 0)
		at += world_random(wire.jitter + 1);
	if (happens(wire.reorder))
		at += world_random(wire.hold + 1);
	frame->users++;
	world_post(at, EVENT_FRAME, to, frame);
}

static void broadcast(const struct host *from, const uint8_t *bytes, size_t len)
{
	struct frame *frame = malloc(sizeof *frame + len);

	if (!frame)
		abort();
	frame->users = 1;
	frame->len = len;
	memcpy(frame->bytes, bytes, len);
	for (size_t i = 0; i < world.count; i++) {
		struct host *to = world.hosts[i];

		if (!wire_connects(from, to) || happens(wire.lose))
			continue;
		convey(to, frame);
		if (happens(wire.duplicate))
			convey(to, frame);
	}
	frame_drop(frame);
}

void wire_deliver(struct host *to, struct frame *frame)
{
	struct port_queue *q = &to->queue;

	if (!to->link_up || !to->watched[WAIT_PORT] ||
	    to->sabotage == SABOTAGE_DEAF) {
		frame_drop(frame);
		return;
	}
	if (q->first + q->count == q->room && q->first > q->room / 2) {
		memmove(q->frames, q->frames + q->first,
			q->count * sizeof *q->frames);
		q->first = 0;
	}
	if (q->first + q->count == q->room) {
		q->room = q->room ? 2 * q->room : 16;
		q->frames = realloc(q->frames, q->room * sizeof *q->frames);
		if (!q->frames)
			abort();
	}
	q->frames[q->first + q->count].frame = frame;
	q->frames[q->first + q->count++].arrived = world.now;
	host_wake(to);
}

/* ---- The port ---- */

struct wire_socket {
	struct port port;
	struct host *host;
};

static struct host *host_of(const struct port *port)
{
	return ((const struct wire_socket *)port)->host;
}

static int wire_open(const char *ifname, int ifindex, unsigned mtu,
		     struct port **result, char *error, size_t size)
{
	struct wire_socket *s = calloc(1, sizeof *s);

	(void)ifname;
	(void)mtu;
	(void)error;
	(void)size;
	if (!s)
		return -ENOMEM;
	s->port.ops = &wire_port;
	s->host = world.hosts[ifindex - 1];
	*result = &s->port;
	return 0;
}

/* There are no clients on this LAN, who ask for anything. */
static int wire_listen(struct port *port, const struct port_wish *wish)
{
	(void)port;
	(void)wish;
	return 0;
}

static void wire_close(struct port *port)
{
	free(port);
}

static int wire_fd(const struct port *port)
{
	return kernel_fd(host_of(port), WAIT_PORT);
}

static void look_at_advert(struct host *host, const uint8_t *bytes, size_t len)
{
	struct packet p;
	enum packet_reason reason = packet_parse(bytes, len, &p);

	if (reason != PACKET_OK)
		trace_fail("%s sends an advertisement that is wrong: %s",
			   host->name, packet_reason_name(reason));
	check_advert(host_find(host, p.family == AF_INET ? IPV4 : IPV6, p.vrid),
		     &p);
}

/* Whose, if not by its own MAC; NULL: the host's own, as an owner has the
   addresses back. */
static struct vr *by_address(const struct host *host,
			     const struct address *address)
{
	for (size_t i = 0; i < host->count; i++) {
		const struct router *r = &host->vrs[i]->router;

		if (!vrrp_is_serving(&r->vrrp))
			continue;
		for (size_t n = 0; n < r->count; n++)
			if (!r->config->virtual_mac &&
			    address_equal(&r->addresses[n], address))
				return host->vrs[i];
	}
	return NULL;
}

/* The virtual MAC has family and VRID in it. */
static void look_at_announcement(const struct host *host, const uint8_t *bytes)
{
	static const uint8_t virtual_mac[] = { 0x00, 0x00, 0x5e, 0x00 };
	const uint8_t *source = bytes + 6;
	bool arp = bytes[ETHERTYPE] == ARP >> 8;
	struct address address = { .family = arp ? AF_INET : AF_INET6 };
	struct vr *vr;

	memcpy(address.bytes, bytes + (arp ? ARP_SENDER : NA_TARGET),
	       address_size(address.family));
	if (memcmp(source, virtual_mac, sizeof virtual_mac) == 0)
		vr = host_find(host, arp ? IPV4 : IPV6, source[5]);
	else
		vr = by_address(host, &address);
	if (vr)
		check_announcement(vr, &address);
}

static int wire_send(struct port *port, const uint8_t *bytes, size_t len)
{
	struct host *host = host_of(port);
	int type = bytes[ETHERTYPE] << 8 | bytes[ETHERTYPE + 1];
	int copies = host->sabotage == SABOTAGE_STUTTERS ? 2 : 1;
	struct packet p;

	if (!host->link_up)
		return -ENETDOWN;
	if (host->clogged)
		return -ENOBUFS;
	if (type == ARP || packet_parse(bytes, len, &p) == PACKET_NOT_VRRP) {
		look_at_announcement(host, bytes);
		return 0;
	}
	for (int i = 0; i < copies; i++) {
		look_at_advert(host, bytes, len);
		broadcast(host, bytes, len);
	}
	return 0;
}

static int wire_recv(struct port *port, const uint8_t **bytes, size_t *len,
		     int64_t *arrived)
{
	struct host *host = host_of(port);
	struct port_queue *q = &host->queue;

	check_step(host);
	if (q->count == 0)
		return 0;
	world.steps++;
	frame_drop(host->frame);
	*arrived = q->frames[q->first].arrived;
	host->frame = q->frames[q->first++].frame;
	if (--q->count == 0)
		q->first = 0;
	*bytes = host->frame->bytes;
	*len = host->frame->len;
	if (host->sabotage == SABOTAGE_BABBLES)
		wire_send(port, *bytes, *len);
	return 1;
}

static uint64_t wire_dropped(struct port *port)
{
	(void)port;
	return 0;
}

const struct port_ops wire_port = {
	.name = "the simulated wire",
	.open = wire_open,
	.listen = wire_listen,
	.close = wire_close,
	.fd = wire_fd,
	.send = wire_send,
	.recv = wire_recv,
	.dropped = wire_dropped,
};

void wire_free(void)
{
	free(mutes);
}
