/* SPDX-License-Identifier: MIT */
/*
 * The format wants all samples of a metric to stand together, so that each
 * goes through all virtual routers in turn.  Counters are those that the agent
 * has, by its names: there is no list of them here.  Times are seconds.
 */
#include "vrrpd/metrics.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char *string(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "";
}

static int64_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void head(const char *name, const char *type, const char *help)
{
	printf("# TYPE %s %s\n# HELP %s %s\n", name, type, name, help);
}

/* ,name="value", with what the format wants to be escaped. */
static void label(const char *separator, const char *name, const char *value)
{
	printf("%s%s=\"", separator, name);
	for (; *value; value++) {
		if (*value == '"' || *value == '\\')
			putchar('\\');
		if (*value == '\n')
			printf("\\n");
		else
			putchar(*value);
	}
	putchar('"');
}

/* Its labels; who calls closes them. */
static void router_sample(const char *name, const json_t *r)
{
	printf("%s{", name);
	label("", "router", string(r, "name"));
	label(",", "interface", string(r, "interface"));
	printf(",vrid=\"%" PRId64 "\"", number(r, "vrid"));
	label(",", "family", string(r, "family"));
}

static void states(const json_t *routers)
{
	static const char *const state[] = { "initialize", "backup", "active",
					     "leaving" };
	const json_t *r;
	size_t i;

	head("vrrpd_router_state", "stateset", "What it is (RFC 9568).");
	json_array_foreach(routers, i, r)
	{
		for (size_t s = 0; s < sizeof state / sizeof state[0]; s++) {
			const char *is = string(r, "state");

			router_sample("vrrpd_router_state", r);
			label(",", "vrrpd_router_state", state[s]);
			printf("} %d\n", strcmp(is, state[s]) == 0);
		}
	}
}

/* A number, or whether it is true or there at all. */
static void gauge(const json_t *routers, const char *name, const char *key,
		  const char *help)
{
	const json_t *r;
	size_t i;

	head(name, "gauge", help);
	json_array_foreach(routers, i, r)
	{
		const json_t *value = json_object_get(r, key);

		router_sample(name, r);
		printf("} %" PRId64 "\n",
		       json_is_integer(value)
			       ? number(r, key)
			       : (int64_t)(value && !json_is_false(value)));
	}
}

/* By the clock on the wall; of what has not been there is none. */
static void transitions(const json_t *routers, const json_t *clock)
{
	static const char name[] =
		"vrrpd_router_last_transition_timestamp_seconds";
	int64_t offset =
		number(clock, "realtime-us") - number(clock, "monotonic-us");
	const json_t *r;
	size_t i;

	head(name, "gauge", "When it came into its state.");
	json_array_foreach(routers, i, r)
	{
		const json_t *last = json_object_get(r, "last-transition");
		int64_t time = number(last, "time-us");

		if (time == 0)
			continue;
		router_sample(name, r);
		printf("} %.6f\n", (double)(time + offset) / 1000000);
	}
}

/* "advertisement-rcvd" of the object `key` of each router that has it. */
static void counter(const json_t *routers, const char *key, const char *prefix,
		    const char *counter)
{
	char name[80], sample[96];
	const json_t *r;
	size_t i;

	snprintf(name, sizeof name, "%s_%s", prefix, counter);
	for (char *c = name; *c; c++)
		if (*c == '-')
			*c = '_';
	snprintf(sample, sizeof sample, "%s_total", name);
	head(name, "counter", "See vrrpctl(8).");
	json_array_foreach(routers, i, r)
	{
		const json_t *counters = json_object_get(r, key);

		if (!json_object_get(counters, counter))
			continue;
		router_sample(sample, r);
		printf("} %" PRId64 "\n", number(counters, counter));
	}
}

/* All have the same counters, but not all have any of this kind. */
static void counters(const json_t *routers, const char *key, const char *prefix)
{
	json_t *example = NULL, *value;
	const json_t *r;
	const char *name;
	size_t i;

	json_array_foreach(routers, i, r)
	{
		if (!example)
			example = json_object_get(r, key);
	}
	json_object_foreach(example, name, value)
	{
		if (json_is_integer(value))
			counter(routers, key, prefix, name);
	}
}

