/* SPDX-License-Identifier: MIT */
/*
 * rtnetlink is synchronous: when send() returns, the kernel has carried out
 * every request of the buffer and has queued the answers.  So a batch is one
 * send() of prebuilt bytes, and waiting for its acknowledgement is reading a
 * queue.  libnl builds the messages and makes the socket; sending and
 * receiving are plain system calls, because libnl's own error numbers cannot
 * tell ENOBUFS from ENOMEM.
 */
#include "netlink/netlink.h"

#include "netlink/address.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* The kernel never makes a piece of a dump longer than this. */
#define DATAGRAM 32768

/*
 * A failed request costs about 800 octets of it.  This is a bound, not an
 * allocation.
 */
#define ANSWERS (1 << 20)

#define TIMEOUT 5 /* seconds */

struct netlink {
	struct nl_sock *socket;
	uint32_t seq; /* of the last request */
	_Alignas(struct nlmsghdr) uint8_t buffer[DATAGRAM];
};

/* The errors that allocating and connecting a socket may meet. */
static int from_nl(int err)
{
	switch (-err) {
	case NLE_SUCCESS:
		return 0;
	case NLE_NOMEM:
		return -ENOMEM;
	case NLE_PERM:
	case NLE_NOACCESS:
		return -EPERM;
	case NLE_AF_NOSUPPORT:
		return -EAFNOSUPPORT;
	case NLE_EXIST:
		return -EADDRINUSE;
	default:
		return -EIO;
	}
}

int netlink_connect(struct nl_sock **result, int receive)
{
	struct nl_sock *socket = nl_socket_alloc();
	int err;
	int fd;

	if (!socket)
		return -ENOMEM;
	err = from_nl(nl_connect(socket, NETLINK_ROUTE));
	if (err) {
		nl_socket_free(socket);
		return err;
	}
	/* Past net.core.rmem_max where we may; as far as it goes otherwise. */
	fd = nl_socket_get_fd(socket);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &receive,
		       sizeof(receive)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive,
			   sizeof(receive));
	*result = socket;
	return 0;
}

int netlink_open(struct netlink **result)
{
	struct netlink *nl = calloc(1, sizeof(*nl));
	struct timeval timeout = { .tv_sec = TIMEOUT };
	const int on = 1;
	int err;
	int fd;

	if (!nl)
		return -ENOMEM;
	err = netlink_connect(&nl->socket, ANSWERS);
	if (err)
		goto out;
	fd = nl_socket_get_fd(nl->socket);
	if (setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &on,
		       sizeof(on)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout,
		       sizeof(timeout))) {
		err = -errno;
		goto out;
	}
	*result = nl;
	nl = NULL;
out:
	netlink_close(nl);
	return err;
}

void netlink_close(struct netlink *nl)
{
	if (!nl)
		return;
	nl_socket_free(nl->socket);
	free(nl);
}

uint32_t netlink_port(const struct netlink *nl)
{
	return nl_socket_get_local_port(nl->socket);
}

int batch_add(struct batch *batch, struct nl_msg *msg)
{
	const struct nlmsghdr *nlh;
	uint8_t *bytes;
	size_t len;

	if (!msg)
		return -ENOMEM;
	nlh = nlmsg_hdr(msg);
	len = NLMSG_ALIGN(nlh->nlmsg_len);
	bytes = realloc(batch->bytes, batch->len + len);
	if (bytes) {
		memcpy(bytes + batch->len, nlh, len);
		batch->bytes = bytes;
		batch->len += len;
		batch->count++;
	}
	nlmsg_free(msg);
	return bytes ? 0 : -ENOMEM;
}

void batch_clear(struct batch *batch)
{
	free(batch->bytes);
	*batch = (struct batch){ 0 };
}

static struct nlmsghdr *header_at(uint8_t *bytes)
{
	return (struct nlmsghdr *)(void *)bytes;
}

static size_t skip_requests(const struct batch *batch, size_t at,
			    unsigned count)
{
	while (count-- > 0)
		at += NLMSG_ALIGN(header_at(batch->bytes + at)->nlmsg_len);
	return at;
}

struct batch batch_part(const struct batch *batch, unsigned from,
			unsigned count)
{
	struct batch part = { 0 };
	size_t start;

	if (from >= batch->count)
		return part;
	if (count > batch->count - from)
		count = batch->count - from;
	start = skip_requests(batch, 0, from);
	part.bytes = batch->bytes + start;
	part.len = skip_requests(batch, start, count) - start;
	part.count = count;
	return part;
}

