/* SPDX-License-Identifier: MIT */
/*
 * hostile is a host on the LAN that wants to be what it is not:
 *
 *	hostile INTERFACE spoof [OPTION...]	good advertisements
 *	hostile INTERFACE flood --kind KIND [OPTION...]	bad ones, and many
 *	hostile INTERFACE flood --kind udp --address ADDR --to MAC [OPTION...]
 *	hostile INTERFACE claim ADDRESS [OPTION...]	"the address is here"
 *
 *	--vrid N	1			--priority N	255
 *	--source ADDR	of the interface	--ipv6		with its fe80::
 *	--address ADDR	in the list, again for more; the source
 *	--mac MAC	or "own", or "virtual"; claim: own, else virtual
 *	--every TIME	100 ms; claim: 1 s	--rate N	a second
 *	--advertise TIME	the interval in the advertisement; --every
 *	--for TIME	until stopped		--count N	no limit
 *	--seed N	of random frames, 1
 *
 * KIND is what is wrong: ttl, checksum, version, length, vrid, type; address
 * (other ones, with priority 1); or random, for anything.  udp: none at all,
 * but datagrams for another host's port 9.  A claim is announced again and
 * again, and whoever asks for the address gets an answer.  At the end it prints
 * how many frames it has sent, as JSON.
 */
#include "netns-lab/tools/attack.h"
#include "netns-lab/tools/tool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <ifaddrs.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Octets.  In the lab a frame counts as on its way until another host has done
 * with it; a real one would not wait for that.
 */
#define ON_THE_WAY (16 << 20)

struct options {
	const char *interface;
	const char *mac;
	bool claim;
	bool has_source;
	bool has_priority;
	bool has_to;
	int64_t every;     /* ns */
	int64_t duration;  /* us, 0: until told to stop */
	int64_t advertise; /* us */
	struct attack attack;
	struct encode_claim target;
};

/* What the interface has: its MAC, and an address of the family if any. */
struct facts {
	uint8_t mac[6];
	uint8_t address[16];
	bool has_address;
};

static int parse_address(const char *text, uint8_t *family, uint8_t *address)
{
	*family = strchr(text, ':') ? AF_INET6 : AF_INET;
	return inet_pton(*family, text, address) == 1 ? 0 : -EINVAL;
}

static int parse_number(const char *text, uint64_t least, uint64_t most,
			uint64_t *value)
{
	char *end;

	errno = 0;
	*value = strtoull(text, &end, 10);
	return end == text || *end || errno || *value < least || *value > most
		       ? -EINVAL
		       : 0;
}

static int parse_octet(const char *text, uint8_t *octet)
{
	uint64_t value;
	int err = parse_number(text, 0, 255, &value);

	if (!err)
		*octet = (uint8_t)value;
	return err;
}

static int parse_kind(const char *text, enum attack_kind *kind)
{
	for (int i = ATTACK_SPOOF + 1; i < ATTACK_KINDS; i++) {
		*kind = (enum attack_kind)i;
		if (strcmp(text, attack_kind_name(*kind)) == 0)
			return 0;
	}
	return -EINVAL;
}

static int parse_list(const char *text, struct encode_advert *advert)
{
	uint8_t family;

	if (advert->count == ENCODE_ADDRESSES)
		return -E2BIG;
	return parse_address(text, &family, advert->addresses[advert->count++]);
}

static int parse_mac(const char *text, uint8_t *mac)
{
	int end = 0;

	return sscanf(text, "%2hhx:%2hhx:%2hhx:%2hhx:%2hhx:%2hhx%n", mac,
		      mac + 1, mac + 2, mac + 3, mac + 4, mac + 5, &end) == 6 &&
			       !text[end]
		       ? 0
		       : -EINVAL;
}

static int parse_every(const char *text, bool rate, int64_t *every)
{
	uint64_t value;

	if (rate) {
		if (parse_number(text, 1, 10000000, &value) < 0)
			return -EINVAL;
		*every = (int64_t)(1000000000 / value);
		return 0;
	}
	if (tool_parse_time(text, every) < 0 || *every == 0)
		return -EINVAL;
	*every *= 1000;
	return 0;
}

