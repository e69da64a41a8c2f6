/* SPDX-License-Identifier: MIT */
/*
 * The set of everything.  Events that concern one virtual router or interface
 * are passed on; what is decided here is only beginning and end.
 */
#include "vrrpd/daemon.h"

#include "netlink/monitor.h"
#include "vrrpd/control.h"
#include "vrrpd/leftovers.h"
#include "vrrpd/notify.h"
#include "vrrpd/port_pcap.h"
#include "vrrpd/router.h"
#include "vrrpd/signals.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* Events are hints, and hints may be missed: look at everything this often. */
#define LOOK_EVERY INT64_C(30000000)

struct daemon {
	const struct config *config;
	struct loop *loop;
	struct worker *worker;
	struct netlink *netlink;
	struct monitor *monitor;
	struct control *control;
	struct signals signals;
	struct watch worker_watch, monitor_watch;
	struct timer look, watchdog;
	struct interface *interfaces;
	struct router *routers; /* room for two per block of the config */
	size_t count;
	int64_t began; /* us: the counters were 0 */
	bool leaving, closing;
};

#define OF(member, pointer) container_of(pointer, struct daemon, member)

/* ---- The end ---- */

/* Routers end first, as they need the interfaces to say goodbye. */
static void proceed_to_end(struct daemon *d)
{
	struct interface *i;

	if (!d->leaving)
		return;
	for (size_t n = 0; n < d->count; n++)
		if (!router_has_ended(&d->routers[n]))
			return;
	if (!d->closing) {
		d->closing = true;
		for (i = d->interfaces; i; i = i->next)
			interface_close(i);
	}
	for (i = d->interfaces; i; i = i->next)
		if (!interface_is_closed(i))
			return;
	loop_stop(d->loop);
}

static void leave(struct daemon *d)
{
	bool again = d->leaving;

	if (!again)
		notify_send("STOPPING=1");
	log_info(again ? "leaving at once" : "leaving, after handing over");
	d->leaving = true;
	for (size_t n = 0; n < d->count; n++)
		if (again)
			router_stop(&d->routers[n]);
		else
			router_leave(&d->routers[n]);
	proceed_to_end(d);
}

static void received(struct signals *signals, int signal)
{
	struct daemon *d = OF(signals, signals);

	if (signal == SIGHUP)
		log_warn("reload is not supported yet: restart to take over a "
			 "changed configuration");
	else
		leave(d);
}

/* ---- Events ---- */

static void worker_ready(struct watch *watch, uint32_t events)
{
	struct daemon *d = OF(worker_watch, watch);

	(void)events;
	worker_dispatch(d->worker);
	proceed_to_end(d);
}

static void changed(void *arg, int ifindex, const char *name)
{
	struct daemon *d = arg;

	for (struct interface *i = d->interfaces; i; i = i->next)
		if (ifindex == 0 || ifindex == i->link.ifindex ||
		    (name && strcmp(name, i->name) == 0))
			interface_look(i);
	for (size_t n = 0; n < d->count; n++)
		router_changed(&d->routers[n], ifindex, name);
}

static void monitor_ready(struct watch *watch, uint32_t events)
{
	struct daemon *d = OF(monitor_watch, watch);
	int err = monitor_read(d->monitor, changed, d);

	(void)events;
	if (err)
		log_warn("network events: %s", strerror(-err));
}

static void look_expired(struct timer *timer, int64_t now)
{
	struct daemon *d = OF(look, timer);

	changed(d, 0, NULL);
	for (size_t n = 0; n < d->count; n++)
		router_retry(&d->routers[n]);
	loop_set(d->loop, timer, now + LOOK_EVERY);
}

static void watchdog_expired(struct timer *timer, int64_t now)
{
	struct daemon *d = OF(watchdog, timer);

	notify_send("WATCHDOG=1");
	loop_set(d->loop, timer, now + notify_watchdog_interval());
}

static void add_vrrp(struct daemon *d, struct status *status)
{
	struct status_vrrp vrrp = { .virtual_routers = d->count,
				    .began = d->began };

	for (struct interface *i = d->interfaces; i; i = i->next) {
		vrrp.interfaces++;
		interface_count(i, &vrrp);
	}
	status_add_vrrp(status, &vrrp);
}

/* NULL is anybody's name. */
static bool is_named(const struct router *r, const char *name)
{
	return !name || strcmp(r->config->name, name) == 0;
}

static bool runs_named(const struct daemon *d, const struct interface *i,
		       const char *name)
{
	for (size_t n = 0; n < d->count; n++)
		if (d->routers[n].interface == i &&
		    is_named(&d->routers[n], name))
			return true;
	return false;
}

static char *describe(struct daemon *d, const char *name)
{
	struct status *status = status_begin();

	if (!status)
		return NULL;
	add_vrrp(d, status);
	for (size_t n = 0; n < d->count; n++) {
		struct status_router router;

		if (!is_named(&d->routers[n], name))
			continue;
		router_status(&d->routers[n], &router);
		status_add_router(status, &router);
	}
	for (struct interface *i = d->interfaces; i; i = i->next)
		if (runs_named(d, i, name))
			status_add_interface(
				status, &(struct status_interface){
						.name = i->name,
						.rejected = i->rejected,
						.dropped = interface_dropped(i),
					});
	return status_end(status);
}

