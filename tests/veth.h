/* SPDX-License-Identifier: MIT */
#ifndef TESTS_VETH_H
#define TESTS_VETH_H

/*
 * A network namespace with one cable in it: "lan" is the interface that the
 * code under test works on, "wire" its other end, where a test can see what
 * leaves and ask who answers.  Include after <cmocka.h>.
 */

#include <arpa/inet.h>
#include <linux/capability.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Does the shell command succeed? */
__attribute__((format(printf, 1, 2))) static inline bool
succeeds(const char *format, ...)
{
	char command[512];
	va_list args;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	return system(command) == 0;
}

#define sh(...) assert_true(succeeds(__VA_ARGS__))

static inline void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* Becomes root of a user namespace, and of a network namespace in it. */
static inline void enter_user_namespace(void)
{
	char uid[32], gid[32];

	snprintf(uid, sizeof(uid), "0 %u 1", (unsigned)getuid());
	snprintf(gid, sizeof(gid), "0 %u 1", (unsigned)getgid());
	assert_int_equal(unshare(CLONE_NEWUSER | CLONE_NEWNET), 0);
	write_text("/proc/self/setgroups", "deny");
	write_text("/proc/self/uid_map", uid);
	write_text("/proc/self/gid_map", gid);
}

static inline void enter_network_namespace(void)
{
	if (geteuid() == 0)
		assert_int_equal(unshare(CLONE_NEWNET), 0);
	else
		enter_user_namespace();
	sh("ip link set lo up");
}

/* The end of the wire stays silent by itself. */
static inline void lay_cable(void)
{
	sh("ip link add lan type veth peer name wire");
	sh("echo 1 >/proc/sys/net/ipv6/conf/wire/disable_ipv6");
	sh("echo 1 >/proc/sys/net/ipv4/conf/wire/arp_ignore");
	sh("echo 1 >/proc/sys/net/ipv4/conf/lan/arp_ignore");
	sh("ip link set lan up && ip link set wire up");
}

static inline void remove_cable(void)
{
	succeeds("ip link del lan 2>/dev/null");
}

/* What arrives at the end of the wire. */
static inline int wire_open(void)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_ALL),
				   .sll_ifindex = (int)if_nametoindex("wire") };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	int on = 1;

	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
				    sizeof(on)),
			 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sll, sizeof(sll)), 0);
	return fd;
}

/* How many frames from `mac` arrive until there is silence for `ms`. */
static inline unsigned wire_count(int fd, const uint8_t mac[6], int ms)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	unsigned count = 0;
	uint8_t frame[2048];

	while (poll(&pollfd, 1, ms) == 1) {
		if (recv(fd, frame, sizeof(frame), 0) >= 14 &&
		    !memcmp(frame + 6, mac, 6))
			count++;
	}
	return count;
}

/* Does `mac` send a frame to the client that contains these octets? */
static inline bool wire_answered(int fd, const uint8_t mac[6],
				 const uint8_t *octets, size_t len, int ms)
{
	struct pollfd pollfd = { .fd = fd, .events = POLLIN };
	uint8_t frame[2048];

	while (poll(&pollfd, 1, ms) == 1) {
		ssize_t got = recv(fd, frame, sizeof(frame), 0);

		if (got >= 14 && frame[5] == 0x99 && !memcmp(frame + 6, mac, 6))
			return memmem(frame, (size_t)got, octets, len);
	}
	return false;
}

#define CLIENT 2, 0, 0, 0, 0, 0x99

/* Asks with ARP for 192.0.2.`last` as 192.0.2.99. */
static inline bool wire_arp(int fd, uint8_t last, const uint8_t mac[6], int ms)
{
	const uint8_t frame[60] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, CLIENT, 8,   6, 0,    1,
		8,    0,    6,    4,    0,    1,    CLIENT, 192, 0, 2,    99,
		0,    0,    0,    0,    0,    0,    192,    0,   2, last,
	};
	const uint8_t sender[] = { 192, 0, 2, last, CLIENT, 192, 0, 2, 99 };

	assert_int_equal(send(fd, frame, sizeof(frame), 0), sizeof(frame));
	return wire_answered(fd, mac, sender, sizeof(sender), ms);
}

/* Sends a Neighbor Solicitation for `target` as fe80::99. */
static inline bool wire_solicit(int fd, const uint8_t target[16],
				const uint8_t mac[6], int ms)
{
	uint8_t frame[86] = {
		0x33, 0x33,     0xff, 0,          0,        0,           CLIENT,
		0x86, 0xdd,     0x60, 0,          0,        0,           0,
		32,   58,       255,  0xfe,       0x80,     [37] = 0x99, 0xff,
		2,    [49] = 1, 0xff, [54] = 135, [78] = 1, 1,           CLIENT,
	};
	uint32_t sum = 32 + 58;

	memcpy(frame + 3, target + 13, 3);
	memcpy(frame + 51, target + 13, 3);
	memcpy(frame + 62, target, 16);
	for (size_t i = 22; i < sizeof(frame); i += 2)
		sum += (uint32_t)frame[i] << 8 | frame[i + 1];
	sum = (sum >> 16) + (sum & 0xffff);
	sum = ~((sum >> 16) + sum);
	frame[56] = (uint8_t)(sum >> 8);
	frame[57] = (uint8_t)sum;
	assert_int_equal(send(fd, frame, sizeof(frame), 0), sizeof(frame));
	return wire_answered(fd, mac, target, 16, ms);
}

/* The exit status of `run` in a child without any capability. */
static inline int without_rights(int (*run)(void))
{
	int status;
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		struct __user_cap_header_struct header = {
			.version = _LINUX_CAPABILITY_VERSION_3,
		};
		struct __user_cap_data_struct none[2] = { 0 };

		_exit(syscall(SYS_capset, &header, none) < 0 ? 255 : run());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#endif
