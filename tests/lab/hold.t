#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Does hold keep the kernel's configuration lock, for as long as it says, and
# never longer, whatever becomes of it?
# shellcheck disable=SC2016 # $t is for jq
# shellcheck source=netns-lab/lib.sh
. "$(dirname "$0")/../../netns-lab/lib.sh"
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"

host other 192.0.2.9/24

can_hold() {
	status=0
	"$BIN/hold" 1ms >"$LAB/held" 2>"$LAB/why" || status=$?
	[ "$status" != 77 ]
}
can_hold || skip_all "$(cat "$LAB/why")"
plan 10

has_lock() { grep -q from_us "$LAB/held"; }

holding() {
	"$BIN/hold" "$1" >"$LAB/held" 2>"$LAB/why" </dev/null &
	hold_pid=$!
	within 10 has_lock
}

# A change of the configuration, begun now: `done_us` is when it was done.
change() {
	ip -n other link set lo up
	done_us=$(now_us)
}

# held JQ-OPTION... FILTER: is it true of what it printed?
held() { jq -e "$@" "$LAB/held" >/dev/null; }

begun_us=$(now_us)
holding 400ms
change
wait "$hold_pid"
check "it holds as long as it was told to" held '.to_us - .from_us >= 400000'
check "since it was told to" held --argjson t "$begun_us" '.from_us >= $t'
check "a change in another namespace waits until its end" \
	held --argjson t "$done_us" '$t >= .to_us'
change
check "and the next one for nothing" \
	held --argjson t "$done_us" '$t - .to_us < 5000000'

# Each of these could wait 10 s for the lock, if it were not given back.
released() {
	asked=$(now_us)
	change
	wait "$hold_pid" || :
	[ $((done_us - asked)) -lt 5000000 ]
}
holding 10s
kill -TERM "$hold_pid"
check "a signal ends it early" released
check "and it says how long it was" held '.to_us - .from_us < 5000000'
holding 10s
kill -KILL "$hold_pid"
check "killed, it has not got the lock any more" released
holding 100ms
kill -STOP "$hold_pid"
check "stopped, it is killed" released

refused() {
	not "$BIN/hold" 10.1s 2>"$LAB/why" && grep -q "at most 10 s" "$LAB/why"
}
check "it holds 10 s at most" refused

unprivileged() {
	status=0
	setpriv --bounding-set -sys_ptrace --inh-caps -sys_ptrace \
		"$BIN/hold" 1ms >"$LAB/held" 2>"$LAB/why" || status=$?
	[ "$status" = 77 ] && grep -q CAP_SYS_PTRACE "$LAB/why"
}
if [ "$(cat /proc/sys/vm/unprivileged_userfaultfd)" = 1 ]; then
	ok "without the privilege it says so # SKIP none is needed here"
else
	check "without the privilege it says so" unprivileged
fi
