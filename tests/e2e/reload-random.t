#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Many reloads in a row, each of whatever may differ, and most of them before
# the last one has come to its end.  The agent survives them (`make asan` tells
# more), and then is what the last file says.  RELOADS and SEED may be set.
family=ipv4 interval=10ms
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 6

: "${RELOADS:=60}" "${SEED:=$(now_us)}"

# random N: a file of virtual routers, the Nth of this seed.
random() {
	awk -v seed="$((SEED % 1000000007 + $1))" '
	function one_of(n) { return int(rand() * n) }
	function addresses(i, v, owner,   list, n, k) {
		n = one_of(3)
		if (n > 0)
			for (k = 0; k <= one_of(3); k++)
				list = list sprintf("\"198.51.%d.%d/24\", ",
					100 + i, 10 * v + k)
		if (n != 1) {
			list = list sprintf("\"fe80::%d:%d/64\", ", i + 1, v)
			for (k = 0; k < one_of(3); k++)
				list = list sprintf("\"2001:db8:%d::%d:%d/64\", ",
					i + 1, v, k + 1)
			six = 1
		}
		sub(/, $/, "", list)
		return list
	}
	BEGIN {
		srand(seed); one_of(1)
		print "virtual_routers = ("
		for (i = 0; i < 3; i++) for (v = 1; v <= 3; v++) {
			if (one_of(3) == 0)
				continue
			six = 0
			list = addresses(i, v)
			split("100 200 254 255", priority)
			split("10ms 20ms 1s", interval)
			printf "%s{ name = \"%s%d%d\"; interface = \"eth%d\";\n",
				comma, one_of(2) ? "a" : "b", i, v, i
			printf " vrid = %d; priority = %d;\n", v,
				priority[1 + one_of(4)]
			printf " advertisement_interval = \"%s\";\n",
				interval[1 + one_of(3)]
			printf " virtual_addresses = [ %s ];\n", list
			if (one_of(2)) print " accept = false;"
			if (one_of(3) == 0) print " virtual_mac = false;"
			if (one_of(3) == 0) print " preempt = false;"
			if (six && one_of(2))
				printf " router_advertisements = { lifetime" \
					" = \"%ds\"; };\n", 1800 + one_of(3)
			print "}"
			comma = ","
		}
		if (!comma)
			print "{ interface = \"eth0\"; vrid = 9;" \
				" virtual_addresses = [ \"198.51.100.9\" ]; }"
		print ");"
	}'
}

refused=0
reload_r1() {
	ctl r1 reload >"$LAB/said" 2>"$LAB/wrong" && return
	refused=$((refused + 1))
	cat "$LAB/wrong" >>"$LAB/refusals"
}
# Names of interfaces that are not the lab's own.
macvlans() { ip -n r1 -o link | grep -c vrrp; }
routes() {
	ip -n r1 route show type blackhole proto 112
	ip -n r1 -6 route show type blackhole proto 112
}

# The last file is told from all others by its VRID.  One interface has no
# carrier, one comes and goes.
pair
for i in 1 2; do
	ip -n r1 link add "eth$i" type veth peer name "peer$i"
	ip -n r1 link set "eth$i" up
	ip -n r1 addr add "198.51.10$i.254/24" dev "eth$i"
done
ip -n r1 link set peer1 up
cp "$LAB/r1.cfg" "$LAB/last.cfg"
diag "SEED=$SEED"
start r1
within 10 is r1 active
n=0
while [ "$n" -lt "$RELOADS" ] && alive r1; do
	n=$((n + 1))
	random "$n" >"$LAB/r1.cfg"
	reload_r1
	[ $((n % 7)) != 0 ] || ip -n r1 link set peer2 up
	[ $((n % 7)) != 3 ] || ip -n r1 link set peer2 down
	# Every now and then something comes to its end.
	[ $((n % 5)) != 0 ] || within 60 shows r1 '[.routers[] |
		select(.interface == "eth0") | .state] | index("leaving") | not'
done
check "it has survived them" alive r1
check "a reload is refused for what is wrong alone" [ "$refused" = 0 ]
[ "$refused" = 0 ] || diag "$(sort "$LAB/refusals" | uniq -c)"
cp "$LAB/last.cfg" "$LAB/r1.cfg"
reload_r1
check "it is what the last file says" within 60 eval \
	'is r1 active && serves r1 && shows r1 ".routers | length == 1"'
check "and nothing else" within 10 eval \
	'[ "$(macvlans)" = 1 ] && [ -z "$(routes)" ]'
# A sanitizer's search for leaks takes longer than a real-time thread may run.
chrt -a -o -p 0 "$(daemon_pid r1)" || :
stop r1
check "it ends well" [ "$status" = 0 ]
[ "$status" = 0 ] || diag "$(tail -n 40 "$LAB/r1/log")"
check "and leaves nothing" eval '[ "$(macvlans)" = 0 ] && [ -z "$(routes)" ]'