static void interfaces(const json_t *list)
{
	const json_t *iface;
	const char *reason;
	json_t *value;
	size_t i;

	head("vrrpd_interface_rejected", "counter",
	     "Frames that reached no virtual router, by reason.");
	json_array_foreach(list, i, iface)
	{
		json_t *rejected = json_object_get(iface, "rejected");

		json_object_foreach(rejected, reason, value)
		{
			printf("vrrpd_interface_rejected_total{");
			label("", "interface", string(iface, "name"));
			label(",", "reason", reason);
			printf("} %" PRId64 "\n", number(rejected, reason));
		}
	}
	head("vrrpd_interface_dropped", "counter",
	     "Frames lost as they were not read in time.");
	json_array_foreach(list, i, iface)
	{
		printf("vrrpd_interface_dropped_total{");
		label("", "interface", string(iface, "name"));
		printf("} %" PRId64 "\n", number(iface, "dropped"));
	}
}

static void histogram(const char *name, const json_t *h, const char *help)
{
	const json_t *bucket;
	int64_t count = 0;
	size_t i;

	head(name, "histogram", help);
	json_array_foreach(json_object_get(h, "buckets"), i, bucket)
	{
		int64_t bound = number(bucket, "up-to-us");

		count += number(bucket, "count");
		if (bound > 0)
			printf("%s_bucket{le=\"%.6f\"} %" PRId64 "\n", name,
			       (double)bound / 1000000, count);
	}
	printf("%s_bucket{le=\"+Inf\"} %" PRId64 "\n", name, count);
	printf("%s_count %" PRId64 "\n", name, count);
	printf("%s_sum %.6f\n", name, (double)number(h, "sum-us") / 1000000);
}

static void agent(const json_t *answer)
{
	const json_t *vrrp = json_object_get(answer, "vrrp");
	const json_t *lateness = json_object_get(vrrp, "lateness");
	json_t *errors = json_object_get(vrrp, "statistics"), *value;
	const char *error;

	head("vrrpd", "info", "The agent.");
	printf("vrrpd_info{");
	label("", "version", string(answer, "version"));
	printf("} 1\n");
	head("vrrpd_protocol_errors", "counter",
	     "Advertisements that reached no virtual router.");
	json_object_foreach(errors, error, value)
	{
		if (!json_is_integer(value))
			continue;
		printf("vrrpd_protocol_errors_total{");
		label("", "error", error);
		printf("} %" PRId64 "\n", number(errors, error));
	}
	histogram("vrrpd_advertisement_lateness_seconds",
		  json_object_get(lateness, "advertisements"),
		  "From the moment at which one was due until it was sent.");
	histogram("vrrpd_active_down_timer_lateness_seconds",
		  json_object_get(lateness, "active-down-timers"),
		  "From the moment at which one expired until it was judged.");
	head("vrrpd_late_advertisements", "counter",
	     "Sent later than half an interval after they were due.");
	printf("vrrpd_late_advertisements_total %" PRId64 "\n",
	       number(lateness, "late-advertisements"));
}

int metrics_print(const json_t *answer)
{
	const json_t *routers = json_object_get(answer, "routers");

	agent(answer);
	states(routers);
	gauge(routers, "vrrpd_router_serving", "serving",
	      "Does this host answer for the addresses?");
	gauge(routers, "vrrpd_router_fault", "fault",
	      "Is there anything that keeps it from running?");
	gauge(routers, "vrrpd_router_drained", "drained",
	      "Was it told to be out of service?");
	gauge(routers, "vrrpd_router_priority", "priority", "As configured.");
	transitions(routers, json_object_get(answer, "clock"));
	counters(routers, "statistics", "vrrpd_router");
	counters(routers, "router-advertisements", "vrrpd_router_ra");
	interfaces(json_object_get(answer, "interfaces"));
	puts("# EOF");
	return 0;
}
