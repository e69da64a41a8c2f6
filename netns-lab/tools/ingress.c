/* SPDX-License-Identifier: MIT */
/*
 * One packet socket for all interfaces: the kernel shows a frame at the port
 * where it comes in, and again at the bridge, once the bridge has taken it.
 * Both are the same buffer with the same time stamp, so that the second tells
 * that the frame was heard and the first by which port.  Nothing needs to be
 * done when a port comes or goes.
 */
#include "netns-lab/tools/ingress.h"

#include "netns-lab/tools/tool.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Before the kernel stamps (it begins to when asked), stamps differ a bit. */
#define SAME_FRAME_US 1000

/*
 * Let the kernel drop what cannot be of interest, so that a probe of a hundred
 * thousand questions a second does not wake us for each: of ICMP and ICMPv6
 * only answers pass, of ARP replies and announcements.
 */
static int set_filter(int fd, enum ingress_wish wish)
{
	bool adverts = wish == INGRESS_ADVERTS;
	bool echoes = wish == INGRESS_ECHOES;
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 12),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 0x0800, 0, 5), /* IPv4 */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 23),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 112, 18, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, echoes ? 1 : 112, 0, 16),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 34),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 0, 15, 14),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 0x86dd, 0, 6), /* IPv6 */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 112, 12, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, adverts ? 112 : 58, 0, 10),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 54),
		BPF_JUMP(BPF_JMP | BPF_JEQ, 136, 9, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ, echoes ? 129 : 136, 8, 7),
		BPF_JUMP(BPF_JMP | BPF_JEQ, adverts ? 0x0800 : 0x0806, 0, 6),
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 20), /* the opcode */
		BPF_JUMP(BPF_JMP | BPF_JEQ, 2, 5, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 28), /* sender, target */
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 38),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_X, 0, 1, 0),
		BPF_STMT(BPF_RET, 0),
		BPF_STMT(BPF_RET, 65535),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(*code), code };

	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program,
		       sizeof(program)) < 0)
		return -errno;
	return 0;
}

/* A switch passes on what is for others only if somebody wants to see it. */
static int set_promiscuous(int fd, int ifindex)
{
	struct packet_mreq all = { .mr_ifindex = ifindex,
				   .mr_type = PACKET_MR_PROMISC };

	if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all,
		       sizeof(all)) < 0)
		return -errno;
	return 0;
}

static int prepare(const struct ingress *ingress, enum ingress_wish wish)
{
	struct sockaddr_ll any = { .sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_ALL) };
	int on = 1, room = 8 << 20, err;

	err = set_filter(ingress->fd, wish);
	if (!err)
		err = tool_stamp_receive(ingress->fd);
	for (size_t i = 0; !err && i < ingress->count; i++)
		err = set_promiscuous(ingress->fd, ingress->segments[i]);
	if (err)
		return err;
	/* Only root of the host may have this much. */
	(void)setsockopt(ingress->fd, SOL_SOCKET, SO_RCVBUFFORCE, &room,
			 sizeof(room));
	if (setsockopt(ingress->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on,
		       sizeof(on)) < 0 ||
	    bind(ingress->fd, (const struct sockaddr *)&any, sizeof(any)) < 0)
		return -errno;
	return 0;
}

int ingress_open(struct ingress *ingress, const int *segments, size_t count,
		 enum ingress_wish wish)
{
	int err;

	*ingress = (struct ingress){ .count = count };
	memcpy(ingress->segments, segments, count * sizeof(*segments));
	ingress->fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	if (ingress->fd < 0)
		return -errno;
	err = prepare(ingress, wish);
	if (err) {
		close(ingress->fd);
		ingress->fd = -1;
	}
	return err;
}

static bool is_segment(const struct ingress *ingress, int ifindex)
{
	for (size_t i = 0; i < ingress->count; i++)
		if (ingress->segments[i] == ifindex)
			return true;
	return false;
}

static void remember(struct ingress *ingress,
		     const struct ingress_passing *frame)
{
	ingress->passing[ingress->next] = *frame;
	ingress->next = (ingress->next + 1) % INGRESS_PASSING;
}

/* The port that saw this frame; each is good for one. */
static int recall_port(struct ingress *ingress,
		       const struct ingress_passing *frame)
{
	struct ingress_passing *found = NULL;
	int64_t nearest = SAME_FRAME_US, apart;

	for (size_t i = 0; i < INGRESS_PASSING; i++) {
		struct ingress_passing *p = &ingress->passing[i];

		apart = llabs(p->time - frame->time);
		if (!p->time || apart > nearest ||
		    memcmp(p->head, frame->head, sizeof(p->head)) != 0)
			continue;
		/* Of two that are equally near, the one that came first. */
		if (found && apart == nearest)
			continue;
		found = p;
		nearest = apart;
	}
	if (!found)
		return 0;
	found->time = 0;
	return found->ifindex;
}

int ingress_next(struct ingress *ingress, struct ingress_heard *heard)
{
	uint8_t frame[16384];
	struct sockaddr_ll from;
	ssize_t len;

	for (;;) {
		struct ingress_passing passing = { 0 };

		len = tool_receive(ingress->fd, frame, sizeof(frame), &from,
				   sizeof(from), &passing.time);
		if (len == -EAGAIN)
			return -EAGAIN;
		if (len < 0 || !decode_frame(frame, (size_t)len, &heard->seen))
			continue;
		memcpy(passing.head, frame,
		       len < INGRESS_HEAD ? (size_t)len : INGRESS_HEAD);
		passing.ifindex = from.sll_ifindex;
		if (is_segment(ingress, from.sll_ifindex)) {
			heard->time = passing.time;
			heard->segment = from.sll_ifindex;
			heard->port = recall_port(ingress, &passing);
			return 0;
		}
		remember(ingress, &passing);
	}
}

unsigned ingress_lost(const struct ingress *ingress)
{
	struct tpacket_stats stats = { 0 };
	socklen_t len = sizeof(stats);

	(void)getsockopt(ingress->fd, SOL_PACKET, PACKET_STATISTICS, &stats,
			 &len);
	return stats.tp_drops;
}
