/* SPDX-License-Identifier: MIT */
/*
 * stamp passes standard input on to standard output as it is, and appends it
 * to a file with the time in front of each line:
 *
 *	DAEMON 2>&1 | stamp FILE
 *
 * Daemons stamp their logs each in its own way, to the second some of them.
 * Here all get the same clock, that of wire and probe: CLOCK_REALTIME in
 * microseconds, when the first octet of the line arrived.  A line is passed on
 * in the pieces in which it comes, so that none is too long and none waits.
 *
 * It ends with its input, even when nobody reads its output any more.
 */
#include "netns-lab/tools/tool.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct output {
	const char *name;
	int fd;
	int err; /* the first that happened: nothing is written any more */
};

static void put(struct output *out, const char *data, size_t len)
{
	ssize_t n;

	while (len && !out->err) {
		n = write(out->fd, data, len);
		if (n < 0 && errno != EINTR)
			out->err = errno;
		if (n > 0) {
			data += n;
			len -= (size_t)n;
		}
	}
}

/* *inside: does the last line go on?  The answer is for the next piece. */
static void put_stamped(struct output *out, const char *data, size_t len,
			bool *inside)
{
	char buffer[65536], stamp[24];
	size_t used = 0;
	int width =
		snprintf(stamp, sizeof(stamp), "%lld ", (long long)tool_now());

	for (size_t i = 0; i < len; i++) {
		if (used + (size_t)width + 1 > sizeof(buffer)) {
			put(out, buffer, used);
			used = 0;
		}
		if (!*inside) {
			memcpy(buffer + used, stamp, (size_t)width);
			used += (size_t)width;
		}
		buffer[used++] = data[i];
		*inside = data[i] != '\n';
	}
	put(out, buffer, used);
}

static bool report(const struct output *out)
{
	if (out->err)
		fprintf(stderr, "stamp: %s: %s\n", out->name,
			strerror(out->err));
	return !out->err;
}

int main(int argc, char **argv)
{
	struct output through = { "standard output", STDOUT_FILENO, 0 };
	struct output file = { argc == 2 ? argv[1] : "", -1, 0 };
	char data[65536];
	bool inside = false, good;
	ssize_t len;

	if (argc != 2) {
		fprintf(stderr, "usage: stamp FILE\n");
		return 2;
	}
	file.fd = open(file.name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
		       0644);
	if (file.fd < 0) {
		perror(file.name);
		return 1;
	}
	/* Who is interrupted has last words. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	tool_be_prompt();
	while ((len = read(STDIN_FILENO, data, sizeof(data))) != 0) {
		if (len < 0 && errno == EINTR)
			continue;
		if (len < 0)
			break;
		put_stamped(&file, data, (size_t)len, &inside);
		put(&through, data, (size_t)len);
	}
	if (inside)
		put(&file, "\n", 1);
	good = report(&through);
	return report(&file) && good && len == 0 ? 0 : 1;
}
