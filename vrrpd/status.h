/* SPDX-License-Identifier: MIT */
#ifndef STATUS_H
#define STATUS_H

/*
 * What the agent shows of itself: a snapshot of plain values, and the one
 * place that turns it into JSON.  The names are RFC 8347's, with Active for
 * Master; the shape is documented in vrrpctl(8) and only ever grows.
 */

#include "vrrpd/lateness.h"
#include "vrrpd/model.h"
#include "vrrpd/packet.h"
#include "vrrpd/vrrp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* RFC 8347 section 4, per virtual router; status.c has the names. */
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
	uint64_t owner_adverts_rcvd;   /* while we own the addresses */
	uint64_t repairs; /* of what other programs did to the addresses */

	/* Discarded, with its VRID. */
	uint64_t ip_ttl_errors;
	uint64_t invalid_type_rcvd;
	uint64_t packet_length_errors;
	uint64_t no_address_rcvd;
	uint64_t not_link_local_rcvd;
	uint64_t no_interval_rcvd;

	/* Notifications, which are lines of log. */
	uint64_t new_active_events;
	uint64_t error_events;
};

/* The last error of a kind. */
struct status_error {
	const char *reason; /* NULL: there was none */
	uint8_t family;     /* of the source of that advertisement */
	uint8_t source[16];
	int64_t time; /* us, monotonic */
};

/* The agent as a whole. */
struct status_vrrp {
	size_t virtual_routers;
	size_t interfaces;
	int64_t began; /* us, monotonic: counters were 0 */
	uint64_t errors[MODEL_PROTOCOL_ERRORS];
	uint64_t error_events;
	struct status_error error;
	struct lateness lateness;
};

/* Of Router Advertisements. */
struct status_advertiser {
	uint64_t sent;
	uint64_t solicited; /* valid Router Solicitations, while Active */
};

struct status_router {
	const char *name;
	const char *interface;
	const char *fault; /* why it cannot run, or NULL */
	bool drained;      /* told to be out of service */
	uint8_t vrid;
	uint8_t family;
	uint8_t priority;
	bool accept; /* what is sent to the addresses, while Active */
	bool virtual_mac;
	bool serving;         /* the kernel answers for the addresses */
	const char *fence;    /* "open", "shut", "none" */
	const char *no_fence; /* why there is none, or "" */
	enum vrrp_state state;
	bool preempt;
	int64_t preempt_delay;        /* us */
	int64_t skew_time;            /* us */
	int64_t active_down_interval; /* us */
	int64_t interval;             /* us */
	int64_t active_interval;      /* us, learned */
	const uint8_t *primary;       /* source of our adverts, or NULL */
	const uint8_t *active;   /* source of the Active's adverts, or NULL */
	uint8_t active_priority; /* in them; 0: not known */
	const struct address *addresses;
	size_t address_count;
	const struct status_counters *counters;
	const struct status_error *error; /* virtual-router-error-reason */
	enum model_event event;
	enum model_active_reason active_reason;
	const char *why; /* of the last transition, for people; or "" */
	/* us, monotonic: counters were 0; the running timer expires, or
	   VRRP_NEVER; left Initialize. */
	int64_t began, deadline, up;
	const struct status_advertiser *advertiser; /* NULL: not configured */

	/* The last transition; all times us, monotonic. */
	struct status_transition {
		enum vrrp_state from;
		enum vrrp_reason reason;
		int64_t time;
		int64_t deadline; /* that had passed, or VRRP_NEVER */
		int64_t late;     /* after it, this host saw that, */
		bool slipped;     /* and that may be the cause */
		int64_t silence;  /* since the last advert heard, or -1 */
	} last;
};

struct status_interface {
	const char *name;
	const char *packet_io;    /* of the port; NULL: none is open */
	const char *no_xdp;       /* why it is not a better one, or "" */
	const uint64_t *rejected; /* PACKET_REASONS counters */
	uint64_t dropped;         /* by the kernel, for want of room */
};

/* Both at one moment, so that monotonic stamps can be placed: us. */
struct status_clock {
	int64_t monotonic, realtime;
};

void status_read_clock(struct status_clock *clock);

struct status; /* a document in the making */

/* As of that moment; NULL: now.  NULL for want of memory. */
struct status *status_begin(const struct status_clock *clock);
void status_add_vrrp(struct status *status, const struct status_vrrp *v);
void status_add_router(struct status *status, const struct status_router *r);
void status_add_interface(struct status *status,
			  const struct status_interface *i);

/* Frees `status`.  Returns JSON text to be freed, or NULL: no memory. */
char *status_end(struct status *status);

/* What came of a reload: lines, each with its newline. */
char *status_reload(const char *changes, const char *problems);

/* What came of what a virtual router was told to do. */
struct status_outcome {
	const char *name;
	const char *interface;
	uint8_t vrid;
	uint8_t family;
	const char *outcome;
	const uint8_t *successor; /* who has taken over, or NULL */
};

char *status_outcomes(const struct status_outcome *list, size_t count);

/* The document for a request that cannot be served. */
char *status_error(const char *message);

#endif
