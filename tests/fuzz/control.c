/* SPDX-License-Identifier: MIT */
/*
 * The input is what clients do to the control socket: an octet of who does
 * what, and for a piece of a request its octets.  Whoever hangs, floods or
 * goes away: a request is one bounded line, a client has one answer at most,
 * and the next client is served.
 */

#include "vrrpd/control.h"
#include "vrrpd/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

#define CLIENTS 12          /* more than there are slots */
#define LONG    (240 << 10) /* octets, more than a socket takes at once */

static struct sockaddr_un address = { .sun_family = AF_UNIX };
static struct loop *loop;
static int joined, answered;

/* One word is answered at length, another not at all. */
static char *answer(void *arg, const char *request)
{
	size_t len = *request == 'L' ? LONG : strlen(request);
	char *text = malloc(len + 1);

	assert(arg == &answered && text);
	assert(strlen(request) < 127 && !strchr(request, '\n'));
	assert(++answered <= joined);
	if (*request == 'N') {
		free(text);
		return NULL;
	}
	memset(text, 'x', len);
	text[len] = '\0';
	return *request == 'L' ? text : memcpy(text, request, len);
}

static void stop(struct watch *watch, uint32_t events)
{
	(void)watch;
	(void)events;
	loop_stop(loop);
}

/* Ready in each turn, and cheaper than a timer. */
static struct watch end = { .ready = stop };

static void take_turns(int turns)
{
	while (turns-- > 0)
		assert(loop_run(loop) == 0);
}

static void open_loop(void)
{
	assert(loop_open(&loop) == 0 && fuzz_path());
	end.fd = eventfd(1, EFD_CLOEXEC);
	assert(loop_watch(loop, &end, EPOLLIN) == 0);
	strcpy(address.sun_path, fuzz_path());
}

/* -1 while too many wait to be accepted. */
static int join(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert(fd >= 0);
	joined++;
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	assert(errno == EAGAIN);
	close(fd);
	return -1;
}

/* Up to 15 octets of a request, up to 64 KiB of an answer, or the end. */
static void act(int *fd, unsigned what, struct fuzz *f)
{
	static char buffer[65536];
	size_t len = what, left = (size_t)(f->end - f->at);

	if (*fd < 0) {
		*fd = join();
	} else if (what == 0) {
		close(*fd);
		*fd = -1;
	} else if (what == 1) {
		shutdown(*fd, SHUT_WR);
	} else if (what == 2) {
		(void)!recv(*fd, buffer, sizeof buffer, 0);
	} else {
		len = len < left ? len : left;
		(void)!send(*fd, f->at, len, MSG_NOSIGNAL);
		f->at += len;
	}
}

/* After all that, a good client. */
static void ask(void)
{
	char text[8] = "";
	int fd, before;

	take_turns(CLIENTS);
	fd = join();
	before = answered;
	take_turns(2);
	assert(send(fd, "status\n", 7, 0) == 7);
	take_turns(2);
	assert(answered == before + 1);
	assert(recv(fd, text, sizeof text, 0) == 6);
	assert(strcmp(text, "status") == 0);
	assert(recv(fd, text, sizeof text, 0) == 0);
	close(fd);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz f = { data, data + size };
	struct control *control;
	int fds[CLIENTS];

	if (!loop)
		open_loop();
	joined = answered = 0;
	memset(fds, -1, sizeof fds);
	assert(control_open(&control, loop, address.sun_path, answer,
			    &answered) == 0);
	while (f.at < f.end) {
		unsigned octet = fuzz_octet(&f);

		act(&fds[octet / 16 % CLIENTS], octet % 16, &f);
		take_turns(octet / 16 / CLIENTS ? 0 : 1);
	}
	ask();
	control_close(control);
	for (int i = 0; i < CLIENTS; i++)
		if (fds[i] >= 0)
			close(fds[i]);
	return 0;
}
