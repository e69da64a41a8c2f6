/* SPDX-License-Identifier: MIT */
/*
 * Put together here and not by pcap_compile(): the optimizer of libpcap 1.10.3
 * drops the comparison of long lists of targets.  And attached here, as
 * pcap_setfilter() has the socket drop everything meanwhile, and passes what
 * is in the ring by then through an interpreter that knows less.
 */
#include "vrrpd/filter.h"

#include "vrrpd/port.h"
#include "vrrpd/wire.h"

#include <errno.h>
#include <linux/filter.h>
#include <sys/socket.h>

#define KEEP 0xffff /* octets: as many as the port has room for */

/* Where the fields are, in octets from the beginning of the frame. */
enum {
	TYPE = 12,
	ARP_OP = 20,
	ARP_TARGET = 38,
	IPV4_PROTOCOL = 23,
	IPV6_NEXT = 20,
	ICMPV6_TYPE = 54,
	TARGET_TAIL = 74,
	VLAN_TAG = SKF_AD_OFF + SKF_AD_VLAN_TAG_PRESENT,
};

enum { REQUEST = 1, ICMPV6 = 58, VRRP = 112, ROUTER = 133, NEIGHBOR = 135 };

struct program {
	struct sock_filter at[64 + 4 * PORT_TARGETS];
	unsigned short len;
};

static void add(struct program *p, unsigned code, uint32_t k, uint8_t yes,
		uint8_t no)
{
	p->at[p->len++] = (struct sock_filter){ (uint16_t)code, yes, no, k };
}

static void load(struct program *p, unsigned size, int at)
{
	add(p, BPF_LD | BPF_ABS | size, (uint32_t)at, 0, 0);
}

static void drop(struct program *p)
{
	add(p, BPF_RET, 0, 0, 0);
}

static void drop_unless(struct program *p, uint32_t value)
{
	add(p, BPF_JMP | BPF_JEQ, value, 1, 0);
	drop(p);
}

static void keep_if(struct program *p, uint32_t value)
{
	add(p, BPF_JMP | BPF_JEQ, value, 0, 1);
	add(p, BPF_RET, KEEP, 0, 0);
}

/* What follows is for this value; its end is told by otherwise(). */
static unsigned short when(struct program *p, uint32_t value)
{
	add(p, BPF_JMP | BPF_JEQ, value, 0, 0);
	return p->len;
}

static void otherwise(struct program *p, unsigned short beginning)
{
	drop(p);
	p->at[beginning - 1].jf = (uint8_t)(p->len - beginning);
}

static void keep_targets(struct program *p, const struct port_wish *wish,
			 int at)
{
	load(p, BPF_W, at);
	if (wish->count == 0 || wish->count > PORT_TARGETS)
		add(p, BPF_RET, KEEP, 0, 0);
	else
		for (size_t i = 0; i < wish->count; i++)
			keep_if(p, wish->targets[i]);
}

static void build(struct program *p, const struct port_wish *wish)
{
	unsigned short section;

	/* A driver may have taken the tag out of the frame. */
	load(p, BPF_B, VLAN_TAG);
	drop_unless(p, 0);
	load(p, BPF_H, TYPE);

	section = when(p, WIRE_TYPE_IPV4);
	load(p, BPF_B, IPV4_PROTOCOL);
	if (!wish->not_vrrp)
		keep_if(p, VRRP);
	otherwise(p, section);

	section = when(p, WIRE_TYPE_IPV6);
	load(p, BPF_B, IPV6_NEXT);
	if (!wish->not_vrrp)
		keep_if(p, VRRP);
	drop_unless(p, ICMPV6);
	load(p, BPF_B, ICMPV6_TYPE);
	if (wish->kinds & PORT_ROUTER_SOLICIT)
		keep_if(p, ROUTER);
	if (wish->kinds & PORT_NEIGHBOR) {
		drop_unless(p, NEIGHBOR);
		keep_targets(p, wish, TARGET_TAIL);
	}
	otherwise(p, section);

	section = when(p, WIRE_TYPE_ARP);
	load(p, BPF_H, ARP_OP);
	if (wish->kinds & PORT_ARP) {
		drop_unless(p, REQUEST);
		keep_targets(p, wish, ARP_TARGET);
	}
	otherwise(p, section);

	drop(p);
}

int filter_attach(int fd, const struct port_wish *wish)
{
	struct program program = { .len = 0 };
	struct sock_fprog attached = { .filter = program.at };

	build(&program, wish);
	attached.len = program.len;
	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &attached,
			  sizeof attached) < 0
		       ? -errno
		       : 0;
}
