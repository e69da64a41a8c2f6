#!/bin/sh
# SPDX-License-Identifier: MIT
#
# packet_io: what it says is what receives, another program on the interface is
# left alone, and nothing of ours stays there, however the agent ends.
extra='packet_io = "auto"; accept = false;'
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

io() { shows r1 ".interfaces[0] | .[\"packet-io\"] == \"$1\""; }
no_xdp() { shows r1 ".interfaces[0][\"no-xdp\"] // \"\" | test(\"$1\")"; }
other_attached() {
	ip -n r1 link set dev eth0 xdpdrv obj "$BIN/obj/vrrpd/xdp_tap.bpf.o" \
		sec xdp 2>"$LAB/said"
}
attached() { ip -n r1 -d link show dev eth0 | grep -q 'prog/xdp'; }
change() {
	sed -i "s/packet_io = \"[a-z]*\"/packet_io = \"$1\"/" "$LAB/r1.cfg"
	ctl r1 reload >"$LAB/said" 2>&1 || { diag "$(cat "$LAB/said")" && false; }
}
# Whatever comes of a ping: is there a neighbour of the virtual MAC?
resolves() {
	inside client ping -q -c 1 -W 1 "$1" >"$LAB/ping" || :
	ip -n client neigh show "$1" | grep -q "$2"
}
shown() { ctl r1 show lan | grep -Eq "$1"; }

pair
start r1
within 10 is r1 active
if no_xdp "built without|not permitted"; then
	plan 1
	ok "libpcap, and why # SKIP no native XDP here"
	exit
fi
plan 19

check "auto is native XDP" io "native XDP"
check "and its program is on the interface" attached
check "which is shown" shown "^  packet I/O +native XDP$"
check "and said" logged r1 "opened with native XDP"
within 10 resolves 192.0.2.1 00:00:5e:00:01:33
within 10 resolves 2001:db8::1 00:00:5e:00:02:33
check "it answers who looks for the addresses" resolves 192.0.2.1 \
	00:00:5e:00:01:33

start r2
within 10 is r2 backup
check "both are heard, each in its place" eval 'is r1 active && is r2 backup'

change pcap
within 10 io libpcap
check "after a reload it is libpcap" eval 'is r1 active && ! attached'
check "and the other one has not noticed" shows r2 \
	'[.routers[].statistics["active-transitions"]] | unique == [0]'
change xdp
within 10 io "native XDP"
check "and once more, XDP" attached

kill_daemon r1 KILL
within 10 not attached
check "killed, it leaves no program" not attached
wait "$(daemon_pid r1)" || :
start r1
within 10 is r1 active
stop r1
check "nor does it when it ends" not attached

other_attached
start r1
within 10 shows r1 '[.routers[].fault] |
	unique == ["no native XDP: another XDP program is there: " +
	"Device or resource busy"]'
check "xdp waits for the other program to go" is r1 initialize
change auto
within 10 is r1 active
check "auto does not" io libpcap
check "it says why" no_xdp "^another XDP program"
check "which is shown" shown \
	"^  packet I/O +libpcap, no native XDP: another XDP program"
check "the other program is there still" attached
within 10 resolves 192.0.2.1 00:00:5e:00:01:33

ip -n r1 link set dev eth0 xdpdrv off
within 10 io "native XDP"
check "when that one has gone, auto is native XDP again" attached
check "it has been Active all the time" shows r1 \
	'[.routers[].statistics["active-transitions"]] | unique == [1]'
check "who comes second is refused" not other_attached
stop r1
