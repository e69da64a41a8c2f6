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
	.ip_ttl_errors = 11,
	.invalid_type_rcvd = 12,
	.packet_length_errors = 13,
	.no_address_rcvd = 14,
	.not_link_local_rcvd = 15,
	.no_interval_rcvd = 16,
	.owner_adverts_rcvd = 17,
	.new_active_events = 18,
	.error_events = 19,
};

static const struct status_error error4 = {
	.reason = "interval-error",
	.family = AF_INET,
	.source = { 192, 0, 2, 3 },
	.time = 4000000,
};

static const struct status_error no_error;

static const struct status_counters counters6 = {
	.advertisement_rcvd = UINT64_C(1) << 40,
};

/* Active since the other one fell silent; its timer was late. */
static struct status_router router4(void)
{
	static const uint8_t active[16] = { 192, 0, 2, 2 };
	static const uint8_t primary[16] = { 192, 0, 2, 11 };

	return (struct status_router){
		.name = "lan",
		.interface = "eth0",
		.vrid = 51,
		.family = AF_INET,
		.priority = 200,
		.accept = true,
		.virtual_mac = true,
		.serving = true,
		.fence = "open",
		.no_fence = "",
		.state = VRRP_ACTIVE,
		.skew_time = 21875,
		.active_down_interval = 321875,
		.preempt = true,
		.preempt_delay = 2500000,
		.interval = 100000,
		.active_interval = 300000,
		.primary = primary,
		.active = active,
		.active_priority = 201,
		.addresses = addresses4,
		.address_count = 2,
		.counters = &counters4,
		.error = &error4,
		.event = MODEL_ACTIVE_TIMEOUT,
		.active_reason = MODEL_NO_RESPONSE,
		.why = "no advertisement",
		.deadline = 5100000,
		.began = 1000000,
		.up = 3000000,
		.last = { .from = VRRP_BACKUP,
			  .reason = VRRP_NO_RESPONSE,
			  .time = 5000123,
			  .deadline = 5000000,
			  .late = 124,
			  .slipped = true,
			  .silence = 321998 },
	};
}

static const struct status_advertiser advertiser6 = {
	.sent = 11,
	.solicited = 12,
};

static const char json4[] =
	"{ 'name': 'lan', 'interface': 'eth0', 'vrid': 51, 'family': 'ipv4',"
	"  'state': 'active', 'priority': 200, 'is-owner': false,"
	"  'accept': true, 'virtual-mac': true, 'serving': true,"
	"  'fence': 'open', 'drained': false,"
	"  'version': 'vrrp-v3',"
	"  'preempt': { 'enabled': true, 'hold-time': 2,"
	"    'hold-time-us': 2500000 },"
	"  'last-adv-source': '192.0.2.2', 'active-priority': 201,"
	"  'primary-ip-address': '192.0.2.11',"
	"  'advertise-interval-centi-sec': 10, 'skew-time': 21875,"
	"  'active-adver-interval': 30, 'active-down-interval': 32,"
	"  'deadline-us': 5100000,"
	"  'last-event': 'active-timeout', 'new-active-reason': 'no-response',"
	"  'last-error': { 'virtual-router-error-reason': 'interval-error',"
	"    'source': '192.0.2.3', 'time-us': 4000000 },"
	"  'virtual-addresses': [ '192.0.2.1/24', '198.51.100.1/32' ],"
	"  'last-transition': { 'from': 'backup', 'to': 'active',"
	"    'reason': 'no-response', 'why': 'no advertisement',"
	"    'time-us': 5000123,"
	"    'deadline-us': 5000000, 'late-us': 124,"
	"    'host-was-late': true,"
	"    'silence-us': 321998 },"
	"  'statistics': { 'active-transitions': 1,"
	"    'advertisement-rcvd': 2, 'advertisement-sent': 3,"
	"    'advertisement-not-sent': 4, 'priority-zero-pkts-rcvd': 5,"
	"    'priority-zero-pkts-sent': 6, 'interval-errors': 7,"
	"    'address-list-errors': 8, 'rfc5798-checksums-rcvd': 9,"
	"    'repairs': 10, 'ip-ttl-errors': 11,"
	"    'invalid-type-pkts-rcvd': 12, 'packet-length-errors': 13,"
	"    'no-address-pkts-rcvd': 14, 'not-link-local-pkts-rcvd': 15,"
	"    'no-interval-pkts-rcvd': 16, 'owner-pkts-rcvd': 17 },"
	"  'notifications': { 'vrrp-new-active-event': 18,"
	"    'vrrp-virtual-router-error-event': 19 } }";

