/* SPDX-License-Identifier: MIT */
/*
 * What rows are written in: a daemon is started with a setup, advertisements
 * are said to it, and what it does is expected at a time.  The setups, senders
 * and times are those of the conventions that the rows share:
 *
 *	std	192.0.2.100/22 or fe80::a:2, VRID 51, priority 100, interval 1 s
 *	fast	the same at 100 ms
 *	own	the owner of the interface's address
 *
 * PL has a lower address than the daemon, PH a higher one, PX one that is
 * higher, but lower if compared in little-endian order, and PS one that is
 * lower, but higher if compared as signed integers.
 */
#ifndef CONFORMANCE_PLAY_H
#define CONFORMANCE_PLAY_H

#include "tests/conformance/dut.h"
#include "tests/conformance/report.h"
#include "tests/conformance/wire.h"

#define MS  INT64_C(1000)
#define SEC INT64_C(1000000)

enum sender { PL, PH, PX, PS };

struct row;

struct test {
	const struct row *row;
	bool ipv6;
	struct wire wire;
	struct report report;
	struct dut dut[2];
};

enum row_flag {
	ROW_TWIN = 1, /* to be run with IPv6 too, as IDv6 */
	ROW_IPV6 = 2, /* with IPv6 only */
	ROW_PAIR = 4, /* a second daemon, on the same LAN */
};

struct row {
	const char *id, *section, *text;
	void (*run)(struct test *test);
	unsigned seconds; /* about what it takes, the longest begin first */
	unsigned flags;   /* of enum row_flag */
};

/* The tables end with a row without id. */
extern const struct row rows_transmit[], rows_announce[], rows_receive[],
	rows_stress[], rows_backup[], rows_pair[], rows_active[],
	rows_shutdown[], rows_change[], rows_host[], rows_forward[],
	rows_manage[], rows_counters[];

struct setup play_std(const struct test *test);
struct setup play_fast(const struct test *test);
struct setup play_own(const struct test *test);

/* Skew_Time and Active_Down_Interval in microseconds. */
int64_t play_skew(int priority, unsigned interval);
int64_t play_down(int priority, unsigned interval);

/* A good advertisement of a peer of this virtual router. */
struct advert play_advert(const struct test *test, const struct setup *setup,
			  enum sender sender, uint8_t priority);
/* To all daemons; returns the time just before. */
int64_t play_say(struct test *test, const struct advert *advert);
/* Now and every period until then; returns how many, *last when. */
unsigned play_repeat(struct test *test, const struct advert *advert,
		     int64_t period, int64_t until, int64_t *last);
/* Says it every period until an advertisement comes after `from`, or until. */
unsigned play_pester(struct test *test, const struct advert *adverts,
		     size_t count, int64_t period, int64_t from, int64_t until);

/*
 * Configures and starts daemon i, again if it took so long that what is said to
 * it next would be late; false if it did not begin.
 */
bool play_start(struct test *test, int i, const struct setup *setup);
bool play_start_many(struct test *test, int i, const struct setup *setup,
		     size_t count);
/* Starts the first one and waits for its first advertisement, or NULL. */
const struct heard *play_active(struct test *test, const struct setup *setup);
/* The same, and waits for the address in the kernel, or with accept off, for
   its announcement. */
bool play_serving(struct test *test, const struct setup *setup);
/* Starts it and says advert; returns when, or WIRE_NEVER. */
int64_t play_backup(struct test *test, const struct setup *setup,
		    const struct advert *advert);

/* The next advertisement on a port; NULL if none came. */
const struct heard *play_next(struct test *test, enum wire_port port,
			      int64_t from, int64_t until);
size_t play_adverts(const struct test *test, enum wire_port port, int64_t from,
		    int64_t until);
/* The next advertisement of daemon 0, nominal after from; NULL if none. */
const struct heard *play_expect(struct test *test, const char *what,
				int64_t from, int64_t nominal);
/* No advertisement of daemon 0 after from until then; waits for it. */
bool play_silence(struct test *test, const char *what, int64_t from,
		  int64_t until);
/* Has the kernel of daemon i the first virtual address, within 3 seconds? */
bool play_holds(struct test *test, int i, const struct setup *setup,
		bool wanted);
/* The first virtual address, or the n-th. */
struct address play_virtual(const struct setup *setup, size_t n);
/* From the tester's host to an address, by this MAC. */
struct ends play_ends(const struct test *test, const char *from,
		      const struct address *to, const uint8_t mac[6]);
/* The MAC of eth0. */
void play_real_mac(struct test *test, uint8_t mac[6]);
/* A virtual router's, of the test's family. */
void play_virtual_mac(const struct test *test, int vrid, uint8_t mac[6]);
const char *play_mac_text(const uint8_t mac[6]);

/* Counters of rejected frames on eth0, without those of no account. */
enum { PLAY_REASONS = 10 };
struct counters {
	bool known;
	int64_t rejected[PLAY_REASONS];
};
struct counters play_counters(const struct test *test);
/* Has this one moved by this many since then, and no other? */
void play_moved(struct test *test, const struct counters *before,
		const char *reason, unsigned by);
/* A counter of the first router, such as "advertisement-rcvd". */
int64_t play_statistic(const struct test *test, const char *name);

#endif
