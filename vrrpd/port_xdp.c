/* SPDX-License-Identifier: MIT */
/*
 * libbpf, and only here.  The kernel's part is xdp_tap.bpf.c: it puts each
 * advertisement into a ring, from all receive queues.  A ring and not AF_XDP,
 * as that loses no more in a flood, and needs a socket and memory for frames
 * per queue, and native mode or nothing, as the generic one runs behind the
 * queue that overflows (nothing is gained over libpcap).  A link and not
 * libxdp, whose dispatcher is pinned to a file system and would stay when the
 * agent is killed: so another program on the interface is a reason not to open.
 *
 * ARP and neighbors come through a port of libpcap, whose filter no longer
 * lets VRRP pass, and which sends.
 */
#include "vrrpd/port_xdp.h"

#include "vrrpd/bpf_objects.h"
#include "vrrpd/xdp_tap.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/if_link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <unistd.h>

#define KEPT_SIZE (XDP_TAP_SLOTS * sizeof(uint64_t))

/* Ten advertisements per centisecond and class of sources; and of each kind
   of bad ones ten a second, as no more of them are logged. */
static const struct xdp_tap_pace good_pace = { 1000000, 256 };
static const struct xdp_tap_pace bad_pace = { 100000000, 16 };

struct xdp_port {
	struct port port;
	struct port *others; /* ARP, neighbors, and the way out */
	struct bpf_object *object;
	struct ring_buffer *ring;
	int link, epoll, rules;
	bool others_next;              /* they take turns */
	const uint64_t *kept;          /* mapped: the kernel counts there */
	uint64_t taken[XDP_TAP_SLOTS]; /* of kept */
	int64_t arrived;               /* frame, us */
	size_t len;                    /* of frame, or 0 */
	uint8_t frame[PACKET_MAX];
};

static struct xdp_port *of_port(struct port *port)
{
	return (struct xdp_port *)port;
}

static void set_rules(struct xdp_tap_rules *rules, const struct port_wish *wish)
{
	*rules = (struct xdp_tap_rules){ .good = good_pace, .bad = bad_pace };
	memcpy(rules->vrids, wish->vrids, sizeof rules->vrids);
	for (int family = 0; family < 2; family++) {
		rules->own_count[family] = (uint32_t)wish->own_count[family];
		memcpy(rules->own[family], wish->own[family],
		       sizeof rules->own[family]);
	}
}

static int xdp_port_listen(struct port *port, const struct port_wish *wish)
{
	struct xdp_port *p = of_port(port);
	struct port_wish others = *wish;
	struct xdp_tap_rules rules;
	uint32_t zero = 0;

	others.not_vrrp = true;
	set_rules(&rules, wish);
	if (bpf_map_update_elem(p->rules, &zero, &rules, BPF_ANY) < 0)
		return -errno;
	return p->others->ops->listen(p->others, &others);
}

static void xdp_port_close(struct port *port)
{
	struct xdp_port *p = of_port(port);

	if (!p)
		return;
	if (p->link >= 0)
		close(p->link);
	ring_buffer__free(p->ring);
	if (p->kept)
		munmap((void *)(uintptr_t)p->kept, KEPT_SIZE);
	bpf_object__close(p->object);
	if (p->epoll >= 0)
		close(p->epoll);
	port_pcap.close(p->others);
	free(p);
}

/* One record and no more: it is the frame that recv() returns. */
static int take(void *ctx, void *data, size_t size)
{
	const struct xdp_tap_record *record = data;
	struct xdp_port *p = ctx;

	if (size < sizeof *record + record->len ||
	    record->len > sizeof p->frame)
		return 0;
	memcpy(p->frame, record->frame, record->len);
	p->len = record->len;
	p->arrived = (int64_t)(record->time / 1000);
	return -ECANCELED;
}

static int map_fd(const struct xdp_port *p, const char *name)
{
	return bpf_object__find_map_fd_by_name(p->object, name);
}

static int load(struct xdp_port *p, char *error, size_t size)
{
	void *kept;
	int err;

	err = bpf_objects_open(xdp_object, xdp_object_end, &p->object, error,
			       size);
	if (!err)
		err = bpf_objects_load(p->object, error, size);
	if (err)
		return err;
	p->rules = map_fd(p, "rules");
	p->ring = ring_buffer__new(map_fd(p, "ring"), take, p, NULL);
	if (!p->ring)
		return bpf_objects_fail(-errno, "its ring", error, size);
	kept = mmap(NULL, KEPT_SIZE, PROT_READ, MAP_SHARED, map_fd(p, "kept"),
		    0);
	if (kept == MAP_FAILED)
		return bpf_objects_fail(-errno, "its counters", error, size);
	p->kept = kept;
	return 0;
}

static int watch(struct xdp_port *p, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	return epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &event) < 0 ? -errno : 0;
}

static int watch_both(struct xdp_port *p, char *error, size_t size)
{
	int err;

	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	err = p->epoll < 0 ? -errno : watch(p, ring_buffer__epoll_fd(p->ring));
	if (!err)
		err = watch(p, port_pcap.fd(p->others));
	return err ? bpf_objects_fail(err, "epoll", error, size) : 0;
}

