#!/bin/sh
# SPDX-License-Identifier: MIT
#
# 510 virtual routers on one interface, 255 of each family: nobody takes over
# but from who is silent, and one of many costs no more than one alone.  What is
# counted is how often the agent is woken, so that a slow machine cannot fail.
interval=100ms
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 8

# crowd PRIORITY: a file with a virtual router of each family for each VRID.
crowd() {
	awk -v priority="$1" -v interval="$interval" 'BEGIN {
		print "virtual_routers = ("
		for (vrid = 1; vrid <= 255; vrid++)
			printf "%s{ interface = \"eth0\"; vrid = %d;" \
				" priority = %d; advertisement_interval" \
				" = \"%s\"; virtual_addresses = [" \
				" \"10.0.1.%d/16\", \"fe80::5:%x/64\" ]; }\n",
				(vrid > 1 ? "," : ""), vrid, priority,
				interval, vrid, vrid
		print ");"
	}'
}

# As asked of the kernel: how often its loop has fallen asleep.
sleeps() {
	sed -n 's/^voluntary_ctxt_switches:[[:space:]]*//p' \
		"/proc/$(daemon_pid "$1")/status"
}

count() {
	ctl "$1" --json status |
		jq --arg counter "$2" '[.routers[].statistics[$counter]] | add'
}

# The sanitizers' own memory is not ours.
resident() {
	if grep -qs libasan "/proc/$(daemon_pid "$1")/maps"; then
		echo 0
	else
		sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' \
			"/proc/$(daemon_pid "$1")/status"
	fi
}

links_up() { ip -n "$1" -br link show up type macvlan | grep -c . || :; }

# measure SECONDS: what happens meanwhile is left in slept_r1, sent, ...
measure() {
	sent=$(count r1 advertisement-sent)
	heard=$(count r2 advertisement-rcvd)
	slept_r1=$(sleeps r1) slept_r2=$(sleeps r2)
	sleep "$1"
	slept_r1=$(($(sleeps r1) - slept_r1))
	slept_r2=$(($(sleeps r2) - slept_r2))
	sent=$(($(count r1 advertisement-sent) - sent))
	heard=$(($(count r2 advertisement-rcvd) - heard))
	echo "# $sent sent in $slept_r1 turns, $heard heard in $slept_r2"
}

# A pause of the machine of 260 ms, which it would have to explain.
was_late() {
	for name in r1 r2; do
		ctl "$name" --json status
	done | jq -e -s 'any(.[].routers[]."last-transition";
		."late-us" > 100000)' >/dev/null
}

stays_backup() {
	[ "$(count r2 active-transitions)" = 0 ] || was_late
}

router r1 10.0.0.1/16
router r2 10.0.0.2/16
crowd 200 >"$LAB/r1.cfg"
crowd 100 >"$LAB/r2.cfg"
start r1
check "510 virtual routers become Active" within 60 is r1 active
start r2
check "and 510 are Backup" within 60 is r2 backup
# The announcements of the beginning are over.
sleep 2.5
measure 2
check "nobody has taken over" stays_backup
check "they advertise" [ "$sent" -gt 510 ]
check "not each advertisement wakes the Active" \
	[ "$slept_r1" -lt $((sent / 2)) ]
# For ten frames or more; without a rest, once for three.
check "nor the Backup, by far" [ "$slept_r2" -lt $((heard / 6)) ]
check "the Backup's macvlans are down, or they would hear each broadcast" \
	[ "$(links_up r2)" = 0 ]
check "with all of them it fits into 9 MB" [ "$(resident r1)" -lt 9216 ]
