#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A reload of an identical file asks the kernel for nothing and sends nothing:
# all that the agent sends is written down by a library under it.
family=both interval=40s
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 7

# An owner of both families, who has advertised and is quiet for 40 s, and a
# router that waits for as long.
files() {
	extra='announce = { repeat = 1; refresh = "0s"; };'
	config r1 255
	sed -i '$d' "$LAB/r1.cfg"
	cat >>"$LAB/r1.cfg" <<-END
		}, { name = "waits"; interface = "eth0"; vrid = 7;
		  advertisement_interval = "40s"; accept = false;
		  virtual_addresses = [ "198.51.100.1", "fe80::7:1" ];
		});
	END
	{ cat "$LAB/r1.cfg" && echo '# a comment is no difference'; } \
		>"$LAB/same"
}

# The sanitizers want to be the first library, but can live without it.
start_watched() {
	rm -f "$LAB/requests"
	export LD_PRELOAD="$BIN/requests.so" REQUESTS="$LAB/requests"
	export ASAN_OPTIONS="${ASAN_OPTIONS:-}:verify_asan_link_order=0"
	start r1
	unset LD_PRELOAD
	started=$(now_us)
	within 10 quiet
}
sent() { grep -c "^$1 " "$LAB/requests"; }
running() {
	shows r1 '[.routers[].state] | sort ==
		["active", "active", "backup", "backup"]' && serves r1
}
# It runs, and has sent nothing for a while.
quiet() {
	running || return 1
	quiet_lines=$(wc -l <"$LAB/requests")
	sleep 0.5
	[ "$(wc -l <"$LAB/requests")" = "$quiet_lines" ]
}

reloads() {
	changed=0
	for file in r1.cfg r1.cfg same r1.cfg; do
		[ "$file" = r1.cfg ] || cp "$LAB/$file" "$LAB/r1.cfg"
		for _ in 1 2 3 4 5; do
			ctl r1 reload >"$LAB/said"
			[ "$(cat "$LAB/said")" = "nothing changed" ] ||
				changed=$((changed + 1))
		done
	done
	kill_daemon r1 HUP
	within 10 eval '[ "$(grep -c "nothing changed" "$LAB/r1/log")" = 21 ]'
	sleep 0.2 # for what it might have asked the worker to do
}
# Every 30 s it looks at everything: twice as long as this takes.  Where it
# takes longer, it begins anew.
in_time() { [ $(($(now_us) - started)) -lt 25000000 ]; }

router r1 192.0.2.11/24 2001:db8::11/64
files
for try in 1 2 3; do
	start_watched
	before_frames=$(sent frame) before_requests=$(sent netlink)
	reloads
	frames=$(($(sent frame) - before_frames))
	requests=$(($(sent netlink) - before_requests))
	in_time && break
	diag "try $try was too slow"
	stop r1
	files
done
check "what the agent sends is seen" eval '[ "$before_frames" -ge 2 ] &&
	[ "$before_requests" -ge 10 ]'
check "an identical file, or another comment, changes nothing" \
	[ "$changed" = 0 ]
check "it sends no frame" [ "$frames" = 0 ]
check "and no netlink request" [ "$requests" = 0 ]
[ "$requests" = 0 ] || diag "$(tail -n "$requests" "$LAB/requests")"

# What differs does so, where that is the kernel's or the LAN's business.
reload_other() {
	frames=$(sent frame) requests=$(sent netlink)
	sed -i "$1" "$LAB/r1.cfg"
	ctl r1 reload >"$LAB/said"
}
more() { [ "$(sent "$1")" -gt "$2" ]; }
reload_other 's/refresh = "0s"/refresh = "90s"/'
sleep 0.2
check "another pause between announcements is neither" eval \
	'grep -q refresh "$LAB/said" && ! more frame "$frames" &&
	! more netlink "$requests"'
reload_other 's/"40s"; *$/"30s";/'
check "another interval is a frame" within 10 more frame "$frames"
reload_other '/}, {/,/^});/d; $a });'
check "a router that goes is a request" within 10 more netlink "$requests"
