/* SPDX-License-Identifier: MIT */
/*
 * keepalived 2.2: VRRP alone, on a macvlan as the RFC has it.  It computes the
 * IPv4 checksum with a pseudo-header and discards any other, so the tester
 * speaks that form to it, and the rows about the checksum itself fail.
 */
#include "tests/conformance/dut.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void write_router(char *text, size_t room, const struct setup *s)
{
	dut_append(text, room,
		   "vrrp_instance %s_%d_%d {\n\tinterface %s\n"
		   "\tuse_vmac\n\tvirtual_router_id %d\n\tpriority %d\n"
		   "\tadvert_int %u.%02u\n",
		   s->interface, s->family, s->vrid, s->interface, s->vrid,
		   s->priority, s->interval / 100, s->interval % 100);
	if (!s->preempt)
		dut_append(text, room, "\tnopreempt\n");
	if (s->accept == DUT_ACCEPT_ON)
		dut_append(text, room, "\taccept\n");
	if (s->accept == DUT_ACCEPT_OFF)
		dut_append(text, room, "\tno_accept\n");
	dut_append(text, room, "\tvirtual_ipaddress {\n");
	for (size_t i = 0; i < s->addresses; i++)
		dut_append(text, room, "\t\t%s\n", s->address[i]);
	dut_append(text, room, "\t}\n}\n");
}

static void write_config(char *text, size_t room, const struct setup *setup,
			 size_t count)
{
	dut_append(text, room, "global_defs {\n\tvrrp_version 3\n}\n");
	for (size_t i = 0; i < count; i++)
		write_router(text, room, &setup[i]);
}

static void run(const struct dut *dut)
{
	char config[96], pid[96], vrrp_pid[96];

	snprintf(config, sizeof config, "%s/cfg", dut->directory);
	snprintf(pid, sizeof pid, "%s/keepalived.pid", dut->directory);
	snprintf(vrrp_pid, sizeof vrrp_pid, "%s/vrrp.pid", dut->directory);
	execlp("ip", "ip", "netns", "exec", dut->name, "/usr/sbin/keepalived",
	       "-n", "-P", "-l", "-D", "--no-syslog", "-f", config, "-p", pid,
	       "-r", vrrp_pid, (char *)NULL);
}

static bool is_ready(const struct dut *dut)
{
	return dut_logged(dut, " STATE") > 0;
}

const struct daemon daemon_keepalived = {
	.name = "keepalived",
	.pseudo = true,
	.write = write_config,
	.run = run,
	.ready = is_ready,
};
