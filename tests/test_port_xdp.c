/* SPDX-License-Identifier: MIT */
/*
 * The XDP backend on a cable of its own: what it hands over, what it keeps
 * back and counts, that the host still gets everything, and that nothing stays
 * behind when its process is killed.
 */
#include "vrrpd/loop.h"
#include "vrrpd/packet.h"
#include "vrrpd/port_xdp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>

#include "tests/frames.h"
#include "tests/veth.h"

static struct port *port;
static int wire;
static char error[128];
static int64_t arrived; /* what was heard last */

static int open_port(void)
{
	return port_xdp.open("lan", (int)if_nametoindex("lan"), 1500, &port,
			     error, sizeof(error));
}

static void say(const uint8_t *frame, size_t len)
{
	assert_int_equal(send(wire, frame, len, 0), len);
}

static void say_hex(const char *text)
{
	uint8_t frame[128];

	say(frame, unhex(frame, text));
}

/* The next frame's length, 0 if there is none for a while. */
static size_t hear(const uint8_t **frame, int ms)
{
	struct pollfd pollfd = { port->ops->fd(port), POLLIN, 0 };
	size_t len = 0;
	int n;

	do {
		n = port->ops->recv(port, frame, &len, &arrived);
		assert_true(n >= 0);
	} while (n == 0 && poll(&pollfd, 1, ms) > 0);
	return n > 0 ? len : 0;
}

static void hears(const char *text)
{
	uint8_t wanted[128];
	const uint8_t *frame;
	size_t len = unhex(wanted, text);

	say(wanted, len);
	assert_int_equal(hear(&frame, 5000), len);
	assert_memory_equal(frame, wanted, len);
}

#define ARP_FOR_1                                                              \
	"ffffffffffff 020000000099 0806 0001 0800 06 04 0001 020000000099 "    \
	"c0000263 000000000000 c0000201"

static void hands_over_adverts_and_what_is_wished_for(void **state)
{
	struct port_wish wish = { .kinds = PORT_ARP };
	const uint8_t *frame;

	(void)state;
	memset(wish.vrids, 0xff, sizeof(wish.vrids));
	assert_int_equal(port->ops->listen(port, &wish), 0);
	hears(GOOD4);
	hears(GOOD6);
	hears(ARP_FOR_1);
	hears(GOOD4);
	wish.kinds = 0;
	assert_int_equal(port->ops->listen(port, &wish), 0);
	say_hex(ARP_FOR_1);
	hears(GOOD6);
	assert_int_equal(hear(&frame, 100), 0);
}

static void add_kept(void *arg, unsigned family, uint8_t vrid, unsigned reason,
		     uint64_t count)
{
	uint64_t *sum = arg;

	assert_int_equal(family, 0);
	assert_int_equal(vrid, 51);
	assert_int_equal(reason, PACKET_VRID);
	*sum += count;
}

static uint64_t take_kept(void)
{
	uint64_t sum = 0;

	port->ops->take_kept(port, add_kept, &sum);
	return sum;
}

/* Not one is forgotten, and few wake us. */
static void keeps_back_what_is_nobodys(void **state)
{
	struct port_wish wish = { 0 };
	const uint8_t *frame;
	uint64_t handed = 0;

	(void)state;
	assert_int_equal(port->ops->listen(port, &wish), 0);
	for (int i = 0; i < 1000; i++)
		say_hex(GOOD4);
	while (hear(&frame, 200) > 0)
		handed++;
	assert_in_range(handed, 16, 500);
	assert_int_equal(handed + take_kept(), 1000);
	assert_int_equal(take_kept(), 0);
	assert_int_equal(port->ops->dropped(port), 0);
}

static void the_host_gets_them_too(void **state)
{
	struct sockaddr_ll sll = { .sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_IP),
				   .sll_ifindex = (int)if_nametoindex("lan") };
	int host = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	struct pollfd pollfd = { host, POLLIN, 0 };
	uint8_t wanted[64], got[128];
	size_t len = unhex(wanted, GOOD4);

	(void)state;
	assert_int_equal(bind(host, (struct sockaddr *)&sll, sizeof(sll)), 0);
	say(wanted, len);
	assert_int_equal(poll(&pollfd, 1, 5000), 1);
	assert_int_equal(recv(host, got, sizeof(got), 0), len);
	assert_memory_equal(got, wanted, len);
	close(host);
}

/* However late it is read. */
static void knows_when_it_came(void **state)
{
	struct pollfd pollfd = { port->ops->fd(port), POLLIN, 0 };
	const uint8_t *frame;
	int64_t before, after;

	(void)state;
	before = loop_now();
	say_hex(GOOD4);
	assert_int_equal(poll(&pollfd, 1, 5000), 1);
	after = loop_now();
	usleep(50000);
	assert_true(hear(&frame, 0) > 0);
	assert_in_range(arrived, before, after);
}

