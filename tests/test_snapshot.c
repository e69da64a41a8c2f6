/* SPDX-License-Identifier: MIT */
/*
 * A snapshot says what was, whatever has become of it since; and it tells when
 * it had no room.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "netlink/address.h"
#include "vrrpd/snapshot.h"

#define MANY 100

/* All that the agent would change, or free, in the meantime. */
struct agent {
	char name[16], interface[16], fault[32], why[32], no_fence[32];
	char no_xdp[32];
	uint8_t primary[16], active[16];
	struct address addresses[3];
	struct status_counters counters;
	struct status_error error;
	struct status_advertiser advertiser;
	uint64_t rejected[PACKET_REASONS];
	struct status_vrrp vrrp;
};

static struct agent agent(void)
{
	return (struct agent){
		.name = "lan",
		.interface = "eth0",
		.fault = "no carrier",
		.why = "started",
		.no_fence = "none here",
		.no_xdp = "none either",
		.primary = { 192, 0, 2, 11 },
		.active = { 192, 0, 2, 12 },
		.addresses = { { AF_INET, 24, { 192, 0, 2, 1 } },
			       { AF_INET, 24, { 192, 0, 2, 2 } },
			       { AF_INET, 32, { 192, 0, 2, 3 } } },
		.counters = { .advertisement_sent = 7, .error_events = 8 },
		.error = { .reason = "interval-error",
			   .family = AF_INET,
			   .source = { 192, 0, 2, 13 } },
		.advertiser = { .sent = 9, .solicited = 10 },
		.rejected = { [PACKET_TTL] = 11 },
		.vrrp = { .virtual_routers = 12, .error_events = 13 },
	};
}

static struct status_router router_of(const struct agent *a)
{
	return (struct status_router){
		.name = a->name,
		.interface = a->interface,
		.fault = a->fault,
		.vrid = 51,
		.family = AF_INET,
		.priority = 100,
		.fence = "none",
		.no_fence = a->no_fence,
		.primary = a->primary,
		.active = a->active,
		.addresses = a->addresses,
		.address_count = 3,
		.counters = &a->counters,
		.error = &a->error,
		.why = a->why,
		.deadline = VRRP_NEVER,
		.advertiser = &a->advertiser,
		.last = { .deadline = VRRP_NEVER, .silence = -1 },
	};
}

static struct status_interface interface_of(const struct agent *a)
{
	return (struct status_interface){
		.name = a->interface,
		.packet_io = "libpcap",
		.no_xdp = a->no_xdp,
		.rejected = a->rejected,
		.dropped = 14,
	};
}

static void take(struct snapshot *s, const struct agent *a, int routers)
{
	struct status_router router = router_of(a);
	struct status_interface interface = interface_of(a);

	snapshot_begin(s);
	snapshot_add_vrrp(s, &a->vrrp);
	for (int n = 0; n < routers; n++)
		snapshot_add_router(s, &router);
	snapshot_add_interface(s, &interface);
}

/* As the clerk and the loop do it. */
static void take_all(struct snapshot *s, const struct agent *a, int routers)
{
	take(s, a, routers);
	assert_false(snapshot_is_whole(s));
	assert_int_equal(snapshot_grow(s), 0);
	take(s, a, routers);
	assert_true(snapshot_is_whole(s));
}

/* What status.h says of the agent itself, at the moment of the snapshot. */
static char *print_directly(const struct snapshot *s, const struct agent *a,
			    int routers)
{
	struct status *status = status_begin(&s->clock);
	struct status_router router = router_of(a);
	struct status_interface interface = interface_of(a);

	assert_non_null(status);
	status_add_vrrp(status, &a->vrrp);
	for (int n = 0; n < routers; n++)
		status_add_router(status, &router);
	status_add_interface(status, &interface);
	return status_end(status);
}

static void expect_of(const struct agent *now, int routers)
{
	struct agent then = agent();
	struct snapshot s = { 0 };
	char *want, *text;

	take_all(&s, &then, routers);
	want = print_directly(&s, &then, routers);
	then = *now;
	text = snapshot_print(&s);
	assert_non_null(text);
	assert_string_equal(text, want);
	free(want);
	free(text);
	snapshot_clear(&s);
}

static void it_says_what_was(void **state)
{
	struct agent wiped;

	(void)state;
	memset(&wiped, 0xff, sizeof wiped);
	expect_of(&wiped, 1);
	expect_of(&wiped, 0);
}

static void it_has_room_for_many(void **state)
{
	struct agent wiped;

	(void)state;
	memset(&wiped, 0xff, sizeof wiped);
	expect_of(&wiped, MANY);
}

static void what_is_missing_stays_missing(void **state)
{
	struct agent a = agent();
	struct snapshot s = { 0 };
	struct status_router bare = router_of(&a);
	char *text;

	(void)state;
	bare.fault = NULL;
	bare.primary = bare.active = NULL;
	bare.advertiser = NULL;
	take_all(&s, &a, 1); /* for the room alone */
	snapshot_begin(&s);
	snapshot_add_vrrp(&s, &a.vrrp);
	snapshot_add_router(&s, &bare);
	text = snapshot_print(&s);
	assert_non_null(text);
	assert_null(strstr(text, "fault"));
	assert_null(strstr(text, "primary-ip-address"));
	assert_null(strstr(text, "router-advertisements"));
	free(text);
	snapshot_clear(&s);
}

/* Routers come and go between two questions. */
static void what_fits_needs_no_more_room(void **state)
{
	struct agent a = agent();
	struct snapshot s = { 0 };
	char *room;

	(void)state;
	take_all(&s, &a, MANY);
	room = s.room;
	take(&s, &a, 1);
	assert_true(snapshot_is_whole(&s));
	take(&s, &a, 2 * MANY);
	assert_false(snapshot_is_whole(&s));
	assert_ptr_equal(s.room, room);
	snapshot_clear(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_says_what_was),
		cmocka_unit_test(it_has_room_for_many),
		cmocka_unit_test(what_is_missing_stays_missing),
		cmocka_unit_test(what_fits_needs_no_more_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
