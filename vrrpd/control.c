/* SPDX-License-Identifier: MIT */
/*
 * A client is a slot of a fixed table: it reads until a newline, waits for the
 * answer, writes until all is out, then is closed.  The oldest gives way when
 * all are taken, so that clients who hang cannot lock out one who does not.
 */
#include "vrrpd/control.h"

#include "netlink/worker.h"
#include "vrrpd/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

struct client {
	struct watch watch; /* fd -1: the slot is free */
	struct control *control;
	uint64_t since; /* for who is the oldest, and its ticket */
	bool waiting;   /* for its answer */
	char request[128];
	size_t received;
	char *answer; /* being sent */
	size_t size, sent;
};

/* Answers that nobody needs any more. */
struct waste {
	char *answer[2 * CONTROL_CLIENTS];
	size_t count;
};

struct control {
	struct watch watch;
	struct loop *loop;
	control_answer *answer;
	void *arg;
	char path[sizeof((struct sockaddr_un *)0)->sun_path];
	uint64_t accepted;
	struct client *asking; /* during answer(), */
	bool keeps;            /* and it is the caller's */
	bool surrendered;
	struct client clients[CONTROL_CLIENTS];
	struct worker *worker; /* NULL: none */
	struct job sweep;
	struct waste waste, swept; /* the latter is the job's */
};

static void sweep(struct job *job)
{
	struct control *control = container_of(job, struct control, sweep);

	for (size_t i = 0; i < control->swept.count; i++)
		free(control->swept.answer[i]);
}

static void sweep_waste(struct control *control)
{
	if (control->sweep.posted || control->waste.count == 0)
		return;
	control->swept = control->waste;
	control->waste.count = 0;
	worker_post(control->worker, &control->sweep);
}

static void swept(struct job *job)
{
	sweep_waste(container_of(job, struct control, sweep));
}

/* Whoever makes answers is waited for by who asks: few can be left over. */
static void throw_away(struct control *control, char *answer)
{
	struct waste *waste = &control->waste;

	if (!answer)
		return;
	if (!control->worker ||
	    waste->count == sizeof waste->answer / sizeof waste->answer[0]) {
		free(answer);
		return;
	}
	waste->answer[waste->count++] = answer;
	sweep_waste(control);
}

static void client_close(struct client *client)
{
	loop_unwatch(client->control->loop, &client->watch);
	close(client->watch.fd);
	throw_away(client->control, client->answer);
	client->answer = NULL;
	client->waiting = false;
	client->watch.fd = -1;
}

static void client_send(struct client *client)
{
	ssize_t n =
		send(client->watch.fd, client->answer + client->sent,
		     client->size - client->sent, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n > 0)
		client->sent += (size_t)n;
	if (n < 0 || client->sent == client->size)
		client_close(client);
}

static void client_give(struct client *client, char *answer)
{
	struct control *control = client->control;

	client->waiting = false;
	client->answer = answer;
	if (!client->answer ||
	    loop_watch(control->loop, &client->watch, EPOLLOUT) < 0) {
		client_close(client);
		return;
	}
	client->size = strlen(client->answer);
	client->sent = 0;
	client_send(client);
}

static void client_ask(struct client *client)
{
	struct control *control = client->control;
	char *answer;

	control->asking = client;
	control->keeps = false;
	answer = control->answer(control->arg, client->request);
	control->asking = NULL;
	if (control->keeps) {
		throw_away(control, answer);
		client_close(client);
		return;
	}
	/* Of a client that waits, only its going is of interest. */
	if (!client->waiting)
		client_give(client, answer);
	else if (loop_watch(control->loop, &client->watch, 0) < 0)
		client_close(client);
}

uint64_t control_defer(struct control *control)
{
	control->asking->waiting = true;
	return control->asking->since;
}

int control_keep(struct control *control)
{
	int fd = fcntl(control->asking->watch.fd, F_DUPFD_CLOEXEC, 0);

	control->keeps = fd >= 0;
	return fd < 0 ? -errno : fd;
}

static int find_waiting(const struct control *control, uint64_t ticket)
{
	for (int i = 0; i < CONTROL_CLIENTS; i++)
		if (control->clients[i].waiting &&
		    control->clients[i].since == ticket)
			return i;
	return -1;
}

bool control_is_waiting(const struct control *control, uint64_t ticket)
{
	return find_waiting(control, ticket) >= 0;
}

