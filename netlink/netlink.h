/* SPDX-License-Identifier: MIT */
#ifndef NETLINK_NETLINK_H
#define NETLINK_NETLINK_H

/*
 * A command socket to the kernel's routing netlink, and batches: requests
 * built once and sent as often as needed, in one system call.  Blocks, so
 * only the worker's thread uses it.  Errors are -errno, never libnl's own.
 */

#include <stddef.h>
#include <stdint.h>

struct address;
struct netlink; /* one socket */
struct nl_msg;
struct nl_sock;
struct nlmsghdr;

int netlink_open(struct netlink **result);
void netlink_close(struct netlink *nl);

/* Its port: events that it caused carry this number (monitor.h). */
uint32_t netlink_port(const struct netlink *nl);

/* Requests, one after the other, ready to be sent. */
struct batch {
	uint8_t *bytes;
	size_t len;
	unsigned count;
};

/* Takes over `msg`.  Returns 0 or -ENOMEM. */
int batch_add(struct batch *batch, struct nl_msg *msg);
void batch_clear(struct batch *batch);

/*
 * `count` of its requests from number `from` on, or as many as there are; they
 * stay the batch's: not to be added to, nor cleared.
 */
struct batch batch_part(const struct batch *batch, unsigned from,
			unsigned count);

/*
 * Has the kernel carry out each request, in order, a failed one not stopping
 * the rest.  Returns 0, or the first error that is not `forgiven` (-EEXIST for
 * additions, -EADDRNOTAVAIL for deletions, 0 for none).  -ENOBUFS: all were
 * carried out, but not every answer has reached us.
 */
int netlink_send(struct netlink *nl, const struct batch *batch, int forgiven);

/*
 * RTM_NEWADDR or RTM_DELADDR of one address of one interface, with its prefix;
 * NULL: no memory.
 */
struct nl_msg *netlink_address(int type, int flags, int ifindex,
			       const struct address *a);

/* A batch of one.  Takes over `msg`; NULL is -ENOMEM, as libnl has it. */
int netlink_send_one(struct netlink *nl, struct nl_msg *msg, int forgiven);

/* Returns 0 or -errno, which becomes the result of netlink_ask(). */
typedef int netlink_answer(void *arg, struct nlmsghdr *answer);

/*
 * A question (RTM_GET...) and each of its answers.  Takes over `msg`; NULL is
 * -ENOMEM.  -EINTR: a dump was overtaken by a change, ask again.
 */
int netlink_ask(struct netlink *nl, struct nl_msg *msg, netlink_answer *each,
		void *arg);

/* A connected routing socket with room for `receive` octets of answers. */
int netlink_connect(struct nl_sock **result, int receive);

#endif
