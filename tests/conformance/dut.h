/* SPDX-License-Identifier: MIT */
/*
 * The daemon under test, in a network namespace of its own: its configuration
 * in the terms of RFC 9568, its process, and what its kernel has.  Which daemon
 * it is stays behind struct daemon, one for each.
 */
#ifndef CONFORMANCE_DUT_H
#define CONFORMANCE_DUT_H

#include "tests/conformance/frame.h"

#include <sys/types.h>

enum { DUT_ROUTERS = 255 };

enum dut_accept { DUT_ACCEPT_DEFAULT, DUT_ACCEPT_ON, DUT_ACCEPT_OFF };
enum dut_checksum {
	DUT_CHECKSUM_RFC9568,
	DUT_CHECKSUM_RFC5798,
	DUT_CHECKSUM_EITHER, /* RFC 9568, and accept the other */
	DUT_CHECKSUM_STRICT, /* RFC 9568, and refuse the other */
};

/* One virtual router. */
struct setup {
	const char *interface;
	int family; /* 4 or 6 */
	int vrid, priority;
	unsigned interval; /* centiseconds */
	bool preempt, owner, router_advertisements, version2;
	enum dut_accept accept;
	enum dut_checksum checksum;
	size_t addresses;
	const char *address[FRAME_ADDRESSES]; /* with prefix length */
};

struct dut {
	const char *name; /* of the namespace */
	const struct daemon *daemon;
	const char *preload; /* a library, or NULL */
	pid_t pid;           /* 0 if none runs */
	int64_t started;     /* before fork */
	int64_t ready;       /* when it was seen to listen */
	char directory[64];
};

struct daemon {
	const char *name;
	bool pseudo; /* the IPv4 checksums that it understands */
	bool has_status;
	/* Rows that are not for it, and why; NULL, or up to a row without. */
	const struct not_asked {
		const char *row, *why;
	} * not_asked;
	/* Why it has no options for this; NULL if it has. */
	const char *(*cannot)(const struct setup *setup);
	void (*write)(const struct dut *dut, char *text, size_t room,
		      const struct setup *setup, size_t count);
	/* Replaces the process. */
	void (*run)(const struct dut *dut);
	/* Is it listening as a Backup, or Active? */
	bool (*ready)(const struct dut *dut);
};

extern const struct daemon daemon_vrrpd, daemon_keepalived, daemon_frr;

/* printf to text, which is a string already. */
void dut_append(char *text, size_t room, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

void dut_configure(const struct dut *dut, const struct setup *setup,
		   size_t count);
void dut_start(struct dut *dut);
void dut_signal(const struct dut *dut, int signal);
/* To all processes in the namespace. */
void dut_signal_all(const struct dut *dut, int signal);
/* Waits up to milliseconds for its end: exit status, 128 + signal, or -1. */
int dut_wait(struct dut *dut, int milliseconds);
/* SIGTERM until it is gone. */
void dut_stop(struct dut *dut);

/* A number of the status, by a jq filter; -1 if there is none. */
int64_t dut_status(const struct dut *dut, const char *filter);
/* The first line of what a shell command says, or "". */
const char *dut_shell(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
/* Is the address in the kernel, on an interface that has its carrier? */
bool dut_holds(const struct dut *dut, const char *address);
/* Lines of its log that have the text. */
long dut_logged(const struct dut *dut, const char *text);

#endif
