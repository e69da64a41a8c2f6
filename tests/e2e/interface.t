#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Interfaces come and go: the routers on them wait, say why, and come back,
# and routers on other interfaces do not care.
family=both
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 16

router r1 192.0.2.11/24
cat >"$LAB/r1.cfg" <<-END
	virtual_routers = (
		{ name = "lan"; interface = "eth0"; vrid = 51; priority = 200;
		  advertisement_interval = "$interval";
		  virtual_addresses = [ $addresses ]; },
		{ name = "dmz"; interface = "dmz0"; vrid = 51; priority = 200;
		  advertisement_interval = "$interval";
		  virtual_addresses = [ "198.51.100.1/24" ]; }
	);
END

# lan STATE, dmz STATE: all virtual routers of this name are in it.
in_state() {
	shows r1 "[.routers[] | select(.name == \"$1\").state] | unique == [\"$2\"]"
}
lan() { in_state lan "$1"; }
dmz() { in_state dmz "$1"; }
waits_for() {
	shows r1 "[.routers[] | select(.name == \"$1\") |
		.state == \"initialize\" and (.fault | test(\"$2\"))] | all"
}

make_dmz() { ip -n r1 link add dmz0 type veth peer name dmz1; }

start r1
check "a router without its interface waits, and says so" \
	within 10 waits_for dmz "no such interface"
check "the one beside it runs" within 10 lan active

make_dmz
check "the interface appears, but is down" \
	within 10 waits_for dmz "interface down"
ip -n r1 link set dmz0 up
check "it is up, but its peer is not" within 10 waits_for dmz "no carrier"
ip -n r1 link set dmz1 up
check "it has carrier, but no address" within 10 waits_for dmz "no IPv4 address"
ip -n r1 addr add 198.51.100.11/24 dev dmz0
check "it has an address: the router runs" within 10 dmz active

ip -n r1 addr del 198.51.100.11/24 dev dmz0
check "it loses its address: Initialize" \
	within 10 waits_for dmz "no IPv4 address"
check "and serves no more" within 10 not holds r1 198.51.100.1
ip -n r1 addr add 198.51.100.11/24 dev dmz0
within 10 dmz active

ip -n r1 addr add 198.51.100.1/32 dev dmz0
check "it gets a virtual address for its own: Initialize" \
	within 10 waits_for dmz "interface itself has"
ip -n r1 addr del 198.51.100.1/32 dev dmz0
check "it has it no more: back" within 10 dmz active

ip -n r1 link del dmz0
check "it is deleted: Initialize" within 10 waits_for dmz "no such interface"
make_dmz
ip -n r1 link set dmz1 up
ip -n r1 addr add 198.51.100.11/24 dev dmz0
ip -n r1 link set dmz0 up
check "it is made again: back" within 10 dmz active

ip -n r1 link set dmz0 down
ip -n r1 link set dmz0 name dmz9
check "it is renamed: Initialize" within 10 waits_for dmz "no such interface"
check "and nothing of ours is left on it" \
	within 10 not holds r1 198.51.100.1
ip -n r1 link set dmz9 name dmz0
ip -n r1 link set dmz0 up
check "it has its name again: back" within 10 dmz active

check "all this time the other one was Active" shows r1 \
	'[.routers[] | select(.name == "lan").statistics["active-transitions"]] |
	unique == [1]'
