#!/bin/sh
# SPDX-License-Identifier: MIT
#
# An agent that sleeps through its deadlines (a paused VM, a starved process)
# hears what others have said before it judges, and tells the LAN again who
# answers.
family=ipv4 virtual_mac=false
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 9

mac_of() { ip -n "$1" -j link show eth0 | jq -r '.[0].address'; }
# knows NAME: does the client's ARP cache say that NAME answers?
knows() { inside client ip neigh show "$address" | grep -q "$(mac_of "$1")"; }
transitions() {
	shows "$1" '[.routers[].statistics["active-transitions"]] == ['"$2"']'
}

pair
start r1
start r2
within 10 is r1 active
within 10 is r2 backup
within 10 reaches "$address"
check "the client knows the Active" within 10 knows r1

kill_daemon r1 STOP
check "a frozen Active is replaced" within 10 is r2 active
check "and the client is told" within 10 knows r2
kill_daemon r1 CONT
check "thawed, the better router is the only Active" \
	within 10 eval 'is r1 active && is r2 backup'
check "it has not left that state meanwhile" transitions r1 1
check "but it has told the client again" within 10 knows r1

kill_daemon r2 STOP
sleep 0.9
kill_daemon r2 CONT
check "a frozen Backup hears the Active before it judges" \
	within 10 is r2 backup
sleep 0.5
check "and has not taken over" transitions r2 1
check "nor made the Active do anything" transitions r1 1