/* An owner that has never run, and cannot. */
static struct status_router router6(void)
{
	return (struct status_router){
		.name = "lan/52",
		.interface = "eth0",
		.fault = "drained",
		.drained = true,
		.fence = "none",
		.no_fence = "not permitted",
		.vrid = 52,
		.family = AF_INET6,
		.priority = VRRP_OWNER,
		.skew_time = 3906,
		.active_down_interval = 122853906,
		.interval = 40950000,
		.active_interval = 40950000,
		.addresses = addresses6,
		.address_count = 1,
		.counters = &counters6,
		.error = &no_error,
		.why = "",
		.deadline = VRRP_NEVER,
		.advertiser = &advertiser6,
		.last = { .deadline = VRRP_NEVER, .silence = -1 },
	};
}

static const char json6[] =
	"{ 'name': 'lan/52', 'interface': 'eth0', 'vrid': 52,"
	"  'family': 'ipv6', 'state': 'initialize', 'priority': 255,"
	"  'is-owner': true, 'accept': false, 'virtual-mac': false,"
	"  'serving': false, 'fence': 'none',"
	"  'no-fence': 'not permitted',"
	"  'fault': 'drained', 'drained': true, 'version': 'vrrp-v3',"
	"  'preempt': { 'enabled': false, 'hold-time': 0, 'hold-time-us': 0 },"
	"  'advertise-interval-centi-sec': 4095, 'skew-time': 3906,"
	"  'active-adver-interval': 4095, 'active-down-interval': 12285,"
	"  'last-event': 'none', 'new-active-reason': 'not-active',"
	"  'virtual-addresses': [ 'fe80::5:1/64' ],"
	"  'last-transition': { 'from': 'initialize', 'to': 'initialize',"
	"    'reason': 'none', 'time-us': 0 },"
	"  'statistics': { 'active-transitions': 0,"
	"    'advertisement-rcvd': 1099511627776, 'advertisement-sent': 0,"
	"    'advertisement-not-sent': 0, 'priority-zero-pkts-rcvd': 0,"
	"    'priority-zero-pkts-sent': 0, 'interval-errors': 0,"
	"    'address-list-errors': 0, 'rfc5798-checksums-rcvd': 0,"
	"    'repairs': 0, 'ip-ttl-errors': 0,"
	"    'invalid-type-pkts-rcvd': 0, 'packet-length-errors': 0,"
	"    'no-address-pkts-rcvd': 0, 'not-link-local-pkts-rcvd': 0,"
	"    'no-interval-pkts-rcvd': 0, 'owner-pkts-rcvd': 0 },"
	"  'notifications': { 'vrrp-new-active-event': 0,"
	"    'vrrp-virtual-router-error-event': 0 },"
	"  'router-advertisements': { 'sent': 11,"
	"    'solicitations-rcvd': 12 } }";

static const char json_interface[] =
	"{ 'name': 'eth0', 'packet-io': 'libpcap', 'no-xdp': 'too old',"
	"    'dropped': 77, 'rejected': {"
	"    'not-vrrp': 101, 'bad-ip': 102, 'destination': 103, 'own': 104,"
	"    'ttl': 105, 'version': 106, 'type': 107, 'length': 108,"
	"    'checksum': 109, 'vrid': 110, 'no-address': 111,"
	"    'not-link-local': 112, 'no-interval': 113 } }";

