/* SPDX-License-Identifier: MIT */
/*
 * Abstract addresses belong to the network namespace, as interfaces and
 * virtual routers do, so the lock covers exactly what it protects.
 */
#include "vrrpd/lock.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int lock_take(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t len = strlen(name);
	socklen_t size;
	int fd, err;

	if (len + 1 > sizeof address.sun_path)
		return -ENAMETOOLONG;
	memcpy(address.sun_path + 1, name, len);
	size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&address, size) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

void lock_drop(int fd)
{
	if (fd >= 0)
		close(fd);
}
