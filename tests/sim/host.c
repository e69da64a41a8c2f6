/* SPDX-License-Identifier: MIT */
/*
 * An agent's beginning, turns and end, as in daemon.c but without signals, a
 * control socket and a real kernel's events.  A turn is loop_run() until there
 * is nothing to wait for any more.
 */
#include "tests/sim/host.h"

#include "tests/sim/check.h"
#include "tests/sim/election.h"
#include "tests/sim/fence.h"
#include "tests/sim/kernel.h"
#include "tests/sim/trace.h"
#include "tests/sim/wire.h"
#include "vrrpd/fence.h"
#include "vrrpd/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOK_EVERY (30 * SEC) /* as daemon.c */

/* ---- What a host is ---- */

void host_address(const struct host *host, uint8_t bytes[16],
		  enum family_index family)
{
	unsigned n = (unsigned)host->index + 10;

	memset(bytes, 0, 16);
	if (family == IPV4) {
		memcpy(bytes, (uint8_t[]){ 192, 0, 2, (uint8_t)n }, 4);
		if (n > 250) /* of a crowd: the benchmark network */
			memcpy(bytes,
			       (uint8_t[]){ 198, 18, (uint8_t)(n >> 8),
					    (uint8_t)n },
			       4);
	} else {
		bytes[0] = 0xfe;
		bytes[1] = 0x80;
		bytes[13] = 0x0a;
		bytes[14] = (uint8_t)(n >> 8);
		bytes[15] = (uint8_t)n;
	}
}

struct host *host_new(const char *name)
{
	struct host *host = calloc(1, sizeof *host);

	world.hosts =
		realloc(world.hosts, (world.count + 1) * sizeof(struct host *));
	if (!host || !world.hosts)
		abort();
	snprintf(host->name, sizeof host->name, "%s", name);
	host->index = (int)world.count;
	host->link_up = true;
	host->armed = host->fence_due = NEVER;
	host->job_time = MS / 10;
	host->netlink.host = host;
	world.hosts[world.count++] = host;
	return host;
}

static void add_vr(struct host *host, enum family_index family, uint8_t vrid)
{
	struct vr *vr = calloc(1, sizeof *vr);

	host->vrs = realloc(host->vrs, (host->count + 1) * sizeof *host->vrs);
	if (!vr || !host->vrs)
		abort();
	vr->host = host;
	vr->family = family;
	vr->vrid = vrid;
	vr->unequal = NEVER;
	host->vrs[host->count++] = vr;
	election_join(vr);
}

static void free_block(struct config_router *block)
{
	free(block->name);
	free(block->addresses);
	free(block);
}

void host_add_block(struct host *host, struct config_router *block)
{
	size_t size = (host->block_count + 1) * sizeof *host->blocks;

	host->blocks = realloc(host->blocks, size);
	if (!host->blocks)
		abort();
	host->blocks[host->block_count++] = block;
	if (block->ipv4_count)
		add_vr(host, IPV4, (uint8_t)block->vrid);
	if (block->ipv6_count)
		add_vr(host, IPV6, (uint8_t)block->vrid);
}

struct vr *host_find(const struct host *host, enum family_index family,
		     uint8_t vrid)
{
	for (size_t i = 0; i < host->count; i++) {
		struct vr *vr = host->vrs[i];

		if (vr->family == family && vr->vrid == vrid)
			return vr;
	}
	trace_fail("%s: nobody is VRID %d", host->name, vrid);
}

bool host_is_awake(const struct host *host)
{
	return host->powered && world.now >= host->asleep_until;
}

/* ---- Turns ---- */

static void power_off(struct host *host);

static bool has_ended(const struct host *host)
{
	return host->interface && interface_is_closed(host->interface);
}

static void turn(struct host *host)
{
	world.current = host;
	loop_run(host->loop);
	check_step(host);
	if (has_ended(host)) {
		trace_host(host, "has ended");
		power_off(host);
	}
}

void host_wake_now(struct host *host)
{
	bool slept = host->asleep_until > 0;

	host->waking = false;
	if (!host_is_awake(host))
		return;
	host->asleep_until = 0;
	if (slept)
		trace_host(host, "wakes up");
	turn(host);
	if (slept)
		check_disturb(DISTURB_HEAL);
}

