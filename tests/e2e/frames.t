#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Frames of any content: counted, and nothing else.
family=ipv4
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 6

pair
start r1
within 10 is r1 active
frames=20000

rejected() { shows r1 "[.interfaces[].rejected[]] | add $1"; }
heard() {
	shows r1 "([.interfaces[] | .rejected[], .dropped] | add) +
		([.routers[].statistics[\"advertisement-rcvd\"]] | add) $1"
}

# By the cable itself: a bridge may drop what is malformed.
"$BIN/hostile" r1 flood --kind random --rate 20000 --count $frames --seed 1 \
	--vrid 51 --priority 200 --source 192.0.2.2 --address 192.0.2.1 \
	--advertise 1s >"$LAB/sent"
check "every frame is accounted for, as rejected, accepted or dropped" \
	within 60 heard "== $frames"
check "most are rejected" rejected "> $frames / 2"
check "for more reasons than one" shows r1 \
	'[.interfaces[].rejected[] | select(. > 0)] | length >= 6'
check "the agent lives" alive r1
check "and is Active again" within 60 is r1 active
check "with few lines in the log" eval '[ "$(wc -l <"$LAB/r1/log")" -lt 60 ]'
