/* SPDX-License-Identifier: MIT */
/*
 * jansson, and only here (and in vrrpctl, which reads it).  Its functions
 * accept NULL, so that want of memory shows once, at the end.
 */
#include "vrrpd/status.h"

#include "netlink/address.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct status {
	struct status_clock clock;
	json_t *vrrp;
	json_t *interfaces;
	/* The beginning of the document.  There may be hundreds of routers, and
	   each is text before the next one is looked at: a tree of them all
	   would cost more than their text. */
	char *text;
	size_t size, room, routers;
	bool failed;
};

/* A counter of a virtual router: its name, and where it stands. */
struct counter {
	const char *name;
	size_t offset;
};

#define AT(member) offsetof(struct status_counters, member)

static const struct counter statistics[] = {
	{ "active-transitions", AT(active_transitions) },
	{ "advertisement-rcvd", AT(advertisement_rcvd) },
	{ "advertisement-sent", AT(advertisement_sent) },
	{ "advertisement-not-sent", AT(advertisement_not_sent) },
	{ "priority-zero-pkts-rcvd", AT(priority_zero_rcvd) },
	{ "priority-zero-pkts-sent", AT(priority_zero_sent) },
	{ "interval-errors", AT(interval_errors) },
	{ "address-list-errors", AT(address_list_errors) },
	{ "packet-length-errors", AT(packet_length_errors) },
	{ "invalid-type-pkts-rcvd", AT(invalid_type_rcvd) },
	{ "ip-ttl-errors", AT(ip_ttl_errors) },
	{ "no-address-pkts-rcvd", AT(no_address_rcvd) },
	{ "not-link-local-pkts-rcvd", AT(not_link_local_rcvd) },
	{ "no-interval-pkts-rcvd", AT(no_interval_rcvd) },
	{ "rfc5798-checksums-rcvd", AT(legacy_checksum_rcvd) },
	{ "owner-pkts-rcvd", AT(owner_adverts_rcvd) },
	{ "repairs", AT(repairs) },
	{ .name = NULL },
};

static const struct counter notifications[] = {
	{ "vrrp-new-active-event", AT(new_active_events) },
	{ "vrrp-virtual-router-error-event", AT(error_events) },
	{ .name = NULL },
};

static const char *const protocol_counters[MODEL_PROTOCOL_ERRORS] = {
	[MODEL_CHECKSUM_ERROR] = "checksum-errors",
	[MODEL_IP_TTL_ERROR] = "ip-ttl-errors",
	[MODEL_VERSION_ERROR] = "version-errors",
	[MODEL_VRID_ERROR] = "vrid-errors",
};

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static void set(json_t *object, const char *key, int64_t value)
{
	json_object_set_new(object, key, json_integer(value));
}

static void set_text(json_t *object, const char *key, const char *value)
{
	json_object_set_new(object, key, json_string(value));
}

static void set_truth(json_t *object, const char *key, bool value)
{
	json_object_set_new(object, key, json_boolean(value));
}

/* If any. */
static void set_address(json_t *object, const char *key, uint8_t family,
			const uint8_t *address)
{
	char text[INET6_ADDRSTRLEN];

	if (address && inet_ntop(family, address, text, sizeof text))
		set_text(object, key, text);
}

/* RFC 6991 date-and-time; to the second, or it would differ each time. */
static void set_date(const struct status *status, json_t *object,
		     const char *key, int64_t monotonic)
{
	const struct status_clock *clock = &status->clock;
	int64_t us = clock->realtime - (clock->monotonic - monotonic);
	time_t seconds = (time_t)(us / 1000000);
	char text[40];
	struct tm tm;

	if (gmtime_r(&seconds, &tm) &&
	    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) > 0)
		set_text(object, key, text);
}

static json_t *counters(const struct counter *table,
			const struct status_counters *c)
{
	json_t *o = json_object();

	for (; table->name; table++) {
		const char *at = (const char *)c + table->offset;

		json_object_set_new(
			o, table->name,
			integer(*(const uint64_t *)(const void *)at));
	}
	return o;
}

/* `key` is the leaf of the notification that has the reason. */
static void set_error(json_t *object, const char *key,
		      const struct status_error *e)
{
	json_t *o;

	if (!e->reason)
		return;
	o = json_object();
	set_text(o, key, e->reason);
	set_address(o, "source", e->family, e->source);
	set(o, "time-us", e->time);
	json_object_set_new(object, "last-error", o);
}

static json_t *advertiser(const struct status_advertiser *a)
{
	json_t *o = json_object();

	json_object_set_new(o, "sent", integer(a->sent));
	json_object_set_new(o, "solicitations-rcvd", integer(a->solicited));
	return o;
}

