# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# The life of an address owner, priority 255: its addresses are the interface's
# own, Active from the start, moved, demoted by a second owner, handed over and
# given back.  The tests beside this file run it for each MAC mode.
family=both

# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 32

on_eth0() { ip -n "$1" -o addr show dev eth0 | grep -qF " $2/"; }
# Where has r1 all addresses: on eth0, on the macvlans, or (idle) nowhere?
owns() { serves r1 && on_eth0 r1 192.0.2.1 && on_eth0 r1 2001:db8::1; }
moved() {
	serves r1 && not on_eth0 r1 192.0.2.1 && not on_eth0 r1 2001:db8::1
}
if [ "$virtual_mac" = true ]; then
	active() { is r1 active && moved; }
else
	active() { is r1 active && owns; }
fi
give() {
	ip -n "$1" addr add 192.0.2.1/24 dev eth0
	ip -n "$1" addr add fe80::5:1/64 dev eth0 nodad
	ip -n "$1" addr add 2001:db8::1/64 dev eth0 nodad
}
# What the client believes to be the MAC of the address.
believes() { ip -n client neigh show | grep -F "$1 " | grep -qi "$2"; }
forget() { ip -n client neigh flush all; }

# Link-local addresses with r2's the higher one.
link_local() {
	ip -n "$1" -6 addr flush dev eth0 scope link
	ip -n "$1" addr add "$2/64" dev eth0 nodad
}

pair
link_local r1 fe80::b:1
link_local r2 fe80::b:2
config r1 255
give r1
mac=00:00:5e:00
[ "$virtual_mac" = true ] || mac=$(inside r1 cat /sys/class/net/eth0/address)

start r1
check "an owner is Active at once" within 10 active
check "without having been Backup" \
	logged r1 "Active, was Initialize: started with priority 255"
check "it serves the client" within 10 reaches 192.0.2.1
check "by IPv6 too" within 10 reaches 2001:db8::1
check "with the MAC that it shall have" believes 192.0.2.1 "$mac"
check "by IPv6 too" believes 2001:db8::1 "$mac"
check "its own traffic to the LAN passes" \
	within 10 eval 'inside r1 ping -q -c 1 -W 1 192.0.2.99 >"$LAB/ping"'
start r2
check "the other one waits" within 10 is r2 backup

if [ "$virtual_mac" = true ]; then
	give r1
	what="an address put back on the interface is taken off again"
else
	ip -n r1 addr del 192.0.2.1/24 dev eth0
	what="an address taken off the interface is put back"
fi
check "$what" within 10 active
check "and that is logged" within 10 logged r1 "another program changed"
check "the client notices nothing" within 10 reaches 192.0.2.1

# The other router hears nothing of it, and believes that it is gone.
nft -f - <<'END'
table netdev deaf {
	chain to_r2 {
		type filter hook egress device "r2" priority 0;
		ip protocol 112 drop
		ip6 nexthdr 112 drop
	}
}
END
check "an owner stays Active whatever others advertise" \
	within 10 eval 'is r2 active && is r1 active'
check "and says that they do" within 10 logged r1 "that we own"
nft delete table netdev deaf
check "who hears it yields" within 10 is r2 backup

stop r1
check "a planned exit hands over" within 10 serves r2
check "the address stays with the successor" idle r1
check "which is logged" logged r1 "with 192.0.2.12: not put back on eth0"
start r1
check "a restart finds it again" within 10 active
check "and says what it takes for its own" \
	logged r1 "eth0 does not have 192.0.2.1/24"
check "the successor yields" within 10 eval 'is r2 backup && idle r2'

drained() {
	shows r1 '[.routers[].fault] | unique == ["drained"]' &&
		idle r1 && serves r2
}
check "drained, it has them nowhere" eval \
	'ctl r1 drain >"$LAB/said" && within 10 drained'
kill_daemon r1 KILL
wait "$(daemon_pid r1)" || :
start r1
check "nor has it after a crash" within 10 drained
takes_over r1
check "nor has the next process" within 10 drained
check "resumed, it has them again" eval \
	'ctl r1 resume >"$LAB/said" && within 10 active && within 10 idle r2'

kill_daemon r1 KILL
wait "$(daemon_pid r1)" || :
within 10 is r2 active
start r1
check "after a crash it is Active at once" within 10 active
within 10 is r2 backup
stop r2

# Of two owners with an address each that is not virtual, the higher one wins.
config r2 255
start r2
check "a second owner with a higher address demotes it" \
	within 10 eval 'is r2 active && is r1 backup'
check "demoted, it has the addresses nowhere" within 10 idle r1
forget
check "the client is served by the other one" within 10 reaches 192.0.2.1
kill_daemon r2 TERM
check "Active again, it has them again" within 10 active
wait "$(daemon_pid r2)" || :

ip -n r2 addr flush dev eth0
stop r1
check "nobody takes over: they are the interface's again" within 10 owns
check "which is logged" logged r1 "the addresses are on eth0 again"
check "and announced: the client reaches it at once" reaches 192.0.2.1
