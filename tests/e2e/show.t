#!/bin/sh
# SPDX-License-Identifier: MIT
#
# vrrpctl show: all about one virtual router, for people and as JSON.
family=both
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 12

router r1 192.0.2.11/24 2001:db8::11/64
cat >"$LAB/r1.cfg" <<-END
	virtual_routers = (
		{ name = "lan"; interface = "eth0"; vrid = 51; priority = 200;
		  preempt_delay = "2500ms"; advertisement_interval = "100ms";
		  virtual_addresses = [ $addresses ]; },
		{ interface = "dmz0"; vrid = 51;
		  virtual_addresses = [ "198.51.100.1/24" ]; }
	);
END
start r1
within 10 shows r1 '[.routers[] | select(.name == "lan").state] |
	unique == ["active"]'

show() { ctl r1 show "$1" >"$LAB/shown" 2>&1; }
has() { grep -Eq "$1" "$LAB/shown" || { diag "$(cat "$LAB/shown")" && false; }; }
refused() {
	"$@" >"$LAB/shown" 2>&1 && return 1
	[ $? -eq "$expected" ]
}

show lan
check "both families" eval 'has "^lan: eth0, VRID 51, ipv4$" &&
	has "^lan: eth0, VRID 51, ipv6$"'
check "state and reason" eval 'has "^  state +active, serving" &&
	has "^  why +no advertisement for " &&
	has "^  last-event +active-timeout$" &&
	has "^  new-active-reason +no-response$"'
check "timers" eval 'has "^  skew time +21\.875 ms$" &&
	has "^  active down +321\.875 ms$" &&
	has "^  preempts +after 2\.500 s$"'
check "addresses and counters" eval 'has "^  addresses +192\.0\.2\.1/24$" &&
	has "^ +2001:db8::1/64$" && has "^  accepts packets +yes$" && has "^  active-transitions +1$" &&
	has "^  ip-ttl-errors +0$"'
check "how late this host was" \
	has "^  advertisements +[0-9]+, on average [0-9.]+ m?s late, at most"
show "dmz0/51"
check "a name by default, and its fault" \
	has "^  fault +no such interface$"
check "the other one's interface is not shown" \
	not grep -q "^eth0: " "$LAB/shown"

ctl r1 --json show lan >"$LAB/shown"
matches() { jq -e "$1" "$LAB/shown" >/dev/null; }
check "as JSON, of the status' shape" matches '
	(.routers | map(.name) | . == ["lan", "lan"]) and
	(.interfaces | map(.name) | . == ["eth0"]) and
	.vrrp["virtual-routers"] == 3 and .vrrp.interfaces == 2'
check "the lateness of each advertisement that was due is counted" matches '
	([.routers[].statistics["advertisement-sent"]] | add) as $sent |
	.vrrp.lateness.advertisements |
	.count > 0 and .count <= $sent and
	([.buckets[].count] | add) == .count and
	.["sum-us"] <= .count * .["worst-us"] and .["worst-us"] > 0'
expected=1
check "a name that nobody has is refused" refused ctl r1 show nobody
check "which is said" has "no virtual router has this name"
expected=2
check "no name at all is wrong usage" refused ctl r1 show
