#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The verbs for whole hosts: pause, power, reboot.
# shellcheck source=tests/lab/faults.sh
. "$(dirname "$0")/faults.sh"
# shellcheck source=netns-lab/daemons.sh
. "$TOP/netns-lab/daemons.sh"

plan 24

state_of() { awk '$1 == "State:" { print $2 }' "/proc/$1/status"; }
gone() { not grep -qs '^State:[[:space:]]*[^ZX]' "/proc/$1/status"; }
exists() { ip netns list | grep -qw "$1"; }
# Is one of the router's two addresses answered, or are both?
heard() { reaches client $R1 || reaches upstream 198.51.100.11; }
all_heard() { reaches client $R1 && reaches upstream 198.51.100.11; }

three_hosts
lan wan
attach r1 eth1 wan 198.51.100.11/24
host upstream
ip link set upstream master wan
ip -n upstream addr add 198.51.100.1/24 dev eth0
vrouter lan eth0 51 192.0.2.1/24
daemon_start r1
LAB_HELPER=1 ip netns exec r1 sleep 1000 &
other=$!
within 20 is r1 active
within 20 reaches client 192.0.2.1
within 20 reaches upstream 198.51.100.11

vm_pause r1
agent=$(daemon_pid r1)
check "vm_pause: the daemon stands still" \
	within 10 eval '[ "$(state_of $agent)" = T ]'
check "and so does all else" within 10 eval '[ "$(state_of $other)" = T ]'
check "nothing is heard of it, at none of its ports" not heard
check "nor does anything reach it" not reached r2 r1 $R1
check "and its carrier is there" \
	[ "$(inside r1 cat /sys/class/net/eth0/carrier)" = 1 ]
vm_resume r1
check "vm_resume: the daemon goes on" within 10 is r1 active
check "and all else" within 10 eval '[ "$(state_of $other)" = S ]'
check "and it is heard at all of its ports" all_heard

power_off r1
check "power_off: the daemon is gone" gone "$agent"
check "and all else" gone "$other"
check "and the host" not exists r1
check "and its cables" not eval \
	'[ -e /proc/sys/net/ipv4/conf/r1 ] ||
	[ -e /proc/sys/net/ipv4/conf/r1-eth1 ]'
power_on r1
check "power_on: the host is there, with all its cables" \
	within 10 all_heard
check "but with none of the virtual addresses" not holds r1 192.0.2.1
check "and without a daemon" no_daemon r1
check "which can be started again" eval \
	'start_again r1 && within 20 is r1 active'

agent=$(daemon_pid r1)
ip -n r1 addr add 203.0.113.1/24 dev eth0
ip netns exec r1 sleep 1000 &
other=$!
within 10 holds r1 203.0.113.1
began=$(now_us)
host_reboot r1 0.3
check "host_reboot: it was off for that time" \
	[ $(($(now_us) - began)) -ge 300000 ]
check "the daemon was gone" gone "$agent"
check "and all else" gone "$other"
check "the kernel has forgotten what it was told" not holds r1 203.0.113.1
check "a daemon runs again" within 20 is r1 active
check "and serves" within 20 reaches client 192.0.2.1
check "others were not concerned" reaches client $R2
check "who is told is told" eval 'told fault r1 "its host reboots" &&
	told repair r1 "its host boots"'
