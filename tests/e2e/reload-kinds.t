#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A reload of what is not the usual virtual router: one whose host must not
# accept what is sent to its addresses, one that owns them, one that sends
# Router Advertisements.
family=both
extra='accept = false;'
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 29

# reload NAME PRIORITY: with the settings as they are now.
reload() {
	config "$1" "$2"
	ctl "$1" reload >"$LAB/said" 2>&1 || { diag "$(cat "$LAB/said")" && false; }
}
said() { grep -qF "$1" "$LAB/said" || { diag "$(cat "$LAB/said")" && false; }; }

# routes NAME FAMILY: the addresses whose packets its kernel drops.
routes() {
	ip -n "$1" "-$2" route show type blackhole proto 112 |
		awk '{ print $2 }' | sort | paste -s -d ' '
}
drops() { [ "$(routes "$1" 4),$(routes "$1" 6)" = "$2" ]; }

# finds ADDRESS MAC: asks the client anew, and has it this answer?
finds() {
	ip -n client neigh flush all
	inside client ping -q -c 1 -W 1 "$1" >"$LAB/ping" 2>&1 || :
	ip -n client neigh show "$1" | grep -q "lladdr $2"
}
mac4=00:00:5e:00:01:33 mac6=00:00:5e:00:02:33


# lives NAME: all its transitions, so that who starts anew differs.
lives() {
	ctl "$1" --json status | jq -c '[.routers[] | .["last-transition"],
		.statistics["active-transitions"]]'
}
in_place() { [ "$(lives "$1")" = "$life" ]; }

# ---- accept = false ----

pair
start r1
within 10 is r1 active
start r2
within 10 is r2 backup
within 10 drops r1 192.0.2.1,2001:db8::1
within 10 finds 192.0.2.1 $mac4
life=$(lives r1)

grows() {
	addresses="$ipv4, \"192.0.2.3/24\", $ipv6, \"2001:db8::3/64\""
	reload r1 200 && within 10 finds 192.0.2.3 $mac4 &&
		within 10 finds 2001:db8::3 $mac6
}
shrinks() {
	addresses="$ipv4, $ipv6"
	reload r1 200 && within 10 not finds 192.0.2.3 $mac4 &&
		within 10 not finds 2001:db8::3 $mac6
}
check "accept = false: addresses are added, and answered for" grows
check "the host drops what is sent to them" within 10 drops r1 \
	"192.0.2.1 192.0.2.3,2001:db8::1 2001:db8::3"
check "they are removed, and not answered for" shrinks
check "and with them the routes" within 10 drops r1 192.0.2.1,2001:db8::1
grows_and_shrinks() { grows && shrinks; }
check "the address that stays always answers" \
	spares grows_and_shrinks true --arp --interface eth0 --interval 5ms
check "in place" in_place r1

accepts() {
	extra='accept = true;'
	reload r1 200 && said "accept false -> true" &&
		within 10 eval 'serves r1 && is r1 active' &&
		within 10 is r2 backup
}
refuses() {
	extra='accept = false;'
	reload r1 200 && said "accept true -> false" &&
		within 10 eval 'is r1 active && idle r1 &&
		drops r1 192.0.2.1,2001:db8::1' && within 10 is r2 backup
}
check "accept is switched: a new start, but with a Backup nothing is lost" \
	spares accepts refuses --arp --interface eth0 --interval 5ms
check "without routes" drops r1 ,
check "and back, with the routes" \
	spares refuses accepts --arp --interface eth0 --interval 5ms
stop r2
check "without one it goes on, too" eval \
	'extra="accept = true;" && reload r1 200 &&
	within 10 serves r1 && within 10 is r1 active'
check "its host answers" within 10 reaches 192.0.2.1

# ---- The owner ----

on_eth0() { ip -n r1 -o addr show dev eth0 | grep -qF " $1/"; }
extra=
check "priority 200 -> 255: it owns the addresses" eval 'reload r1 255 &&
	within 10 serves r1 && within 10 is r1 active &&
	shows r1 "[.routers[][\"is-owner\"]] | unique == [true]"'
check "and still answers" within 10 reaches 192.0.2.1
check "255 -> 200: it does not" reload r1 200
check "and is Active all the same" within 10 eval 'is r1 active && serves r1 &&
	shows r1 "[.routers[][\"is-owner\"]] | unique == [false]"'
check "the interface has not got them back" not on_eth0 192.0.2.1
check "and still answers" within 10 reaches 192.0.2.1

reload r1 255
within 10 is r1 active
addresses="$ipv4, \"192.0.2.3/24\", $ipv6"
check "an owner gets an address" reload r1 255
check "which is answered for" within 10 reaches 192.0.2.3
within 10 is r1 active
within 10 serves r1
addresses="$ipv4, $ipv6"
check "and loses it" reload r1 255
check "it is the interface's again" within 10 eval 'is r1 active &&
	on_eth0 192.0.2.3 && serves r1 && not on_eth0 192.0.2.1'
check "and still answers" within 10 reaches 192.0.2.1

# ---- Router Advertisements ----

# Long ones, so that what comes soon comes because of the reload.
block() {
	extra="router_advertisements = { lifetime = \"$1\"; interval = \"600s\";
		prefixes = ( { prefix = \"$2\"; } ); };"
}
# What the client has learned from them.
configured() {
	ip -n client -6 addr show dev eth0 | grep "inet6 $1:" | grep -q dynamic
}
lifetime() {
	ip -n client -6 route show default | grep 'via fe80::5:1 ' |
		sed 's/.*expires \([0-9]*\)sec.*/\1/'
}
# between LOW HIGH: is this what the default route has left?
between() {
	left=$(lifetime)
	[ "${left:-0}" -gt "$1" ] && [ "$left" -le "$2" ]
}
advertises() { shows r1 '.routers[1]["router-advertisements"].sent > 0'; }

extra=
reload r1 200
within 10 eval 'is r1 active && serves r1'
life=$(lives r1)
block 900s 2001:db8:a::/64
check "Router Advertisements begin" eval 'reload r1 200 &&
	within 10 configured 2001:db8:a && between 600 900'
block 3000s 2001:db8:b::/64
check "others come soon" eval 'reload r1 200 &&
	within 10 configured 2001:db8:b && between 2000 3000'
check "as is counted" advertises
addresses="$ipv4, \"fe80::5:2/64\", \"2001:db8::1/64\""
check "another source comes soon" eval 'reload r1 200 && within 10 \
	eval "ip -n client -6 route show default | grep -q \"via fe80::5:2 \""'
addresses="$ipv4, $ipv6"
reload r1 200
extra=
check "they end" eval 'reload r1 200 && shows r1 \
	"[.routers[] | has(\"router-advertisements\")] | any | not"'
check "and the route stays, which another one may advertise" between 2000 3000
check "all in place" in_place r1
stop r1
