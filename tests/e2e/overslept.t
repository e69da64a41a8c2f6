#!/bin/sh
# SPDX-License-Identifier: MIT
#
# An agent that stood still (a paused VM, a starved process) hears what has
# happened before it judges: an Active whose place a better router has taken
# says nothing any more, one that nobody has replaced, or only a worse one,
# tells everybody again who answers, and a Backup does not take over for what
# it has slept through.
family=both
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 20

# oversleeps NAME TIME: $woken is the moment before it goes on.
oversleeps() {
	kill_daemon "$1" STOP
	sleep "$2"
	woken=$(now_us)
	kill_daemon "$1" CONT
}

# said_since FILTER: of what the switch has heard since $woken.
said_since() {
	jq -c --argjson woken "$woken" \
		"select(.time_us >= \$woken) | $1" "$LAB/wire"
}
is_silent() {
	said_since "select(.port == \"$1\")" >"$LAB/said"
	[ ! -s "$LAB/said" ] || { diag "$(head "$LAB/said")" && false; }
}
# announces NAME: an announcement for each address but the first link-local
# one, which goes with the others.
announces() {
	for announced in $held; do
		[ -n "$(said_since "select(.port == \"$1\" and
			(.kind == \"arp-announcement\" or .kind == \"na\") and
			.address == \"$announced\")")" ] || return 1
	done
}
advertises() {
	[ "$(said_since "select(.port == \"$1\" and .kind == \"advert\").family" |
		sort -u | wc -l)" = "$families" ]
}
# The last one to announce each of the addresses.
announced_last() {
	for announced in $held; do
		[ "$(said_since "select(.address == \"$announced\" and
			.kind != \"arp-reply\").port" |
			tail -n 1)" = "\"$1\"" ] || return 1
	done
}
transitions() {
	shows "$1" "[.routers[].statistics[\"active-transitions\"]] |
		unique == [$2]"
}
late() {
	shows "$1" '[.routers[] | .["last-transition"] |
		(.["host-was-late"] and .["late-us"] > 500000) and
		(.why | test("; this host was [0-9.]+ m?s late"))] | all'
}
dropped() { shows "$1" '.interfaces[0].dropped > 0'; }

# r3 has a ring full of other virtual routers to say before anybody has missed
# an Active.
chatter() {
	echo 'virtual_routers = ('
	chatter_vrid=101
	while [ $chatter_vrid -le 140 ]; do
		echo "{ interface = \"eth0\"; vrid = $chatter_vrid;
			advertisement_interval = \"10ms\"; virtual_mac = false;
			virtual_addresses = [ \"198.51.100.$chatter_vrid\" ]; },"
		chatter_vrid=$((chatter_vrid + 1))
	done | sed '$s/,$/ );/'
}

# r2 is better, but was too late to be Active.
pair
extra="preempt = false;"
config r1 100
config r2 200
start r1
within 10 is r1 active
start r2
within 10 is r2 backup

# ---- A better one has taken over ----

hear
oversleeps r1 1
within 10 is r1 backup
within 10 idle r1
check "an Active that overslept yields to the better router" is r2 active
sleep 0.3
stop_hearing
check "without a word" is_silent r1
check "and without making it do anything" transitions r2 1
check "and knows that it was its own fault" late r1
check "as it says" logged r1 "; this host was "

# ---- Nobody has ----

stop r2
within 10 is r1 active
within 10 serves r1
hear
oversleeps r1 1
check "one that is alone advertises again" within 10 advertises r1
check "and announces its addresses" within 10 announces r1
stop_hearing
check "which it has kept" eval 'transitions r1 2 && serves r1'
check "and says why others may have missed it" logged r1 \
	"this host did not let vrrpd run"

# ---- A worse one has ----

extra=
config r1 200
config r2 100
ctl r1 reload >"$LAB/said"
start r2
within 10 is r2 backup
hear
oversleeps r1 1
check "a better router that finds a worse one Active stays so" \
	within 10 eval 'is r1 active && is r2 backup && transitions r1 2'
check "the worse one has been Active" transitions r2 1
check "and has lost the addresses again" within 10 eval 'idle r2 && serves r1'
sleep 0.3
stop_hearing
check "the better one has the last word" announced_last r1
check "on the wire, too" eval 'advertises r1 && reaches "$address"'

# ---- A full receiver ----

router r3 192.0.2.13/24
chatter >"$LAB/r3.cfg"
start r3
within 10 is r3 active
oversleeps r2 2
check "a Backup whose receiver has overflowed" within 10 dropped r2
sleep 0.5
check "does not take over" eval 'is r2 backup && transitions r2 1'
check "nor does the Active notice" eval 'is r1 active && transitions r1 2'

extra="preempt = false;"
config r2 250
ctl r2 reload >"$LAB/said"
within 10 is r2 backup
hear
oversleeps r1 2
check "an Active whose receiver has overflowed yields, too" \
	within 10 eval 'is r1 backup && is r2 active'
check "its receiver had" dropped r1
sleep 0.3
stop_hearing
check "without a word" is_silent r1
