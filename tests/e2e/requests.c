/* SPDX-License-Identifier: MIT */
/*
 * A library to be preloaded: it writes a line to the file that REQUESTS names
 * for all that the process sends to the kernel's netlink ("netlink TYPE") or to
 * the wire ("frame OCTETS").  No other program sees what a netlink socket asks
 * for where the kernel has no nlmon.
 */
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static void note(const char *what, unsigned long value)
{
	const char *path = getenv("REQUESTS");
	int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
			     0600)
		      : -1;

	if (fd < 0)
		return;
	dprintf(fd, "%s %lu\n", what, value);
	close(fd);
}

static void look(int fd, const void *data, size_t size)
{
	struct nlmsghdr header;
	int domain = 0;
	socklen_t len = sizeof domain;

	if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) < 0)
		return;
	if (domain == AF_PACKET)
		note("frame", size);
	if (domain != AF_NETLINK || size < sizeof header)
		return;
	memcpy(&header, data, sizeof header);
	note("netlink", header.nlmsg_type);
}

static void *next(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (!function)
		abort();
	return function;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
	ssize_t (*real)(int, const struct msghdr *, int);

	*(void **)&real = next("sendmsg");
	if (message->msg_iovlen > 0)
		look(fd, message->msg_iov[0].iov_base,
		     message->msg_iov[0].iov_len);
	return real(fd, message, flags);
}

/* glibc takes any of the socket addresses there, by a union. */
ssize_t sendto(int fd, const void *data, size_t size, int flags,
	       __CONST_SOCKADDR_ARG to, socklen_t len)
{
	ssize_t (*real)(int, const void *, size_t, int, __CONST_SOCKADDR_ARG,
			socklen_t);

	*(void **)&real = next("sendto");
	look(fd, data, size);
	return real(fd, data, size, flags, to, len);
}

ssize_t send(int fd, const void *data, size_t size, int flags)
{
	ssize_t (*real)(int, const void *, size_t, int);

	*(void **)&real = next("send");
	look(fd, data, size);
	return real(fd, data, size, flags);
}
