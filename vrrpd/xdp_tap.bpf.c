/* SPDX-License-Identifier: MIT */
/*
 * Runs in the driver, before the kernel has made anything of a frame, and so
 * before there is a queue that a flood could fill.  An advertisement goes to
 * the agent through a ring; every frame goes on to the host as it was, but for
 * a flood of advertisements that are beyond the bound.
 *
 * It judges as packet_parse() and interface.c do, check by check, and must:
 * tests/test_xdp.c compares them.  What is bad is handed over too, so that it
 * is logged and counted like everywhere else, but a few of a kind per second
 * and no more: of the rest only the number is kept.
 */
#include "vrrpd/xdp_tap.h"

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define ETHERNET 14
#define VRRP     112
#define ADVERT   0x31
#define MESSAGE  8
#define LONGEST  4142 /* PACKET_MAX: as port_pcap.c has it */
#define SHORT    256  /* enough for all but long lists of addresses */
#define WORDS    ((LONGEST - ETHERNET - 20) / 2)

char xdp_tap_license[] SEC("license") = "MIT";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, uint32_t);
	__type(value, struct xdp_tap_rules);
} rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 512 * 1024);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, XDP_TAP_SLOTS);
	__type(key, uint32_t);
	__type(value, uint64_t);
} kept SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2 * 256 * XDP_TAP_SENDERS);
	__type(key, uint32_t);
	__type(value, uint64_t);
} pace_good SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, XDP_TAP_REASONS);
	__type(key, uint32_t);
	__type(value, uint64_t);
} pace_bad SEC(".maps");

struct advert {
	struct xdp_md *ctx;
	const uint8_t *end;
	uint32_t at;  /* octets before the message */
	uint32_t len; /* of the message, as the IP header has it */
	uint32_t family;
	uint8_t ttl, vrid;
	uint64_t source[2]; /* octets in their order, zeros behind IPv4 */
};

/* The verifier wants to see each access checked against the frame's end. */
#define HAS(from, octets, end) ((from) + (octets) <= (end))

