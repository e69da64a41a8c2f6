/* SPDX-License-Identifier: MIT */
/*
 * With 10 ms advertisements a Backup judges within 30 ms: on a busy host only
 * real-time scheduling keeps the beat.
 */
#include "vrrpd/privilege.h"

#include <errno.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PRIORITY 50     /* above all ordinary work, below the kernel's own */
#define CPU_MAX  200000 /* us of CPU without a pause: a bug, not work */

static bool has(unsigned capability)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return true; /* unknown: let the kernel refuse */
	return data[capability / 32].effective & (1u << capability % 32);
}

const char *privilege_missing(void)
{
	if (!has(CAP_NET_ADMIN))
		return "CAP_NET_ADMIN";
	if (!has(CAP_NET_RAW))
		return "CAP_NET_RAW";
	return NULL;
}

int privilege_realtime(int priority)
{
	struct sched_param param = { .sched_priority = priority };
	struct rlimit limit = { .rlim_cur = CPU_MAX, .rlim_max = 2 * CPU_MAX };

	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &param) < 0)
		return -errno;
	setrlimit(RLIMIT_RTTIME, &limit);
	return 0;
}

void privilege_stay_resident(void)
{
	/* Only where later allocations cannot run into RLIMIT_MEMLOCK; and
	   only pages in use, which leaves most of the libraries out. */
	if (has(CAP_IPC_LOCK))
		mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT);
}
