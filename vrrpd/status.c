/* SPDX-License-Identifier: MIT */
/*
 * jansson, and only here (and in vrrpctl, which reads it).  Its functions
 * accept NULL, so that want of memory shows once, at the end.
 */
#include "vrrpd/status.h"

#include "netlink/address.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <stdlib.h>
#include <time.h>

struct status {
	json_t *routers;
	json_t *interfaces;
};

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static void set(json_t *object, const char *key, int64_t value)
{
	json_object_set_new(object, key, json_integer(value));
}

static json_t *counters(const struct status_counters *c)
{
	json_t *o = json_object();

	json_object_set_new(o, "active-transitions",
			    integer(c->active_transitions));
	json_object_set_new(o, "advertisement-rcvd",
			    integer(c->advertisement_rcvd));
	json_object_set_new(o, "advertisement-sent",
			    integer(c->advertisement_sent));
	json_object_set_new(o, "advertisement-not-sent",
			    integer(c->advertisement_not_sent));
	json_object_set_new(o, "priority-zero-pkts-rcvd",
			    integer(c->priority_zero_rcvd));
	json_object_set_new(o, "priority-zero-pkts-sent",
			    integer(c->priority_zero_sent));
	json_object_set_new(o, "interval-errors", integer(c->interval_errors));
	json_object_set_new(o, "address-list-errors",
			    integer(c->address_list_errors));
	json_object_set_new(o, "rfc5798-checksums-rcvd",
			    integer(c->legacy_checksum_rcvd));
	json_object_set_new(o, "repairs", integer(c->repairs));
	return o;
}

static json_t *addresses(const struct status_router *r)
{
	json_t *list = json_array();
	char text[ADDRESS_TEXT];

	for (size_t i = 0; i < r->address_count; i++) {
		address_format(&r->addresses[i], true, text);
		json_array_append_new(list, json_string(text));
	}
	return list;
}

static json_t *transition(const struct status_router *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "from",
			    json_string(vrrp_state_name(r->last.from)));
	json_object_set_new(o, "to", json_string(vrrp_state_name(r->state)));
	json_object_set_new(o, "reason",
			    json_string(vrrp_reason_name(r->last.reason)));
	set(o, "time-us", r->last.time);
	if (r->last.deadline != VRRP_NEVER) {
		set(o, "deadline-us", r->last.deadline);
		set(o, "late-us", r->last.time - r->last.deadline);
	}
	if (r->last.silence >= 0)
		set(o, "silence-us", r->last.silence);
	return o;
}

struct status *status_begin(void)
{
	struct status *status = calloc(1, sizeof *status);

	if (status) {
		status->routers = json_array();
		status->interfaces = json_array();
	}
	return status;
}

void status_add_router(struct status *status, const struct status_router *r)
{
	char text[INET6_ADDRSTRLEN];
	json_t *o = json_object();

	json_object_set_new(o, "name", json_string(r->name));
	json_object_set_new(o, "interface", json_string(r->interface));
	set(o, "vrid", r->vrid);
	json_object_set_new(
		o, "family",
		json_string(r->family == AF_INET ? "ipv4" : "ipv6"));
	json_object_set_new(o, "state", json_string(vrrp_state_name(r->state)));
	set(o, "priority", r->priority);
	json_object_set_new(o, "is-owner",
			    json_boolean(r->priority == VRRP_OWNER));
	json_object_set_new(o, "virtual-mac", json_boolean(r->virtual_mac));
	json_object_set_new(o, "serving", json_boolean(r->serving));
	if (r->fault)
		json_object_set_new(o, "fault", json_string(r->fault));
	if (r->active &&
	    inet_ntop(r->family, r->active, text, sizeof text) != NULL)
		json_object_set_new(o, "last-adv-source", json_string(text));
	set(o, "advertise-interval-centi-sec", r->interval / 10000);
	set(o, "skew-time", r->skew_time);
	set(o, "active-down-interval", r->active_down_interval / 10000);
	json_object_set_new(o, "virtual-addresses", addresses(r));
	json_object_set_new(o, "last-transition", transition(r));
	json_object_set_new(o, "statistics", counters(r->counters));
	json_array_append_new(status->routers, o);
}

void status_add_interface(struct status *status,
			  const struct status_interface *i)
{
	json_t *o = json_object(), *rejected = json_object();

	json_object_set_new(o, "name", json_string(i->name));
	for (int reason = PACKET_OK + 1; reason < PACKET_REASONS; reason++)
		json_object_set_new(
			rejected,
			packet_reason_name((enum packet_reason)reason),
			integer(i->rejected[reason]));
	json_object_set_new(o, "rejected", rejected);
	json_object_set_new(o, "dropped", integer(i->dropped));
	json_array_append_new(status->interfaces, o);
}

static int64_t clock_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

/* Both clocks at one moment, so that monotonic stamps can be placed. */
static json_t *clocks(void)
{
	json_t *o = json_object();

	set(o, "monotonic-us", clock_us(CLOCK_MONOTONIC));
	set(o, "realtime-us", clock_us(CLOCK_REALTIME));
	return o;
}

static char *print(json_t *document)
{
	char *text = json_dumps(document, JSON_INDENT(2));

	json_decref(document);
	return text;
}

char *status_end(struct status *status)
{
	json_t *document = json_object();

	json_object_set_new(document, "version", json_string(VERSION));
	json_object_set_new(document, "clock", clocks());
	json_object_set_new(document, "routers", status->routers);
	json_object_set_new(document, "interfaces", status->interfaces);
	free(status);
	return print(document);
}

char *status_error(const char *message)
{
	json_t *document = json_object();

	json_object_set_new(document, "error", json_string(message));
	return print(document);
}
