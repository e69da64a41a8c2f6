#!/bin/sh
# SPDX-License-Identifier: MIT
#
# An agent that was killed while Active, and is started again before anybody
# can have taken over, goes on as if nothing had happened; one that comes later
# removes what was left, and joins as a Backup.
interval=1s
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

dies() {
	kill_daemon r1 KILL
	wait "$(daemon_pid r1)" || :
}
returns() { start r1 && within 10 is r1 active && sleep 0.3; }
dies_and_returns() { dies && returns; }
taken_over() {
	shows r2 '[.routers[].statistics["active-transitions"]] | max == '"$1"
}
# What happens to the addresses of r1 and its macvlans, while CHANGE.
removes_nothing() { # CHANGE
	ip -n r1 monitor address link >"$LAB/monitor" </dev/null &
	removes_monitor=$!
	"$1"
	kill -TERM "$removes_monitor"
	wait "$removes_monitor" || :
	! grep Deleted "$LAB/monitor"
}

plan 17
for virtual_mac in true false; do
	mode="virtual MAC"
	[ $virtual_mac = true ] || mode="interface's MAC"
	if [ $virtual_mac = true ]; then
		pair
	else
		config r1 200
		config r2 100
	fi
	start r1
	start r2
	within 20 is r1 active
	within 20 is r2 backup
	within 10 serves r1
	check "$mode: killed and started, it is Active again" dies_and_returns
	check "$mode: and says why" logged r1 "nobody has spoken since"
	check "$mode: nobody has taken over" taken_over 0
	check "$mode: what it left has never ceased to be there" \
		removes_nothing dies_and_returns
	check "$mode: and serves" serves r1
	check "$mode: the client has not noticed" \
		spares dies_and_returns true --interval 5ms
	dies
	within 10 is r2 active
	sed -i 's/priority = 200/priority = 50/' "$LAB/r1.cfg"
	start r1
	check "$mode: who comes too late is a Backup" \
		within 10 eval 'is r1 backup && idle r1'
	check "$mode: and the other one goes on" is r2 active
	stop r1
	stop r2
done

# Resigned is resigned.
virtual_mac=true
config r1 200
start r1
within 20 is r1 active
stop r1
start r1
check "an agent that has ended begins anew" within 10 is r1 backup
