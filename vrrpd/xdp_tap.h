/* SPDX-License-Identifier: MIT */
#ifndef XDP_TAP_H
#define XDP_TAP_H

/*
 * What port_xdp.c shares with its program in the kernel, xdp_tap.bpf.c: the
 * names and values of the program's maps.
 *
 *   rules   one struct xdp_tap_rules, written by us
 *   ring    struct xdp_tap_record, one for each frame that is handed over
 *   kept    a counter for each of what was not, by xdp_tap_slot()
 *   pace_good, pace_bad  when the next one of its kind may be handed over
 */

#include "vrrpd/packet.h"

#define XDP_TAP_OWN     32
#define XDP_TAP_REASONS 16 /* room for enum packet_reason, a power of two */
#define XDP_TAP_SLOTS   (2 * 256 * XDP_TAP_REASONS)
#define XDP_TAP_SENDERS 64 /* classes of sources, for each VRID and family */

/* The verdict on what is no packet of protocol 112: it is not counted. */
#define XDP_TAP_OTHER PACKET_REASONS

enum { XDP_TAP_IPV4, XDP_TAP_IPV6 };

/* At most `burst` at once, and in the long run one in `interval` ns. */
struct xdp_tap_pace {
	uint64_t interval, burst;
};

struct xdp_tap_rules {
	uint8_t vrids[2][32]; /* by family, a bit for each that is ours */
	uint32_t own_count[2];
	uint64_t own[2][XDP_TAP_OWN][2]; /* our addresses: the octets in their
					    order, zeros behind IPv4 */
	struct xdp_tap_pace good; /* for each VRID, family, class of sources */
	struct xdp_tap_pace bad;  /* for each reason */
};

struct xdp_tap_record {
	uint64_t time; /* ns, monotonic */
	uint32_t len;
	uint32_t reason; /* enum packet_reason */
	uint8_t frame[];
};

/* Of reason PACKET_OK are those for which there was no room or no time. */
static inline uint32_t xdp_tap_slot(uint32_t family, uint8_t vrid,
				    uint32_t reason)
{
	return (family << 8 | vrid) * XDP_TAP_REASONS + reason;
}

#endif
