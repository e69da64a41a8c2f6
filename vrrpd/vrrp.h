/* SPDX-License-Identifier: MIT */
#ifndef VRRP_H
#define VRRP_H

/*
 * VRRPv3 (RFC 9568 section 6) for one virtual router: one VRID, one
 * interface, one address family.  The whole protocol and nothing else: no
 * sockets, no clock, no allocation, no logging.  Feed it events with
 * vrrp_step(); carry out the actions that it returns; call it again no later
 * than v->deadline.  Times are monotonic, in microseconds.
 */

#include <stdbool.h>
#include <stdint.h>

#define VRRP_OWNER   255       /* priority of the address owner */
#define VRRP_NEVER   INT64_MAX /* deadline of a stopped timer */
#define VRRP_REPLIES 3 /* at most, to other Actives, per interval of ours */

enum vrrp_state {
	VRRP_INITIALIZE,
	VRRP_BACKUP,
	VRRP_ACTIVE,
	VRRP_LEAVING, /* not in the RFC: resigned, serving until replaced */
};

/* RFC 9568 section 6.1, as configured. */
struct vrrp_parameters {
	uint8_t priority;      /* 1..254, or VRRP_OWNER */
	bool preempt;          /* Preempt_Mode */
	int64_t preempt_delay; /* before preempting a living Active; >= 0 */
	int64_t interval;      /* Advertisement_Interval, 10000..40950000 */
};

enum vrrp_event_type {
	VRRP_STARTUP,      /* interface up, primary address known */
	VRRP_SHUTDOWN,     /* interface gone, or no time to be polite */
	VRRP_LEAVE,        /* a planned exit: hand over first */
	VRRP_TIMER,        /* v->deadline may have passed */
	VRRP_ADVERT,       /* a valid advertisement arrived */
	VRRP_CLAIMED,      /* VRRP_CLAIM is carried out: this host answers */
	VRRP_CLAIM_FAILED, /* VRRP_CLAIM cannot be carried out */
	VRRP_CHANGE,       /* other parameters, or another address list */
};

struct vrrp_event {
	enum vrrp_event_type type;
	int64_t now;
	/* VRRP_STARTUP only: it was Active just now, serves on, and by what it
	   has sent nobody takes over for one interval more. */
	bool resume;
	/* VRRP_LEAVE only: if no other router takes over in time, be Active
	   again.  Once it was asked to leave for good, it does. */
	bool or_stay;
	/* VRRP_CHANGE only: what is configured from now on.  Who becomes or
	   ceases to be an owner is another router: end this one first. */
	const struct vrrp_parameters *par;
	struct {                  /* VRRP_ADVERT only */
		uint8_t priority; /* 0..255 */
		int64_t interval; /* Max Advertise Interval, > 0 */
		int src_order;    /* memcmp(sender, own primary address) */
	} advert;
};

/*
 * What the caller must do, in this order: lowest bit first.
 *
 * After a crash of the Active: SEND_ADVERT | CLAIM at once, because the advert
 * quiets the other Backups and turns the switches; ANNOUNCE when CLAIMED.
 * From an Active that still serves (it has resigned, is being preempted, or
 * may be there when an owner starts): CLAIM first; SEND_ADVERT | ANNOUNCE when
 * CLAIMED or, without ANNOUNCE, when that takes too long.
 */
enum vrrp_action {
	VRRP_SEND_ADVERT = 1 << 0, /* with the router's priority */
	VRRP_SEND_RESIGN = 1 << 1, /* an advertisement with priority 0 */
	VRRP_CLAIM = 1 << 2,       /* start to answer; reply with CLAIMED */
	VRRP_RELEASE = 1 << 3,     /* stop to answer */
	VRRP_ANNOUNCE = 1 << 4,    /* gratuitous ARP or NA, paced */
};

/* Why the state is what it is: the reason of the last transition. */
enum vrrp_reason {
	VRRP_NO_REASON,
	VRRP_STARTED,      /* Initialize to Backup; owner: to Active */
	VRRP_RESUMED,      /* to Active: it was so before it started */
	VRRP_NO_RESPONSE,  /* to Active: nothing heard of the old one */
	VRRP_RESIGNED,     /* to Active: the old one sent priority 0 */
	VRRP_PREEMPTED,    /* to Active: the old one has a lower priority */
	VRRP_OUTRANKED,    /* to Backup: by a higher priority */
	VRRP_TIE_LOST,     /* to Backup: same priority, higher address */
	VRRP_STOPPED,      /* to Initialize: VRRP_SHUTDOWN */
	VRRP_UNABLE,       /* to Initialize: VRRP_CLAIM_FAILED */
	VRRP_ASKED,        /* to Leaving, or from Backup to Initialize */
	VRRP_HANDED_OVER,  /* Leaving to Initialize: successor heard */
	VRRP_NO_SUCCESSOR, /* Leaving to Initialize, or Active: none in time */
	VRRP_REASONS,
};

struct vrrp {
	struct vrrp_parameters par;
	enum vrrp_state state;
	enum vrrp_reason reason;
	int64_t active_interval; /* Active_Adver_Interval */
	int64_t deadline;        /* of the one timer that runs, or NEVER */

	/* Set by the caller: the router's other address family is Active here,
	   so spare no Active of lower priority elsewhere: move together. */
	bool insist;
	/* Set by the caller: by so much, less than an interval or not, the
	   advert after the first one comes early, so that of many virtual
	   routers that become Active together not all advertise at the same
	   moment. */
	int64_t ahead;
	/* Is active_interval another's, and not just ours? */
	bool learned;
	/* Backup and Leaving: since when it waits. */
	int64_t waiting_since;
	/* Backup: if for Skew_Time only; how the wait would end; since when it
	   spares an Active of lower priority. */
	bool resigned;
	enum vrrp_reason expecting;
	int64_t sparing_since;
	/* Backup, expecting VRRP_PREEMPTED, and Active, while it owes an
	   advert: the last advertisement of who is to be preempted. */
	struct {
		int64_t at;
		int64_t interval;
		uint8_t priority;
	} discarded;
	/* Active: do we answer, is the first advert held back for it, and how
	   often were other Actives answered in this interval? */
	bool claimed;
	bool owes_advert;
	uint8_t replies;
	/* Leaving: was priority 0 sent twice; is it to be Active again for want
	   of a successor; and what is configured for afterwards? */
	bool repeated;
	bool or_stay;
	struct vrrp_parameters next;
};

void vrrp_init(struct vrrp *v, const struct vrrp_parameters *par);

/*
 * Any event may come in any state; one that means nothing there, a timer that
 * is early or stale included, changes nothing.  The new state is in *v before
 * the caller sees the actions.  Returns a set of enum vrrp_action.
 */
unsigned vrrp_step(struct vrrp *v, const struct vrrp_event *ev);

/* RFC 9568 section 6.1, in microseconds: never cut to centiseconds. */
int64_t vrrp_skew_time(const struct vrrp *v);
int64_t vrrp_active_down_interval(const struct vrrp *v);

/* Does this router serve the addresses: Active or Leaving? */
bool vrrp_is_serving(const struct vrrp *v);

const char *vrrp_state_name(enum vrrp_state state);    /* "backup" */
const char *vrrp_reason_name(enum vrrp_reason reason); /* "no-response" */

#endif
