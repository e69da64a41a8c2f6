#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Do the verbs for cables and ports do what they say, and does each mend what
# it is there to mend?
# shellcheck source=tests/lab/faults.sh
. "$(dirname "$0")/faults.sh"

plan 24

# Does the switch know where r1 is?
learned() { bridge fdb show br lan | grep -q "^$(mac_of r1) dev r1 "; }
carrier() { [ "$(inside r1 cat /sys/class/net/eth0/carrier)" = "$1" ]; }
changes() { inside r1 cat /sys/class/net/eth0/carrier_changes; }
both_ends() { reaches client $R1 && reaches r1 $CLIENT; }

three_hosts
check "all is well at first" both_ends
check "and the switch knows where r1 is" learned

cut r1
check "cut: nothing arrives" not reached client r1 $R1
check "nothing is heard of the host" not reached r1 client $CLIENT
check "it has its carrier still" carrier 1
check "and the switch its table of MAC addresses" learned
check "others are not concerned" reaches client $R2
mend r1
check "mend: both ends are reached" both_ends
check "both have been told" eval \
	'told fault r1 "cut off at the switch, silently" &&
	told repair r1 "connected again"'

unplug r1
check "unplug: the host has no carrier" within 10 carrier 0
check "nothing arrives" not reached client r1 $R1
check "and the switch has forgotten where it was" not learned
plug r1
check "plug: it has its carrier again" within 10 carrier 1
check "both ends are reached" within 10 both_ends

before=$(changes)
flap r1 3 0.05
check "flap: the carrier is lost and comes back three times" \
	within 10 eval '[ "$(changes)" = "$((before + 6))" ]'
check "and stays" carrier 1
within 10 both_ends

one_way r1 mute
check "mute: what is sent to it arrives" reached client r1 $R1
check "what it sends does not" not reached r1 client $CLIENT
both_ways r1
one_way r1 deaf
check "deaf: what is sent to it does not arrive" not reached client r1 $R1
check "what it sends does" reached r1 client $CLIENT
both_ways r1
check "both ways: both ends are reached" both_ends

lan wan
attach r1 eth1 wan 198.51.100.11/24
host upstream
ip link set upstream master wan
ip -n upstream addr add 198.51.100.1/24 dev eth0
within 10 reaches upstream 198.51.100.11
cut r1-eth1
check "of two interfaces, one can be cut" not reaches upstream 198.51.100.11
check "and that is told of its host" told fault r1 \
	"cut off at the switch, silently (eth1)"
mend r1-eth1
check "and mended" reaches upstream 198.51.100.11