void host_wake(struct host *host)
{
	if (!host_is_awake(host) || host->waking)
		return;
	if (host->oversleep == 0) {
		turn(host);
		return;
	}
	host->waking = true;
	world_post(world.now + world_random(host->oversleep + 1), EVENT_WAKE,
		   host, NULL);
}

void host_sleep(struct host *host, int64_t until)
{
	host->asleep_until = until;
	world_post(until, EVENT_WAKE, host, NULL);
}

/* ---- Beginning and end ---- */

static void look(struct host *host)
{
	interface_look(host->interface);
	for (size_t i = 0; i < host->count; i++)
		router_changed(&host->vrs[i]->router, 0, NULL);
}

static void look_expired(struct timer *timer, int64_t now)
{
	struct host *host = container_of(timer, struct host, look);

	look(host);
	for (size_t i = 0; i < host->count; i++)
		router_retry(&host->vrs[i]->router);
	loop_set(host->loop, timer, now + LOOK_EVERY);
}

static void proceed_to_end(struct host *host)
{
	if (!host->leaving || host->interface->closing)
		return;
	for (size_t i = 0; i < host->count; i++)
		if (!router_has_ended(&host->vrs[i]->router))
			return;
	interface_close(host->interface);
}

static void worker_ready(struct watch *watch, uint32_t events)
{
	struct host *host = container_of(watch, struct host, worker_watch);

	(void)events;
	worker_dispatch(host->worker);
	proceed_to_end(host);
}

static void open_interface(struct host *host)
{
	char error[128];
	struct interface *i = calloc(1, sizeof *i);

	if (!i)
		abort();
	strcpy(i->name, "eth0");
	i->loop = host->loop;
	i->worker = host->worker;
	i->netlink = &host->netlink;
	i->backend = &wire_port;
	i->no_fence = "";
	if (host->unfenced)
		i->no_fence = "not on this host";
	else if (fence_open(&host->fence, error, sizeof error))
		abort();
	i->fence = host->fence;
	interface_init(i);
	host->interface = i;
}

static void open_router(struct host *host, struct vr *vr,
			const struct config_router *block)
{
	memset(&vr->router, 0, sizeof vr->router);
	if (router_open(&vr->router, block, vr->family, host->interface) ||
	    router_begin(&vr->router))
		trace_fail("%s: cannot be opened", host->name);
	vr->router.vrrp.par.preempt |= host->sabotage == SABOTAGE_PUSHES;
	vr->router.vrrp.par.preempt &= host->sabotage != SABOTAGE_MEEK;
	vr->seen = VRRP_INITIALIZE;
	vr->since = world.now;
	vr->unequal = NEVER;
}

static void open_routers(struct host *host)
{
	struct vr **vr = host->vrs;

	for (size_t i = 0; i < host->block_count; i++) {
		const struct config_router *block = host->blocks[i];
		bool both = block->ipv4_count && block->ipv6_count;

		open_router(host, vr[0], block);
		if (both) {
			open_router(host, vr[1], block);
			vr[0]->router.sibling = &vr[1]->router;
			vr[1]->router.sibling = &vr[0]->router;
		}
		vr += both ? 2 : 1;
	}
}

void host_start(struct host *host)
{
	if (host->powered)
		trace_fail("%s has been started already", host->name);
	world.current = host;
	host->powered = host->was_started = true;
	host->leaving = host->killed = false;
	host->asleep_until = 0;
	if (loop_open(&host->loop) || worker_start(&host->worker))
		abort();
	open_interface(host);
	open_routers(host);
	if (loop_reserve(host->loop, 2 * host->count + 1))
		abort();
	host->worker_watch.fd = worker_fd(host->worker);
	host->worker_watch.ready = worker_ready;
	loop_watch(host->loop, &host->worker_watch, EPOLLIN);
	host->look = (struct timer){ .expired = look_expired };
	look_expired(&host->look, world.now);
	turn(host);
}

