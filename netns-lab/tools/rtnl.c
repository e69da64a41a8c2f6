/* SPDX-License-Identifier: MIT */
/*
 * The ethtool ioctl "has lo a link?" copies its answer to us while it has the
 * lock.  The answer lies across the border of two pages, of which the second
 * is missing, and faults of it are ours to resolve (userfaultfd): the kernel
 * waits for us in the midst of its work.  The question itself, which it reads
 * first and without the lock, is on the page that is there.
 */
#include "netns-lab/tools/rtnl.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <linux/userfaultfd.h>
#include <net/if.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* A descriptor of the faults of a page, or -errno. */
static int catch_faults(const char *page)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = {
		.range = { (uintptr_t)page, page_size() },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK), err;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, UFFDIO_API, &api) < 0 ||
	    ioctl(fd, UFFDIO_REGISTER, &range) < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

/* Two pages, of which the second is not there: 0 or -errno. */
static int map_pages(struct rtnl *rtnl)
{
	rtnl->pages = mmap(NULL, 2 * page_size(), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (rtnl->pages == MAP_FAILED)
		return -errno;
	/* One huge page would be both of them. */
	(void)madvise(rtnl->pages, 2 * page_size(), MADV_NOHUGEPAGE);
	rtnl->taken = catch_faults(rtnl->pages + page_size());
	return rtnl->taken < 0 ? rtnl->taken : 0;
}

struct asking {
	int socket;
	int answered;
	struct ethtool_value *value;
};

static void *ask(void *arg)
{
	const struct asking *asking = arg;
	struct ifreq request = { .ifr_name = "lo",
				 .ifr_data = (char *)asking->value };

	(void)ioctl(asking->socket, SIOCETHTOOL, &request);
	(void)!write(asking->answered, "", 1);
	return NULL;
}

static int start_asking(struct rtnl *rtnl)
{
	static struct asking asking;
	int ends[2];

	asking.socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (asking.socket < 0 || pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	rtnl->answered = ends[0];
	asking.answered = ends[1];
	asking.value =
		(void *)(rtnl->pages + page_size() - sizeof(asking.value->cmd));
	asking.value->cmd = ETHTOOL_GLINK;
	return -pthread_create(&rtnl->asker, NULL, ask, &asking);
}

int rtnl_ask(struct rtnl *rtnl)
{
	int err = map_pages(rtnl);

	return err ? err : start_asking(rtnl);
}

int rtnl_release(struct rtnl *rtnl)
{
	struct uffdio_zeropage zero = {
		.range = { (uintptr_t)rtnl->pages + page_size(), page_size() },
	};

	if (ioctl(rtnl->taken, UFFDIO_ZEROPAGE, &zero) < 0)
		return -errno;
	return -pthread_join(rtnl->asker, NULL);
}
