#!/bin/sh
# SPDX-License-Identifier: MIT
#
# 255 virtual routers on one interface: all of them move, in little memory.
family=ipv4
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 8

# many PRIORITY: a file with a virtual router for each VRID.
many() {
	echo 'virtual_routers = ('
	vrid=1 comma=
	while [ $vrid -le 255 ]; do
		echo "$comma{ interface = \"eth0\"; vrid = $vrid;
			priority = $1; advertisement_interval = \"$interval\";
			virtual_addresses = [ \"10.0.1.$vrid/16\" ]; }"
		vrid=$((vrid + 1)) comma=,
	done
	echo ');'
}

# The sanitizers' own memory is not ours.
resident() {
	if grep -qs libasan "/proc/$(daemon_pid "$1")/maps"; then
		echo 0
	else
		sed -n 's/^VmRSS:[[:space:]]*\([0-9]*\) kB/\1/p' \
			"/proc/$(daemon_pid "$1")/status"
	fi
}
# Of how many descriptors the kernel has a table for.
table() {
	awk '$1 == "FDSize:" { print $2 }' "/proc/$(daemon_pid r1)/status"
}
count_held() { ip -n "$1" -4 -o addr show | grep -c ' 10\.0\.1\.'; }

router r1 10.0.0.1/16
router r2 10.0.0.2/16
address=192.0.2.1
config r1 200
start r1
within 10 is r1 active
check "with one virtual router it fits into 6 MB" [ "$(resident r1)" -lt 6144 ]
check "its table of descriptors has room for hundreds more" \
	[ "$(table)" -ge 1024 ]
stop r1

many 200 >"$LAB/r1.cfg"
many 100 >"$LAB/r2.cfg"
start r1
check "255 virtual routers become Active" within 60 is r1 active
check "and have their addresses" within 60 eval '[ "$(count_held r1)" = 255 ]'
check "with them it fits into 16 MB" [ "$(resident r1)" -lt 16384 ]
start r2
within 60 is r2 backup
stop r1
check "all are handed over" eval '[ "$status" = 0 ] && is r2 active'
check "with their addresses" within 60 eval '[ "$(count_held r2)" = 255 ]'
check "nobody held two of them at the end" \
	eval '! inside r1 grep -q vrrp /proc/net/dev'