/* A link is refused where another program is, and never replaces it. */
static int attach(struct xdp_port *p, int ifindex, char *error, size_t size)
{
	struct bpf_link_create_opts opts = { .sz = sizeof opts,
					     .flags = XDP_FLAGS_DRV_MODE };
	struct bpf_program *program =
		bpf_object__find_program_by_name(p->object, "xdp_tap");

	p->link = bpf_link_create(bpf_program__fd(program), ifindex, BPF_XDP,
				  &opts);
	if (p->link >= 0)
		return 0;
	switch (p->link) {
	case -EBUSY:
	case -EEXIST:
		return bpf_objects_fail(p->link, "another XDP program is there",
					error, size);
	case -EOPNOTSUPP:
		return bpf_objects_fail(p->link, "the driver has no native XDP",
					error, size);
	default:
		return bpf_objects_fail(p->link, "the driver refuses XDP",
					error, size);
	}
}

static int open_parts(struct xdp_port *p, const char *ifname, int ifindex,
		      unsigned mtu, char *error, size_t size)
{
	struct port_wish everybody = { 0 };
	int err = load(p, error, size);

	memset(everybody.vrids, 0xff, sizeof everybody.vrids);
	if (!err)
		err = port_pcap.open(ifname, ifindex, mtu, &p->others, error,
				     size);
	if (!err)
		err = watch_both(p, error, size);
	if (!err) {
		err = xdp_port_listen(&p->port, &everybody);
		if (err)
			bpf_objects_fail(err, "its rules", error, size);
	}
	return err ? err : attach(p, ifindex, error, size);
}

static int xdp_port_open(const char *ifname, int ifindex, unsigned mtu,
			 struct port **result, char *error, size_t size)
{
	struct xdp_port *p = calloc(1, sizeof *p);
	int err;

	if (!p)
		return -ENOMEM;
	p->port.ops = &port_xdp;
	p->link = p->epoll = -1;
	err = open_parts(p, ifname, ifindex, mtu, error, size);
	if (err)
		xdp_port_close(&p->port);
	else
		*result = &p->port;
	return err;
}

static int xdp_port_fd(const struct port *port)
{
	const struct xdp_port *p = (const struct xdp_port *)port;

	return p->epoll;
}

/* The administrator can take the program from its link (bpftool). */
static bool xdp_port_is_deaf(const struct port *port)
{
	const struct xdp_port *p = (const struct xdp_port *)port;
	struct bpf_link_info info = { 0 };
	uint32_t size = sizeof info;

	return bpf_obj_get_info_by_fd(p->link, &info, &size) == 0 &&
	       info.xdp.ifindex == 0;
}

static int xdp_port_send(struct port *port, const uint8_t *frame, size_t len)
{
	return port_pcap.send(of_port(port)->others, frame, len);
}

static int recv_advert(struct xdp_port *p, const uint8_t **frame, size_t *len,
		       int64_t *arrived)
{
	p->len = 0;
	ring_buffer__consume(p->ring);
	*frame = p->frame;
	*len = p->len;
	*arrived = p->arrived;
	return p->len > 0;
}

static int xdp_port_recv(struct port *port, const uint8_t **frame, size_t *len,
			 int64_t *arrived)
{
	struct xdp_port *p = of_port(port);
	int n;

	p->others_next = !p->others_next;
	if (p->others_next && recv_advert(p, frame, len, arrived))
		return 1;
	n = port_pcap.recv(p->others, frame, len, arrived);
	if (n == 0 && !p->others_next)
		return recv_advert(p, frame, len, arrived);
	return n;
}

static uint64_t kept_now(const struct xdp_port *p, uint32_t slot)
{
	return __atomic_load_n(&p->kept[slot], __ATOMIC_RELAXED);
}

static uint64_t xdp_port_dropped(struct port *port)
{
	struct xdp_port *p = of_port(port);
	uint64_t sum = port_pcap.dropped(p->others);

	for (uint32_t i = PACKET_OK; i < XDP_TAP_SLOTS; i += XDP_TAP_REASONS)
		sum += kept_now(p, i);
	return sum;
}

static void xdp_port_take_kept(struct port *port, port_kept *take_kept,
			       void *arg)
{
	struct xdp_port *p = of_port(port);

	for (uint32_t i = 0; i < XDP_TAP_SLOTS; i++) {
		uint32_t reason = i % XDP_TAP_REASONS;
		uint64_t count = kept_now(p, i) - p->taken[i];

		if (count == 0 || reason == PACKET_OK)
			continue;
		p->taken[i] += count;
		take_kept(arg, i / XDP_TAP_REASONS / 256,
			  (uint8_t)(i / XDP_TAP_REASONS), reason, count);
	}
}

const struct port_ops port_xdp = {
	.name = "native XDP",
	.patience = 200,
	.open = xdp_port_open,
	.listen = xdp_port_listen,
	.close = xdp_port_close,
	.fd = xdp_port_fd,
	.is_deaf = xdp_port_is_deaf,
	.send = xdp_port_send,
	.recv = xdp_port_recv,
	.dropped = xdp_port_dropped,
	.take_kept = xdp_port_take_kept,
};
