/* SPDX-License-Identifier: MIT */
/*
 * wire writes down what a segment hears of virtual routers, a line per frame,
 * with the kernel's time of arrival:
 *
 *	wire [--json] [--adverts] [--for 5s] INTERFACE
 *
 * Run on the lab's bridge it sees everything, and also the moment a bridge
 * port is cut or mended, on the same clock: so the silence and the first
 * advert after it stand in one record.  --adverts leaves ARP and neighbour
 * advertisements out.
 */
#include "netns-lab/decode.h"
#include "netns-lab/ports.h"
#include "netns-lab/tool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

struct options {
	const char *interface;
	int64_t duration; /* us, 0: until told to stop */
	bool adverts;
	bool json;
};

/*
 * Let the kernel drop what cannot be of interest, so that a probe of ten
 * thousand questions a second does not wake us twenty thousand times.
 */
static int set_filter(int fd, bool adverts)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 0x0800, 0, 2), /* IPv4 */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 112, 6, 5),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 0x86dd, 0, 3), /* IPv6 */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 112, 3, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, adverts ? 112 : 58, 2, 1),
		BPF_JUMP(BPF_JMP | BPF_JEQ, adverts ? 0x0800 : 0x0806, 1, 0),
		BPF_STMT(BPF_RET, 0),
		BPF_STMT(BPF_RET, 65535),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) < 0)
		return -errno;
	return 0;
}

static int open_tap(const struct options *options)
{
	unsigned ifindex = if_nametoindex(options->interface);
	struct sockaddr_ll local = { .sll_family = AF_PACKET,
				     .sll_protocol = htons(ETH_P_ALL),
				     .sll_ifindex = (int)ifindex };
	struct packet_mreq all = { .mr_ifindex = (int)ifindex,
				   .mr_type = PACKET_MR_PROMISC };
	int fd, err;

	if (!ifindex)
		return -ENODEV;
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = set_filter(fd, options->adverts);
	if (!err)
		err = tool_stamp_receive(fd);
	if (err)
		return err;
	if (bind(fd, (const struct sockaddr *)&local, sizeof(local)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all,
		       sizeof(all)) < 0)
		return -errno;
	return fd;
}

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

static void print_frame(const struct seen *s, int64_t time, bool json)
{
	char mac[18], target_mac[18], source[INET6_ADDRSTRLEN],
		target[INET6_ADDRSTRLEN];

	format_mac(s->mac, mac);
	format_mac(s->target_mac, target_mac);
	inet_ntop(s->family, s->source, source, sizeof(source));
	inet_ntop(s->family, s->target, target, sizeof(target));
	printf(json ? "{\"time_us\":%lld%06lld,\"kind\":\"%s\",\"mac\":\"%s\""
		    : "%lld.%06lld %s from %s",
	       (long long)(time / 1000000), (long long)(time % 1000000),
	       seen_kind_name(s->kind), mac);
	if (s->kind == SEEN_ADVERT)
		print_advert(s, source, json);
	else
		printf(json ? ",\"address\":\"%s\",\"is_at\":\"%s\"}\n"
			    : ": %s is at %s\n",
		       target, target_mac);
}

static void take_frames(int fd, bool json)
{
	uint8_t frame[16384];
	struct sockaddr_ll from;
	struct seen seen;
	int64_t time;
	ssize_t len;

	for (int i = 0; i < 256; i++) {
		len = tool_receive(fd, frame, sizeof(frame), &from,
				   sizeof(from), &time);
		if (len < 0)
			return;
		if (from.sll_pkttype != PACKET_OUTGOING &&
		    decode_frame(frame, (size_t)len, &seen))
			print_frame(&seen, time, json);
	}
}

static void take_port_changes(int fd, bool json)
{
	struct port_change change;
	int64_t time;

	while (ports_next(fd, &change, &time) == 0)
		printf(json ? "{\"time_us\":%lld%06lld,\"kind\":\"port\","
			      "\"name\":\"%s\",\"state\":\"%s\"}\n"
			    : "%lld.%06lld port %s %s\n",
		       (long long)(time / 1000000), (long long)(time % 1000000),
		       change.name, ports_state_name(change.state));
}

static void record(const struct options *options, int tap, int ports, int stop)
{
	struct pollfd fds[] = { { .fd = tap, .events = POLLIN },
				{ .fd = ports, .events = POLLIN },
				{ .fd = stop, .events = POLLIN } };
	int64_t start = tool_now(), left = -1;

	while (!fds[2].revents) {
		if (options->duration) {
			left = start + options->duration - tool_now();
			if (left <= 0)
				return;
			left = left / 1000 + 1;
		}
		if (poll(fds, 3, (int)left) < 0 && errno != EINTR)
			return;
		take_port_changes(ports, options->json);
		take_frames(tap, options->json);
		fflush(stdout);
	}
}

static bool parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "for", required_argument, NULL, 'f' },
		{ "adverts", no_argument, NULL, 'a' },
		{ "json", no_argument, NULL, 'j' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "f:aj", names, NULL)) != -1) {
		if (c == 'f' && tool_parse_time(optarg, &o->duration) == 0)
			continue;
		if (c == 'a')
			o->adverts = true;
		else if (c == 'j')
			o->json = true;
		else
			return false;
	}
	o->interface = argv[optind];
	return argc - optind == 1;
}

int main(int argc, char **argv)
{
	struct options options = { 0 };
	int stop, tap = -1, ports = -1;

	if (!parse_options(argc, argv, &options)) {
		fprintf(stderr, "usage: wire [--json] [--adverts] [--for 5s] "
				"INTERFACE\n");
		return 2;
	}
	stop = tool_catch_stop();
	if (stop >= 0)
		ports = ports_open();
	if (ports >= 0)
		tap = open_tap(&options);
	if (stop < 0 || ports < 0 || tap < 0) {
		fprintf(stderr, "wire: %s: %s\n", options.interface,
			strerror(-(stop < 0    ? stop
				   : ports < 0 ? ports
					       : tap)));
		return 1;
	}
	tool_be_prompt();
	record(&options, tap, ports, stop);
	return 0;
}
