/* SPDX-License-Identifier: MIT */
/*
 * CLOCK_BOOTTIME, as others take over while the machine sleeps.  The directory
 * is gone after a boot, and so is what the file says of the time before.
 */
#include "vrrpd/promises.h"

#include "netlink/link.h"
#include "vrrpd/loop.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PLACES 4096

struct promise {
	char name[LINK_ALIAS];
	int64_t until; /* us of CLOCK_BOOTTIME, or 0 */
	int64_t held;  /* enum promises_hold, or what is none */
};

struct promises {
	struct promise *list; /* mapped */
	uint8_t taken[PLACES];
};

#define SIZE (PLACES * sizeof(struct promise))

static int map(struct promises *promises, const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	void *list;
	int err = 0;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, SIZE) < 0)
		err = -errno;
	list = err ? NULL
		   : mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			  0);
	if (list == MAP_FAILED)
		err = -errno;
	else
		promises->list = list;
	close(fd);
	return err;
}

/* What a reload ends and makes anew is remembered all the same. */
static void map_nothing(struct promises *promises)
{
	void *list = mmap(NULL, SIZE, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (list != MAP_FAILED)
		promises->list = list;
}

/* Who was killed before it had handed over may be the only router. */
static void forget_asked(struct promises *promises)
{
	for (size_t i = 1; i < PLACES; i++)
		if (promises->list[i].held != PROMISES_OUT)
			promises->list[i].held = PROMISES_FREE;
}

int promises_open(struct promises **result, const char *path)
{
	struct promises *promises = calloc(1, sizeof *promises);
	int err = promises ? map(promises, path) : -ENOMEM;

	*result = NULL;
	if (err && promises)
		map_nothing(promises);
	if (promises && promises->list) {
		forget_asked(promises);
		*result = promises;
	} else {
		free(promises);
	}
	return err;
}

void promises_close(struct promises *promises)
{
	if (promises)
		munmap(promises->list, SIZE);
	free(promises);
}

static size_t find(const struct promises *promises, const char *name)
{
	size_t free_place = 0;

	for (size_t i = 1; i < PLACES; i++) {
		const struct promise *p = &promises->list[i];

		if (promises->taken[i])
			continue;
		if (strncmp(p->name, name, sizeof p->name) == 0)
			return i;
		/* What nobody has asked for yet, is kept if possible. */
		if (!free_place ||
		    (p->name[0] == '\0' && promises->list[free_place].name[0]))
			free_place = i;
	}
	return free_place;
}

size_t promises_take(struct promises *promises, const char *name,
		     int64_t *until)
{
	size_t place = find(promises, name);
	struct promise *p = &promises->list[place];

	*until = 0;
	if (!place)
		return 0;
	if (strncmp(p->name, name, sizeof p->name) != 0)
		p->until = p->held = 0;
	else if (p->until > 0)
		*until = p->until - loop_boot_offset();
	promises->taken[place] = 1;
	memset(p->name, 0, sizeof p->name);
	strncpy(p->name, name, sizeof p->name - 1);
	return place;
}

void promises_drop(struct promises *promises, size_t place)
{
	if (!place)
		return;
	promises->taken[place] = 0;
	promises->list[place].until = 0;
	if (!promises_is_held(promises, place))
		promises->list[place] = (struct promise){ 0 };
}

void promises_make(struct promises *promises, size_t place, int64_t until)
{
	if (place)
		__atomic_store_n(&promises->list[place].until,
				 until ? until + loop_boot_offset() : 0,
				 __ATOMIC_RELAXED);
}

void promises_hold(struct promises *promises, size_t place,
		   enum promises_hold hold)
{
	if (place)
		__atomic_store_n(&promises->list[place].held, hold,
				 __ATOMIC_RELAXED);
}

bool promises_is_held(const struct promises *promises, size_t place)
{
	return place && promises->list[place].held != PROMISES_FREE;
}

void promises_free_others(struct promises *promises)
{
	for (size_t i = 1; i < PLACES; i++)
		if (!promises->taken[i])
			promises->list[i].held = PROMISES_FREE;
}
