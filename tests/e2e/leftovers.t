#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What a killed agent leaves in the kernel is removed by the next one, before
# it does anything else.
family=both
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 11

# arp_settings IGNORE ANNOUNCE: are they so on the interface?
arp_settings() {
	[ "$(inside r1 sh -c "cd /proc/sys/net/ipv4/conf/eth0 &&
		cat arp_ignore arp_announce" | xargs)" = "$1 $2" ]
}

pair
start r1
start r2
within 10 is r1 active
within 10 is r2 backup
within 10 serves r1

check "while it runs, the interface speaks ARP for its own addresses only" \
	arp_settings 1 2
stop r1
check "an agent that ends gives these settings back" arp_settings 0 0
start r1
within 10 is r1 active
within 10 serves r1

kill_daemon r1 KILL
within 10 is r2 active
check "a killed agent's addresses stay behind" serves r1
sed -i 's/priority = 200/priority = 50/' "$LAB/r1.cfg"
start r1
check "started again as a Backup, it has removed them" \
	within 10 eval 'is r1 backup && idle r1'
check "and has said so" logged r1 "removed what a killed vrrpd"
check "its control socket was taken over" shows r1 '.routers | length == 2'

sed -i 's/priority = 50/priority = 200/' "$LAB/r1.cfg"
stop r1
start r1
within 10 is r1 active
kill_daemon r1 KILL
within 10 is r2 active
sed -i 's/vrid = 51/vrid = 52/; s/192.0.2.1/192.0.2.3/; s/5:1/5:3/; s/8::1/8::3/' \
	"$LAB/r1.cfg"
start r1
check "the macvlans of a virtual router that is configured no more are removed" \
	within 10 eval '! ip -n r1 -o link | grep -q vrrp.-[0-9]*-51 && idle r1'
check "and that is logged" logged r1 "which a killed vrrpd has left behind"
within 10 is r1 active
stop r1
check "an agent that ends leaves nothing" \
	not inside r1 grep -q vrrp /proc/net/dev
stop r2
virtual_mac=false
config r2 100
start r2
within 10 is r2 active
within 10 serves r2
kill_daemon r2 KILL
sed -i 's/priority = 100/priority = 50/' "$LAB/r2.cfg"
config r1 200
start r1
within 10 is r1 active
check "without virtual MAC they stay on the interface" serves r2
start r2
check "and are removed from it all the same" \
	within 10 eval 'is r2 backup && idle r2'
