#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A flood: does it come to the host that is meant, does its kernel drop some of
# it, and is everything as it was when it ends?
# shellcheck source=tests/lab/faults.sh
. "$(dirname "$0")/faults.sh"

ports_have() {
	unshare -m sh -c "mount -t sysfs sysfs /sys
		cat /sys/class/net/*/brport/../queues/rx-*/rps_cpus" |
		tr -d 0, | sort -u >"$LAB/masks"
	[ "$(tr -d '\n' <"$LAB/masks")" = "$1" ]
}
host_has() {
	[ "$(inside "$1" cat /sys/class/net/eth0/queues/rx-0/rps_cpus |
		tr -d 0,)" = "$2" ]
}
may_use() {
	sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' "/proc/$1/status"
}
# runs_in NAME: something that stays there; its pid is in $pid.
runs_in() {
	ip netns exec "$1" sleep 600 </dev/null &
	pid=$!
	within 10 in_namespace "$1"
}
in_namespace() { ip netns pids "$1" | grep -qx "$pid"; }
# arrives NAME NUMBER: at least so many are let through.
arrives() { [ "$(flood_arrived "$1")" -ge "$2" ]; }
has_port() { ip link show flooder >"$LAB/out" 2>&1; }
filtered() { inside "$1" nft list tables | grep -q flood; }

three_hosts
if [ "$(flood_cpus | wc -l)" = 1 ]; then
	plan 1
	ok "no flood # SKIP it takes two CPUs"
	exit
fi
plan 16

all=$(may_use $$)
runs_in r1
flooded=$pid
runs_in client
other=$pid
flood r1 20000
check "flood: it arrives" within 20 arrives r1 1000
check "and is told" told fault r1 "flooded with 20000 packets a second"
check "nobody else gets it" eval '! filtered r2 && ! filtered client'
check "what runs on other hosts has the first CPU" \
	[ "$(may_use "$other")" = "$(flood_first)" ]
check "what runs there has all" [ "$(may_use "$flooded")" = "$all" ]
last=$(flood_mask "$(flood_last)" | tr -d 0,)
check "the last one receives for it" host_has r1 "$last"
check "the others are not concerned" host_has r2 ""
check "the first one is the switch" \
	ports_have "$(flood_mask "$(flood_first)" | tr -d 0,)"
check "from a port of its own" has_port
calm
check "calm: it ends, and is told" told repair r1 "the flood ends"
check "no more than the rate were sent, and no more arrived" jq -e '
	.arrived >= 1000 and .sent >= .arrived and
	.sent <= 20000 * (1 + (.to_us - .from_us) / 1000000)' "$LAB/flood"
check "nothing is left" eval '! filtered r1 && ! has_port &&
	[ ! -e "$LAB/flooder" ] && ports_have "" && host_has r1 ""'
check "all CPUs are for all" [ "$(may_use "$other")" = "$all" ]

flood r2 most
check "most: it arrives" within 20 arrives r2 2000
check "and not at the one before" not filtered r1
calm
check "of it the kernel drops some" jq -e '.sent > .arrived' "$LAB/flood"
