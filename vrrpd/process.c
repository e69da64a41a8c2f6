/* SPDX-License-Identifier: MIT */
/*
 * With 10 ms advertisements a Backup judges within 30 ms: on a busy host only
 * real-time scheduling keeps the beat.
 */
#include "vrrpd/process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <malloc.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PRIORITY    50 /* above all ordinary work, below the kernel's own */
/* Octets: what is larger goes back to the kernel when it is freed, such as the
   text of a status; the default grows with what is asked for. */
#define LARGE       (64 * 1024)
/* us of CPU without a pause: a bug, not work.  To start 510 virtual routers is
   130 ms of work in the lab. */
#define CPU_MAX     2000000
#define DESCRIPTORS 1024 /* of an interface with all VRIDs, and twice that */

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

const char *process_missing_capability(void)
{
	if (!has(CAP_NET_ADMIN))
		return "CAP_NET_ADMIN";
	if (!has(CAP_NET_RAW))
		return "CAP_NET_RAW";
	return NULL;
}

/*
 * The kernel's table of a process's descriptors grows with them.  Where there
 * are threads it waits for RCU then, 8 to 30 ms each time it doubles: whoever
 * opens the next one, the loop's thread among them.  It never shrinks.
 */
static void widen_table(rlim_t count)
{
	int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, (int)count - 1);

	if (fd >= 0)
		close(fd);
}

void process_prepare(size_t descriptors)
{
	rlim_t count = descriptors > DESCRIPTORS ? descriptors : DESCRIPTORS;
	struct rlimit files;

	/* A lock per virtual router: 510 may exceed the usual 1024. */
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		setrlimit(RLIMIT_NOFILE, &files);
		widen_table(count < files.rlim_cur ? count : files.rlim_cur);
	}
	/* Three threads that allocate little: one heap is enough for them. */
	mallopt(M_ARENA_MAX, 1);
	mallopt(M_MMAP_THRESHOLD, LARGE);
	mallopt(M_TRIM_THRESHOLD, LARGE);
	signal(SIGPIPE, SIG_IGN);
}

/*
 * The soft limit.  To be ended by the kernel, for what may be a flood's work
 * and not ours, would be worse than to be late.
 */
static void calm_down(int number)
{
	static const char text[] = "no pause in 2 s at real-time priority: "
				   "going on at normal priority\n";
	struct sched_param param = { 0 };

	(void)number;
	(void)sched_setscheduler(0, SCHED_OTHER, &param);
	(void)!write(STDERR_FILENO, text, sizeof text - 1);
}

int process_realtime(void)
{
	struct sigaction action = { .sa_handler = calm_down,
				    .sa_flags = SA_RESTART };
	struct sched_param param = { .sched_priority = PRIORITY };
	struct rlimit limit = { .rlim_cur = CPU_MAX, .rlim_max = 2 * CPU_MAX };

	if (sched_setscheduler(0, SCHED_FIFO, &param) < 0)
		return -errno;
	sigaction(SIGXCPU, &action, NULL);
	setrlimit(RLIMIT_RTTIME, &limit);
	return 0;
}

/* Or else what runs for the first time in a takeover may be on a disk. */
static void lock_program(void)
{
	extern const char __executable_start[], etext[], __data_start[], end[];
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t data = (size_t)__data_start / page * page;

	(void)mlock(__executable_start, (size_t)(etext - __executable_start));
	(void)mlock((const void *)data, (size_t)end - data);
}

/* Later allocations must not run into a limit: they would fail. */
static bool may_lock(void)
{
	struct rlimit limit;

	return has(CAP_IPC_LOCK) || (getrlimit(RLIMIT_MEMLOCK, &limit) == 0 &&
				     limit.rlim_cur == RLIM_INFINITY);
}

int process_stay_resident(void)
{
	if (!may_lock())
		return -EPERM;
	/* Only pages in use, which leaves most of the libraries out. */
	if (mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) < 0)
		return -errno;
	lock_program();
	return 0;
}
