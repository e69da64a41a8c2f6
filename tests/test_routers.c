/* SPDX-License-Identifier: MIT */
/*
 * What asks the kernel for something is a job on the worker, and a job stays
 * posted until its result has been taken over: so what another configuration
 * costs can be seen right after it was applied, on virtual routers that run.
 */
#include "vrrpd/routers.h"

#include "netlink/netlink.h"
#include "vrrpd/port_pcap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/veth.h"

#define PATIENCE INT64_C(20000000) /* us */
#define PAUSE    INT64_C(2000)

static const char all_kinds[] =
	"virtual_routers = ("
	"{ interface = \"lan\"; vrid = 1; advertisement_interval = \"10ms\";"
	"  virtual_addresses = [ \"192.0.2.1/24\", \"fe80::1:1/64\" ];"
	"  router_advertisements = { lifetime = \"1800s\"; }; },"
	"{ interface = \"lan\"; vrid = 2; advertisement_interval = \"10ms\";"
	"  virtual_addresses = [ \"192.0.2.2/24\", \"fe80::1:2/64\" ];"
	"  accept = false; },"
	"{ interface = \"lan\"; vrid = 3; advertisement_interval = \"10ms\";"
	"  virtual_addresses = [ \"192.0.2.3/24\" ]; virtual_mac = false; },"
	"{ interface = \"lan\"; vrid = 4; advertisement_interval = \"10ms\";"
	"  virtual_addresses = [ \"192.0.2.4/24\" ]; priority = 255; });";

static struct routers set;
static struct watch worker_watch;
static struct timer ticker;
static int64_t limit;

static void no_problem(void *arg, const char *line)
{
	(void)arg;
	fail_msg("%s", line);
}

static struct config *load(const char *text)
{
	char path[] = "/tmp/vrrpd-routers-XXXXXX";
	struct config *config;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	write_text(path, text);
	config = config_load(path, no_problem, NULL);
	unlink(path);
	assert_non_null(config);
	return config;
}

static void worker_ready(struct watch *watch, uint32_t events)
{
	(void)watch;
	(void)events;
	worker_dispatch(set.worker);
	routers_proceed(&set);
}

/* How many jobs are under way? */
static unsigned count_jobs(void)
{
	unsigned count = 0;

	for (struct member *m = set.members; m; m = m->next)
		count += m->router.claim.job.posted;
	for (struct interface *i = set.interfaces; i; i = i->next)
		count += i->job.posted;
	return count;
}

static bool all_are_active(void)
{
	for (struct member *m = set.members; m; m = m->next)
		if (m->router.vrrp.state != VRRP_ACTIVE ||
		    !m->router.vrrp.claimed)
			return false;
	return true;
}

static bool is_at_rest(void)
{
	bool there = set.wanted ? all_are_active() : routers_are_gone(&set);

	return there && count_jobs() == 0;
}

static void look(struct timer *timer, int64_t now)
{
	if (is_at_rest() || now >= limit)
		loop_stop(set.loop);
	loop_set(set.loop, timer, now + PAUSE);
}

static void run_until_at_rest(void)
{
	limit = loop_now() + PATIENCE;
	do {
		loop_set(set.loop, &ticker, loop_now());
		assert_int_equal(loop_run(set.loop), 0);
		assert_true(loop_now() < limit);
	} while (!is_at_rest());
}

static void apply(const char *text)
{
	assert_int_equal(routers_apply(&set, load(text), no_problem, NULL), 0);
}

/* The file with `what` in it turned to something else costs so many jobs. */
static unsigned jobs_of(const char *what, const char *other)
{
	char text[sizeof all_kinds + 256];
	const char *at = strstr(all_kinds, what);

	assert_non_null(at);
	snprintf(text, sizeof text, "%.*s%s%s", (int)(at - all_kinds),
		 all_kinds, other, at + strlen(what));
	run_until_at_rest();
	apply(text);
	return count_jobs();
}

static int begin(void **state)
{
	(void)state;
	enter_network_namespace();
	lay_cable();
	sh("echo 0 >/proc/sys/net/ipv6/conf/all/accept_dad");
	sh("echo 0 >/proc/sys/net/ipv6/conf/lan/accept_dad");
	sh("ip addr add 192.0.2.11/24 dev lan");
	sh("ip addr add fe80::11/64 dev lan nodad");
	ticker.expired = look;
	set.backend = &port_pcap;
	assert_int_equal(loop_open(&set.loop), 0);
	assert_int_equal(netlink_open(&set.netlink), 0);
	assert_int_equal(worker_start(&set.worker), 0);
	worker_watch.fd = worker_fd(set.worker);
	worker_watch.ready = worker_ready;
	loop_watch(set.loop, &worker_watch, EPOLLIN);
	apply(all_kinds);
	routers_look(&set);
	run_until_at_rest();
	return 0;
}

static int end(void **state)
{
	(void)state;
	routers_leave(&set, true);
	run_until_at_rest();
	worker_stop(set.worker);
	routers_free(&set);
	netlink_close(set.netlink);
	loop_close(set.loop);
	return 0;
}

static void the_same_again_asks_the_kernel_nothing(void **state)
{
	(void)state;
	assert_int_equal(jobs_of("lan", "lan"), 0);
}

static void nor_do_settings_of_the_protocol(void **state)
{
	(void)state;
	assert_int_equal(jobs_of("10ms", "20ms"), 0);
	assert_int_equal(
		jobs_of("accept = false;", "accept = false; priority = 200;"),
		0);
	assert_int_equal(jobs_of("1800s", "1900s"), 0);
}

static void one_address_is_a_matter_of_its_router_and_interface(void **state)
{
	(void)state;
	/* Its claim gets it, and the interface is asked what is virtual. */
	assert_int_equal(jobs_of("\"192.0.2.1/24\"",
				 "\"192.0.2.1/24\", \"192.0.2.7/24\""),
			 2);
	run_until_at_rest();
	apply(all_kinds);
	assert_int_equal(count_jobs(), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_again_asks_the_kernel_nothing),
		cmocka_unit_test(nor_do_settings_of_the_protocol),
		cmocka_unit_test(
			one_address_is_a_matter_of_its_router_and_interface),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
