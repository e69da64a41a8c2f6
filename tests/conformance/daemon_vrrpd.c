/* SPDX-License-Identifier: MIT */
/*
 * How vrrpd is told what a row wants of it; PACKET_IO in the environment has
 * it receive by another way than its default.
 */
#include "tests/conformance/dut.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *truth(bool value)
{
	return value ? "true" : "false";
}

static void write_router(char *text, size_t room, const struct setup *s)
{
	static const char *const checksums[] = {
		[DUT_CHECKSUM_RFC9568] = "rfc9568",
		[DUT_CHECKSUM_RFC5798] = "rfc5798",
		[DUT_CHECKSUM_EITHER] = "rfc9568",
		[DUT_CHECKSUM_STRICT] = "rfc9568-strict",
	};

	dut_append(text, room,
		   "{ name = \"%s-%d-%d\";\n"
		   "  interface = \"%s\"; vrid = %d; priority = %d;\n"
		   "  advertisement_interval = \"%u0ms\"; preempt = %s;\n"
		   "  checksum = \"%s\";\n  virtual_addresses = [",
		   s->interface, s->vrid, s->family, s->interface, s->vrid,
		   s->priority, s->interval, truth(s->preempt),
		   checksums[s->checksum]);
	for (size_t i = 0; i < s->addresses; i++)
		dut_append(text, room, "%s \"%s\"", i ? "," : "",
			   s->address[i]);
	dut_append(text, room, " ];\n");
	if (s->accept != DUT_ACCEPT_DEFAULT)
		dut_append(text, room, "  accept = %s;\n",
			   truth(s->accept == DUT_ACCEPT_ON));
	if (s->router_advertisements)
		dut_append(text, room,
			   "  router_advertisements = { prefixes = "
			   "( { prefix = \"2001:db8::/64\"; } ); };\n");
	if (getenv("PACKET_IO"))
		dut_append(text, room, "  packet_io = \"%s\";\n",
			   getenv("PACKET_IO"));
	if (s->version2)
		dut_append(text, room, "  version2 = true;\n");
	dut_append(text, room, "}");
}

static void write_config(const struct dut *dut, char *text, size_t room,
			 const struct setup *setup, size_t count)
{
	(void)dut;
	dut_append(text, room, "virtual_routers = (\n");
	for (size_t i = 0; i < count; i++) {
		write_router(text, room, &setup[i]);
		dut_append(text, room, i + 1 < count ? ",\n" : "\n");
	}
	dut_append(text, room, ");\n");
}

static void run(const struct dut *dut)
{
	char program[128], config[96], control[96];

	snprintf(program, sizeof program, "%s/vrrpd", getenv("B"));
	snprintf(config, sizeof config, "%s/cfg", dut->directory);
	snprintf(control, sizeof control, "%s/control", dut->directory);
	execlp("ip", "ip", "netns", "exec", dut->name, program, "-f", config,
	       "-s", control, "-S", dut->directory, (char *)NULL);
}

static bool is_ready(const struct dut *dut)
{
	return dut_status(dut, ".routers | select(length > 0 and all(.state == "
			       "\"backup\" or .state == \"active\")) | "
			       "length") > 0;
}

const struct daemon daemon_vrrpd = {
	.name = "vrrpd",
	.has_status = true,
	.write = write_config,
	.run = run,
	.ready = is_ready,
};
