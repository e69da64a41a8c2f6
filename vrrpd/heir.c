/* SPDX-License-Identifier: MIT */
/*
 * Until the new one takes, neither has changed anything: either may go, and
 * the other is what it was, or begins as it would have without.
 */
#include "vrrpd/heir.h"

#include "vrrpd/handover.h"
#include "vrrpd/log.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define GREETING 2000 /* ms: longer than any turn of a loop */
#define GIVING   1000 /* ms */

/* ---- The new one ---- */

static void hang_up(struct loop *loop, struct watch *watch)
{
	if (watch->fd < 0)
		return;
	loop_unwatch(loop, watch);
	close(watch->fd);
	watch->fd = -1;
}

static void heard(struct watch *watch, uint32_t events)
{
	struct heir *heir = container_of(watch, struct heir, watch);
	bool with_nothing = !heir->took;
	struct handover_message message;

	(void)events;
	if (handover_receive(watch->fd, &message, 0) != -EPIPE) {
		handover_close_fds(&message);
		return;
	}
	hang_up(heir->loop, watch);
	heir->waits = false;
	heir->alone(heir, with_nothing);
}

/* What it says first: go on, or why not. */
static void greet(struct heir *heir, struct handover_message *message)
{
	heir->waits = sscanf(message->text, "ready %ld", &heir->pid) == 1;
	if (!heir->waits)
		log_warn("the other vrrpd gives nothing (%s): waiting for its "
			 "end",
			 message->text);
	heir->fenced = heir->waits && message->count == 2;
	if (heir->fenced)
		heir->tables = (struct fence_tables){ message->fds[0],
						      message->fds[1] };
	else
		handover_close_fds(message);
}

int heir_open(struct heir *heir, const char *path)
{
	struct handover_message message;
	int fd = handover_connect(path), err;

	if (fd < 0)
		return fd;
	err = handover_receive(fd, &message, GREETING);
	heir->watch.fd = fd;
	heir->watch.ready = heard;
	if (!err)
		err = loop_watch(heir->loop, &heir->watch, EPOLLIN);
	if (!err)
		greet(heir, &message);
	else
		hang_up(heir->loop, &heir->watch);
	return err;
}

bool heir_can_take(const struct heir *heir)
{
	const struct member *m = heir->routers->members;

	if (!heir->waits)
		return false;
	for (; m; m = m->next) {
		const char *fault =
			interface_fault(m->router.interface, m->router.family);

		if (fault && strcmp(fault, INTERFACE_PREPARING) == 0)
			return false;
	}
	return true;
}

static int ask(struct heir *heir, struct handover_message *message)
{
	struct handover_message take = { .text = "take", .count = 1 };
	int err;

	take.fds[0] = succession_wish(heir->routers);
	if (take.fds[0] < 0)
		return take.fds[0];
	err = handover_send(heir->watch.fd, &take);
	handover_close_fds(&take);
	if (!err)
		err = handover_receive(heir->watch.fd, message, GIVING);
	if (!err && (strcmp(message->text, "taken") != 0 ||
		     message->count != HANDOVER_FDS)) {
		log_warn("the other vrrpd gives nothing (%s)", message->text);
		handover_close_fds(message);
		err = -ECANCELED;
	}
	return err;
}

int heir_take(struct heir *heir, int64_t *began, int *count)
{
	struct handover_message message;
	int err;

	heir->waits = false;
	err = ask(heir, &message);
	if (err)
		return err;
	*count = succession_take(heir->routers, message.fds[0], began);
	close(message.fds[0]);
	heir->took = *count >= 0;
	if (heir->took)
		return message.fds[1];
	close(message.fds[1]);
	return *count;
}

void heir_close(struct heir *heir)
{
	hang_up(heir->loop, &heir->watch);
	if (heir->fenced) {
		close(heir->tables.open_until);
		close(heir->tables.addresses);
	}
	heir->fenced = false;
}

/* ---- The old one ---- */

static void refuse(int fd, const char *why)
{
	struct handover_message message = { .count = 0 };

	snprintf(message.text, sizeof message.text, "refused %s", why);
	handover_send(fd, &message);
}

static int give(struct testator *t, int wishes)
{
	struct handover_message taken = { .text = "taken", .count = 2 };
	int estate = succession_give(t->routers, wishes, *t->began);

	if (estate < 0)
		return estate;
	taken.fds[0] = estate;
	taken.fds[1] = control_surrender(t->control);
	handover_send(t->watch.fd, &taken);
	handover_close_fds(&taken);
	log_info("handed over to another process");
	t->gave(t);
	return 0;
}

static void asked(struct watch *watch, uint32_t events)
{
	struct testator *t = container_of(watch, struct testator, watch);
	struct handover_message message;
	int err = handover_receive(watch->fd, &message, 0);

	(void)events;
	if (err || strcmp(message.text, "take") != 0 || message.count != 1) {
		log_info("the other process gave up");
		testator_close(t);
	} else if (*t->leaving) {
		refuse(watch->fd, "it is leaving");
	} else {
		err = give(t, message.fds[0]);
		if (err)
			refuse(watch->fd, strerror(-err));
	}
	handover_close_fds(&message);
}

static void say_ready(struct testator *t)
{
	struct handover_message ready = { .count = 0 };

	snprintf(ready.text, sizeof ready.text, "ready %ld", (long)getpid());
	if (t->routers->fence) {
		struct fence_tables tables = fence_tables(t->routers->fence);

		ready.fds[0] = tables.open_until;
		ready.fds[1] = tables.addresses;
		ready.count = 2;
	}
	handover_send(t->watch.fd, &ready);
}

const char *testator_offer(struct testator *t)
{
	int fd;

	if (t->watch.fd >= 0)
		return "another process is taking over";
	fd = control_keep(t->control);
	if (fd < 0 || handover_check(fd) < 0)
		return "it is another user's";
	t->watch.fd = fd;
	t->watch.ready = asked;
	if (loop_watch(t->loop, &t->watch, EPOLLIN) < 0) {
		testator_close(t);
		return NULL;
	}
	if (*t->leaving) {
		refuse(fd, "it is leaving");
		return NULL;
	}
	log_info("another process makes ready to take over");
	say_ready(t);
	return NULL;
}

void testator_close(struct testator *t)
{
	hang_up(t->loop, &t->watch);
}
