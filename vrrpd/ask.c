/* SPDX-License-Identifier: MIT */
/*
 * One connection for each question: the agent closes it after its answer, so
 * that the end of the text is the end of the answer.
 */
#include "vrrpd/ask.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int connect_to(const char *path, int seconds)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval patience = { .tv_sec = seconds };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(path) >= sizeof address.sun_path)
		return -1;
	strcpy(address.sun_path, path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
		return fd;
	close(fd);
	return -1;
}

json_t *ask_agent(const char *path, const char *command, const char *name,
		  int patience)
{
	json_error_t error;
	json_t *answer;
	FILE *stream;
	int fd = connect_to(path, patience);

	if (fd < 0)
		return NULL;
	if (dprintf(fd, "%s%s%s\n", command, name ? " " : "",
		    name ? name : "") < 0 ||
	    !(stream = fdopen(fd, "r"))) {
		close(fd);
		return NULL;
	}
	errno = 0;
	answer = json_loadf(stream, 0, &error);
	if (!answer && !errno)
		errno = EPROTO;
	fclose(stream);
	return answer;
}
