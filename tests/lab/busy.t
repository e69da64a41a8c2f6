#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What makes a host busy does what it says, and ends; and what judges it tells a
# late advertisement from one in time.
# shellcheck source=netns-lab/lib.sh
. "$(dirname "$0")/../../netns-lab/lib.sh"
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"
# shellcheck source=netns-lab/daemons.sh
. "$TOP/netns-lab/daemons.sh"
# shellcheck source=netns-lab/busy.sh
. "$TOP/netns-lab/busy.sh"

plan 9

router r1 192.0.2.11/24
vrouter lan eth0 51 192.0.2.1/24
daemon_start r1
within 20 is r1 active

reader_is() {
	grep -q "^State:[[:space:]]*$1" "/proc/$(cat "$LAB/r1/reader")/status"
}
# One more octet does not fit.
is_full() {
	not dd if=/dev/zero of="$LAB/r1/pipe" bs=1 count=1 oflag=nonblock \
		2>"$LAB/out"
}
lines() { wc -l <"$LAB/r1/log"; }
stop_log r1
check "stop_log: nobody reads" within 10 reader_is T
check "and the pipe is full" is_full
before=$(lines)
start_log r1
more() { [ "$(lines)" -gt "$before" ]; }
check "start_log: it is read again" within 10 more

stay() {
	[ "$(find "/proc/$(cat "$LAB/muted")/fd" -type l | wc -l)" -ge 16 ]
}
mute r1
check "mute: clients that stay" within 20 stay
unmute r1
check "unmute: they have asked, and go" eval '[ ! -e "$LAB/muted" ] &&
	jq -e ".asked > 0 and .failed < .asked" "$LAB/mute" >"$LAB/out"'

if "$BIN/hold" 1ms >"$LAB/out" 2>&1; then
	keep_rtnl
	held() { grep -qs from_us "$LAB/kept"; }
	check "keep_rtnl: it is held" within 10 held
	leave_rtnl
	changes() { ip link set lo up; }
	check "leave_rtnl: it is free" within 10 changes
else
	ok "keep_rtnl # SKIP it cannot be held here"
	ok "leave_rtnl # SKIP"
fi

# As the switch heard them, of two families: one is 6 ms late, one 4 ms.
interval=10
jq -n '{ settings: { interval_us: 10000 }, routers: [{ name: "r1", adverts:
	[([0, 10, 20, 36, 46], [3, 13, 27, 33] | map(. * 1000)) as $times |
	$times[] | { time_us: ., family: ($times | length | tostring) }] }] }' \
	>"$LAB/result.json"
echo 0 >"$LAB/busy.from"
echo 100000 >"$LAB/busy.to"
busy_spacing r1 >"$LAB/spacing"
is_one() {
	jq -e '. == { count: 7, late: 1, worst_us: 16000 }' \
		"$LAB/spacing" >"$LAB/out"
}
check "of seven waits one is too long" is_one
for late in 3 5; do
	echo "{\"late-advertisements\":$late,\"advertisements\":{
		\"count\":${late}0,\"worst-us\":6000}}"
done >"$LAB/busy"
differs() {
	busy_own | jq -e '. == { late: 2, count: 20, worst_us: 6000 }' \
		>"$LAB/out"
}
check "and of its own account the difference counts" differs
