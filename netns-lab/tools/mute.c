/* SPDX-License-Identifier: MIT */
/*
 * mute is a client of vrrpd's control socket that asks, and never listens:
 *
 *	mute SOCKET [RATE]
 *
 * It asks for the status RATE times a second (20), each time on a connection of
 * its own, and leaves the last 32 of them open.  At the end, by SIGINT or
 * SIGTERM, it prints how often it has asked, and could not, as JSON.
 */
#include "netns-lab/tools/pace.h"
#include "netns-lab/tools/tool.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#define OPEN 32

static const char question[] = "status\n";

/* Nor does it wait: what is full is a failure. */
static int ask(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return -1;
	if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) ==
		    0 &&
	    send(fd, question, sizeof(question) - 1, MSG_NOSIGNAL) > 0)
		return fd;
	close(fd);
	return -1;
}

static void go_on(const struct sockaddr_un *address, struct pace *pace)
{
	unsigned long asked = 0, failed = 0;
	int fds[OPEN];

	for (int i = 0; i < OPEN; i++)
		fds[i] = -1;
	while (pace_wait(pace, -1) == PACE_DUE) {
		int *fd = &fds[asked++ % OPEN];

		if (*fd >= 0)
			close(*fd);
		*fd = ask(address);
		failed += *fd < 0;
	}
	printf("{\"asked\":%lu,\"failed\":%lu}\n", asked, failed);
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	long rate = argc > 2 ? atol(argv[2]) : 20;
	struct pace pace;
	int stop;

	if (argc < 2 || argc > 3 || rate < 1 || rate > 100000 ||
	    strlen(argv[1]) >= sizeof(address.sun_path)) {
		fprintf(stderr, "usage: mute SOCKET [RATE]\n");
		return 2;
	}
	strcpy(address.sun_path, argv[1]);
	stop = tool_catch_stop();
	if (stop < 0)
		return 1;
	pace_start(&pace, INT64_C(1000000000) / rate, 0, stop);
	go_on(&address, &pace);
	return 0;
}