static char *answer(void *arg, const char *request)
{
	struct daemon *d = arg;

	if (strcmp(request, "status") == 0)
		return describe(d, NULL);
	if (strncmp(request, "show ", 5) != 0)
		return status_error("unknown command");
	for (size_t n = 0; n < d->count; n++)
		if (is_named(&d->routers[n], request + 5))
			return describe(d, request + 5);
	return status_error("no virtual router has this name");
}

/* ---- The beginning ---- */

static struct interface *find_interface(struct daemon *d, const char *name)
{
	struct interface *i;

	for (i = d->interfaces; i; i = i->next)
		if (strcmp(i->name, name) == 0)
			return i;
	i = calloc(1, sizeof *i);
	if (!i)
		return NULL;
	strcpy(i->name, name);
	i->loop = d->loop;
	i->worker = d->worker;
	i->netlink = d->netlink;
	i->backend = &port_pcap;
	interface_init(i);
	i->next = d->interfaces;
	d->interfaces = i;
	return i;
}

static int make_router(struct daemon *d, const struct config_router *config,
		       enum family_index family)
{
	struct interface *i = find_interface(d, config->interface);
	struct router *r = &d->routers[d->count];
	int err;

	if (!i)
		return -ENOMEM;
	err = router_open(r, config, family, i);
	d->count++;
	if (err == -EADDRINUSE)
		log_error("%s: another vrrpd runs this virtual router",
			  r->title);
	else if (err)
		log_error("%s: %s", r->title, strerror(-err));
	return err;
}

static int make_routers(struct daemon *d)
{
	int err;

	d->routers = calloc(2 * d->config->count + 1, sizeof *d->routers);
	if (!d->routers)
		return -ENOMEM;
	for (size_t n = 0; n < d->config->count; n++) {
		const struct config_router *config = &d->config->routers[n];
		struct router *r = &d->routers[d->count];

		if (config->ipv4_count > 0 &&
		    (err = make_router(d, config, IPV4)) != 0)
			return err;
		if (config->ipv6_count > 0 &&
		    (err = make_router(d, config, IPV6)) != 0)
			return err;
		if (config->ipv4_count > 0 && config->ipv6_count > 0) {
			r[0].sibling = &r[1];
			r[1].sibling = &r[0];
		}
	}
	/* Three timers per router, and ours: none is allocated later. */
	return loop_reserve(d->loop, 3 * d->count + 2);
}

static int watch_all(struct daemon *d)
{
	int err = signals_open(&d->signals, d->loop);

	d->worker_watch.fd = worker_fd(d->worker);
	d->worker_watch.ready = worker_ready;
	d->monitor_watch.fd = monitor_fd(d->monitor);
	d->monitor_watch.ready = monitor_ready;
	if (!err)
		err = loop_watch(d->loop, &d->worker_watch, EPOLLIN);
	if (!err)
		err = loop_watch(d->loop, &d->monitor_watch, EPOLLIN);
	return err;
}

static int open_shared(struct daemon *d)
{
	int err = loop_open(&d->loop);

	if (!err)
		err = netlink_open(&d->netlink);
	if (!err)
		err = monitor_open(&d->monitor, netlink_port(d->netlink));
	if (!err)
		err = worker_start(&d->worker);
	if (!err)
		err = watch_all(d);
	if (err)
		log_error("cannot start: %s", strerror(-err));
	return err;
}

static int open_control(struct daemon *d, const char *socket)
{
	int err = control_open(&d->control, d->loop, socket, answer, d);

	if (err == -EADDRINUSE)
		log_error("%s: another vrrpd listens there", socket);
	else if (err)
		log_error("%s: %s", socket, strerror(-err));
	return err;
}

int daemon_open(struct daemon **result, const struct config *config,
		const char *socket)
{
	struct daemon *d = calloc(1, sizeof *d);
	int err;

	if (!d)
		return -ENOMEM;
	d->config = config;
	d->began = loop_now();
	d->signals.received = received;
	d->signals.watch.fd = -1;
	d->look.expired = look_expired;
	d->watchdog.expired = watchdog_expired;
	err = open_shared(d);
	if (!err) /* first of all: are we alone? */
		err = open_control(d, socket);
	if (!err) {
		leftovers_remove_routes(d->netlink);
		err = make_routers(d);
	}
	if (!err)
		err = leftovers_remove(d->netlink);
	if (err) {
		daemon_close(d);
		return err;
	}
	*result = d;
	return 0;
}

int daemon_run(struct daemon *d)
{
	look_expired(&d->look, loop_now());
	if (notify_watchdog_interval() > 0)
		watchdog_expired(&d->watchdog, loop_now());
	notify_send("READY=1");
	return loop_run(d->loop);
}

void daemon_close(struct daemon *d)
{
	if (!d)
		return;
	worker_stop(d->worker);
	control_close(d->control);
	for (size_t n = 0; n < d->count; n++)
		router_free(&d->routers[n]);
	free(d->routers);
	while (d->interfaces) {
		struct interface *next = d->interfaces->next;

		interface_free(d->interfaces);
		d->interfaces = next;
	}
	monitor_close(d->monitor);
	netlink_close(d->netlink);
	signals_close(&d->signals);
	loop_close(d->loop);
	free(d);
}