static int parse_option(int c, const char *value, struct options *o)
{
	struct attack *attack = &o->attack;
	struct encode_advert *advert = &attack->advert;

	switch (c) {
	case 'v':
		return parse_octet(value, &advert->vrid);
	case 'p':
		o->has_priority = true;
		return parse_octet(value, &advert->priority);
	case 's':
		o->has_source = true;
		return parse_address(value, &advert->family, advert->source);
	case '6':
		advert->family = AF_INET6;
		return 0;
	case 'a':
		return parse_list(value, advert);
	case 'm':
		o->mac = value;
		return 0;
	case 't':
		o->has_to = true;
		return parse_mac(value, attack->udp.to_mac);
	case 'e':
	case 'r':
		return parse_every(value, c == 'r', &o->every);
	case 'i':
		return tool_parse_time(value, &o->advertise);
	case 'f':
		return tool_parse_time(value, &o->duration);
	case 'c':
		return parse_number(value, 1, UINT64_MAX, &attack->limit);
	case 'S':
		return parse_number(value, 0, UINT64_MAX, &attack->seed);
	case 'k':
		return parse_kind(value, &attack->kind);
	}
	return -EINVAL;
}

static int parse_options(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "vrid", required_argument, NULL, 'v' },
		{ "priority", required_argument, NULL, 'p' },
		{ "source", required_argument, NULL, 's' },
		{ "ipv6", no_argument, NULL, '6' },
		{ "address", required_argument, NULL, 'a' },
		{ "mac", required_argument, NULL, 'm' },
		{ "to", required_argument, NULL, 't' },
		{ "every", required_argument, NULL, 'e' },
		{ "rate", required_argument, NULL, 'r' },
		{ "advertise", required_argument, NULL, 'i' },
		{ "for", required_argument, NULL, 'f' },
		{ "count", required_argument, NULL, 'c' },
		{ "seed", required_argument, NULL, 'S' },
		{ "kind", required_argument, NULL, 'k' },
		{ 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1)
		if (parse_option(c, optarg, o) < 0)
			return -EINVAL;
	return 0;
}

/* What it is to do: the words that are no options. */
static int parse_words(int count, char **words, struct options *o)
{
	if (count < 2)
		return -EINVAL;
	o->interface = words[0];
	o->claim = strcmp(words[1], "claim") == 0;
	if (o->claim)
		return count == 3 ? parse_address(words[2], &o->target.family,
						  o->target.address)
				  : -EINVAL;
	if (count != 2)
		return -EINVAL;
	if (o->has_to != (o->attack.kind == ATTACK_UDP) ||
	    (o->has_to && o->attack.advert.count != 1))
		return -EINVAL;
	if (strcmp(words[1], "flood") == 0)
		return o->attack.kind != ATTACK_SPOOF ? 0 : -EINVAL;
	return strcmp(words[1], "spoof") == 0 && o->attack.kind == ATTACK_SPOOF
		       ? 0
		       : -EINVAL;
}

static void look_at(const struct ifaddrs *entry, int family,
		    struct facts *facts)
{
	const struct sockaddr_ll *link = (const void *)entry->ifa_addr;
	const struct sockaddr_in *in = (const void *)entry->ifa_addr;
	const struct sockaddr_in6 *in6 = (const void *)entry->ifa_addr;

	if (entry->ifa_addr->sa_family == AF_PACKET)
		memcpy(facts->mac, link->sll_addr, sizeof(facts->mac));
	if (facts->has_address || entry->ifa_addr->sa_family != family)
		return;
	if (family == AF_INET)
		memcpy(facts->address, &in->sin_addr, 4);
	else if (IN6_IS_ADDR_LINKLOCAL(&in6->sin6_addr))
		memcpy(facts->address, &in6->sin6_addr, 16);
	else
		return;
	facts->has_address = true;
}

static int learn_facts(const char *interface, int family, struct facts *facts)
{
	struct ifaddrs *list;

	*facts = (struct facts){ 0 };
	if (getifaddrs(&list) < 0)
		return -errno;
	for (const struct ifaddrs *i = list; i; i = i->ifa_next)
		if (i->ifa_addr && strcmp(i->ifa_name, interface) == 0)
			look_at(i, family, facts);
	freeifaddrs(list);
	return 0;
}

static int choose_mac(const char *text, const struct facts *facts,
		      const struct encode_advert *advert, uint8_t *mac)
{
	const uint8_t virtual[] = {
		0, 0, 0x5e, 0, advert->family == AF_INET ? 1 : 2, advert->vrid
	};

	if (strcmp(text, "own") == 0)
		memcpy(mac, facts->mac, 6);
	else if (strcmp(text, "virtual") == 0)
		memcpy(mac, virtual, 6);
	else
		return parse_mac(text, mac);
	return 0;
}