static __always_inline uint32_t get16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static __always_inline uint32_t fold(uint32_t sum)
{
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/*
 * The loops are functions of their own, and global: so the verifier goes
 * through each once, and not again for each way that leads to it.
 */
__attribute__((noinline)) uint32_t sum_octets(struct xdp_md *ctx, uint32_t from,
					      uint32_t len)
{
	const uint8_t *end = (const uint8_t *)(long)ctx->data_end;
	const uint8_t *at = (const uint8_t *)(long)ctx->data;
	uint32_t sum = 0;

	at += from & 0x1fff;
	for (uint32_t i = 0; i < WORDS; i++, at += 2) {
		if (2 * i + 1 >= len || !HAS(at, 2, end))
			break;
		sum += get16(at);
	}
	if (len & 1 && HAS(at, 1, end))
		sum += (uint32_t)at[0] << 8;
	return sum;
}

__attribute__((noinline)) int is_own(uint32_t family, uint64_t first,
				     uint64_t second)
{
	uint32_t zero = 0;
	const struct xdp_tap_rules *r = bpf_map_lookup_elem(&rules, &zero);

	if (!r)
		return 0;
	family &= 1;
	for (uint32_t i = 0; i < XDP_TAP_OWN; i++) {
		if (i >= r->own_count[family])
			break;
		if (r->own[family][i][0] == first &&
		    r->own[family][i][1] == second)
			return 1;
	}
	return 0;
}

static __always_inline enum packet_reason
open_ipv4(struct advert *a, const uint8_t *ip, uint32_t len)
{
	uint32_t header, total;

	if (!HAS(ip, 20, a->end))
		return PACKET_BAD_IP;
	if (ip[9] != VRRP)
		return XDP_TAP_OTHER;
	if (ip[0] >> 4 != 4)
		return PACKET_NOT_VRRP;
	header = (ip[0] & 15u) * 4;
	total = get16(ip + 2);
	if (header < 20 || total < header || total > len)
		return PACKET_BAD_IP;
	if (get16(ip + 6) & 0x3fff)
		return PACKET_BAD_IP;
	if (fold(sum_octets(a->ctx, ETHERNET, header)) != 0)
		return PACKET_BAD_IP;
	a->family = XDP_TAP_IPV4;
	__builtin_memcpy(a->source, ip + 12, 4);
	a->at = ETHERNET + header;
	a->len = total - header;
	a->ttl = ip[8];
	return ip[16] == 224 && ip[17] == 0 && ip[18] == 0 && ip[19] == 18
		       ? PACKET_OK
		       : PACKET_DESTINATION;
}

static __always_inline enum packet_reason
open_ipv6(struct advert *a, const uint8_t *ip, uint32_t len)
{
	static const uint8_t group[16] = { 0xff, 2, [15] = 0x12 };
	uint32_t payload;

	if (!HAS(ip, 40, a->end))
		return PACKET_BAD_IP;
	if (ip[6] != VRRP)
		return XDP_TAP_OTHER;
	if (ip[0] >> 4 != 6)
		return PACKET_NOT_VRRP;
	payload = get16(ip + 4);
	if (payload > len - 40)
		return PACKET_BAD_IP;
	a->family = XDP_TAP_IPV6;
	__builtin_memcpy(a->source, ip + 8, 16);
	a->at = ETHERNET + 40;
	a->len = payload;
	a->ttl = ip[7];
	for (int i = 0; i < 16; i++)
		if (ip[24 + i] != group[i])
			return PACKET_DESTINATION;
	return PACKET_OK;
}

static __always_inline bool checksum_is_right(const struct advert *a,
					      uint32_t count)
{
	uint32_t sum, len = MESSAGE + count * 4;

	if (a->family == XDP_TAP_IPV6) {
		sum = a->len + VRRP + sum_octets(a->ctx, ETHERNET + 8, 32);
		return fold(sum + sum_octets(a->ctx, a->at, a->len)) == 0;
	}
	sum = sum_octets(a->ctx, a->at, len);
	if (fold(sum) == 0)
		return true;
	return fold(sum + len + VRRP + sum_octets(a->ctx, ETHERNET + 12, 8)) ==
	       0;
}

static __always_inline bool is_ours(const struct xdp_tap_rules *r,
				    const struct advert *a)
{
	return r->vrids[a->family & 1][a->vrid >> 3] >> (a->vrid & 7) & 1;
}

static __always_inline enum packet_reason
read_message(const struct xdp_tap_rules *r, struct advert *a,
	     const uint8_t *frame)
{
	const uint8_t *at = frame + a->at, *end = a->end;
	uint32_t count;

	if (a->len > 1 && HAS(at, 2, end))
		a->vrid = at[1];
	if (is_own(a->family, a->source[0], a->source[1]))
		return PACKET_OWN;
	if (a->ttl != 255)
		return PACKET_TTL;
	if (a->len == 0 || !HAS(at, 1, end))
		return PACKET_LENGTH;
	if (at[0] >> 4 != ADVERT >> 4)
		return PACKET_VERSION;
	if (at[0] != ADVERT)
		return PACKET_TYPE;
	if (a->len < MESSAGE || !HAS(at, MESSAGE, end))
		return PACKET_LENGTH;
	count = at[3];
	if (a->len < MESSAGE + count * (a->family == XDP_TAP_IPV4 ? 4 : 16))
		return PACKET_LENGTH;
	if (!checksum_is_right(a, count))
		return PACKET_CHECKSUM;
	if (!is_ours(r, a))
		return PACKET_VRID;
	if (count == 0)
		return PACKET_NO_ADDRESS;
	if (a->family == XDP_TAP_IPV6 &&
	    (!HAS(at, MESSAGE + 2, end) || at[MESSAGE] != 0xfe ||
	     (at[MESSAGE + 1] & 0xc0) != 0x80))
		return PACKET_NOT_LINK_LOCAL;
	return (get16(at + 4) & 0x0fff) == 0 ? PACKET_NO_INTERVAL : PACKET_OK;
}

static __always_inline enum packet_reason
open_frame(struct advert *a, const uint8_t *frame, uint32_t len)
{
	uint32_t type;

	if (!HAS(frame, ETHERNET, a->end))
		return XDP_TAP_OTHER;
	type = get16(frame + 12);
	if (type == 0x0800)
		return open_ipv4(a, frame + ETHERNET, len - ETHERNET);
	if (type == 0x86dd)
		return open_ipv6(a, frame + ETHERNET, len - ETHERNET);
	return XDP_TAP_OTHER;
}

static __always_inline bool allows(uint64_t *next,
				   const struct xdp_tap_pace *pace)
{
	uint64_t now = bpf_ktime_get_ns(), at = *next;

	if (at < now)
		at = now;
	if (at > now + pace->burst * pace->interval)
		return false;
	*next = at + pace->interval;
	return true;
}

/* So that who floods in the name of one source takes nothing from others. */
static __always_inline uint32_t class_of(const struct advert *a)
{
	uint64_t hash = (a->source[0] ^ a->source[1]) * 0x9e3779b97f4a7c15;

	return hash >> 58 & (XDP_TAP_SENDERS - 1);
}

static __always_inline bool is_due(const struct xdp_tap_rules *r,
				   const struct advert *a, uint32_t reason)
{
	uint32_t key = reason & (XDP_TAP_REASONS - 1);
	uint64_t *next;

	if (reason != PACKET_OK) {
		next = bpf_map_lookup_elem(&pace_bad, &key);
		return next && allows(next, &r->bad);
	}
	key = ((a->family & 1) << 8 | a->vrid) * XDP_TAP_SENDERS + class_of(a);
	next = bpf_map_lookup_elem(&pace_good, &key);
	return next && allows(next, &r->good);
}

static __always_inline void keep(const struct advert *a, uint32_t reason)
{
	uint32_t key = xdp_tap_slot(a->family & 1, a->vrid, reason);
	uint64_t *count = bpf_map_lookup_elem(&kept, &key);

	if (count)
		__sync_fetch_and_add(count, 1);
}

static __always_inline bool hand_over(struct xdp_md *ctx, uint64_t len,
				      uint32_t reason, uint32_t room)
{
	struct xdp_tap_record *record =
		bpf_ringbuf_reserve(&ring, sizeof *record + room, 0);

	if (!record)
		return false;
	record->time = bpf_ktime_get_ns();
	record->len = (uint32_t)len;
	record->reason = reason;
	/* Two comparisons, kept apart: the verifier understands no other. */
	barrier_var(len);
	if (len < 1)
		goto fail;
	barrier_var(len);
	if (len > room || bpf_xdp_load_bytes(ctx, 0, record->frame, len))
		goto fail;
	bpf_ringbuf_submit(record, 0);
	return true;
fail:
	bpf_ringbuf_discard(record, 0);
	return false;
}

SEC("xdp")
int xdp_tap(struct xdp_md *ctx)
{
	const uint8_t *frame = (const uint8_t *)(long)ctx->data;
	const uint8_t *end = (const uint8_t *)(long)ctx->data_end;
	struct advert a = { .ctx = ctx, .end = end };
	uint32_t len = (uint32_t)(end - frame), zero = 0, reason;
	struct xdp_tap_rules *r;

	if (len > LONGEST)
		len = LONGEST;
	reason = open_frame(&a, frame, len);
	if (reason == XDP_TAP_OTHER)
		return XDP_PASS;
	r = bpf_map_lookup_elem(&rules, &zero);
	if (!r)
		return XDP_PASS;
	if (reason == PACKET_OK)
		reason = read_message(r, &a, frame);
	if (!is_due(r, &a, reason)) {
		keep(&a, reason);
		return reason == PACKET_OK ? XDP_DROP : XDP_PASS;
	}
	if (!(len <= SHORT ? hand_over(ctx, len, reason, SHORT)
			   : hand_over(ctx, len, reason, LONGEST)))
		keep(&a, reason);
	return XDP_PASS;
}
