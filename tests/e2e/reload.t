#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A reload is a difference: what is the same is not touched, what is new is
# there, and a client that asks the address all the time notices nothing.
family=both
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 29

# What it prints is in $LAB/said, what is wrong in $LAB/wrong.
reload() {
	status=0
	ctl "$1" reload >"$LAB/said" 2>"$LAB/wrong" || status=$?
}
printed() {
	printf '%s\n' "$@" | diff - "$LAB/said" >"$LAB/diff" ||
		{ diag "$(cat "$LAB/diff" "$LAB/wrong")" && false; }
}
has_priority() { shows "$1" "[.routers[].priority] | unique == [$2]"; }

sent_nothing() {
	[ "$(wc -l <"$LAB/wire")" = "$before" ] && shows r3 \
		'.routers[0].statistics["advertisement-sent"] == 1'
}

# An owner that advertises every 40 s: what else it sends shows.
router r3 198.51.100.1/24
cat >"$LAB/r3.cfg" <<-'END'
	virtual_routers = ({
		interface = "eth0"; vrid = 9; priority = 255;
		advertisement_interval = "40s"; virtual_mac = false;
		virtual_addresses = [ "198.51.100.1/24" ];
		announce = { repeat = 1; refresh = "0s"; };
	});
END
"$BIN/wire" --json lan >"$LAB/wire" </dev/null &
wire_pid=$!
within 10 grep -q ' 3 *0003 ' /proc/net/packet # it listens
start r3
within 10 is r3 active
within 10 grep -q announcement "$LAB/wire"
before=$(wc -l <"$LAB/wire")
reload r3
check "an identical file changes nothing" printed "nothing changed"
check "and that is no failure" [ "$status" = 0 ]
kill_daemon r3 HUP
within 10 eval '[ "$(grep -c "nothing changed" "$LAB/r3/log")" = 2 ]'
check "nor by SIGHUP" is r3 active
check "it sends no frame" sent_nothing
sed -i 's/"40s"/"30s"/' "$LAB/r3.cfg"
reload r3
check "an interval is printed as in the file" \
	printed 'eth0/9: advertisement_interval "40s" -> "30s"'
check "and advertised at once" within 10 shows r3 \
	'.routers[0].statistics["advertisement-sent"] == 2'
kill_daemon r3 TERM # a second one, as 40 s are long
stop r3
stop_hearing

pair
start r1
start r2
within 10 is r1 active
within 10 serves r1
within 10 is r2 backup

refuses() {
	echo "virtual_routers = ( { nonsense = 1; vrid = 300; } );" \
		>"$LAB/r1.cfg"
	reload r1
	[ "$status" = 1 ]
}
# becomes ADDRESSES, as in the file
becomes() {
	addresses=$1
	config r1 200
	reload r1
	[ "$status" = 0 ]
}
grows() {
	becomes "$ipv4, \"192.0.2.3/24\", $ipv6, \"2001:db8::3/64\"" &&
		within 10 reaches 192.0.2.3 && within 10 reaches 2001:db8::3
}
turns() { becomes "\"192.0.2.3/24\", $ipv4, $ipv6, \"2001:db8::3/64\""; }
shrinks() {
	becomes "$ipv4, $ipv6" && within 10 eval 'not holds r1 192.0.2.3 &&
		not holds r1 2001:db8::3'
}
check "a bad file is refused" refuses
check "with every error" eval 'grep -q "unknown key" "$LAB/wrong" &&
	grep -q "vrid must be" "$LAB/wrong" &&
	grep -q "interface is missing" "$LAB/wrong"'
check "which are logged too" logged r1 "unknown key"
check "and changes nothing" eval 'is r1 active && has_priority r1 200'
check "addresses are added, and answered for" grows
check "which is printed" printed "lan: virtual address 192.0.2.3 added" \
	"lan: virtual address 2001:db8::3 added"
check "and advertised" within 10 logged r2 "virtual addresses"
check "they come into another order" turns
check "which is a difference" printed "lan: virtual addresses in another order"
check "addresses are removed, and gone" shrinks
check "which is printed" printed "lan: virtual address 192.0.2.3 removed" \
	"lan: virtual address 2001:db8::3 removed"
in_place() { refuses && grows && turns && shrinks; }
check "the address that stays always answers" \
	spares in_place true --interval 2ms

rises() {
	config r2 250
	reload r2
	within 10 is r2 active && within 10 is r1 backup
}
falls() {
	config r2 100
	kill_daemon r2 HUP
	within 10 is r1 active && within 10 is r2 backup
}
check "a Backup that gets a higher priority preempts, and nobody notices" \
	spares rises falls --interval 2ms
check "which is printed" printed "lan: priority 100 -> 250"
check "an Active that gets a lower one is preempted, and nobody notices" \
	spares falls rises --interval 2ms
check "what has changed is logged" logged r2 "lan: priority 250 -> 100"

sed -i 's/virtual_mac = true/virtual_mac = false/' "$LAB/r1.cfg"
reload r1
check "without a virtual MAC it starts anew" \
	printed "lan: virtual_mac true -> false"
within 10 is r1 active
check "after it has handed over" shows r1 '[.routers[]["virtual-mac"]] |
	unique == [false]'
config r1 200
reload r1
within 10 is r2 active
within 10 is r1 active

sed -i 's/"lan"/"office"/; s/, "fe80.*64" \]/ ]/' "$LAB/r1.cfg"
reload r1
check "a name may change, and a family go" printed 'lan: name "lan" -> "office"' \
	"lan: virtual address fe80::5:1 removed" \
	"lan: virtual address 2001:db8::1 removed"
check "which leaves" within 10 shows r1 '.routers | length == 1'
check "and is taken over" within 10 shows r2 \
	'[.routers[].state] | sort == ["active", "backup"]'
lan_and_dmz() {
	config r1 200
	sed -i 's/^});/}, { name = "dmz"; interface = "eth0"; vrid = 7;\
		virtual_addresses = [ "203.0.113.1" ]; });/' "$LAB/r1.cfg"
	reload r1
	within 10 shows r1 '.routers | length == 3' && within 10 is r1 active
}
gone() {
	sed -i '/dmz/,$d; s/interface = "eth0"/interface = "eth9"/' \
		"$LAB/r1.cfg"
	echo '});' >>"$LAB/r1.cfg"
	reload r1
	within 10 is r2 active &&
		within 10 shows r1 '[.routers[].interface] | unique == ["eth9"]'
}
lan_and_dmz
check "a virtual router is added" grep -q "^dmz: added" "$LAB/said"
check "one that is removed hands over without a loss" \
	spares gone lan_and_dmz --interval 2ms
stop r1