static const char json_lateness[] =
	"{ 'count': 280, 'sum-us': 5000, 'worst-us': 4000, 'buckets': ["
	"    { 'up-to-us': 64, 'count': 10 },"
	"    { 'up-to-us': 128, 'count': 11 },"
	"    { 'up-to-us': 256, 'count': 12 },"
	"    { 'up-to-us': 512, 'count': 13 },"
	"    { 'up-to-us': 1024, 'count': 14 },"
	"    { 'up-to-us': 2048, 'count': 15 },"
	"    { 'up-to-us': 4096, 'count': 16 },"
	"    { 'up-to-us': 8192, 'count': 17 },"
	"    { 'up-to-us': 16384, 'count': 18 },"
	"    { 'up-to-us': 32768, 'count': 19 },"
	"    { 'up-to-us': 65536, 'count': 20 },"
	"    { 'up-to-us': 131072, 'count': 21 },"
	"    { 'up-to-us': 262144, 'count': 22 },"
	"    { 'up-to-us': 524288, 'count': 23 },"
	"    { 'up-to-us': 1048576, 'count': 24 },"
	"    { 'count': 25 } ] }";

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

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

/* Is this the date of that moment?  The document loses it, as the rest of it
   is the same every time. */
static void take_date(json_t *object, const char *key, int64_t monotonic)
{
	int64_t then = (read_clock(CLOCK_REALTIME) -
			(read_clock(CLOCK_MONOTONIC) - monotonic)) /
		       1000000;
	const char *text = json_string_value(json_object_get(object, key));
	struct tm tm = { 0 };
	const char *end;

	assert_non_null(text);
	end = strptime(text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	assert_non_null(end);
	assert_string_equal(end, "");
	assert_in_range(timegm(&tm), then - 1, then + 1);
	json_object_del(object, key);
}

/* The element of the array `key`, which has `count` of them. */
static json_t *element(const json_t *document, const char *key, size_t index,
		       size_t count)
{
	const json_t *array = json_object_get(document, key);

	assert_true(json_is_array(array));
	assert_int_equal(json_array_size(array), count);
	return json_array_get(array, index);
}

static void expect_router(json_t *json, const struct status_router *r,
			  const char *text)
{
	take_date(json_object_get(json, "statistics"), "discontinuity-datetime",
		  r->began);
	if (r->state != VRRP_INITIALIZE)
		take_date(json, "up-datetime", r->up);
	expect(json, text);
}

static void a_router_shows_all_that_it_is(void **state)
{
	struct status *status = status_begin(NULL);
	struct status_router router = router4();
	json_t *document;

	(void)state;
	status_add_router(status, &router);
	document = parse(status_end(status));
	expect_router(element(document, "routers", 0, 1), &router, json4);
	element(document, "interfaces", 0, 0);
	json_decref(document);
}

static void a_fault_is_shown_and_what_has_not_been_is_not(void **state)
{
	struct status *status = status_begin(NULL);
	struct status_router router = router6();
	json_t *document;

	(void)state;
	status_add_router(status, &router);
	document = parse(status_end(status));
	expect_router(element(document, "routers", 0, 1), &router, json6);
	json_decref(document);
}

static void routers_come_in_the_order_in_which_they_were_added(void **state)
{
	struct status *status = status_begin(NULL);
	struct status_router routers[] = { router6(), router4() };
	json_t *document;

	(void)state;
	status_add_router(status, &routers[0]);
	status_add_router(status, &routers[1]);
	document = parse(status_end(status));
	expect_router(element(document, "routers", 0, 2), &routers[0], json6);
	expect_router(element(document, "routers", 1, 2), &routers[1], json4);
	json_decref(document);
}

/* Of each reason as many as tell it from the others; PACKET_OK is none. */
static void an_interface_counts_each_reason_to_reject(void **state)
{
	uint64_t rejected[PACKET_REASONS];
	struct status_interface interface = { .name = "eth0",
					      .packet_io = "libpcap",
					      .no_xdp = "too old",
					      .rejected = rejected,
					      .dropped = 77 };
	struct status *status = status_begin(NULL);
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

static void the_agent_as_a_whole_counts_protocol_errors(void **state)
{
	struct status_vrrp vrrp = {
		.virtual_routers = 3,
		.interfaces = 2,
		.began = 1000000,
		.errors = { [MODEL_CHECKSUM_ERROR] = 21,
			    [MODEL_IP_TTL_ERROR] = 22,
			    [MODEL_VERSION_ERROR] = 23,
			    [MODEL_VRID_ERROR] = 24 },
		.error_events = 25,
		.error = { "vrid-error",
			   AF_INET6,
			   { 0xfe, 0x80, [15] = 2 },
			   7 },
	};
	struct status *status = status_begin(NULL);
	json_t *document, *shown;

	(void)state;
	status_add_vrrp(status, &vrrp);
	document = parse(status_end(status));
	shown = json_object_get(document, "vrrp");
	take_date(json_object_get(shown, "statistics"),
		  "discontinuity-datetime", vrrp.began);
	assert_int_equal(json_object_del(shown, "lateness"), 0);
	expect(shown, "{ 'virtual-routers': 3, 'interfaces': 2, 'statistics': {"
		      "    'checksum-errors': 21, 'ip-ttl-errors': 22,"
		      "    'version-errors': 23, 'vrid-errors': 24 },"
		      "  'notifications': { 'vrrp-protocol-error-event': 25 },"
		      "  'last-error': { 'protocol-error-reason': 'vrid-error',"
		      "    'source': 'fe80::2', 'time-us': 7 } }");
	json_decref(document);
}

/* Of each bucket as many as tell it from the others. */
static void lateness_is_two_histograms_and_a_count(void **state)
{
	struct status_vrrp vrrp = {
		.lateness = { .adverts = { .sum = 5000, .worst = 4000 },
			      .timers = { { [15] = 1 }, 2000000, 2000000 },
			      .late = 77 },
	};
	struct status *status = status_begin(NULL);
	json_t *document, *shown;

	(void)state;
	for (unsigned i = 0; i < LATENESS_BUCKETS; i++)
		vrrp.lateness.adverts.bucket[i] = 10 + i;
	status_add_vrrp(status, &vrrp);
	document = parse(status_end(status));
	shown = json_object_get(json_object_get(document, "vrrp"), "lateness");
	assert_int_equal(json_object_size(shown), 3);
	assert_int_equal(json_integer_value(
				 json_object_get(shown, "late-advertisements")),
			 77);
	expect(json_object_get(shown, "advertisements"), json_lateness);
	shown = json_object_get(shown, "active-down-timers");
	assert_int_equal(json_integer_value(json_object_get(shown, "count")),
			 1);
	expect(element(shown, "buckets", 15, 16), "{ 'count': 1 }");
	expect(element(shown, "buckets", 14, 16),
	       "{ 'up-to-us': 1048576, 'count': 0 }");
	json_decref(document);
}

/* More than the first piece of memory holds. */
static void hundreds_of_routers_are_one_document(void **state)
{
	struct status *status = status_begin(NULL);
	struct status_router router = router4();
	json_t *document;

	(void)state;
	for (int i = 0; i < 510; i++)
		status_add_router(status, &router);
	document = parse(status_end(status));
	expect_router(element(document, "routers", 509, 510), &router, json4);
	json_decref(document);
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
	json_t *document = parse(status_end(status_begin(NULL)));

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

static void outcomes_are_told_of_each(void **state)
{
	static const uint8_t successor[16] = { 192, 0, 2, 12 };
	const struct status_outcome list[] = {
		{ "lan", "eth0", 51, AF_INET, "handed-over", successor },
		{ "lan", "eth0", 51, AF_INET6, "not-active", NULL },
	};
	json_t *document = parse(status_outcomes(list, 2));

	(void)state;
	expect(document,
	       "{ 'routers': [ { 'name': 'lan', 'interface': 'eth0',"
	       "  'vrid': 51, 'family': 'ipv4', 'outcome': 'handed-over',"
	       "  'successor': '192.0.2.12' }, { 'name': 'lan',"
	       "  'interface': 'eth0', 'vrid': 51, 'family': 'ipv6',"
	       "  'outcome': 'not-active' } ] }");
	json_decref(document);
	document = parse(status_outcomes(NULL, 0));
	expect(document, "{ 'routers': [] }");
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
		cmocka_unit_test(the_agent_as_a_whole_counts_protocol_errors),
		cmocka_unit_test(lateness_is_two_histograms_and_a_count),
		cmocka_unit_test(hundreds_of_routers_are_one_document),
		cmocka_unit_test(a_document_has_its_version_and_both_clocks),
		cmocka_unit_test(outcomes_are_told_of_each),
		cmocka_unit_test(an_error_is_its_message_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
