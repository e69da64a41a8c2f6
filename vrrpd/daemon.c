/* SPDX-License-Identifier: MIT */
/*
 * The set of everything.  Events that concern one virtual router or interface
 * are passed on; what is decided here is only beginning and end.
 */
#include "vrrpd/daemon.h"

#include "netlink/monitor.h"
#include "vrrpd/heir.h"
#include "vrrpd/inquiry.h"
#include "vrrpd/leftovers.h"
#include "vrrpd/notify.h"
#include "vrrpd/port_xdp.h"
#include "vrrpd/reload.h"
#include "vrrpd/signals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Events are hints, and hints may be missed: look at everything this often. */
#define LOOK_EVERY INT64_C(30000000)

/* us: a service manager has started who is to take over long before. */
#define STAND_IN INT64_C(60000000)

struct daemon {
	struct loop *loop;
	struct worker *worker;
	struct worker *clerk; /* for what may wait for others (inquiry.h) */
	struct netlink *netlink;
	struct monitor *monitor;
	struct control *control;
	struct signals signals;
	struct watch worker_watch, clerk_watch, monitor_watch;
	struct timer look, watchdog, stand_in;
	struct routers routers;
	struct inquiries inquiries;
	struct heir heir;
	struct testator testator;
	struct drain drain;
	const struct daemon_paths *paths;
	int64_t began; /* us: the counters were 0 */
	bool leaving;
	int err; /* why it has to end */

	struct reload reload;
	uint64_t ticket; /* of who asked for it; 0: a signal */
	bool again;      /* a signal came meanwhile: read once more */
};

#define OF(member, pointer) container_of(pointer, struct daemon, member)

/* ---- The end ---- */

static void inherit(struct daemon *d);

static void proceed(struct daemon *d)
{
	if (!d->leaving && heir_can_take(&d->heir))
		inherit(d);
	routers_proceed(&d->routers);
	drain_proceed(&d->drain);
	if (d->leaving && routers_are_gone(&d->routers))
		loop_stop(d->loop);
}

static void leave(struct daemon *d)
{
	bool again = d->leaving;

	if (!again)
		notify_send("STOPPING=1");
	log_info(again ? "leaving at once" : "leaving, after handing over");
	d->leaving = true;
	routers_leave(&d->routers, again);
	if (!again) /* nor given to another process */
		routers_forget_drained(&d->routers);
	proceed(d);
}

/* Everything is another process's: what that one does not want, leaves. */
static void gave(struct testator *testator)
{
	struct daemon *d = OF(testator, testator);

	d->leaving = true;
	routers_leave(&d->routers, false);
	proceed(d);
}

/* ---- Another configuration ---- */

static void log_lines(const struct reload_lines *lines, enum log_level level)
{
	const char *line = lines->text;

	for (; line && *line; line += strcspn(line, "\n") + 1)
		log_write(level, "%.*s", (int)strcspn(line, "\n"), line);
}

/* Nothing is done where nothing differs. */
static void take_over(struct daemon *d, struct config *config,
		      struct reload_lines *changes,
		      struct reload_lines *problems)
{
	int count = config_diff(routers_config(&d->routers), config, reload_add,
				changes);

	if (count > 0) {
		log_lines(changes, LOG_INFO);
		routers_apply(&d->routers, config, reload_add, problems);
		return;
	}
	if (count < 0)
		reload_add(problems, strerror(-count));
	config_free(config);
}

static void begin_reload(struct daemon *d, uint64_t ticket)
{
	log_info("reloading %s", d->reload.path);
	notify_reloading();
	d->ticket = ticket;
	reload_begin(&d->reload);
}

static void config_read(struct reload *reload, struct config *config,
			struct reload_lines *problems)
{
	struct daemon *d = OF(reload, reload);
	struct reload_lines changes = { NULL };

	if (d->leaving) {
		config_free(config);
		config = NULL;
		reload_add(problems, "vrrpd is leaving");
	} else if (config) {
		take_over(d, config, &changes, problems);
	}
	log_lines(problems, LOG_ERROR);
	if (!config)
		log_error("the configuration stays as it was");
	else if (!changes.text)
		log_info("nothing changed");
	if (d->ticket)
		control_give(
			d->control, d->ticket,
			status_reload(changes.text ? changes.text : "",
				      problems->text ? problems->text : ""));
	reload_clear(&changes);
	notify_send("READY=1");
	if (d->again && !d->leaving)
		begin_reload(d, 0);
	d->again = false;
}

