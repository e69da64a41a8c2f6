/* SPDX-License-Identifier: MIT */
/*
 * The words of RFC 8347 that each thing which happens is told in: as tables, so
 * that who reads the RFC can read along.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "vrrpd/model.h"

#define LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define SEC       INT64_C(1000000)

static const enum model_obstacle none = MODEL_NO_OBSTACLE;
static const enum model_obstacle interface = MODEL_INTERFACE_OBSTACLE;
static const enum model_obstacle primary = MODEL_PRIMARY_OBSTACLE;
static const enum model_obstacle addresses = MODEL_ADDRESSES_OBSTACLE;

static void each_reason_has_an_event(void **state)
{
	const struct {
		enum vrrp_reason reason;
		uint8_t priority;
		int64_t delay;
		enum model_obstacle obstacle;
		const char *event;
	} rows[] = {
		{ VRRP_NO_REASON, 100, 0, none, "none" },
		{ VRRP_STARTED, 100, 0, none, "startup" },
		{ VRRP_STARTED, 255, 0, none, "owner-preempt" },
		{ VRRP_STARTED, 100, 0, interface, "interface-up" },
		{ VRRP_STARTED, 255, 0, interface, "interface-up" },
		{ VRRP_STARTED, 100, 0, primary, "primary-ip-address" },
		{ VRRP_STARTED, 100, 0, addresses, "virtual-ip-addresses" },
		{ VRRP_RESUMED, 100, 0, none, "startup" },
		{ VRRP_NO_RESPONSE, 100, 0, none, "active-timeout" },
		{ VRRP_RESIGNED, 100, 0, none, "active-timeout" },
		{ VRRP_PREEMPTED, 100, 0, none, "lower-priority-active" },
		{ VRRP_PREEMPTED, 100, 1, none, "preempt-hold-timeout" },
		{ VRRP_PREEMPTED, 254, SEC, none, "preempt-hold-timeout" },
		{ VRRP_PREEMPTED, 255, 0, none, "owner-preempt" },
		{ VRRP_PREEMPTED, 255, SEC, none, "owner-preempt" },
		{ VRRP_OUTRANKED, 100, 0, none, "higher-priority-backup" },
		{ VRRP_TIE_LOST, 100, 0, none, "higher-priority-backup" },
		{ VRRP_STOPPED, 100, 0, none, "shutdown" },
		{ VRRP_STOPPED, 100, 0, interface, "interface-down" },
		{ VRRP_STOPPED, 100, 0, primary, "no-primary-ip-address" },
		{ VRRP_STOPPED, 100, 0, addresses, "no-virtual-ip-addresses" },
		{ VRRP_UNABLE, 100, 0, none, "no-virtual-ip-addresses" },
		{ VRRP_ASKED, 100, 0, none, "shutdown" },
		{ VRRP_HANDED_OVER, 100, 0, none, "shutdown" },
		{ VRRP_NO_SUCCESSOR, 100, 0, none, "shutdown" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct vrrp v = {
			.par = { .priority = rows[i].priority,
				 .preempt_delay = rows[i].delay },
			.reason = rows[i].reason,
		};

		assert_string_equal(
			model_event_name(model_event(&v, rows[i].obstacle)),
			rows[i].event);
	}
}

static void who_waited_for_a_successor_in_vain_missed_an_active(void **state)
{
	const struct vrrp v = { .state = VRRP_ACTIVE,
				.reason = VRRP_NO_SUCCESSOR };

	(void)state;
	assert_string_equal(model_event_name(model_event(&v, none)),
			    "active-timeout");
}

/* RFC 8347's new-active-reason: that of the last transition to Active. */
static void the_reason_to_become_active_is_kept(void **state)
{
	static const struct {
		enum vrrp_state state;
		enum vrrp_reason reason;
		const char *shown; /* where it was "preempted" before */
	} rows[] = {
		{ VRRP_ACTIVE, VRRP_STARTED, "priority" },
		{ VRRP_ACTIVE, VRRP_RESUMED, "priority" },
		{ VRRP_ACTIVE, VRRP_RESIGNED, "priority" },
		{ VRRP_ACTIVE, VRRP_PREEMPTED, "preempted" },
		{ VRRP_ACTIVE, VRRP_NO_RESPONSE, "no-response" },
		{ VRRP_ACTIVE, VRRP_NO_SUCCESSOR, "no-response" },
		{ VRRP_BACKUP, VRRP_STARTED, "preempted" },
		{ VRRP_BACKUP, VRRP_OUTRANKED, "preempted" },
		{ VRRP_LEAVING, VRRP_ASKED, "preempted" },
		{ VRRP_INITIALIZE, VRRP_STOPPED, "preempted" },
		{ VRRP_ACTIVE, VRRP_NO_REASON, "preempted" },
	};

	(void)state;
	for (size_t i = 0; i < LENGTH(rows); i++) {
		const struct vrrp v = { .state = rows[i].state,
					.reason = rows[i].reason };

		assert_string_equal(
			model_active_reason_name(
				model_active_reason(&v, MODEL_PREEMPTED)),
			rows[i].shown);
	}
	assert_string_equal(model_active_reason_name(MODEL_NOT_ACTIVE),
			    "not-active");
}

static void four_reasons_to_discard_are_protocol_errors(void **state)
{
	static const char *const shown[PACKET_REASONS] = {
		[PACKET_TTL] = "ip-ttl-error",
		[PACKET_VERSION] = "version-error",
		[PACKET_CHECKSUM] = "checksum-error",
		[PACKET_VRID] = "vrid-error",
	};

	(void)state;
	for (int i = 0; i < PACKET_REASONS; i++)
		assert_string_equal(
			model_protocol_error_name(
				model_protocol_error((enum packet_reason)i)),
			shown[i] ? shown[i] : "none");
}

static void a_virtual_router_has_three_errors(void **state)
{
	(void)state;
	assert_string_equal(model_router_error_name(MODEL_ADDRESS_LIST_ERROR),
			    "address-list-error");
	assert_string_equal(model_router_error_name(MODEL_INTERVAL_ERROR),
			    "interval-error");
	assert_string_equal(model_router_error_name(MODEL_PACKET_LENGTH_ERROR),
			    "packet-length-error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reason_has_an_event),
		cmocka_unit_test(
			who_waited_for_a_successor_in_vain_missed_an_active),
		cmocka_unit_test(the_reason_to_become_active_is_kept),
		cmocka_unit_test(four_reasons_to_discard_are_protocol_errors),
		cmocka_unit_test(a_virtual_router_has_three_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
