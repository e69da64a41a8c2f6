/* SPDX-License-Identifier: MIT */
#ifndef SIM_HOST_H
#define SIM_HOST_H

/*
 * A machine with one interface, eth0, and an agent: the real loop, interface
 * and routers, between a simulated kernel and a simulated wire.  What daemon.c
 * does of beginning, end, and network events is done here.
 */

#include "tests/sim/world.h"
#include "vrrpd/router.h"

struct election;
struct fence;
struct fence_object;

/* What the fakes of a host may do wrong, to see that it is noticed. */
enum sabotage {
	SABOTAGE_NONE,
	SABOTAGE_KEEPS,    /* the kernel keeps the addresses */
	SABOTAGE_LIES,     /* it says to have them, and has not */
	SABOTAGE_HANGS,    /* it never answers */
	SABOTAGE_STUTTERS, /* each advertisement is sent twice */
	SABOTAGE_BABBLES,  /* a Backup advertises, too */
	SABOTAGE_DEAF,     /* hears nothing */
	SABOTAGE_HASTY,    /* leaves without saying so */
	SABOTAGE_PUSHES,   /* preempts, whatever it was told */
	SABOTAGE_MEEK,     /* does not, whatever it was told */
	SABOTAGE_STUBBORN, /* goes on as before, whatever it is told */
	SABOTAGE_AJAR,     /* its fences do not shut */
	SABOTAGE_NERVOUS,  /* they do, 2 s early */
	SABOTAGE_WALLED,   /* they cannot be lifted */
};

/* Of one family of a virtual router: no story needs more. */
#define ADDRESSES 9

struct addresses {
	struct address list[ADDRESSES];
	size_t count;
};

/* One virtual router of a host. */
struct vr {
	struct router router; /* the real one */
	struct host *host;
	struct election *election;
	enum family_index family;
	uint8_t vrid;
	bool untraced; /* one of very many on its host */

	/* In the kernel. */
	bool made, up, deaf;
	bool left; /* by a killed agent, and no other has looked at it yet */
	struct fence_object *fence; /* fence.c; NULL: none */
	uint16_t place;
	bool fences_link; /* all of it, not just the addresses */
	struct addresses has;
	bool adopted; /* the interface's own addresses are the macvlan's */

	/* The wire has heard of it, since it began to serve. */
	uint64_t adverts;
	uint8_t priority; /* of the last of them */
	int64_t interval;
	int64_t advertised; /* when */
	unsigned announced; /* which of its addresses: bits */

	/* check.c */
	enum vrrp_state seen;   /* its state after the last step */
	int64_t since;          /* of that state */
	bool answered;          /* and whether its kernel did, */
	struct addresses had;   /* for what */
	int64_t unequal;        /* kernel and state differ since; or NEVER */
	const struct vr *other; /* answers, too, */
	int64_t beside;         /* since then */
	uint64_t step;          /* that sent the last advertisement, */
	unsigned sent;          /* and how many */
};

/* What a host waits for: its file descriptors. */
enum waiting { WAIT_EPOLL, WAIT_TIMER, WAIT_WORKER, WAIT_PORT, WAITING };

struct netlink {
	struct host *host;
};

struct port_queue {
	struct {
		struct frame *frame;
		int64_t arrived;
	} * frames;
	size_t first, count, room;
};

struct host {
	char name[16];
	int index;
	struct config_router **blocks;
	size_t block_count;
	struct vr **vrs;
	size_t count;
	bool many; /* one of a crowd: traced only where it serves */

	/* The machine. */
	bool waits; /* does not start by itself */
	bool was_started;
	bool powered; /* with an agent that runs; or else */
	bool killed;  /* with nothing but what it has left in the kernel */
	bool link_up;
	int segment; /* of the LAN: frames stay in it */
	int64_t clock_offset;
	int64_t asleep_until; /* 0: awake */
	int64_t oversleep;    /* wakes up to so much late */
	bool waking;
	int64_t job_time; /* of the kernel, for what takes its lock */
	bool refuses;     /* the kernel has no room for addresses */
	bool clogged;     /* nor for what is to be sent */
	bool unfenced;    /* and offers no fence */
	struct fence_object *fences; /* the last one first */
	int64_t fence_due;           /* when to look at them; or NEVER */
	enum sabotage sabotage;
	uint32_t life;

	/* What the kernel knows of the agent. */
	void *watched[WAITING];
	int64_t armed;
	struct port_queue queue;
	struct frame *frame; /* last received */

	/* The agent. */
	struct loop *loop;
	struct worker *worker;
	struct netlink netlink;
	struct fence *fence;
	struct interface *interface;
	struct watch worker_watch;
	struct timer look;
	bool leaving;
};

/* A host that has no virtual router yet, and is off. */
struct host *host_new(const char *name);
void host_free(struct host *host);

/* Before it is started; takes over `block`, of malloc() as all it points to. */
void host_add_block(struct host *host, struct config_router *block);

/*
 * As a reload does it: another configuration for its block `n`, which is taken
 * over.  False, and nothing has changed: it can only become that by a new
 * start.
 */
bool host_change_block(struct host *host, size_t n, struct config_router *to);

/* What a host does, it does now; who judges it, is told after it (check.h). */
void host_start(struct host *host);
void host_leave(struct host *host);
void host_drain(struct host *host);
void host_resume(struct host *host);
void host_crash(struct host *host);
void host_kill(struct host *host);
void host_set_link(struct host *host, bool up);
void host_sleep(struct host *host, int64_t until);

/* Something waits for it: now, or when it comes round to it. */
void host_wake(struct host *host);
void host_wake_now(struct host *host);

bool host_is_awake(const struct host *host);

/* Of the host's own interface. */
void host_address(const struct host *host, uint8_t bytes[16],
		  enum family_index family);

/* Fails the story when there is none. */
struct vr *host_find(const struct host *host, enum family_index family,
		     uint8_t vrid);

#endif
