/* SPDX-License-Identifier: MIT */
#ifndef SIM_ELECTION_H
#define SIM_ELECTION_H

/*
 * Everybody on the LAN who elects an Active of one VRID and family: in what
 * groups they hear each other, and by when they must have come to a result.
 */

#include "tests/sim/check.h"

struct election {
	enum family_index family;
	uint8_t vrid;
	struct vr **members;
	size_t count;
	struct election *next;

	bool dirty;         /* something has changed since it was looked at */
	int64_t from;       /* a result is promised from then on; or NEVER */
	bool pending;       /* not looked at since then */
	bool calm;          /* somebody serves, and no fault since */
	bool prompt;        /* claims are faster than adverts wait for them */
	int64_t unplanned;  /* the last disturbance of that kind */
	int64_t deafened;   /* check_deafen(), the last time */
	int64_t look_again; /* not later than that; or NEVER */
	int64_t resigned_at;
	int64_t interval; /* the longest of all, as of the last groups */
};

/* Those members who hear each other, all of them or (unclean) not quite. */
struct group {
	bool unclean;
	size_t members;
	size_t able;             /* may become Active */
	size_t serving;          /* Active or Leaving */
	size_t answering;        /* in the kernel, of an agent that lives */
	const struct vr *any;    /* that is able */
	const struct vr *best;   /* that is able and preempts */
	const struct vr *active; /* of those serving the best */
	const struct vr *ready;  /* could take over from one who leaves */
	struct group *next;
};

/* Between resigning and the end, beyond the wait for a successor (vrrp.c). */
#define ELECTION_FAREWELL (100 * MS)

struct election *election_first(void);

/* Of its VRID and family, for good. */
void election_join(struct vr *vr);
void election_free(void);

/* Valid until the next call; NULL: there is nobody. */
const struct group *election_groups(struct election *election);

/* The LAN, or who is there, has changed: who hears whom? */
void election_regroup(void);
void election_disturb(struct election *election, enum disturbance disturbance);

/* Does each of them hear the other? */
bool election_are_together(const struct vr *a, const struct vr *b);

/* Those whose kernel answers.  Valid until the next call. */
struct vr **election_answering(const struct election *election, size_t *count);

/* From then on they have all heard each other, where they can; or NEVER. */
int64_t election_hears_from(const struct election *election);

/* us: for how long two of them may answer who hear each other. */
int64_t election_overlap(const struct election *election);

/* us: of the worst of them. */
int64_t election_oversleep(const struct election *election);

/* How long the kernel may take for whatever a host wants of it. */
int64_t election_claim_time(const struct host *host);

#endif
