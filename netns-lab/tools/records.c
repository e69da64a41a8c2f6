/* SPDX-License-Identifier: MIT */
/*
 * The server's side of a download.  Its schedule is absolute: a stall delays
 * the records that were due in it, and they follow in one go, as the rest of
 * a file would.
 */
#include "netns-lab/tools/records.h"

#include "netns-lab/tools/tool.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define BATCH 64 /* records, when late */

static bool send_records(int fd, uint64_t count)
{
	static const uint8_t records[BATCH * RECORDS_SIZE];
	size_t done = 0, size = (size_t)count * RECORDS_SIZE;
	ssize_t len;

	while (done < size) {
		len = send(fd, records + done, size - done, MSG_NOSIGNAL);
		if (len < 0)
			return false;
		done += (size_t)len;
	}
	return true;
}

/* Until the client goes away. */
static void serve(int fd)
{
	struct records_greeting greeting;
	struct timespec next;
	int64_t start, interval, due;
	uint64_t sent = 0, count;
	int on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	if (recv(fd, &greeting, sizeof(greeting), MSG_WAITALL) !=
		    sizeof(greeting) ||
	    !greeting.interval)
		return;
	start = tool_monotonic();
	interval = (int64_t)ntohl(greeting.interval) * 1000;
	do {
		due = start + (int64_t)sent * interval;
		next = (struct timespec){ due / 1000000000, due % 1000000000 };
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
		count = (uint64_t)((tool_monotonic() - due) / interval) + 1;
		if (count > BATCH)
			count = BATCH;
		sent += count;
	} while (send_records(fd, count));
}

void records_accept(int listener)
{
	pid_t parent = getpid();
	int fd;

	signal(SIGCHLD, SIG_IGN);
	while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() == parent)
				serve(fd);
			_exit(0);
		}
		close(fd);
	}
}
