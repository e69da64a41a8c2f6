# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What the tests of the faults have in common: three hosts that know each
# other's MAC addresses, so that what is lost is not a question for them.
# Sourced in the place of lib.sh and tap.sh.
#
#	reaches FROM ADDRESS	is one ping answered?
#	reached FROM TO ADDRESS	does it arrive, answered or not?
#	told KIND NAME TEXT	is there such an event?
#	lost ARG...		probes $target from the client; of thousand
#				questions, how many had no answer?

# shellcheck source=netns-lab/lib.sh
. "$(dirname "$0")/../../netns-lab/lib.sh"
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"

R1=192.0.2.11 R2=192.0.2.12 CLIENT=192.0.2.99

mac_of() { ip -n "$1" -j link show eth0 | jq -r '.[0].address'; }

# introduce NAME NAME ADDRESS: the first one knows the second one's.
introduce() {
	ip -n "$1" neigh replace "$3" lladdr "$(mac_of "$2")" dev eth0 \
		nud permanent
}

three_hosts() {
	router r1 $R1/24 2001:db8::11/64
	router r2 $R2/24 2001:db8::12/64
	host client $CLIENT/24 2001:db8::99/64
	introduce r1 client $CLIENT
	introduce r2 client $CLIENT
	introduce client r1 $R1
	introduce client r2 $R2
}

reaches() { inside "$1" ping -q -c 1 -W 1 "$2" >"$LAB/ping"; }

# The echo requests that its kernel has had.
asked() {
	inside "$1" cat /proc/net/snmp | awk '$1 == "Icmp:" {
		if (column) print $column
		for (i = 1; i <= NF; i++)
			if ($i == "InEchos") column = i
	}'
}

reached() {
	before=$(asked "$2")
	inside "$1" ping -q -c 1 -W 0.2 "$3" >"$LAB/ping" || :
	[ "$(asked "$2")" -gt "$before" ]
}

told() {
	jq -e -s --arg kind "$1" --arg router "$2" --arg text "$3" \
		'any(.[]; .kind == $kind and .router == $router and
		.text == $text and .time_us > 0)' "$LAB/events" >/dev/null
}

# shellcheck disable=SC2154 # the test says what the target is
lost() {
	inside client "$BIN/probe" --json "$@" "$target" >"$LAB/out"
	jq '.lost * 1000 / .sent | floor' "$LAB/out"
}

# between LOW NUMBER HIGH
between() {
	if [ "$1" -gt "$2" ] || [ "$2" -gt "$3" ]; then
		diag "$2 is not between $1 and $3"
		return 1
	fi
}
