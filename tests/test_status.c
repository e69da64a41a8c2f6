/* SPDX-License-Identifier: MIT */
/*
 * The JSON of the control socket, held against documents written by hand:
 * whoever changes a name here breaks somebody's script.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "netlink/address.h"
#include "vrrpd/status.h"

static const struct address addresses4[] = {
	{ AF_INET, 24, { 192, 0, 2, 1 } },
	{ AF_INET, 32, { 198, 51, 100, 1 } },
};

static const struct address addresses6[] = {
	{ AF_INET6, 64, { 0xfe, 0x80, [13] = 5, [15] = 1 } },
};

static const struct status_counters counters4 = {
	.active_transitions = 1,
	.advertisement_rcvd = 2,
	.advertisement_sent = 3,
	.advertisement_not_sent = 4,
	.priority_zero_rcvd = 5,
	.priority_zero_sent = 6,
	.interval_errors = 7,
	.address_list_errors = 8,
	.legacy_checksum_rcvd = 9,
	.repairs = 10,
};

static const struct status_counters counters6 = {
	.advertisement_rcvd = UINT64_C(1) << 40,
};

/* Active since the other one fell silent; its timer was late. */
static struct status_router router4(void)
{
	static const uint8_t active[16] = { 192, 0, 2, 2 };

	return (struct status_router){
		.name = "lan",
		.interface = "eth0",
		.vrid = 51,
		.family = AF_INET,
		.priority = 200,
		.virtual_mac = true,
		.serving = true,
		.state = VRRP_ACTIVE,
		.skew_time = 21875,
		.active_down_interval = 321875,
		.interval = 100000,
		.active = active,
		.addresses = addresses4,
		.address_count = 2,
		.counters = &counters4,
		.last = { .from = VRRP_BACKUP,
			  .reason = VRRP_NO_RESPONSE,
			  .time = 5000123,
			  .deadline = 5000000,
			  .silence = 321998 },
	};
}

static const char json4[] =
	"{ 'name': 'lan', 'interface': 'eth0', 'vrid': 51, 'family': 'ipv4',"
	"  'state': 'active', 'priority': 200, 'is-owner': false,"
	"  'virtual-mac': true, 'serving': true,"
	"  'last-adv-source': '192.0.2.2',"
	"  'advertise-interval-centi-sec': 10, 'skew-time': 21875,"
	"  'active-down-interval': 32,"
	"  'virtual-addresses': [ '192.0.2.1/24', '198.51.100.1/32' ],"
	"  'last-transition': { 'from': 'backup', 'to': 'active',"
	"    'reason': 'no-response', 'time-us': 5000123,"
	"    'deadline-us': 5000000, 'late-us': 123,"
	"    'silence-us': 321998 },"
	"  'statistics': { 'active-transitions': 1,"
	"    'advertisement-rcvd': 2, 'advertisement-sent': 3,"
	"    'advertisement-not-sent': 4, 'priority-zero-pkts-rcvd': 5,"
	"    'priority-zero-pkts-sent': 6, 'interval-errors': 7,"
	"    'address-list-errors': 8, 'rfc5798-checksums-rcvd': 9,"
	"    'repairs': 10 } }";

/* An owner that has never run, and cannot. */
static struct status_router router6(void)
{
	return (struct status_router){
		.name = "lan/52",
		.interface = "eth0",
		.fault = "no carrier",
		.vrid = 52,
		.family = AF_INET6,
		.priority = VRRP_OWNER,
		.skew_time = 3906,
		.active_down_interval = 122853906,
		.interval = 40950000,
		.addresses = addresses6,
		.address_count = 1,
		.counters = &counters6,
		.last = { .deadline = VRRP_NEVER, .silence = -1 },
	};
}

static const char json6[] =
	"{ 'name': 'lan/52', 'interface': 'eth0', 'vrid': 52,"
	"  'family': 'ipv6', 'state': 'initialize', 'priority': 255,"
	"  'is-owner': true, 'virtual-mac': false, 'serving': false,"
	"  'fault': 'no carrier',"
	"  'advertise-interval-centi-sec': 4095, 'skew-time': 3906,"
	"  'active-down-interval': 12285,"
	"  'virtual-addresses': [ 'fe80::5:1/64' ],"
	"  'last-transition': { 'from': 'initialize', 'to': 'initialize',"
	"    'reason': 'none', 'time-us': 0 },"
	"  'statistics': { 'active-transitions': 0,"
	"    'advertisement-rcvd': 1099511627776, 'advertisement-sent': 0,"
	"    'advertisement-not-sent': 0, 'priority-zero-pkts-rcvd': 0,"
	"    'priority-zero-pkts-sent': 0, 'interval-errors': 0,"
	"    'address-list-errors': 0, 'rfc5798-checksums-rcvd': 0,"
	"    'repairs': 0 } }";

