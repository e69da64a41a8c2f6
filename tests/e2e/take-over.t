#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A process that takes over from another one, as after an upgrade: nobody on
# the LAN notices.  Until it has, the other one is what it was.
interval=300ms
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

r1_is_taken_over() { takes_over r1; }
both_are_taken_over() { takes_over r2 && takes_over r1; }

# What happens to the addresses of r1 and its macvlans, while CHANGE.
touches_nothing() { # CHANGE
	ip -n r1 monitor address link >"$LAB/monitor" </dev/null &
	touches_monitor=$!
	"$1"
	kill -TERM "$touches_monitor"
	wait "$touches_monitor" || :
	! grep -E "Deleted|state DOWN" "$LAB/monitor"
}

facts() { # FILTER
	shows r1 true && jq -c "$1" "$LAB/shown"
}
# What is true of r1 before, is so afterwards.
keeps() { # FILTER
	keeps_before=$(facts "$1")
	r1_is_taken_over
	keeps_after=$(facts "$1")
	diag "$keeps_before $keeps_after"
	[ "$keeps_before" = "$keeps_after" ]
}
counts_on() {
	counted=$(facts '.routers[0].statistics["advertisement-sent"]')
	r1_is_taken_over
	[ "$(facts '.routers[0].statistics["advertisement-sent"]')" -gt \
		"$counted" ]
}

begin() {
	start r1
	within 20 is r1 active
	start r2
	within 20 is r2 backup
	within 10 serves r1
}

plan 24
pair
for virtual_mac in true false; do
	mode="virtual MAC"
	[ $virtual_mac = true ] || mode="interface's MAC"
	config r1 200
	config r2 100
	begin
	check "$mode: the client does not notice" \
		spares both_are_taken_over true --interval 5ms
	check "$mode: it is Active" is r1 active
	check "$mode: the other is Backup" is r2 backup
	check "$mode: who it is told by has not changed" logged r2 \
		"took over 2 virtual routers from process"
	check "$mode: nobody has taken over" nobody_took_over
	check "$mode: the kernel has not been touched" \
		touches_nothing r1_is_taken_over
	check "$mode: it serves" serves r1
	check "$mode: since when, and why" keeps \
		'[.routers[] | .["up-datetime"], .["last-event"],
			.["last-transition"]]'
	check "$mode: what it has counted" counts_on
	stop r1
	check "$mode: who took over ends as ever" [ "$status" = 0 ]
	check "$mode: and hands over" within 10 is r2 active
	check "$mode: and leaves nothing behind" idle r1
	stop r2
done
