# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# The life of a pair of gateways: planned exit and return without a loss, cable
# and host failures, a split segment.  The tests beside this file run it for
# each family and MAC mode.

# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

# RFC 9568 section 6.1, priority 100 at 100 ms: 360.9 ms of silence from the last
# advert of the one on the wire to the first of the other.  Whoever is late only
# makes it longer.  The rest is for a clock that is being adjusted.
EARLIEST=360000

plan 16

joined() { ip -n "$1" maddr show dev eth0 | grep -q "$2"; }

# In each family: how long was nobody heard who was Active?
silences() {
	jq -s '[.[] | select(.kind == "advert")] | group_by(.family) | map(
		(map(select(.priority == 200)) | last.time_us) as $last |
		(map(select(.priority == 100 and .time_us > $last)) |
			first.time_us) as $first |
		if $last and $first then $first - $last
		else error("nobody took over") end)' "$LAB/wire"
}
patient() {
	if silences >"$LAB/silences" && jq -e --argjson n "$families" \
		"length == \$n and all(. >= $EARLIEST)" "$LAB/silences" \
		>/dev/null; then
		return 0
	fi
	diag "silent for $(tr -d '\n' <"$LAB/silences") us"
	return 1
}
pair
start r1
start r2
check "the router with the higher priority becomes Active" \
	within 10 is r1 active
check "the other one waits" within 10 is r2 backup
check "the Active has the addresses" within 10 serves r1
check "the Backup has none" idle r2
check "snooping switches are told which groups it wants" eval \
	'joined r2 "inet  224.0.0.18" && joined r2 "inet6 ff02::12"'

check "the Active leaves, and the client loses nothing" \
	spares leaves comes_back --interval 5ms
check "SIGTERM has ended it with status 0" [ "$status" = 0 ]
check "no address is left" idle r1
check "no macvlan is left" not inside r1 grep -q vrrp /proc/net/dev

check "it comes back and preempts, and the client loses nothing" \
	spares comes_back leaves --interval 5ms

hear
unplug r1
check "a cable that is pulled: Initialize, and why" within 10 shows r1 \
	'[.routers[] | .state == "initialize" and
	(.fault | test("no carrier"))] | all'
within 10 is r2 active
within 10 reaches "$address"
stop_hearing
check "the other one serves, no earlier than the timers allow" patient
plug r1
check "plugged in again, it takes over again" within 10 is r1 active

within 10 is r2 backup
within 10 reaches "$address"
power_off r1
check "a host that dies is replaced" within 10 is r2 active
check "and the client is served" \
	within 10 reaches "$address"
power_on r1
start r1
within 10 is r1 active

cut r1
within 10 is r2 active
mend r1
check "a split segment heals: one Active, the better one" \
	within 10 eval 'is r1 active && is r2 backup && serves r1 && idle r2'