/* Returns why not, or NULL: the answer comes later. */
static const char *ask_for_reload(struct daemon *d)
{
	if (d->leaving)
		return "vrrpd is leaving";
	if (reload_is_busy(&d->reload))
		return "another reload is under way";
	begin_reload(d, control_defer(d->control));
	return NULL;
}

static void received(struct signals *signals, int signal)
{
	struct daemon *d = OF(signals, signals);

	if (signal != SIGHUP)
		leave(d);
	else if (reload_is_busy(&d->reload))
		d->again = true;
	else if (!d->leaving)
		begin_reload(d, 0);
}

/* ---- Events ---- */

static void worker_ready(struct watch *watch, uint32_t events)
{
	struct daemon *d = OF(worker_watch, watch);

	(void)events;
	worker_dispatch(d->worker);
	proceed(d);
}

static void clerk_ready(struct watch *watch, uint32_t events)
{
	struct daemon *d = OF(clerk_watch, watch);

	(void)events;
	worker_dispatch(d->clerk);
	proceed(d);
}

static void changed(void *arg, int ifindex, const char *name)
{
	struct daemon *d = arg;

	routers_changed(&d->routers, ifindex, name);
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

	routers_look(&d->routers);
	loop_set(d->loop, timer, now + LOOK_EVERY);
}

static void watchdog_expired(struct timer *timer, int64_t now)
{
	struct daemon *d = OF(watchdog, timer);

	notify_send("WATCHDOG=1");
	loop_set(d->loop, timer, now + notify_watchdog_interval());
}

/* Returns NULL: the answer comes later. */
static char *inquire(struct daemon *d, enum inquiry_kind kind, const char *text)
{
	inquiries_add(&d->inquiries, control_defer(d->control), kind, text);
	return NULL;
}

static char *show(struct daemon *d, const char *name)
{
	for (struct member *m = d->routers.members; m; m = m->next)
		if (strcmp(m->router.config->name, name) == 0)
			return inquire(d, INQUIRY_SHOW, name);
	return inquire(d, INQUIRY_REFUSAL, "no virtual router has this name");
}

static char *answer(void *arg, const char *request)
{
	struct daemon *d = arg;
	const char *refusal;

	if (strcmp(request, "status") == 0)
		return inquire(d, INQUIRY_STATUS, "");
	if (strncmp(request, "show ", 5) == 0)
		return show(d, request + 5);
	if (drain_is_asked(request))
		return drain_answer(&d->drain, request);
	if (strcmp(request, "reload") == 0)
		refusal = ask_for_reload(d);
	else if (strcmp(request, "hand-over") == 0)
		refusal = testator_offer(&d->testator);
	else
		refusal = "unknown command";
	return refusal ? inquire(d, INQUIRY_REFUSAL, refusal) : NULL;
}

/* ---- The beginning ---- */

static int watch_all(struct daemon *d)
{
	int err = signals_open(&d->signals, d->loop);

	d->worker_watch.fd = worker_fd(d->worker);
	d->worker_watch.ready = worker_ready;
	d->clerk_watch.fd = worker_fd(d->clerk);
	d->clerk_watch.ready = clerk_ready;
	d->monitor_watch.fd = monitor_fd(d->monitor);
	d->monitor_watch.ready = monitor_ready;
	if (!err)
		err = loop_watch(d->loop, &d->worker_watch, EPOLLIN);
	if (!err)
		err = loop_watch(d->loop, &d->clerk_watch, EPOLLIN);
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
		err = worker_start_calm(&d->clerk);
	if (!err)
		err = watch_all(d);
	if (err)
		log_error("cannot start: %s", strerror(-err));
	return err;
}

static void share_control(struct daemon *d)
{
	d->testator.control = d->inquiries.control = d->drain.control =
		d->control;
	if (d->control)
		control_use(d->control, d->clerk);
}

static int open_control(struct daemon *d)
{
	const char *socket = d->paths->socket;
	int err = control_open(&d->control, d->loop, socket, answer, d);

	share_control(d);
	if (err == -EADDRINUSE)
		log_error("%s: another vrrpd listens there", socket);
	else if (err)
		log_error("%s: %s", socket, strerror(-err));
	return err;
}

static void report_to_log(void *arg, const char *line)
{
	(void)arg;
	log_error("%s", line);
}

/* ---- In the place of another process ---- */

static void begin_watching(struct daemon *d)
{
	if (notify_watchdog_interval() > 0)
		watchdog_expired(&d->watchdog, loop_now());
	notify_ready();
	if (d->paths->beginning == DAEMON_STAND_IN)
		loop_set(d->loop, &d->stand_in, loop_now() + STAND_IN);
}