/* A datagram goes from where an advertisement would. */
static void set_datagram(struct encode_udp *udp,
			 const struct encode_advert *advert)
{
	udp->family = advert->family;
	memcpy(udp->mac, advert->mac, 6);
	memcpy(udp->source, advert->source, 16);
	memcpy(udp->to, advert->addresses[0], 16);
}

/* Whatever was not said. */
static int complete(struct options *o)
{
	struct encode_advert *advert = &o->attack.advert;
	struct facts facts;
	int64_t centiseconds;
	int err;

	if (o->claim)
		advert->family = o->target.family;
	err = learn_facts(o->interface, advert->family, &facts);
	if (err)
		return err;
	if (!o->every)
		o->every = INT64_C(100000000) * (o->claim ? 10 : 1);
	if (!o->has_priority && o->attack.kind == ATTACK_ADDRESS)
		advert->priority = 1;
	if (!o->claim && !o->has_source && !facts.has_address)
		return -EADDRNOTAVAIL;
	if (!o->has_source)
		memcpy(advert->source, facts.address, 16);
	if (!advert->count)
		memcpy(advert->addresses[advert->count++], advert->source, 16);
	centiseconds = (o->advertise ? o->advertise : o->every / 1000) / 10000;
	advert->interval = (uint16_t)(centiseconds < 1      ? 1
				      : centiseconds > 4095 ? 4095
							    : centiseconds);
	if (!o->mac)
		o->mac = o->claim || o->has_to ? "own" : "virtual";
	err = choose_mac(o->mac, &facts, advert,
			 o->claim ? o->target.mac : advert->mac);
	set_datagram(&o->attack.udp, advert);
	return err;
}

/* Whoever claims hears what is asked on its segment. */
static int open_socket(const struct options *o)
{
	unsigned ifindex = if_nametoindex(o->interface);
	uint16_t protocol =
		o->target.family == AF_INET ? ETH_P_ARP : ETH_P_IPV6;
	struct sockaddr_ll address = {
		.sll_family = AF_PACKET,
		.sll_protocol = o->claim ? htons(protocol) : 0,
		.sll_ifindex = (int)ifindex,
	};
	struct packet_mreq all = { .mr_ifindex = (int)ifindex,
				   .mr_type = PACKET_MR_PROMISC };
	int on_the_way = ON_THE_WAY, fd;

	if (!ifindex)
		return -errno;
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) < 0 ||
	    (o->claim && setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all,
				    sizeof(all)) < 0))
		return -errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &on_the_way,
			 sizeof(on_the_way));
	return fd;
}

static int run(struct options *o)
{
	struct attack *attack = &o->attack;
	int stop = tool_catch_stop(), fd = open_socket(o);
	struct pace pace;
	int64_t start;
	int err;

	if (stop < 0)
		return stop;
	if (fd < 0)
		return fd;
	err = complete(o);
	if (err)
		return err;
	start = tool_now();
	pace_start(&pace, o->every, o->duration, stop);
	if (o->claim)
		attack_claim(attack, &o->target, fd, &pace);
	else
		attack_send(attack, fd, &pace);
	printf("{\"kind\":\"%s\",\"from_us\":%lld,\"to_us\":%lld,"
	       "\"sent\":%llu,\"answers\":%llu,\"failed\":%llu}\n",
	       o->claim ? "claim" : attack_kind_name(attack->kind),
	       (long long)start, (long long)tool_now(),
	       (unsigned long long)attack->sent,
	       (unsigned long long)attack->answers,
	       (unsigned long long)attack->failed);
	return 0;
}

int main(int argc, char **argv)
{
	static struct options options = {
		.attack = { .seed = 1,
			    .advert = { .family = AF_INET,
					.ttl = 255,
					.version = 3,
					.type = 1,
					.vrid = 1,
					.priority = 255 } },
	};
	int err;

	if (parse_options(argc, argv, &options) < 0 ||
	    parse_words(argc - optind, argv + optind, &options) < 0) {
		fprintf(stderr,
			"usage: hostile INTERFACE spoof|flood [OPTION...]\n"
			"       hostile INTERFACE claim ADDRESS [OPTION...]\n"
			"options: --vrid N --priority N --source ADDR --ipv6 "
			"--address ADDR --mac MAC\n"
			"  --to MAC --every TIME --rate N --advertise TIME "
			"--for TIME --count N --kind KIND --seed N\n");
		return 2;
	}
	err = run(&options);
	if (err)
		fprintf(stderr, "hostile: %s: %s\n", options.interface,
			strerror(-err));
	return err ? 1 : 0;
}
