/* SPDX-License-Identifier: MIT */
/*
 * FRR's vrrpd 8.4, with the zebra that it needs.  It computes the IPv4 checksum
 * with a pseudo-header and has no option for the other form; it sends IPv6
 * advertisements from the link-local address of its macvlan, which is given
 * the one that the tester knows the host by.
 */
#include "tests/conformance/dut.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A comment for FRR, read by the script that makes the macvlans. */
static void write_macvlan(char *text, size_t room, const struct dut *dut,
			  const struct setup *s)
{
	const char *link_local =
		strcmp(dut->name, "dut") == 0 ? "fe80::a:2" : "fe80::a:3";

	dut_append(text, room, "! macvlan %s %d %d %s", s->interface, s->family,
		   s->vrid, s->family == 6 ? link_local : "-");
	for (size_t i = 0; i < s->addresses; i++)
		dut_append(text, room, " %s", s->address[i]);
	dut_append(text, room, "\n");
}

static void write_router(char *text, size_t room, const struct setup *s)
{
	dut_append(text, room,
		   "interface %s\n vrrp %d version 3\n"
		   " vrrp %d advertisement-interval %u\n"
		   " vrrp %d priority %d\n",
		   s->interface, s->vrid, s->vrid, s->interval * 10, s->vrid,
		   s->priority);
	if (!s->preempt)
		dut_append(text, room, " no vrrp %d preempt\n", s->vrid);
	for (size_t i = 0; i < s->addresses; i++)
		dut_append(text, room, " vrrp %d %s %.*s\n", s->vrid,
			   s->family == 6 ? "ipv6" : "ip",
			   (int)strcspn(s->address[i], "/"), s->address[i]);
	dut_append(text, room, "exit\n");
}

static void write_config(const struct dut *dut, char *text, size_t room,
			 const struct setup *setup, size_t count)
{
	dut_append(text, room, "debug vrrp protocol\n");
	for (size_t i = 0; i < count; i++)
		write_macvlan(text, room, dut, &setup[i]);
	for (size_t i = 0; i < count; i++)
		write_router(text, room, &setup[i]);
}

static void run(const struct dut *dut)
{
	char script[128];

	snprintf(script, sizeof script, "%s/../../netns-lab/frr",
		 getenv("HERE"));
	execlp("ip", "ip", "netns", "exec", dut->name, script, dut->directory,
	       (char *)NULL);
}

/* By its log, as vtysh takes seconds of a busy machine. */
static bool is_ready(const struct dut *dut)
{
	return dut_shell("test \"$(grep -cE 'Initialize -> (Backup|Master)' "
			 "%s/log)\" -ge \"$(grep -c '^! macvlan' %s/cfg)\" "
			 "&& echo yes",
			 dut->directory, dut->directory)[0] != '\0';
}

static const char *cannot(const struct setup *s)
{
	if (s->accept == DUT_ACCEPT_OFF)
		return "FRR has no Accept_Mode";
	if (s->owner)
		return "FRR's addresses are never on the interface itself";
	if (s->version2)
		return "FRR speaks one version at a time";
	if (s->checksum == DUT_CHECKSUM_EITHER)
		return "FRR accepts one form of the checksum";
	return NULL;
}

static const struct not_asked not_asked[] = {
	{ "A-16", "the tester reads FRR's debug log" },
	{ "G-08", "FRR's addresses are never on the interface itself" },
	{ "S-03", "FRR reloads by a program of its own" },
	{ .row = NULL },
};

const struct daemon daemon_frr = {
	.name = "frr",
	.pseudo = true,
	.not_asked = not_asked,
	.cannot = cannot,
	.write = write_config,
	.run = run,
	.ready = is_ready,
};
