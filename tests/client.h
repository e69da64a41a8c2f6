/* SPDX-License-Identifier: MIT */
#ifndef TESTS_CLIENT_H
#define TESTS_CLIENT_H

/*
 * Clients of a UNIX stream socket that never block, so that a test can be
 * both ends of it.  Include after <cmocka.h>.
 */

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct client {
	int fd;
	bool ended; /* the stream, with all that came before in `text` */
	char *text;
	size_t size;
};

/* A listener that has not begun to listen. */
static inline int client_bind(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, path);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address),
			 0);
	return fd;
}

static inline struct client client_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct client client = { .text = calloc(1, 1) };

	client.fd =
		socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	strcpy(address.sun_path, path);
	assert_true(client.fd >= 0 && client.text);
	assert_int_equal(
		connect(client.fd, (struct sockaddr *)&address, sizeof address),
		0);
	return client;
}

/* What is sent to one who has gone is lost, which is no fault here. */
static inline void client_send(struct client *client, const char *text)
{
	ssize_t size = (ssize_t)strlen(text);
	ssize_t n = send(client->fd, text, (size_t)size, MSG_NOSIGNAL);

	assert_true(n == size || errno == EPIPE);
}

/* What is there to be read, which may be the end of the stream. */
static inline void client_receive(struct client *client)
{
	char piece[65536];
	ssize_t n;

	while ((n = recv(client->fd, piece, sizeof piece, 0)) > 0) {
		client->text =
			realloc(client->text, client->size + (size_t)n + 1);
		assert_non_null(client->text);
		memcpy(client->text + client->size, piece, (size_t)n);
		client->size += (size_t)n;
		client->text[client->size] = '\0';
	}
	client->ended = n == 0 || errno != EAGAIN;
}

static inline void client_close(struct client *client)
{
	close(client->fd);
	free(client->text);
	client->text = NULL;
}

#endif