/* A bucket for each bound; the last has none. */
static json_t *histogram(const struct lateness_histogram *h)
{
	json_t *o = json_object(), *buckets = json_array();

	for (unsigned i = 0; i < LATENESS_BUCKETS; i++) {
		json_t *bucket = json_object();

		if (i + 1 < LATENESS_BUCKETS)
			set(bucket, "up-to-us", lateness_bound(i));
		json_object_set_new(bucket, "count", integer(h->bucket[i]));
		json_array_append_new(buckets, bucket);
	}
	json_object_set_new(o, "count", integer(lateness_count(h)));
	json_object_set_new(o, "sum-us", integer(h->sum));
	set(o, "worst-us", h->worst);
	json_object_set_new(o, "buckets", buckets);
	return o;
}

static json_t *lateness(const struct lateness *l)
{
	json_t *o = json_object();

	json_object_set_new(o, "advertisements", histogram(&l->adverts));
	json_object_set_new(o, "active-down-timers", histogram(&l->timers));
	json_object_set_new(o, "late-advertisements", integer(l->late));
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

	set_text(o, "from", vrrp_state_name(r->last.from));
	set_text(o, "to", vrrp_state_name(r->state));
	set_text(o, "reason", vrrp_reason_name(r->last.reason));
	if (r->why[0])
		set_text(o, "why", r->why);
	set(o, "time-us", r->last.time);
	if (r->last.deadline != VRRP_NEVER) {
		set(o, "deadline-us", r->last.deadline);
		set(o, "late-us", r->last.late);
		set_truth(o, "host-was-late", r->last.slipped);
	}
	if (r->last.silence >= 0)
		set(o, "silence-us", r->last.silence);
	return o;
}

