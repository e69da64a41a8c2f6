/* SPDX-License-Identifier: MIT */
#ifndef STATUS_H
#define STATUS_H

/*
 * What the agent shows of itself: a snapshot of plain values, and the one
 * place that turns it into JSON.  The names are RFC 8347's, with Active for
 * Master; the shape is documented in vrrpctl(8) and only ever grows.
 */

#include "vrrpd/packet.h"
#include "vrrpd/vrrp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 8347 section 4, per virtual router. */
struct status_counters {
	uint64_t active_transitions;
	uint64_t advertisement_rcvd;
	uint64_t advertisement_sent;
	uint64_t advertisement_not_sent; /* the kernel refused the frame */
	uint64_t priority_zero_rcvd;
	uint64_t priority_zero_sent;
	uint64_t interval_errors;
	uint64_t address_list_errors;
	uint64_t legacy_checksum_rcvd; /* accepted with a pseudo-header */
	uint64_t repairs; /* of what other programs did to the addresses */
};

struct status_router {
	const char *name;
	const char *interface;
	const char *fault; /* why it cannot run, or NULL */
	uint8_t vrid;
	uint8_t family;
	uint8_t priority;
	bool virtual_mac;
	bool serving; /* the kernel answers for the addresses */
	enum vrrp_state state;
	int64_t skew_time;            /* us */
	int64_t active_down_interval; /* us */
	int64_t interval;             /* us */
	const uint8_t *active; /* source of the Active's adverts, or NULL */
	const struct address *addresses;
	size_t address_count;
	const struct status_counters *counters;

	/* The last transition; all times us, monotonic. */
	struct status_transition {
		enum vrrp_state from;
		enum vrrp_reason reason;
		int64_t time;
		int64_t deadline; /* that expired, or VRRP_NEVER */
		int64_t silence;  /* since the last advert heard, or -1 */
	} last;
};

struct status_interface {
	const char *name;
	const uint64_t *rejected; /* PACKET_REASONS counters */
	uint64_t dropped;         /* by the kernel, for want of room */
};

struct status; /* a document in the making */

struct status *status_begin(void);
void status_add_router(struct status *status, const struct status_router *r);
void status_add_interface(struct status *status,
			  const struct status_interface *i);

/* Frees `status`.  Returns JSON text to be freed, or NULL: no memory. */
char *status_end(struct status *status);

/* The document for a request that cannot be served. */
char *status_error(const char *message);

#endif
