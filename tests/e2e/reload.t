#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A reload is a difference: what is the same is not touched, what is new is
# there, and a client that asks the address all the time notices nothing.
family=both
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 32

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
kill "$wire_pid"

pair
start r1
start r2
within 10 is r1 active
within 10 serves r1
within 10 is r2 backup
within 10 reaches "$address"

probing --interval 2ms
printf '%s\n' "virtual_routers = ( { nonsense = 1; vrid = 300; } );" \
	>"$LAB/r1.cfg"
reload r1
check "a bad file is refused" [ "$status" = 1 ]
check "with every error" eval 'grep -q "unknown key" "$LAB/wrong" &&
	grep -q "vrid must be" "$LAB/wrong" &&
	grep -q "interface is missing" "$LAB/wrong"'
check "which are logged too" logged r1 "unknown key"
check "and changes nothing" eval 'is r1 active && has_priority r1 200'

addresses="$ipv4, \"192.0.2.3/24\", $ipv6, \"2001:db8::3/64\""
config r1 200
reload r1
check "addresses are added" printed "lan: virtual address 192.0.2.3 added" \
	"lan: virtual address 2001:db8::3 added"
check "and answered for" within 10 reaches 192.0.2.3
check "both of them" within 10 reaches 2001:db8::3
check "and advertised" within 10 logged r2 "virtual addresses"
addresses="\"192.0.2.3/24\", $ipv4, $ipv6, \"2001:db8::3/64\""
config r1 200
reload r1
check "another order is a difference" \
	printed "lan: virtual addresses in another order"
addresses="$ipv4, $ipv6"
config r1 200
reload r1
check "addresses are removed" printed "lan: virtual address 192.0.2.3 removed" \
	"lan: virtual address 2001:db8::3 removed"
check "and gone" within 10 eval 'not holds r1 192.0.2.3 &&
	not holds r1 2001:db8::3'
stop_probe
check "the address that stayed has always answered" says '.lost == 0'

probing --interval 2ms
config r2 250
reload r2
check "a priority is printed" printed "lan: priority 100 -> 250"
check "a Backup with a higher one preempts" within 10 is r2 active
within 10 is r1 backup
config r2 150
kill_daemon r2 HUP
check "an Active with a lower one is preempted" within 10 is r1 active
within 10 is r2 backup
check "what has changed is logged" logged r2 "lan: priority 250 -> 150"
stop_probe
check "nobody has noticed" says '.lost == 0'

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
config r1 200
sed -i 's/^});/}, { name = "dmz"; interface = "eth0"; vrid = 7;\
	virtual_addresses = [ "203.0.113.1" ]; });/' "$LAB/r1.cfg"
reload r1
check "a virtual router is added" eval 'grep -q "^dmz: added" "$LAB/said" &&
	within 10 shows r1 ".routers | length == 3" && within 10 is r1 active'
probing --interval 2ms
sed -i '/dmz/,$d; s/interface = "eth0"/interface = "eth9"/' "$LAB/r1.cfg"
echo '});' >>"$LAB/r1.cfg"
reload r1
check "one that is removed hands over" within 10 is r2 active
check "and is gone" within 10 shows r1 '[.routers[].interface] |
	unique == ["eth9"]'
stop_probe
check "without a loss" says '.lost == 0'
stop r1