static const char json_interface[] =
	"{ 'name': 'eth0', 'dropped': 77, 'rejected': {"
	"    'not-vrrp': 101, 'bad-ip': 102, 'destination': 103, 'own': 104,"
	"    'ttl': 105, 'version': 106, 'type': 107, 'length': 108,"
	"    'checksum': 109, 'vrid': 110, 'no-address': 111,"
	"    'not-link-local': 112, 'no-interval': 113 } }";

/* Takes over the agent's text. */
static json_t *parse(char *text)
{
	json_error_t error;
	json_t *json;

	assert_non_null(text);
	json = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	if (!json)
		fail_msg("%d: %s: %s", error.line, error.text, text);
	free(text);
	return json;
}

/* Written with ' for ". */
static json_t *expected(const char *text)
{
	char *copy = strdup(text);

	assert_non_null(copy);
	for (char *p = copy; *p; p++)
		if (*p == '\'')
			*p = '"';
	return parse(copy);
}

static void expect(const json_t *json, const char *text)
{
	json_t *document = expected(text);
	char *have = json_dumps(json, JSON_SORT_KEYS);
	char *want = json_dumps(document, JSON_SORT_KEYS);

	assert_string_equal(have, want);
	free(have);
	free(want);
	json_decref(document);
}

/* The element of the array `key`, which has `count` of them. */
static const json_t *element(const json_t *document, const char *key,
			     size_t index, size_t count)
{
	const json_t *array = json_object_get(document, key);

	assert_true(json_is_array(array));
	assert_int_equal(json_array_size(array), count);
	return json_array_get(array, index);
}

static void a_router_shows_all_that_it_is(void **state)
{
	struct status *status = status_begin();
	struct status_router router = router4();
	json_t *document;

	(void)state;
	status_add_router(status, &router);
	document = parse(status_end(status));
	expect(element(document, "routers", 0, 1), json4);
	element(document, "interfaces", 0, 0);
	json_decref(document);
}

static void a_fault_is_shown_and_what_has_not_been_is_not(void **state)
{
	struct status *status = status_begin();
	struct status_router router = router6();
	json_t *document;

	(void)state;
	status_add_router(status, &router);
	document = parse(status_end(status));
	expect(element(document, "routers", 0, 1), json6);
	json_decref(document);
}

static void routers_come_in_the_order_in_which_they_were_added(void **state)
{
	struct status *status = status_begin();
	struct status_router routers[] = { router6(), router4() };
	json_t *document;

	(void)state;
	status_add_router(status, &routers[0]);
	status_add_router(status, &routers[1]);
	document = parse(status_end(status));
	expect(element(document, "routers", 0, 2), json6);
	expect(element(document, "routers", 1, 2), json4);
	json_decref(document);
}

/* Of each reason as many as tell it from the others; PACKET_OK is none. */
static void an_interface_counts_each_reason_to_reject(void **state)
{
	uint64_t rejected[PACKET_REASONS];
	struct status_interface interface = { .name = "eth0",
					      .rejected = rejected,
					      .dropped = 77 };
	struct status *status = status_begin();
	json_t *document;

	(void)state;
	for (size_t i = 0; i < PACKET_REASONS; i++)
		rejected[i] = 100 + i;
	status_add_interface(status, &interface);
	document = parse(status_end(status));
	expect(element(document, "interfaces", 0, 1), json_interface);
	element(document, "routers", 0, 0);
	json_decref(document);
}

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

static int64_t shown_clock(const json_t *document, const char *key)
{
	const json_t *clock = json_object_get(document, "clock");

	assert_int_equal(json_object_size(clock), 2);
	return json_integer_value(json_object_get(clock, key));
}

static void a_document_has_its_version_and_both_clocks(void **state)
{
	int64_t monotonic = read_clock(CLOCK_MONOTONIC);
	int64_t realtime = read_clock(CLOCK_REALTIME);
	json_t *document = parse(status_end(status_begin()));

	(void)state;
	assert_int_equal(json_object_size(document), 4);
	assert_string_equal(
		json_string_value(json_object_get(document, "version")),
		VERSION);
	assert_true(shown_clock(document, "monotonic-us") >= monotonic);
	assert_true(shown_clock(document, "monotonic-us") <=
		    read_clock(CLOCK_MONOTONIC));
	assert_true(shown_clock(document, "realtime-us") >= realtime);
	assert_true(shown_clock(document, "realtime-us") <=
		    read_clock(CLOCK_REALTIME));
	json_decref(document);
}

static void an_error_is_its_message_alone(void **state)
{
	json_t *document = parse(status_error("no \"such\" command\n\\"));

	(void)state;
	expect(document, "{ 'error': 'no \\'such\\' command\\n\\\\' }");
	json_decref(document);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_router_shows_all_that_it_is),
		cmocka_unit_test(a_fault_is_shown_and_what_has_not_been_is_not),
		cmocka_unit_test(
			routers_come_in_the_order_in_which_they_were_added),
		cmocka_unit_test(an_interface_counts_each_reason_to_reject),
		cmocka_unit_test(a_document_has_its_version_and_both_clocks),
		cmocka_unit_test(an_error_is_its_message_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
