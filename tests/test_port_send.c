/* SPDX-License-Identifier: MIT */
/*
 * What a port sends while the host has more to send than the cable takes: a
 * token bucket of 100 Mbit/s that a sender in another process keeps filled,
 * and in it the kernel's own queue of three bands.  What waits in the band of
 * ordinary traffic waits for a tenth of a second.
 */
#include "vrrpd/filter.h"
#include "vrrpd/port.h"
#include "vrrpd/port_pcap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <signal.h>
#include <stdlib.h>
#include <time.h>

#include "tests/veth.h"

#define ROUNDS  15
#define SENDERS 32

static const struct port_wish vrrp_only = { 0 };
static struct port *port;
static int wire, ordinary;
static pid_t filler;

static int64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * INT64_C(1000000) + ts.tv_nsec / 1000;
}

static int sender_open(void)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET,
				   .sll_ifindex = (int)if_nametoindex("lan") };
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&sll, sizeof(sll)), 0);
	return fd;
}

/* From many sockets, as one may not have so much under way.  Ends with its
   parent. */
static void fill(void)
{
	uint8_t frame[1400] = { CLIENT, CLIENT, 8, 0, 0x45, [23] = 17 };
	pid_t parent = getppid();
	int fds[SENDERS];

	for (size_t i = 0; i < SENDERS; i++)
		fds[i] = sender_open();
	while (getppid() == parent) {
		bool sent = false;

		for (size_t i = 0; i < SENDERS; i++)
			sent |= send(fds[i], frame, sizeof(frame),
				     MSG_DONTWAIT) > 0;
		if (!sent)
			usleep(200);
	}
	_exit(0);
}

static void make_advert(uint8_t frame[60], uint8_t id)
{
	static const uint8_t head[] = { 1,      0, 0x5e, 0,    0,   0x12,
					CLIENT, 8, 0,    0x45, 0xc0 };

	memset(frame, 0, 60);
	memcpy(frame, head, sizeof(head));
	frame[23] = 112;
	frame[59] = id;
}

/* Until this advert has arrived: -1 if it does not. */
static int64_t arrival(uint8_t id, int64_t sent)
{
	struct pollfd pollfd = { wire, POLLIN, 0 };
	uint8_t frame[64];

	while (poll(&pollfd, 1, 5000) == 1)
		if (recv(wire, frame, sizeof(frame), 0) == 60 &&
		    frame[59] == id)
			return now_us() - sent;
	return -1;
}

static int compare(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* What became of adverts that were sent, by the port or as all others send. */
struct fate {
	int refused;    /* the queue was full */
	int64_t median; /* us on the way, of those that were not */
};

static struct fate send_adverts(bool by_port)
{
	struct fate fate = { 0 };
	int64_t taken[ROUNDS];
	uint8_t frame[60];
	int count = 0;

	for (uint8_t i = 0; i < ROUNDS; i++) {
		uint8_t id = (uint8_t)(i + (by_port ? ROUNDS : 0));
		int64_t sent = now_us();

		make_advert(frame, id);
		if (by_port ? port->ops->send(port, frame, 60) < 0
			    : send(ordinary, frame, 60, 0) < 0) {
			fate.refused++;
			usleep(10000);
			continue;
		}
		taken[count] = arrival(id, sent);
		assert_true(taken[count] >= 0);
		count++;
	}
	qsort(taken, (size_t)count, sizeof(taken[0]), compare);
	fate.median = count > 0 ? taken[count / 2] : 0;
	print_message("# %s: %d of %d refused, median %lld us\n",
		      by_port ? "by the port" : "as others", fate.refused,
		      ROUNDS, (long long)fate.median);
	return fate;
}

static void wait_until_full(void)
{
	uint8_t frame[60];

	make_advert(frame, 2 * ROUNDS);
	for (int i = 0; i < 50000; i++) {
		if (send(ordinary, frame, sizeof(frame), 0) < 0)
			return;
		usleep(100);
	}
	fail_msg("the queue is never full");
}

static void passes_what_is_queued(void **state)
{
	struct fate others, ours;

	(void)state;
	wait_until_full();
	others = send_adverts(false);
	ours = send_adverts(true);
	/* Or else there was no queue. */
	assert_true(others.refused > 0 || others.median > 50000);
	assert_int_equal(ours.refused, 0);
	/* Far above what it takes, for a machine that is slow. */
	assert_true(ours.median < 50000);
}

static int set_up(void **state)
{
	char error[128];

	(void)state;
	lay_cable();
	sh("tc qdisc add dev lan root handle 1: tbf rate 100mbit burst 5k "
	   "limit 2m && tc qdisc add dev lan parent 1: pfifo_fast");
	wire = wire_open();
	assert_int_equal(filter_attach(wire, &vrrp_only), 0);
	ordinary = sender_open();
	assert_int_equal(port_pcap.open("lan", (int)if_nametoindex("lan"), 1500,
					&port, error, sizeof(error)),
			 0);
	filler = fork();
	assert_true(filler >= 0);
	if (filler == 0)
		fill();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	kill(filler, SIGKILL);
	waitpid(filler, NULL, 0);
	port->ops->close(port);
	close(ordinary);
	close(wire);
	remove_cable();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(passes_what_is_queued, set_up,
						tear_down),
	};

	enter_network_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
