/* SPDX-License-Identifier: MIT */
/*
 * wire writes down what segments hear of virtual routers, a line per frame,
 * with the kernel's time of arrival and the port of the switch it came in by:
 *
 *	wire [--json] [--adverts | --echoes] [--for 5s] INTERFACE...
 *
 * Run on the lab's bridges it sees everything, and also the moment a bridge
 * port is cut or mended, on the same clock: so the silence and the first
 * advert after it stand in one record.  --adverts leaves ARP and neighbour
 * advertisements out, --echoes adds the replies to pings.  Each line of JSON
 * has "time_us", "segment" and "kind":
 *
 *	advert			port, mac, family, source, vrid, priority,
 *				interval_us, addresses (how many), ttl, checksum
 *	arp-announcement,	port, mac, address, is_at
 *	arp-reply, na (unsolicited), na-reply, echo-reply
 *	port			name, state: one of the bridge's words, or
 *				carrier, no-carrier, removed
 *
 * "mac" is the Ethernet source; "port" is null where there is no switch.  The
 * lines are not quite in the order of their times: two processors receive.
 */
#include "netns-lab/tools/decode.h"
#include "netns-lab/tools/ingress.h"
#include "netns-lab/tools/ports.h"
#include "netns-lab/tools/tool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#define PAUSE_MS 1

struct segment {
	const char *name;
	int ifindex;
};

struct options {
	struct segment segments[INGRESS_SEGMENTS];
	size_t count;
	int64_t duration; /* us, 0: until told to stop */
	enum ingress_wish wish;
	bool json;
};

struct recorder {
	const struct options *options;
	struct ports ports;
	struct ingress ingress;
};

