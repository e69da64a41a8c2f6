/* SPDX-License-Identifier: MIT */
/*
 * SCM_RIGHTS.  A line is short, and nobody sends another one before he has the
 * answer: it comes as a whole.
 */
#include "vrrpd/handover.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static const char request[] = "hand-over\n";

int handover_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd, err = 0;

	if (strlen(path) >= sizeof address.sun_path)
		return -ENAMETOOLONG;
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0)
		err = errno == ECONNREFUSED ? -ENOENT : -errno;
	else if (send(fd, request, sizeof request - 1, MSG_NOSIGNAL) < 0)
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

union ancillary {
	struct cmsghdr header;
	char octets[CMSG_SPACE(HANDOVER_FDS * sizeof(int))];
};

int handover_send(int socket, const struct handover_message *message)
{
	char text[sizeof message->text + 1];
	union ancillary ancillary = { 0 };
	struct iovec line = { text, strlen(message->text) + 1 };
	struct msghdr msg = { .msg_iov = &line, .msg_iovlen = 1 };
	size_t size = message->count * sizeof(int);
	struct cmsghdr *header;
	ssize_t sent;

	memcpy(text, message->text, line.iov_len);
	text[line.iov_len - 1] = '\n';
	if (message->count > 0) {
		msg.msg_control = &ancillary;
		msg.msg_controllen = CMSG_SPACE(size);
		header = CMSG_FIRSTHDR(&msg);
		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(size);
		memcpy(CMSG_DATA(header), message->fds, size);
	}
	sent = sendmsg(socket, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	if (sent < 0)
		return -errno;
	return (size_t)sent == line.iov_len ? 0 : -EMSGSIZE;
}

static void take_fds(struct msghdr *msg, struct handover_message *message)
{
	struct cmsghdr *header = CMSG_FIRSTHDR(msg);
	size_t size;

	if (!header || header->cmsg_level != SOL_SOCKET ||
	    header->cmsg_type != SCM_RIGHTS)
		return;
	size = header->cmsg_len - CMSG_LEN(0);
	message->count = size / sizeof(int);
	memcpy(message->fds, CMSG_DATA(header), size);
}

static int read_line(int socket, struct handover_message *message)
{
	union ancillary ancillary;
	struct iovec line = { message->text, sizeof message->text };
	struct msghdr msg = { .msg_iov = &line,
			      .msg_iovlen = 1,
			      .msg_control = &ancillary,
			      .msg_controllen = sizeof ancillary };
	ssize_t size = recvmsg(socket, &msg, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);

	if (size < 0)
		return errno == ECONNRESET ? -EPIPE : -errno;
	if (size == 0)
		return -EPIPE;
	take_fds(&msg, message);
	if (message->text[size - 1] == '\n') {
		message->text[size - 1] = '\0';
		return 0;
	}
	handover_close_fds(message);
	return -EBADMSG;
}

int handover_receive(int socket, struct handover_message *message, int timeout)
{
	struct pollfd ready = { .fd = socket, .events = POLLIN };
	int n = poll(&ready, 1, timeout);

	*message = (struct handover_message){ .count = 0 };
	if (n <= 0)
		return n < 0 ? -errno : -ETIMEDOUT;
	return read_line(socket, message);
}

void handover_close_fds(struct handover_message *message)
{
	while (message->count > 0)
		close(message->fds[--message->count]);
}

int handover_check(int socket)
{
	struct ucred peer;
	socklen_t size = sizeof peer;

	if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
		return -errno;
	return peer.uid == geteuid() ? 0 : -EPERM;
}
