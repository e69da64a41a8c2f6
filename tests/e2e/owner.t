#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The address owner, priority 255: Active from the start, the addresses are the
# interface's own, and others who advertise them are reported.
family=ipv4 virtual_mac=false
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 8

pair
config r1 255
config r2 254
start r1
check "without its address on the interface an owner waits" within 10 shows r1 \
	'.routers[0] | .state == "initialize" and (.fault | test("owner"))'
ip -n r1 addr add 192.0.2.1/24 dev eth0
check "with it, it is Active at once" within 10 is r1 active
check "without having been Backup" \
	logged r1 "Active, was Initialize: started with priority 255"
start r2
within 10 is r2 backup
check "it serves the client" within 10 reaches "$address"

# The other router hears nothing of it, and believes that it is gone.
nft -f - <<'END'
table netdev deaf {
	chain to_r2 {
		type filter hook egress device "r2" priority 0;
		ip protocol 112 drop
	}
}
END
check "an owner stays Active whatever others advertise" \
	within 10 eval 'is r2 active && is r1 active'
check "and says that they do" within 10 logged r1 "that we own"
nft delete table netdev deaf
check "who hears it yields" within 10 is r2 backup
stop r1
check "the address stays the interface's own" holds r1 192.0.2.1
