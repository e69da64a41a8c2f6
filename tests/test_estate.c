/* SPDX-License-Identifier: MIT */
/*
 * What one process leaves to the next, which may be of another version.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vrrpd/estate.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct thing {
	uint8_t small;
	bool truth;
	uint16_t medium;
	int negative;
	unsigned large;
	int64_t time;
	uint64_t count;
	uint8_t address[16];
	uint64_t buckets[3];
	char text[40];
};

#define FIELD(member) ESTATE_FIELD(struct thing, member)

static const struct estate_field fields[] = {
	FIELD(small),   FIELD(truth), FIELD(medium), FIELD(negative),
	FIELD(large),   FIELD(time),  FIELD(count),  FIELD(address),
	FIELD(buckets), FIELD(text),
};

static const struct estate_kind kind = { fields,
					 sizeof(fields) / sizeof(*fields) };

static const struct thing full = {
	.small = 255,
	.truth = true,
	.medium = 65535,
	.negative = -1,
	.large = UINT32_MAX,
	.time = INT64_MAX,
	.count = UINT64_MAX,
	.address = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 },
	.buckets = { 0, UINT64_MAX, 7 },
	.text = "two words = one",
};

static struct estate *leave(const struct thing *a, const char *name_a,
			    const struct thing *b, const char *name_b)
{
	struct estate *estate = estate_begin();
	int fd;

	estate_add(estate, name_a, &kind, a);
	estate_add(estate, name_b, &kind, b);
	fd = estate_end(estate);
	assert_true(fd >= 0);
	assert_int_equal(estate_open(&estate, fd), 0);
	close(fd);
	return estate;
}

static void assert_same(const struct thing *a, const struct thing *b)
{
	assert_int_equal(a->small, b->small);
	assert_int_equal(a->truth, b->truth);
	assert_int_equal(a->medium, b->medium);
	assert_int_equal(a->negative, b->negative);
	assert_int_equal(a->large, b->large);
	assert_true(a->time == b->time);
	assert_true(a->count == b->count);
	assert_memory_equal(a->address, b->address, sizeof(a->address));
	assert_memory_equal(a->buckets, b->buckets, sizeof(a->buckets));
	assert_string_equal(a->text, b->text);
}

static void all_of_it_arrives_in_any_order(void **state)
{
	const struct thing none = { .small = 0 };
	struct estate *estate = leave(&full, "full", &none, "none");
	struct thing got = { .small = 1 };

	(void)state;
	assert_true(estate_take(estate, "none", &kind, &got));
	assert_same(&got, &none);
	assert_true(estate_take(estate, "full", &kind, &got));
	assert_same(&got, &full);
	assert_true(estate_take(estate, "full", &kind, &got));
	assert_same(&got, &full);
	estate_close(estate);
}

static void what_is_not_there_changes_nothing(void **state)
{
	struct estate *estate = leave(&full, "eth0/51", &full, "eth0/511");
	struct thing got = full;

	(void)state;
	assert_false(estate_take(estate, "eth0/5", &kind, &got));
	assert_false(estate_take(estate, "eth0/5111", &kind, &got));
	assert_false(estate_take(estate, "th0/51", &kind, &got));
	assert_same(&got, &full);
	got = (struct thing){ .small = 1 };
	assert_true(estate_take(estate, "eth0/511", &kind, &got));
	assert_same(&got, &full);
	estate_close(estate);
}

/* Each version has a field that the other one has not. */
static void versions_need_not_be_the_same(void **state)
{
	static const struct estate_field others[] = {
		{ "new", offsetof(struct thing, medium), 2 },
		FIELD(time),
		FIELD(small),
	};
	static const struct estate_kind other = { others, 3 };
	struct estate *estate = leave(&full, "a", &full, "b");
	struct thing got = { .medium = 7, .count = 5 };

	(void)state;
	assert_true(estate_take(estate, "b", &other, &got));
	assert_int_equal(got.medium, 0);
	assert_true(got.time == full.time);
	assert_int_equal(got.small, full.small);
	assert_int_equal(got.count, 5);
	estate_close(estate);
}

static void what_is_no_estate_is_an_error(void **state)
{
	struct estate *estate;
	int pipe_fds[2];
	int huge = memfd_create("huge", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(estate_open(&estate, -1), -EBADMSG);
	assert_int_equal(pipe(pipe_fds), 0);
	assert_int_equal(write(pipe_fds[1], "a\n", 2), 2);
	assert_int_equal(estate_open(&estate, pipe_fds[0]), -EBADMSG);
	assert_int_equal(ftruncate(huge, 1 << 30), 0);
	assert_int_equal(estate_open(&estate, huge), -EBADMSG);
	close(pipe_fds[0]);
	close(pipe_fds[1]);
	close(huge);
}

/* Whatever it is, it is read without harm. */
static void what_makes_no_sense_is_left_out(void **state)
{
	static const char text[] = "a small=x =5 time text=zz address=2001 "
				   "buckets=0 count=9999999999999999999999\n"
				   "\n a small=3\nb small=12";
	int fd = memfd_create("odd", MFD_CLOEXEC);
	struct estate *estate;
	struct thing got;

	(void)state;
	assert_int_equal(write(fd, text, sizeof(text)), sizeof(text));
	assert_int_equal(estate_open(&estate, fd), 0);
	close(fd);
	assert_true(estate_take(estate, "a", &kind, &got));
	assert_int_equal(got.small, 0);
	assert_int_equal(got.address[1], 1);
	assert_true(estate_take(estate, "b", &kind, &got));
	assert_int_equal(got.small, 12);
	estate_close(estate);
}

static void without_memory_there_is_none(void **state)
{
	(void)state;
	estate_add(NULL, "a", &kind, &full);
	assert_int_equal(estate_end(NULL), -ENOMEM);
	estate_close(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it_arrives_in_any_order),
		cmocka_unit_test(what_is_not_there_changes_nothing),
		cmocka_unit_test(versions_need_not_be_the_same),
		cmocka_unit_test(what_is_no_estate_is_an_error),
		cmocka_unit_test(what_makes_no_sense_is_left_out),
		cmocka_unit_test(without_memory_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