void control_give(struct control *control, uint64_t ticket, char *answer)
{
	int i = find_waiting(control, ticket);

	if (i >= 0)
		client_give(&control->clients[i], answer);
	else
		throw_away(control, answer);
}

static void client_receive(struct client *client)
{
	size_t room = sizeof client->request - 1 - client->received;
	ssize_t n = recv(client->watch.fd, client->request + client->received,
			 room, MSG_DONTWAIT);
	char *newline;

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0) {
		client_close(client);
		return;
	}
	client->received += (size_t)n;
	client->request[client->received] = '\0';
	newline = strchr(client->request, '\n');
	if (newline) {
		*newline = '\0';
		client_ask(client);
	} else if (client->received == sizeof client->request - 1) {
		client_close(client);
	}
}

static void client_ready(struct watch *watch, uint32_t events)
{
	struct client *client = (struct client *)watch;

	(void)events;
	if (client->waiting) /* EPOLLHUP */
		client_close(client);
	else if (client->answer)
		client_send(client);
	else
		client_receive(client);
}

static struct client *free_slot(struct control *control)
{
	struct client *oldest = &control->clients[0];

	for (int i = 0; i < CONTROL_CLIENTS; i++) {
		struct client *client = &control->clients[i];

		if (client->watch.fd < 0)
			return client;
		if (client->since < oldest->since)
			oldest = client;
	}
	client_close(oldest);
	return oldest;
}

static void accept_client(struct watch *watch, uint32_t events)
{
	struct control *control = (struct control *)watch;
	int fd = accept4(watch->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct client *client;

	(void)events;
	if (fd < 0)
		return;
	client = free_slot(control);
	*client = (struct client){
		.watch = { .fd = fd, .ready = client_ready },
		.control = control,
		.since = ++control->accepted,
	};
	if (loop_watch(control->loop, &client->watch, EPOLLIN) < 0)
		client_close(client);
}

/* Does a process listen there, even one that is too busy to accept? */
static bool is_served(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool served = fd >= 0 && (connect(fd, (const struct sockaddr *)address,
					  sizeof *address) == 0 ||
				  errno == EAGAIN);

	if (fd >= 0)
		close(fd);
	return served;
}

/* A dead one leaves its socket behind.  What is no socket is not ours. */
static void remove_stale(const char *path)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);
}

static int listen_on(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, err;

	if (strlen(path) >= sizeof address.sun_path)
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	if (is_served(&address))
		return -EADDRINUSE;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	remove_stale(path);
	/* Owner and group may talk to us; nobody may, before chmod(). */
	if (fchmod(fd, 0) == 0 &&
	    bind(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
	    chmod(path, 0660) == 0 && listen(fd, CONTROL_CLIENTS) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

int control_adopt(struct control **result, struct loop *loop, const char *path,
		  int fd, control_answer *answer, void *arg)
{
	struct control *control = calloc(1, sizeof *control);
	int err;

	if (!control) {
		close(fd);
		return -ENOMEM;
	}
	control->loop = loop;
	control->answer = answer;
	control->arg = arg;
	control->watch.ready = accept_client;
	control->sweep.run = sweep;
	control->sweep.done = swept;
	control->watch.fd = fd;
	for (int i = 0; i < CONTROL_CLIENTS; i++)
		control->clients[i].watch.fd = -1;
	strcpy(control->path, path);
	err = loop_watch(loop, &control->watch, EPOLLIN);
	if (err)
		control_close(control);
	else
		*result = control;
	return err;
}

int control_open(struct control **result, struct loop *loop, const char *path,
		 control_answer *answer, void *arg)
{
	int fd = listen_on(path);

	return fd < 0 ? fd : control_adopt(result, loop, path, fd, answer, arg);
}

int control_surrender(struct control *control)
{
	int fd = fcntl(control->watch.fd, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	loop_unwatch(control->loop, &control->watch);
	control->surrendered = true;
	return fd;
}

void control_close(struct control *control)
{
	if (!control)
		return;
	control->worker = NULL; /* it has ended */
	for (int i = 0; i < CONTROL_CLIENTS; i++)
		if (control->clients[i].watch.fd >= 0)
			client_close(&control->clients[i]);
	if (!control->surrendered) {
		loop_unwatch(control->loop, &control->watch);
		unlink(control->path);
	}
	close(control->watch.fd);
	for (size_t n = 0; n < control->waste.count; n++)
		free(control->waste.answer[n]);
	free(control);
}

void control_use(struct control *control, struct worker *worker)
{
	control->worker = worker;
}
