/* SPDX-License-Identifier: MIT */
/*
 * sim [-c] STORY.lan: simulated LANs in simulated time.  A story says what
 * happens to routers; the real shell and the real core live through it, over
 * simulated packets, addresses and clocks; the trace goes to standard output.
 * -c counts what was simulated, on standard error.  Exit status 0; 1 when
 * something is not true that ought to be; 2 when the story cannot be read.
 *
 * Each line is a verb with its words, "#" begins a comment.  Times are as in
 * vrrpd.cfg(5), 4s or 10ms.  HOST is a name, "all", a crowd, or a part of it
 * (m1-100).  Who has been introduced, boots when time goes on.
 *
 *   router HOST [SETTING...]      introduce one, or give it another VRID
 *   many N NAME [SETTING...]      N of them, NAME1 to NAMEn; of "priority 1-9"
 *                                 each has the next one, from the first again
 *       vrid V, vrid V-W          1
 *       priority P                100; 255 is the addresses' owner
 *       interval T                1s
 *       family ipv4|ipv6|both     ipv4
 *       preempt on|off            on
 *       preempt-delay T           0s
 *       accept on|off             on
 *       virtual-mac on|off        on
 *       fence on|off              on; off is of the host
 *       addresses N               1 for each family, and a link-local one
 *       off                       wait for "start"
 *   set HOST priority P           its configuration is another one, as after a
 *   set HOST interval T           reload; in the vrids that it has, all alike
 *   set HOST preempt on|off
 *   set HOST addresses N
 *   start|stop|crash|restart HOST...   stop hands over; the others know not
 *   drain|resume HOST...          it hands over, and stays out of service
 *   kill HOST...                  the agent alone: the kernel goes on, and
 *                                 answers as long as the fence lets it
 *   down|up HOST...               its interface
 *   stall HOST T                  it stands still, and its frames wait for it
 *   oversleep HOST T              from now on it wakes up to T late
 *   clock HOST +T|-T              its wall clock steps
 *   netlink HOST T                the kernel takes so long for each request
 *   netlink HOST refuses|accepts  addresses
 *   port HOST refuses|accepts     what it wants to send
 *   cut HOST [HOST]               from each other, or one from all
 *   mute HOST HOST                the second does not hear the first
 *   join HOST [HOST]              undo cut and mute
 *   split HOST... | HOST...       into LANs of their own
 *   heal                          undo cut, mute and split of all
 *   lose|duplicate N%             of the frames; 0% ends it
 *   reorder N% T                  hold them back, up to T
 *   delay T [T]                   of each frame (100us), and up to so much more
 *   seed N                        other dice
 *   run T                         let time go on
 *   still T                       the same, and no router may change its state
 *   expect HOST STATE [within T]  active, backup, leaving, initialize or off,
 *                                 or what its kernel is: answering, silent;
 *                                 "within" lets time go on
 *   expect N active [within T]    in each election; no, one, two, or a number
 *   sabotage HOST HOW             break a promise: see check.c, and broken/
 */
#include "tests/sim/check.h"
#include "tests/sim/election.h"
#include "tests/sim/script.h"
#include "tests/sim/trace.h"
#include "tests/sim/verbs.h"
#include "tests/sim/wire.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void play(const char *path, FILE *file)
{
	struct script s = { .path = path };

	while (fgets(s.text, sizeof s.text, file)) {
		s.line++;
		script_cut(&s);
		if (script_peek(&s)) {
			trace_script(s.text);
			verbs_do(&s);
		}
	}
}

int main(int argc, char **argv)
{
	bool count = argc > 1 && strcmp(argv[1], "-c") == 0;
	const char *path = argv[argc - 1];
	FILE *file = argc == 2 + count ? fopen(path, "r") : NULL;

	if (!file) {
		fprintf(stderr, "usage: sim [-c] STORY.lan\n");
		return 2;
	}
	wire.delay = MS / 10;
	play(path, file);
	fclose(file);
	if (count)
		fprintf(stderr,
			"%" PRIu64 " steps %" PRId64 " router-seconds\n",
			world.steps, world.router_time / SEC);
	world_free();
	election_free();
	wire_free();
	return 0;
}