/* If it is refused, the other one is about to end: alone() tells of it. */
static void inherit(struct daemon *d)
{
	int count, fd = heir_take(&d->heir, &d->began, &count);

	if (fd < 0)
		return;
	d->err = control_adopt(&d->control, d->loop, d->paths->socket, fd,
			       answer, d);
	share_control(d);
	if (d->err)
		log_error("%s: %s", d->paths->socket, strerror(-d->err));
	log_info("took over %d virtual router%s from process %ld", count,
		 count == 1 ? "" : "s", d->heir.pid);
	begin_watching(d);
}

static void alone(struct heir *heir, bool with_nothing)
{
	struct daemon *d = OF(heir, heir);

	if (d->leaving)
		return;
	if (!with_nothing) { /* what it has kept until now may be had */
		routers_look(&d->routers);
		return;
	}
	log_info("the other vrrpd has ended: beginning anew");
	d->err = open_control(d);
	if (d->err) {
		loop_stop(d->loop);
		return;
	}
	succession_forget(&d->routers);
	begin_watching(d);
}

/* Are we alone?  Returns 0 if so, or if the other one gives all to us. */
static int meet_others(struct daemon *d)
{
	int err = -ENOENT;

	if (d->paths->beginning != DAEMON_ALONE)
		err = heir_open(&d->heir, d->paths->socket);
	if (err == -ENOENT && d->paths->beginning != DAEMON_STAND_IN)
		return open_control(d);
	if (err)
		log_error("%s: cannot take over: %s", d->paths->socket,
			  err == -ENOENT ? "nobody listens" : strerror(-err));
	d->routers.elsewhere = !err;
	return err;
}

static void stand_in_expired(struct timer *timer, int64_t now)
{
	struct daemon *d = OF(stand_in, timer);

	(void)now;
	log_warn("nobody has taken over from this stand-in");
	leave(d);
}

static int make_routers(struct daemon *d, struct config *config)
{
	d->routers.loop = d->loop;
	d->routers.worker = d->worker;
	d->routers.netlink = d->netlink;
	d->routers.backend = &port_pcap;
	d->routers.xdp = &port_xdp;
	routers_fence(&d->routers, d->paths->promises,
		      d->heir.fenced ? &d->heir.tables : NULL);
	return routers_apply(&d->routers, config, report_to_log, NULL);
}

static void introduce(struct daemon *d)
{
	d->signals.received = received;
	d->signals.watch.fd = -1;
	d->look.expired = look_expired;
	d->watchdog.expired = watchdog_expired;
	d->stand_in.expired = stand_in_expired;
	d->heir.routers = d->testator.routers = &d->routers;
	d->heir.watch.fd = d->testator.watch.fd = -1;
	d->heir.alone = alone;
	d->testator.gave = gave;
	drain_init(&d->drain, &d->routers);
	d->testator.leaving = &d->leaving;
	d->testator.began = &d->began;
	d->began = loop_now();
	d->inquiries.routers = &d->routers;
	d->inquiries.began = &d->began;
}

int daemon_open(struct daemon **result, struct config *config,
		const struct daemon_paths *paths)
{
	struct daemon *d = calloc(1, sizeof *d);
	int err = d ? 0 : -ENOMEM;

	if (err)
		goto out;
	introduce(d);
	d->paths = paths;
	err = open_shared(d);
	d->heir.loop = d->testator.loop = d->loop;
	d->inquiries.clerk = d->clerk;
	d->reload.worker = d->clerk;
	d->reload.path = paths->config;
	d->reload.read = config_read;
	if (!err)
		err = meet_others(d);
	if (err)
		goto out;
	leftovers_remove_routes(d->netlink);
	err = make_routers(d, config);
	config = NULL;
	if (!err)
		err = leftovers_remove(d->netlink);
out:
	config_free(config);
	if (err)
		daemon_close(d);
	else
		*result = d;
	return err;
}

int daemon_run(struct daemon *d)
{
	int err;

	look_expired(&d->look, loop_now());
	if (!d->routers.elsewhere)
		begin_watching(d);
	loop_dodge(d->loop);
	err = loop_run(d->loop);
	return err ? err : d->err;
}

void daemon_close(struct daemon *d)
{
	if (!d)
		return;
	d->leaving = true;
	worker_stop(d->clerk);
	worker_stop(d->worker);
	control_close(d->control);
	inquiries_free(&d->inquiries);
	testator_close(&d->testator); /* who takes over, wants that socket */
	heir_close(&d->heir);
	routers_free(&d->routers);
	monitor_close(d->monitor);
	netlink_close(d->netlink);
	signals_close(&d->signals);
	loop_close(d->loop);
	free(d);
}
