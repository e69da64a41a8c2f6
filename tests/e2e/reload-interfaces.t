#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Virtual routers come to interfaces and leave them by reloads: what the agent
# shows as a whole, and what the interfaces have been told, goes with them.
family=ipv4
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 10

# block INTERFACE VRID KEY...: one more in the file.
block() {
	cat >>"$LAB/r1.cfg" <<-END
		{ name = "$1-$2"; interface = "$1"; vrid = $2;
		  virtual_addresses = [ "203.0.113.$2" ]; ${3:-} },
	END
}
begin() { echo "virtual_routers = (" >"$LAB/r1.cfg"; }
reload_r1() {
	sed -i '$s/,$/ );/' "$LAB/r1.cfg"
	ctl r1 reload >"$LAB/said" 2>&1 || { diag "$(cat "$LAB/said")" && false; }
}
names() { shows r1 "[.routers[].name] == [$1]"; }
errors() { shows r1 ".vrrp.statistics[\"vrid-errors\"] >= $1"; }
arp() {
	[ "$(inside r1 cat "/proc/sys/net/ipv4/conf/$1/arp_ignore")" = "$2" ] &&
		[ "$(inside r1 cat \
			"/proc/sys/net/ipv4/conf/$1/arp_announce")" = "$3" ]
}

# r2 has a virtual router on eth0 that r1 has not.
pair
ip -n r1 link add eth1 type veth peer name eth2
ip -n r1 link set eth1 up
ip -n r1 link set eth2 up
ip -n r1 addr add 203.0.113.254/24 dev eth1
start r2
begin
block eth0 1
block eth1 2
block eth0 4
sed -i '$s/,$/ );/' "$LAB/r1.cfg"
start r1
within 10 is r1 active
check "routers are shown as in the file" names '"eth0-1", "eth1-2", "eth0-4"'
check "others' adverts are counted" within 10 errors 5
check "an interface with a virtual MAC is silent" arp eth0 1 2
errors 0
count=$(jq '.vrrp.statistics["vrid-errors"]' "$LAB/shown")

begin
block eth1 3
block eth1 2
reload_r1
check "routers are added where the file has them" within 10 eval \
	'names "\"eth1-3\", \"eth1-2\"" && is r1 active'
check "the interface is no more" within 10 shows r1 \
	'.vrrp.interfaces == 1 and ([.interfaces[].name] == ["eth1"])'
check "its settings are what they were" arp eth0 0 0
check "what it has counted stays" errors "$count"

begin
block eth1 3 "virtual_mac = false;"
reload_r1
check "an interface without a virtual MAC has its settings back" \
	within 10 arp eth1 0 0
check "while it is in use" within 10 is r1 active
begin
block eth1 3
reload_r1
check "and is silent again with one" within 10 eval 'is r1 active && arp eth1 1 2'
stop r1
stop r2