static int send_all(struct netlink *nl, const void *bytes, size_t len)
{
	ssize_t sent;

	do {
		sent = send(nl_socket_get_fd(nl->socket), bytes, len, 0);
	} while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/* The length of the next datagram, or -errno. */
static int receive(struct netlink *nl, int flags)
{
	ssize_t len;

	do {
		len = recv(nl_socket_get_fd(nl->socket), nl->buffer,
			   sizeof(nl->buffer), flags | MSG_TRUNC);
	} while (len < 0 && errno == EINTR);
	if (len < 0)
		return errno == EAGAIN ? -ETIMEDOUT : -errno;
	return (size_t)len > sizeof(nl->buffer) ? -EMSGSIZE : (int)len;
}

/*
 * After an overrun the kernel queues nothing more until the queue has been
 * emptied (NETLINK_S_CONGESTED in net/netlink/af_netlink.c).
 */
static void discard_answers(struct netlink *nl)
{
	int len;

	do {
		len = receive(nl, MSG_DONTWAIT);
	} while (len >= 0 || len == -ENOBUFS || len == -EMSGSIZE);
}

/* Numbers the requests and has only the last one acknowledged. */
static uint32_t number_requests(struct netlink *nl, const struct batch *batch)
{
	uint32_t first = nl->seq + 1;
	uint8_t *at = batch->bytes;

	for (unsigned i = 0; i < batch->count; i++) {
		struct nlmsghdr *nlh = header_at(at);

		nlh->nlmsg_seq = ++nl->seq;
		nlh->nlmsg_pid = netlink_port(nl);
		nlh->nlmsg_flags |= NLM_F_REQUEST;
		nlh->nlmsg_flags &= (uint16_t)~NLM_F_ACK;
		if (i == batch->count - 1)
			nlh->nlmsg_flags |= NLM_F_ACK;
		at += NLMSG_ALIGN(nlh->nlmsg_len);
	}
	return first;
}

static int answer_error(struct nlmsghdr *nlh)
{
	const struct nlmsgerr *error = nlmsg_data(nlh);

	if (nlmsg_datalen(nlh) < (int)sizeof(error->error))
		return -EBADMSG;
	return error->error;
}

static int receive_answers(struct netlink *nl)
{
	int len = receive(nl, 0);

	if (len == -ENOBUFS)
		discard_answers(nl);
	return len;
}

/* Errors of all requests from `first` on, up to the answer to the last. */
static int wait_acknowledged(struct netlink *nl, uint32_t first, int forgiven)
{
	int result = 0;

	for (;;) {
		struct nlmsghdr *nlh = header_at(nl->buffer);
		int len = receive_answers(nl);

		if (len < 0)
			return len;
		for (; nlmsg_ok(nlh, len); nlh = nlmsg_next(nlh, &len)) {
			int err;

			/* Not late answers to a request that timed out. */
			if (nlh->nlmsg_seq - first > nl->seq - first ||
			    nlh->nlmsg_type != NLMSG_ERROR)
				continue;
			err = answer_error(nlh);
			if (!result && err != forgiven)
				result = err;
			if (nlh->nlmsg_seq == nl->seq)
				return result;
		}
	}
}

int netlink_send(struct netlink *nl, const struct batch *batch, int forgiven)
{
	uint32_t first;
	int err;

	if (!batch->count)
		return 0;
	first = number_requests(nl, batch);
	err = send_all(nl, batch->bytes, batch->len);
	return err ? err : wait_acknowledged(nl, first, forgiven);
}

struct nl_msg *netlink_address(int type, int flags, int ifindex,
			       const struct address *a)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);
	struct ifaddrmsg ifa = { .ifa_family = a->family,
				 .ifa_prefixlen = a->prefixlen,
				 .ifa_index = (unsigned)ifindex };
	int size = (int)address_size(a->family);

	if (msg && (nlmsg_append(msg, &ifa, sizeof(ifa), NLMSG_ALIGNTO) ||
		    nla_put(msg, IFA_LOCAL, size, a->bytes) ||
		    nla_put(msg, IFA_ADDRESS, size, a->bytes))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int netlink_send_one(struct netlink *nl, struct nl_msg *msg, int forgiven)
{
	struct batch batch = { 0 };
	int err = batch_add(&batch, msg);

	if (!err)
		err = netlink_send(nl, &batch, forgiven);
	batch_clear(&batch);
	return err;
}

/* Is `nlh` the last of the answers?  *result is the first error of them. */
static bool take_answer(struct nlmsghdr *nlh, netlink_answer *each, void *arg,
			int *result)
{
	bool last =
		nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR;
	int err = last ? answer_error(nlh) : each(arg, nlh);

	if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
		err = -EINTR;
	if (!*result)
		*result = err;
	return last;
}

static int wait_answered(struct netlink *nl, netlink_answer *each, void *arg)
{
	int result = 0;

	for (;;) {
		struct nlmsghdr *nlh = header_at(nl->buffer);
		int len = receive_answers(nl);

		if (len < 0)
			return len;
		for (; nlmsg_ok(nlh, len); nlh = nlmsg_next(nlh, &len)) {
			if (nlh->nlmsg_seq != nl->seq)
				continue;
			if (take_answer(nlh, each, arg, &result))
				return result;
		}
	}
}

int netlink_ask(struct netlink *nl, struct nl_msg *msg, netlink_answer *each,
		void *arg)
{
	struct nlmsghdr *nlh;
	int err;

	if (!msg)
		return -ENOMEM;
	nlh = nlmsg_hdr(msg);
	nlh->nlmsg_seq = ++nl->seq;
	nlh->nlmsg_pid = netlink_port(nl);
	nlh->nlmsg_flags |= NLM_F_REQUEST;
	if (!(nlh->nlmsg_flags & NLM_F_DUMP)) /* a dump has its own end */
		nlh->nlmsg_flags |= NLM_F_ACK;
	err = send_all(nl, nlh, nlh->nlmsg_len);
	if (!err)
		err = wait_answered(nl, each, arg);
	nlmsg_free(msg);
	return err;
}