/* Nothing is left of it but the configuration, and what the kernel has. */
static void end_agent(struct host *host, bool killed)
{
	struct interface *i = host->interface;

	for (size_t n = 0; n < host->count; n++) {
		struct vr *vr = host->vrs[n];

		if (killed)
			vr->router.fencing.place = 0; /* nobody drops it */
		router_free(&vr->router);
		vr->router.vrrp.state = VRRP_INITIALIZE;
	}
	free(i->port);
	if (i->opened != i->port)
		free(i->opened);
	link_clear(&i->seen);
	interface_free(i);
	host->interface = NULL;
	fence_close(host->fence);
	host->fence = NULL;
	worker_free(host->worker);
	loop_close(host->loop);
	memset(host->watched, 0, sizeof host->watched);
	host->armed = host->fence_due = NEVER;
	host->waking = false;
	while (host->queue.count > 0)
		frame_drop(
			host->queue
				.frames[host->queue.first + --host->queue.count]
				.frame);
	host->queue.first = 0;
	frame_drop(host->frame);
	host->frame = NULL;
	host->powered = false;
	host->life++; /* whatever it waits for, is void */
}

static void power_off(struct host *host)
{
	if (host->powered)
		end_agent(host, false);
	host->killed = false;
	for (size_t n = 0; n < host->count; n++) {
		struct vr *vr = host->vrs[n];

		vr->made = vr->up = vr->deaf = vr->adopted = vr->left = false;
		fence_take_away(vr);
	}
}

static void be_awake(const struct host *host)
{
	if (!host_is_awake(host))
		trace_fail("%s is off, or asleep", host->name);
}

void host_leave(struct host *host)
{
	be_awake(host);
	if (host->sabotage == SABOTAGE_HASTY) {
		host_crash(host);
		return;
	}
	world.current = host;
	host->leaving = true;
	for (size_t i = 0; i < host->count; i++)
		router_leave(&host->vrs[i]->router);
	proceed_to_end(host);
	turn(host);
}

static void all_of(struct host *host, void (*each)(struct router *router))
{
	be_awake(host);
	world.current = host;
	for (size_t i = 0; i < host->count; i++)
		each(&host->vrs[i]->router);
	turn(host);
}

void host_drain(struct host *host)
{
	all_of(host, router_drain);
}

void host_resume(struct host *host)
{
	all_of(host, router_resume);
}

void host_crash(struct host *host)
{
	if (!host->powered && !host->killed)
		return;
	power_off(host);
	check_step(host);
}

void host_kill(struct host *host)
{
	if (!host->powered)
		trace_fail("%s has no agent to kill", host->name);
	end_agent(host, true);
	host->killed = true;
	for (size_t i = 0; i < host->count; i++)
		host->vrs[i]->left = host->vrs[i]->made;
	check_step(host);
}

void host_set_link(struct host *host, bool up)
{
	host->link_up = up;
	if (!host->powered)
		return;
	be_awake(host);
	world.current = host;
	look(host); /* as the kernel's event would have it */
	turn(host);
}

static void change(struct vr *vr, const struct config_router *to)
{
	struct vrrp_parameters before = vr->router.vrrp.par;

	if (settings_change(&vr->router, to))
		abort();
	if (vr->host->sabotage == SABOTAGE_STUBBORN)
		vr->router.vrrp.par = before;
}

bool host_change_block(struct host *host, size_t n, struct config_router *to)
{
	struct config_router *from = host->blocks[n];

	be_awake(host);
	if (host->leaving)
		trace_fail("%s takes no other configuration: it is leaving",
			   host->name);
	world.current = host;
	for (size_t i = 0; i < host->count; i++)
		if (host->vrs[i]->router.config == from &&
		    !settings_can_become(&host->vrs[i]->router, to)) {
			free_block(to);
			return false;
		}
	for (size_t i = 0; i < host->count; i++)
		if (host->vrs[i]->router.config == from)
			change(host->vrs[i], to);
	host->blocks[n] = to;
	free_block(from);
	turn(host);
	return true;
}

void host_free(struct host *host)
{
	world.current = host;
	power_off(host);
	for (size_t i = 0; i < host->count; i++)
		free(host->vrs[i]);
	for (size_t i = 0; i < host->block_count; i++)
		free_block(host->blocks[i]);
	free(host->vrs);
	free(host->blocks);
	free(host->queue.frames);
	fence_free(host);
	free(host);
}
