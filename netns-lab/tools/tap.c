/* SPDX-License-Identifier: MIT */
/*
 * Answers are taken off the wire and not out of an echo socket because only
 * there they tell who sent them.  The socket is bound to one protocol, so it
 * sits where the host's own IP does: behind a packet filter at the ingress of
 * the device, but before the one of the host.
 */
#include "netns-lab/tools/tap.h"

#include "netns-lab/tools/tool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_packet.h>
#include <string.h>
#include <unistd.h>

/* For a second of answers at the shortest interval, should we be kept off. */
#define ROOM (64 << 20)

static int attach(int fd, struct sock_filter *code, size_t count)
{
	struct sock_fprog program = { (unsigned short)count, code };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) < 0)
		return -errno;
	return 0;
}

int tap_deafen(int fd)
{
	struct sock_filter nothing[] = { BPF_STMT(BPF_RET, 0) };

	return attach(fd, nothing, 1);
}

static int set_filter(int fd, const struct tap_match *matches, size_t count)
{
	static const uint16_t sizes[] = { BPF_B, BPF_H, BPF_W };
	struct sock_filter code[1 + 2 * TAP_MATCHES + 2];
	size_t n = 0, refuse = 1 + 2 * count + 1;

	code[n++] = (struct sock_filter)BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0);
	for (size_t i = 0; i < count; i++) {
		const struct tap_match *m = &matches[i];
		uint16_t mode = m->after ? BPF_IND : BPF_ABS;

		code[n++] = (struct sock_filter)BPF_STMT(
			(uint16_t)(BPF_LD | sizes[m->load] | mode), m->offset);
		code[n] = (struct sock_filter)BPF_JUMP(
			BPF_JMP | BPF_JEQ, m->value, 0,
			(uint8_t)(refuse - n - 1));
		n++;
	}
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET, 65535);
	code[n++] = (struct sock_filter)BPF_STMT(BPF_RET, 0);
	return attach(fd, code, n);
}

int tap_open(int ifindex, uint16_t protocol, const struct tap_match *matches,
	     size_t count)
{
	struct sockaddr_ll local = { .sll_family = AF_PACKET,
				     .sll_protocol = htons(protocol),
				     .sll_ifindex = ifindex };
	int fd, err, room = ROOM;

	if (count > TAP_MATCHES)
		return -E2BIG;
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	/* Where it is not permitted, the usual room must do. */
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	err = set_filter(fd, matches, count);
	if (!err)
		err = tool_stamp_receive(fd);
	if (!err &&
	    bind(fd, (const struct sockaddr *)&local, sizeof(local)) < 0)
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

ssize_t tap_receive(int fd, void *buffer, size_t size, uint8_t mac[6],
		    int64_t *time)
{
	struct sockaddr_ll from = { 0 };
	ssize_t len;

	do {
		len = tool_receive(fd, buffer, size, &from, sizeof(from), time);
	} while (len >= 0 && from.sll_pkttype == PACKET_OTHERHOST);
	memcpy(mac, from.sll_addr, 6);
	return len;
}

unsigned long tap_overruns(int fd)
{
	struct tpacket_stats stats = { 0 };
	socklen_t len = sizeof(stats);

	(void)getsockopt(fd, SOL_PACKET, PACKET_STATISTICS, &stats, &len);
	return stats.tp_drops;
}
