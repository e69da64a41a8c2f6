# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# The life of a pair of gateways: planned exit and return without a loss, cable
# and host failures, a split segment.  The tests beside this file run it for
# each family and MAC mode.

# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

# RFC 9568 section 6.1, priority 100 at 100 ms: silence for 360.9 ms, the last
# advert being up to one interval old, less the margin for two clocks.
EARLIEST=250000

plan 19

joined() { ip -n "$1" maddr show dev eth0 | grep -q "$2"; }

pair
start r1
start r2
check "the router with the higher priority becomes Active" \
	within 10 is r1 active
check "the other one waits" within 10 is r2 backup
check "the Active has the addresses" within 10 serves r1
check "the Backup has none" idle r2
check "snooping switches are told which groups it wants" eval \
	'joined r2 "inet  224.0.0.18" && joined r2 "inet6 ff02::12"'

within 10 reaches "$address"

probing --interval 5ms
stop r1
check "SIGTERM ends the Active with status 0" [ "$status" = 0 ]
check "the other one is Active" within 10 is r2 active
check "no address is left" idle r1
check "no macvlan is left" not inside r1 grep -q vrrp /proc/net/dev
sleep 0.2
stop_probe
check "and the client has lost nothing" says '.received > 20 and .lost == 0'

probing --interval 5ms
start r1
check "it comes back and preempts" within 10 is r1 active
check "the other one yields" within 10 is r2 backup
sleep 0.2
stop_probe
check "and the client has lost nothing" says '.received > 20 and .lost == 0'

probing --interval 5ms
unplug r1
check "a cable that is pulled: Initialize, and why" within 10 shows r1 \
	'[.routers[] | .state == "initialize" and
	(.fault | test("no carrier"))] | all'
within 10 is r2 active
within 10 reaches "$address"
stop_probe
check "the other one serves, no earlier than the timers allow" \
	says ".longest_us >= $EARLIEST"
plug r1
check "plugged in again, it takes over again" within 10 is r1 active

within 10 is r2 backup
within 10 reaches "$address"
power_off r1
check "a host that dies is replaced" within 10 is r2 active
check "and the client is served" \
	within 10 reaches "$address"
power_on r1
start r1
within 10 is r1 active

cut r1
within 10 is r2 active
mend r1
check "a split segment heals: one Active, the better one" \
	within 10 eval 'is r1 active && is r2 backup && serves r1 && idle r2'

