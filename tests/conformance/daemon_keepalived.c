/* SPDX-License-Identifier: MIT */
/*
 * keepalived 2.2: VRRP alone, on a macvlan as the RFC has it, at real-time
 * priority.  Not vrrp_strict, which is RFC 5798's: it would take away the reply
 * to an advertisement of lower priority.  The IPv4 checksum has a pseudo-header
 * and any other is discarded, so the tester speaks that form to it, and the
 * rows about the checksum itself fail; later versions have an option.
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
	if (s->owner)
		dut_append(text, room, "\tstate MASTER\n");
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

static void write_config(const struct dut *dut, char *text, size_t room,
			 const struct setup *setup, size_t count)
{
	(void)dut;
	dut_append(
		text, room,
		"global_defs {\n\tvrrp_version 3\n\tvrrp_rt_priority 1\n}\n");
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
	       "-n", "-P", "-l", "--no-syslog", "-f", config, "-p", pid, "-r",
	       vrrp_pid, (char *)NULL);
}

static bool is_ready(const struct dut *dut)
{
	return dut_logged(dut, " STATE") > 0;
}

static const char *cannot(const struct setup *s)
{
	if (s->router_advertisements)
		return "keepalived sends no router advertisements";
	if (s->version2)
		return "keepalived speaks one version at a time";
	if (s->checksum == DUT_CHECKSUM_EITHER)
		return "keepalived accepts one form of the checksum";
	return NULL;
}

const struct daemon daemon_keepalived = {
	.name = "keepalived",
	.pseudo = true,
	.cannot = cannot,
	.write = write_config,
	.run = run,
	.ready = is_ready,
};
