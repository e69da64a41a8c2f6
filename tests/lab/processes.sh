# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# The verbs for processes, with a daemon that has one process or several: all
# of them are concerned, and nothing else on the host is.  The tests beside
# this file run it for each daemon.

# shellcheck source=netns-lab/lib.sh
. "$(dirname "$0")/../../netns-lab/lib.sh"
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"
# shellcheck source=netns-lab/daemons.sh
. "$TOP/netns-lab/daemons.sh"

state_of() { awk '$1 == "State:" { print $2 }' "/proc/$1/status"; }

# in_state LETTER: are all of the daemon's processes?
in_state() {
	[ -n "$(daemon_pids r1)" ] || return 1
	for pid in $(daemon_pids r1); do
		[ "$(state_of "$pid")" = "$1" ] || return 1
	done
}

frozen() { in_state T; }
not_frozen() {
	for pid in $(daemon_pids r1); do
		[ "$(state_of "$pid")" != T ] || return 1
	done
}

told() {
	jq -e -s --arg kind "$1" --arg text "$2" 'any(.[]; .kind == $kind and
		.router == "r1" and .text == $text)' "$LAB/events" >/dev/null
}
process_told() {
	jq -e -s --arg state "$1" '[.[] | select(.kind == "process")] |
		last.state == $state' "$LAB/events" >/dev/null
}

begin() {
	why=$(unable r1)
	[ -z "$why" ] || skip_all "$why"
	plan "$1"
	router r1 192.0.2.11/24
	vrouter lan eth0 51 192.0.2.1/24
	daemon_start r1
	LAB_HELPER=1 ip netns exec r1 sleep 1000 &
	helper=$!
	within 20 is r1 active
	within 20 holds r1 192.0.2.1
}

unaffected() { [ "$(state_of "$helper")" = S ]; }

test_freeze() {
	freeze r1
	check "freeze: all of its processes stand still" within 10 frozen
	check "and that is told" eval 'process_told frozen &&
		told fault "its daemon is frozen"'
	check "its kernel has the address" holds r1 192.0.2.1
	check "what else runs there goes on" unaffected
	thaw r1
	check "thaw: they go on" within 10 not_frozen
	check "and that is told" eval 'process_told running &&
		told repair "its daemon goes on"'
	within 20 is r1 active
}

test_kill() {
	kill r1
	check "kill: none of its processes is left" no_daemon r1
	check "and that is told" eval 'process_told ended &&
		told fault "its daemon is killed"'
	check "its kernel has the address" holds r1 192.0.2.1
	check "what else runs there goes on" unaffected
	start_again r1
	check "start_again: there it is" within 20 is r1 active
	check "and that is told" \
		told repair "its daemon is started again"
}

# Read by daemons.sh, as the priority of r1.
# shellcheck disable=SC2034
test_reload() {
	first=$(daemon_pid r1)
	priority_r1=150
	reload r1
	check "reload: it has read its file" within 20 reloaded
	check "and is the same" [ "$(daemon_pid r1)" = "$first" ]
	check "and that is told" \
		told fault "its daemon reads its file again"
}

test_restart() {
	first=$(daemon_pid r1)
	restart r1
	check "restart: it is another one" [ "$(daemon_pid r1)" != "$first" ]
	check "and comes back" within 20 is r1 active
	check "both have been told" eval 'process_told started &&
		told fault "its daemon is restarted"'
	within 20 holds r1 192.0.2.1
}

test_upgrade() {
	first=$(daemon_pid r1)
	upgrade r1
	check "upgrade: it is another one" [ "$(daemon_pid r1)" != "$first" ]
	check "and comes back, or has never been away" within 20 is r1 active
	check "that is told" told fault "its daemon is upgraded"
	check "what else runs there goes on" unaffected
	within 20 holds r1 192.0.2.1
}

test_stop() {
	stop r1
	check "stop: none of its processes is left" no_daemon r1
}