static int64_t clock_us(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

void status_read_clock(struct status_clock *clock)
{
	clock->monotonic = clock_us(CLOCK_MONOTONIC);
	clock->realtime = clock_us(CLOCK_REALTIME);
}

struct status *status_begin(const struct status_clock *clock)
{
	struct status *status = calloc(1, sizeof *status);

	if (!status)
		return NULL;
	if (clock)
		status->clock = *clock;
	else
		status_read_clock(&status->clock);
	status->interfaces = json_array();
	return status;
}

void status_add_vrrp(struct status *status, const struct status_vrrp *v)
{
	json_t *o = json_object(), *sum = json_object(), *told = json_object();

	set_date(status, sum, "discontinuity-datetime", v->began);
	for (int i = MODEL_NO_ERROR + 1; i < MODEL_PROTOCOL_ERRORS; i++)
		json_object_set_new(sum, protocol_counters[i],
				    integer(v->errors[i]));
	json_object_set_new(told, "vrrp-protocol-error-event",
			    integer(v->error_events));
	set(o, "virtual-routers", (int64_t)v->virtual_routers);
	set(o, "interfaces", (int64_t)v->interfaces);
	json_object_set_new(o, "statistics", sum);
	json_object_set_new(o, "notifications", told);
	json_object_set_new(o, "lateness", lateness(&v->lateness));
	set_error(o, "protocol-error-reason", &v->error);
	status->vrrp = o;
}

static void set_identity(json_t *o, const char *name, const char *interface,
			 uint8_t vrid, uint8_t family)
{
	set_text(o, "name", name);
	set_text(o, "interface", interface);
	set(o, "vrid", vrid);
	set_text(o, "family", family == AF_INET ? "ipv4" : "ipv6");
}

/* What it was told to be. */
static void set_configuration(json_t *o, const struct status_router *r)
{
	json_t *preempt = json_object();

	set_identity(o, r->name, r->interface, r->vrid, r->family);
	set_text(o, "version", "vrrp-v3");
	set(o, "priority", r->priority);
	set_truth(o, "is-owner", r->priority == VRRP_OWNER);
	set_truth(preempt, "enabled", r->preempt);
	set(preempt, "hold-time", r->preempt_delay / 1000000);
	set(preempt, "hold-time-us", r->preempt_delay);
	json_object_set_new(o, "preempt", preempt);
	set_truth(o, "accept", r->accept);
	set_truth(o, "virtual-mac", r->virtual_mac);
	set(o, "advertise-interval-centi-sec", r->interval / 10000);
	json_object_set_new(o, "virtual-addresses", addresses(r));
}

/* What it is. */
static void set_state(const struct status *status, json_t *o,
		      const struct status_router *r)
{
	set_text(o, "state", vrrp_state_name(r->state));
	set_truth(o, "serving", r->serving);
	set_text(o, "fence", r->fence);
	if (r->no_fence[0])
		set_text(o, "no-fence", r->no_fence);
	if (r->fault)
		set_text(o, "fault", r->fault);
	set_truth(o, "drained", r->drained);
	if (r->state != VRRP_INITIALIZE)
		set_date(status, o, "up-datetime", r->up);
	set_address(o, "primary-ip-address", r->family, r->primary);
	set_address(o, "last-adv-source", r->family, r->active);
	if (r->active)
		set(o, "active-priority", r->active_priority);
	set(o, "active-adver-interval", r->active_interval / 10000);
	set(o, "skew-time", r->skew_time);
	set(o, "active-down-interval", r->active_down_interval / 10000);
	if (r->deadline != VRRP_NEVER)
		set(o, "deadline-us", r->deadline);
	set_text(o, "last-event", model_event_name(r->event));
	set_text(o, "new-active-reason",
		 model_active_reason_name(r->active_reason));
	json_object_set_new(o, "last-transition", transition(r));
	set_error(o, "virtual-router-error-reason", r->error);
}

static char *print(json_t *document)
{
	char *text = json_dumps(document, JSON_COMPACT);

	json_decref(document);
	return text;
}

static void append(struct status *status, const char *text)
{
	size_t size = text ? strlen(text) : 0;
	size_t room = status->room ? status->room : 64 * 1024;
	char *more = status->text;

	while (room - status->size <= size)
		room *= 2;
	if (text && room > status->room)
		more = realloc(more, room);
	if (!text || !more) {
		status->failed = true;
		return;
	}
	memcpy(more + status->size, text, size + 1);
	status->text = more;
	status->size += size;
	status->room = room;
}

static void append_freeing(struct status *status, char *text)
{
	append(status, text);
	free(text);
}

void status_add_router(struct status *status, const struct status_router *r)
{
	json_t *o = json_object(), *counted = counters(statistics, r->counters);

	set_configuration(o, r);
	set_state(status, o, r);
	set_date(status, counted, "discontinuity-datetime", r->began);
	json_object_set_new(o, "statistics", counted);
	json_object_set_new(o, "notifications",
			    counters(notifications, r->counters));
	if (r->advertiser)
		json_object_set_new(o, "router-advertisements",
				    advertiser(r->advertiser));
	append(status, status->routers++ == 0 ? "{\"routers\":[" : ",");
	append_freeing(status, print(o));
}

void status_add_interface(struct status *status,
			  const struct status_interface *i)
{
	json_t *o = json_object(), *rejected = json_object();

	json_object_set_new(o, "name", json_string(i->name));
	if (i->packet_io)
		set_text(o, "packet-io", i->packet_io);
	if (i->no_xdp[0])
		set_text(o, "no-xdp", i->no_xdp);
	for (int reason = PACKET_OK + 1; reason < PACKET_REASONS; reason++)
		json_object_set_new(
			rejected,
			packet_reason_name((enum packet_reason)reason),
			integer(i->rejected[reason]));
	json_object_set_new(o, "rejected", rejected);
	json_object_set_new(o, "dropped", integer(i->dropped));
	json_array_append_new(status->interfaces, o);
}

static json_t *clocks(const struct status *status)
{
	json_t *o = json_object();

	set(o, "monotonic-us", status->clock.monotonic);
	set(o, "realtime-us", status->clock.realtime);
	return o;
}

char *status_end(struct status *status)
{
	json_t *rest = json_object();
	char *text;

	set_text(rest, "version", VERSION);
	json_object_set_new(rest, "clock", clocks(status));
	if (status->vrrp)
		json_object_set_new(rest, "vrrp", status->vrrp);
	json_object_set_new(rest, "interfaces", status->interfaces);
	text = print(rest);
	if (text)
		text[0] = ','; /* its brace is there already */
	append(status, status->routers == 0 ? "{\"routers\":[]" : "]");
	append_freeing(status, text);
	text = status->text;
	if (status->failed) {
		free(text);
		text = NULL;
	}
	free(status);
	return text;
}

static json_t *lines(const char *text)
{
	json_t *list = json_array();

	while (*text) {
		size_t size = strcspn(text, "\n");

		json_array_append_new(list, json_stringn(text, size));
		text += size + (text[size] == '\n');
	}
	return list;
}

char *status_reload(const char *changes, const char *problems)
{
	json_t *document = json_object();

	json_object_set_new(document, "changes", lines(changes));
	json_object_set_new(document, "problems", lines(problems));
	return print(document);
}

char *status_outcomes(const struct status_outcome *list, size_t count)
{
	json_t *document = json_object(), *routers = json_array();

	for (; count > 0; list++, count--) {
		json_t *o = json_object();

		set_identity(o, list->name, list->interface, list->vrid,
			     list->family);
		set_text(o, "outcome", list->outcome);
		set_address(o, "successor", list->family, list->successor);
		json_array_append_new(routers, o);
	}
	json_object_set_new(document, "routers", routers);
	return print(document);
}

char *status_error(const char *message)
{
	json_t *document = json_object();

	set_text(document, "error", message);
	return print(document);
}
