#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Both families of one block move together: what stops one stops the other,
# and a split that lost packets have caused does not last.
family=both extra="preempt = false;"
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 6

pair
start r2
within 10 is r2 active
start r1
within 10 is r1 backup

inside r2 sh -c 'echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6'
check "one family cannot run: both wait" within 10 shows r2 \
	'[.routers[] | .state == "initialize" and
	(.fault | test("link-local"))] | all'
check "and the other router has both" within 10 is r1 active
inside r2 sh -c 'echo 0 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6'
check "both run again" within 10 is r2 backup
stop r1
within 10 is r2 active
start r1
within 10 is r1 backup

# The better router hears no IPv4 advertisement for a while.
nft -f - <<'END'
table netdev deaf {
	chain to_r1 {
		type filter hook egress device "r1" priority 0;
		ip protocol 112 drop
	}
}
END
within 10 shows r1 '[.routers[].state] | any(. == "active")'
nft delete table netdev deaf
check "it takes over one family, and so the other" within 10 is r1 active
check "the other router has yielded both" within 10 is r2 backup
check "and serves none" within 10 idle r2