static void format_mac(const uint8_t *mac, char text[18])
{
	snprintf(text, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
}

static void print_advert(const struct seen *s, const char *source, bool json)
{
	printf(json ? ",\"family\":\"%s\",\"source\":\"%s\",\"vrid\":%d,"
		      "\"priority\":%d,\"interval_us\":%lld,\"addresses\":%d,"
		      "\"ttl\":%d,\"checksum\":\"%s\"}\n"
		    : " %s from %s vrid %d priority %d interval %lld us, "
		      "%d addresses, ttl %d, checksum %s\n",
	       s->family == AF_INET ? "ipv4" : "ipv6", source, s->vrid,
	       s->priority, (long long)s->interval, s->count, s->ttl,
	       seen_checksum_name(s->checksum));
}

static const struct segment *segment_of(const struct options *options,
					int ifindex)
{
	for (size_t i = 0; i < options->count; i++)
		if (options->segments[i].ifindex == ifindex)
			return &options->segments[i];
	return NULL;
}

static void print_time(int64_t time, bool json)
{
	printf(json ? "{\"time_us\":%lld%06lld" : "%lld.%06lld",
	       (long long)(time / 1000000), (long long)(time % 1000000));
}

static void print_place(const struct recorder *r,
			const struct ingress_heard *heard)
{
	const struct segment *on = segment_of(r->options, heard->segment);
	const struct port *port = ports_find(&r->ports, heard->port);

	if (!r->options->json)
		printf(" %s%s%s", on->name, port ? "/" : "",
		       port ? port->name : "");
	else if (port)
		printf(",\"segment\":\"%s\",\"port\":\"%s\"", on->name,
		       port->name);
	else
		printf(",\"segment\":\"%s\",\"port\":null", on->name);
}

static void print_frame(const struct recorder *r,
			const struct ingress_heard *heard)
{
	char mac[18], target_mac[18], source[INET6_ADDRSTRLEN],
		target[INET6_ADDRSTRLEN];
	const struct seen *s = &heard->seen;
	bool json = r->options->json;

	format_mac(s->mac, mac);
	format_mac(s->target_mac, target_mac);
	inet_ntop(s->family, s->source, source, sizeof(source));
	inet_ntop(s->family, s->target, target, sizeof(target));
	print_time(heard->time, json);
	print_place(r, heard);
	printf(json ? ",\"kind\":\"%s\",\"mac\":\"%s\"" : " %s from %s",
	       seen_kind_name(s->kind), mac);
	if (s->kind == SEEN_ADVERT)
		print_advert(s, source, json);
	else
		printf(json ? ",\"address\":\"%s\",\"is_at\":\"%s\"}\n"
			    : ": %s is at %s\n",
		       target, target_mac);
}

static void take_port_changes(struct recorder *r)
{
	struct port_change change;
	const struct segment *on;
	int64_t time;

	while (ports_next(&r->ports, &change, &time) == 0) {
		on = segment_of(r->options, change.segment);
		if (!on)
			continue;
		print_time(time, r->options->json);
		printf(r->options->json
			       ? ",\"segment\":\"%s\",\"kind\":\"port\","
				 "\"name\":\"%s\",\"state\":\"%s\"}\n"
			       : " %s port %s %s\n",
		       on->name, change.name, change.state);
	}
}

/* All that has arrived by now: this ends even when we are slower than it. */
static void take_frames(struct recorder *r)
{
	struct ingress_heard heard;
	int64_t now = tool_now();

	while (ingress_next(&r->ingress, &heard) == 0) {
		/* A port may be so new that we have not heard of it. */
		if (heard.port && !ports_find(&r->ports, heard.port))
			take_port_changes(r);
		print_frame(r, &heard);
		if (heard.time > now)
			return;
	}
}

/* In ms, for poll(): -1 for ever. */
static int time_left(const struct options *options, int64_t start)
{
	int64_t left = start + options->duration - tool_now();

	if (!options->duration)
		return -1;
	return left > 0 ? (int)(left / 1000 + 1) : 0;
}

static void record(struct recorder *r, int stop)
{
	struct pollfd fds[] = { { .fd = r->ingress.fd, .events = POLLIN },
				{ .fd = r->ports.fd, .events = POLLIN },
				{ .fd = stop, .events = POLLIN } };
	int64_t start = tool_now();
	int left = -1;

	while (left && !fds[2].revents) {
		left = time_left(r->options, start);
		if (poll(fds, 3, left) < 0 && errno != EINTR)
			return;
		/*
		 * The kernel has stamped the frames, and more will come: who
		 * answers every 10 us must not find us in its way each time.
		 * Changes of ports are stamped by us.
		 */
		if (fds[0].revents && !fds[1].revents && !fds[2].revents)
			(void)poll(fds + 1, 2, PAUSE_MS);
		take_port_changes(r);
		take_frames(r);
		fflush(stdout);
	}
}

static bool parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "for", required_argument, NULL, 'f' },
		{ "adverts", no_argument, NULL, 'a' },
		{ "echoes", no_argument, NULL, 'e' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int c;

	o->wish = INGRESS_CLAIMS;
	while ((c = getopt_long(argc, argv, "f:aej", names, NULL)) != -1) {
		if (c == 'f' && tool_parse_time(optarg, &o->duration) == 0)
			continue;
		if (c == 'a')
			o->wish = INGRESS_ADVERTS;
		else if (c == 'e')
			o->wish = INGRESS_ECHOES;
		else if (c == 'j')
			o->json = true;
		else
			return false;
	}
	while (optind < argc && o->count < INGRESS_SEGMENTS)
		o->segments[o->count++].name = argv[optind++];
	return o->count > 0 && optind == argc;
}

static bool find_segments(struct options *o)
{
	for (size_t i = 0; i < o->count; i++) {
		struct segment *s = &o->segments[i];

		s->ifindex = (int)if_nametoindex(s->name);
		if (!s->ifindex) {
			fprintf(stderr, "wire: %s: %s\n", s->name,
				strerror(errno));
			return false;
		}
	}
	return true;
}

static int open_all(struct recorder *r)
{
	int indexes[INGRESS_SEGMENTS], err;

	for (size_t i = 0; i < r->options->count; i++)
		indexes[i] = r->options->segments[i].ifindex;
	err = ports_open(&r->ports);
	if (err)
		return err;
	return ingress_open(&r->ingress, indexes, r->options->count,
			    r->options->wish);
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	static struct recorder recorder;
	unsigned lost;
	int stop, err;

	if (!parse_options(argc, argv, &options)) {
		fprintf(stderr, "usage: wire [--json] [--adverts | --echoes] "
				"[--for 5s] INTERFACE...\n");
		return 2;
	}
	if (!find_segments(&options))
		return 1;
	recorder.options = &options;
	stop = tool_catch_stop();
	err = stop < 0 ? stop : open_all(&recorder);
	if (err) {
		fprintf(stderr, "wire: %s\n", strerror(-err));
		return 1;
	}
	tool_be_prompt();
	record(&recorder, stop);
	lost = ingress_lost(&recorder.ingress);
	if (lost)
		fprintf(stderr, "wire: %u frames came too fast\n", lost);
	ports_close(&recorder.ports);
	return 0;
}