static void sends(void **state)
{
	static const uint8_t mac[6] = { 0, 0, 0x5e, 0, 1, 0x33 };
	uint8_t frame[64];
	size_t len = unhex(frame, GOOD4);

	(void)state;
	assert_int_equal(port->ops->send(port, frame, len), 0);
	assert_int_equal(wire_count(wire, mac, 500), 1);
}

static bool has_program(void)
{
	return succeeds("ip -d link show dev lan | grep -q 'prog/xdp'");
}

static void nothing_stays_when_it_is_closed_or_killed(void **state)
{
	int ready[2];
	char byte;
	pid_t pid;

	(void)state;
	assert_true(has_program());
	port->ops->close(port);
	port = NULL;
	assert_false(has_program());
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (open_port() == 0)
			(void)!write(ready[1], "x", 1);
		for (;;)
			pause();
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	assert_true(has_program());
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	for (int i = 0; i < 500 && has_program(); i++)
		usleep(10000);
	assert_false(has_program());
	close(ready[0]);
	close(ready[1]);
	assert_int_equal(open_port(), 0);
}

/* A program that only passes: "r0 = 2; exit". */
static int other_program(void)
{
	static const struct bpf_insn pass[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .imm = XDP_PASS },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_XDP, "other", "MIT", pass, 2, NULL);
}

static void another_program_is_left_alone(void **state)
{
	int ifindex = (int)if_nametoindex("lan");
	int program = other_program(), link;

	(void)state;
	port->ops->close(port);
	port = NULL;
	assert_true(program >= 0);
	link = bpf_link_create(program, ifindex, BPF_XDP, NULL);
	assert_true(link >= 0);
	assert_int_equal(open_port(), -EBUSY);
	assert_non_null(strstr(error, "another XDP program"));
	close(link);
	/* And one without a link. */
	assert_int_equal(bpf_xdp_attach(ifindex, program, 0, NULL), 0);
	assert_true(open_port() < 0);
	assert_non_null(strstr(error, "another XDP program"));
	assert_true(has_program());
	close(program);
	assert_int_equal(bpf_xdp_detach(ifindex, 0, NULL), 0);
	assert_int_equal(open_port(), 0);
}

/* As an administrator does, with "bpftool link detach". */
static void knows_that_it_is_deaf(void **state)
{
	uint32_t id = 0, program = 0;

	(void)state;
	assert_false(port->ops->is_deaf(port));
	assert_int_equal(
		bpf_xdp_query_id((int)if_nametoindex("lan"), 0, &program), 0);
	while (has_program() && bpf_link_get_next_id(id, &id) == 0) {
		struct bpf_link_info info = { 0 };
		uint32_t size = sizeof(info);
		int link = bpf_link_get_fd_by_id(id);

		if (link < 0)
			continue;
		if (bpf_obj_get_info_by_fd(link, &info, &size) == 0 &&
		    info.prog_id == program)
			assert_int_equal(bpf_link_detach(link), 0);
		close(link);
	}
	assert_false(has_program());
	assert_true(port->ops->is_deaf(port));
}

static int try_without_rights(void)
{
	return open_port() == -EPERM ? 0 : 1;
}

static void says_what_is_missing(void **state)
{
	(void)state;
	port->ops->close(port);
	port = NULL;
	assert_int_equal(without_rights(try_without_rights), 0);
	sh("ip link add deaf type bridge");
	assert_true(port_xdp.open("deaf", (int)if_nametoindex("deaf"), 1500,
				  &port, error, sizeof(error)) < 0);
	assert_true(error[0]);
	sh("ip link del deaf");
}

static int set_up(void **state)
{
	(void)state;
	lay_cable();
	wire = wire_open();
	assert_int_equal(open_port(), 0);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	port_xdp.close(port);
	port = NULL;
	close(wire);
	remove_cable();
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(hands_over_adverts_and_what_is_wished_for),
		TEST(knows_when_it_came),
		TEST(keeps_back_what_is_nobodys),
		TEST(the_host_gets_them_too),
		TEST(sends),
		TEST(nothing_stays_when_it_is_closed_or_killed),
		TEST(another_program_is_left_alone),
		TEST(knows_that_it_is_deaf),
		TEST(says_what_is_missing),
	};
	int program = other_program();

	if (program < 0) {
		puts("1..0 # SKIP no BPF programs may be loaded here");
		return 0;
	}
	close(program);
	enter_network_namespace();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
