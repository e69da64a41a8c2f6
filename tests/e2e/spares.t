#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What tests of planned changes rest on: does `spares` see a loss, and does it
# forgive it only where the machine was late?
family=ipv4
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 5

# A loss that no router and no kernel is to blame for.
silence() {
	inside client nft add table netdev deaf '{ chain client {
		type filter hook ingress device "eth0" priority 0;
		icmp type echo-reply drop; }; }'
	sleep 0.1
	inside client nft delete table netdev deaf
}

# late TIMES: the newcomer does not get its addresses in the first ones.
late() {
	played=$((played + 1))
	if [ "$played" -le "$1" ]; then
		rm -f "$LAB/held"
		"$BIN/hold" 1s >"$LAB/held" &
		within 10 grep -qs from_us "$LAB/held"
	fi
	leaves
}
once_late() { late 1; }
always_late() { late 2; }

pair
start r1
start r2
within 10 is r1 active
within 10 is r2 backup

check "a loss is seen" not spares silence true --interval 5ms
check "and not forgiven when nobody was late" [ ! -s "$LAB/late" ]

status=0
"$BIN/hold" 1ms >"$LAB/held" 2>&1 || status=$?
if [ "$status" = 77 ]; then
	for text in "late" "always late" "not for ever"; do
		ok "$text # SKIP $(cat "$LAB/held")"
	done
	exit 0
fi
played=0
check "who gets the addresses late is played again" \
	spares once_late comes_back --interval 5ms
comes_back
played=0 tries=2
check "who always gets them late has failed" \
	not spares always_late comes_back --interval 5ms
check "after so many tries" [ "$played" = 2 ]
