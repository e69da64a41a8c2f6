/* SPDX-License-Identifier: MIT */
/*
 * libpcap, and only here.  Four choices matter.  Immediate mode: anything else
 * delays an advertisement by up to a block timeout.  PACKET_IGNORE_OUTGOING
 * instead of "inbound" in the filter: the latter loses the first frame, and
 * every frame that the host sends would cost a clone.  A ring of 256 KiB, for
 * 255 virtual routers that advertise at the same moment.  One port per
 * interface, because each tap costs every frame of the host about 100 ns.
 *
 * What is sent passes ordinary traffic in the host's transmit queue, but does
 * not go past the queue: who looks with tcpdump on this host is to see it.
 */
#include "vrrpd/port_pcap.h"

#include "vrrpd/filter.h"
#include "vrrpd/loop.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <linux/pkt_sched.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define RING            (256 * 1024)
/* Octets that wait to leave, as the kernel counts them: 768 for an advert, and
   510 of them at once when as many virtual routers become Active. */
#define WAITING         (1024 * 1024)
#define ETHERNET_HEADER 14
#define LONGEST         4142 /* PACKET_MAX: also on jumbo frames */

#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

struct pcap_port {
	struct port port;
	pcap_t *pcap;
};

static pcap_t *handle(const struct port *port)
{
	const struct pcap_port *p = (const struct pcap_port *)port;

	return p->pcap;
}

static int join(int fd, int ifindex, const uint8_t mac[6])
{
	struct packet_mreq mreq = {
		.mr_ifindex = ifindex,
		.mr_type = PACKET_MR_MULTICAST,
		.mr_alen = 6,
	};

	memcpy(mreq.mr_address, mac, 6);
	return setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mreq,
			  sizeof mreq) < 0
		       ? -errno
		       : 0;
}

static int set_options(int fd, int ifindex)
{
	static const uint8_t group[][6] = {
		{ 0x01, 0x00, 0x5e, 0x00, 0x00, 0x12 },
		{ 0x33, 0x33, 0x00, 0x00, 0x00, 0x12 },
	};
	int on = 1, priority = TC_PRIO_CONTROL, waiting = WAITING, err;

	/* Without leave to do so it is as the host has it. */
	(void)setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &waiting,
			 sizeof waiting);
	if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof on) <
		    0 ||
	    setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &priority,
		       sizeof priority) < 0)
		return -errno;
	err = join(fd, ifindex, group[0]);
	return err ? err : join(fd, ifindex, group[1]);
}

/* libpcap's own errors are not errno values: the nearest of them. */
static int from_pcap(int status)
{
	switch (status) {
	case PCAP_ERROR_PERM_DENIED:
		return -EPERM;
	case PCAP_ERROR_NO_SUCH_DEVICE:
	case PCAP_ERROR_IFACE_NOT_UP:
		return -ENODEV;
	default:
		return -EIO;
	}
}

static int pcap_port_listen(struct port *port, const struct port_wish *wish)
{
	return filter_attach(pcap_fileno(handle(port)), wish);
}

static int activate(pcap_t *pcap, unsigned mtu)
{
	static const struct port_wish vrrp_only = { 0 };
	int snaplen = (int)mtu + ETHERNET_HEADER;
	int status;

	pcap_set_snaplen(pcap, snaplen < LONGEST ? snaplen : LONGEST);
	pcap_set_immediate_mode(pcap, 1);
	pcap_set_buffer_size(pcap, RING);
	status = pcap_activate(pcap);
	if (status < 0)
		return from_pcap(status);
	return filter_attach(pcap_fileno(pcap), &vrrp_only);
}

static void pcap_port_close(struct port *port)
{
	if (!port)
		return;
	if (handle(port))
		pcap_close(handle(port));
	free(port);
}

static int pcap_port_open(const char *ifname, int ifindex, unsigned mtu,
			  struct port **result, char *error, size_t size)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	struct pcap_port *p = calloc(1, sizeof *p);
	int err;

	if (!p)
		return -ENOMEM;
	p->port.ops = &port_pcap;
	p->pcap = pcap_create(ifname, text);
	if (!p->pcap) {
		snprintf(error, size, "%s", text);
		pcap_port_close(&p->port);
		return -EIO;
	}
	err = activate(p->pcap, mtu);
	if (err) {
		snprintf(error, size, "%s", pcap_geterr(p->pcap));
	} else if (pcap_datalink(p->pcap) != DLT_EN10MB) {
		snprintf(error, size, "not an Ethernet interface");
		err = -EMEDIUMTYPE;
	} else if (pcap_setnonblock(p->pcap, 1, text) < 0) {
		snprintf(error, size, "%s", text);
		err = -EIO;
	} else {
		err = set_options(pcap_fileno(p->pcap), ifindex);
		if (err)
			snprintf(error, size, "%s", strerror(-err));
	}
	if (err) {
		pcap_port_close(&p->port);
		return err;
	}
	*result = &p->port;
	return 0;
}

static int pcap_port_fd(const struct port *port)
{
	return pcap_fileno(handle(port));
}

static int pcap_port_send(struct port *port, const uint8_t *frame, size_t len)
{
	int n;

	errno = 0;
	n = pcap_inject(handle(port), frame, len);
	if (n < 0)
		return errno ? -errno : -EIO;
	return (size_t)n == len ? 0 : -EMSGSIZE;
}

/* libpcap knows when a frame came by the wall clock alone, which may be set. */
static int pcap_port_recv(struct port *port, const uint8_t **frame, size_t *len,
			  int64_t *arrived)
{
	struct pcap_pkthdr *header;
	int n = pcap_next_ex(handle(port), &header, frame);

	if (n < 0)
		return -ENETDOWN;
	if (n > 0) {
		*len = header->caplen;
		*arrived = loop_now();
	}
	return n;
}

static uint64_t pcap_port_dropped(struct port *port)
{
	struct pcap_stat stat;

	return pcap_stats(handle(port), &stat) == 0 ? stat.ps_drop : 0;
}

const struct port_ops port_pcap = {
	.name = "libpcap",
	.patience = 200,
	.open = pcap_port_open,
	.listen = pcap_port_listen,
	.close = pcap_port_close,
	.fd = pcap_port_fd,
	.send = pcap_port_send,
	.recv = pcap_port_recv,
	.dropped = pcap_port_dropped,
};
