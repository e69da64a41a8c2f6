/* SPDX-License-Identifier: MIT */
/*
 * Runs on both ways of an interface, for each frame: does the virtual router
 * pass, whose place in the table is the filter's class?  What is in the table
 * comes from the agent; nobody has to be alive, or to hold a lock, for a time
 * in it to pass by.
 *
 * CLOCK_BOOTTIME, as it goes on while the machine sleeps, and others take over.
 */
#include "vrrpd/fence_table.h"

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define ARP_SENDER 14 /* octets of an ARP packet before it */
#define ARP_TARGET 24
#define ICMPV6     58
#define VRRP       112
#define SOLICIT    135
#define ADVERTISE  136

char fence_license[] SEC("license") = "MIT";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, FENCE_PLACES);
	__type(key, uint32_t);
	__type(value, uint64_t);
} open_until SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, FENCE_ADDRESSES);
	__type(key, struct fence_address);
	__type(value, uint8_t);
} addresses SEC(".maps");

static __always_inline uint64_t time_of(uint32_t place)
{
	const uint64_t *until = bpf_map_lookup_elem(&open_until, &place);

	return until ? *(volatile const uint64_t *)until : FENCE_SHUT;
}

static __always_inline bool has_passed(uint64_t until)
{
	return (int64_t)(until - bpf_ktime_get_boot_ns()) <= 0;
}

/* On a macvlan: all that comes and goes is the virtual router's. */
SEC("tc")
int fence_link(struct __sk_buff *skb)
{
	return has_passed(time_of(skb->tc_classid)) ? TC_ACT_SHOT
						    : TC_ACT_UNSPEC;
}

static __always_inline bool is_fenced(struct __sk_buff *skb, uint32_t offset,
				      uint32_t size)
{
	struct fence_address key = { .place = skb->tc_classid };

	if (bpf_skb_load_bytes(skb, ETH_HLEN + offset, key.octets, size) < 0)
		return false;
	return bpf_map_lookup_elem(&addresses, &key) != NULL;
}

static __always_inline uint8_t octet(struct __sk_buff *skb, uint32_t offset)
{
	uint8_t octet = 0;

	bpf_skb_load_bytes(skb, ETH_HLEN + offset, &octet, 1);
	return octet;
}

/* Advertisements pass, as the fence goes by them: an owner may send them from
   its own address. */
static __always_inline bool concerns_ipv4(struct __sk_buff *skb, bool in)
{
	return octet(skb, 9) != VRRP && is_fenced(skb, in ? 16 : 12, 4);
}

static __always_inline bool concerns_ipv6(struct __sk_buff *skb, bool in)
{
	uint8_t next = octet(skb, 6);

	if (next == VRRP)
		return false;
	if (is_fenced(skb, in ? 24 : 8, 16))
		return true;
	return next == ICMPV6 && octet(skb, 40) == (in ? SOLICIT : ADVERTISE) &&
	       is_fenced(skb, 48, 16);
}

/*
 * Between the host and its network: is it to or from an address, a question
 * about one, or an answer?  What somebody else says of it goes in.
 */
static __always_inline bool concerns(struct __sk_buff *skb, bool in)
{
	switch (bpf_ntohs((uint16_t)skb->protocol)) {
	case ETH_P_IP:
		return concerns_ipv4(skb, in);
	case ETH_P_ARP:
		if (!in)
			return is_fenced(skb, ARP_SENDER, 4);
		return is_fenced(skb, ARP_TARGET, 4) &&
		       !is_fenced(skb, ARP_SENDER, 4);
	case ETH_P_IPV6:
		return concerns_ipv6(skb, in);
	default:
		return false;
	}
}

/* On an interface that has its own traffic, too: what concerns the addresses.
 */
static __always_inline int judge(struct __sk_buff *skb, bool in)
{
	uint64_t until = time_of(skb->tc_classid);

	if (until == FENCE_LIFTED || !has_passed(until))
		return TC_ACT_UNSPEC;
	return concerns(skb, in) ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}

SEC("tc")
int fence_in(struct __sk_buff *skb)
{
	return judge(skb, true);
}

SEC("tc")
int fence_out(struct __sk_buff *skb)
{
	return judge(skb, false);
}
