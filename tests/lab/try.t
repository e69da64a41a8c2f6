#!/bin/sh
# SPDX-License-Identifier: MIT
#
# lab try with the examples as they are shipped, and with files that are wrong.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=netns-lab/tap.sh
. netns-lab/tap.sh

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
examples=netns-lab/examples

# tries [OPTION...] FILE...: its words are in $work/said, $status is its own.
tries() {
	status=0
	netns-lab/lab try --out "$work/out" "$@" >"$work/said" 2>&1 || status=$?
}

said() {
	grep -qE -- "$1" "$work/said" || { diag "$(cat "$work/said")" && false; }
}

# result FAULT FILTER: is the jq filter true of what came of it?
result() {
	jq -e "$2" "$work/out/try/$1/result.json" >/dev/null ||
		{ diag "$(jq -c . "$work/out/try/$1/result.json")" && false; }
}

not_there() { [ ! -e "$work/out/try/$1" ]; }

stands() { pgrep -f "own/fault $work" >/dev/null; }
gone() { ! stands; }

eventually() {
	eventually_left=300
	until "$@"; do
		eventually_left=$((eventually_left - 1))
		[ "$eventually_left" -gt 0 ] || return 1
		sleep 0.1
	done
}

ends_with() { [ "$status" = "$1" ]; }

plan 22

# A frame that a busy machine loses may cost the second in which IPv6 asks again
# for a neighbour.
export LAB_SLACK=3000
tries --only leave,unplug $examples/gateway1.cfg $examples/gateway2.cfg
check "all is as it should be" ends_with 0
check "who shares what is said" \
	said '^gateway1 and gateway2: 192.0.2.1, fe80::5:1 and .*, VRID 51'
check "a planned exit" said '^ok +Planned exit of gateway1, and its return$'
check "a cable" said '^ok +Cable of eth0 of gateway1 pulled$'
check "nobody asked in vain for long" result leave-gateway1 \
	'.scenario == "leave-gateway1" and .verdict == "passed" and
	(.probes | length == 4 and all(.received > 1000))'
check "no other fault was tried" not_there reload-gateway1
check "a cable takes a takeover" result unplug-gateway1-eth0 \
	'.verdict == "passed" and (.takeovers | map(select(.to == "gateway2")) |
	map(.family) | sort == ["ipv4", "ipv6"])'
check "which is as long as the timers say" result unplug-gateway1-eth0 \
	'.measures.outage_us | . > 250000 and . < 3361000'
check "and is judged for every probe" result unplug-gateway1-eth0 \
	'(.probes | length == 4) and (.checks | length == 8 and all(.ok)) and
	all(.checks[]; .limit_us == 360938 or .limit_us == 0)'
check "the settings are those of the files" result unplug-gateway1-eth0 \
	'.settings | .interval_us == 100000 and .family == "both" and
	.priorities == { gateway1: 200, gateway2: 100 }'

sed 's/vrid = 51/vrid = 52/' $examples/gateway2.cfg >"$work/other.cfg"
sed 's/"2001:db8:0:1::1\/64"/"2001:db8:0:1::1\/64", "192.0.2.7\/24"/' \
	$examples/gateway2.cfg >"$work/more.cfg"
cd netns-lab || exit 1
status=0
./lab try --out "$work/out" --only reload examples/gateway1.cfg \
	"$work/more.cfg" >"$work/said" 2>&1 || status=$?
cd .. || exit 1
check "from wherever it is called" ends_with 0
check "what looks like a mistake is said" \
	said '^Mind: VRID 51 .*: the addresses differ'
check "and tried all the same" result reload-gateway1 '.verdict == "passed"'

# The judge, given less time than the protocol takes.
export LAB_SLACK=-300
tries --only crash $examples/gateway1.cfg $examples/gateway2.cfg
unset LAB_SLACK
check "an outage that is too long is a failure" ends_with 1
check "and why is said" said 'not as it should be: 192.0.2.1 is gone: 0\.'

tries $examples/gateway1.cfg "$work/other.cfg"
check "who shares no virtual router cannot take over" ends_with 1
check "which is said before anything is tried" said 'nobody could take over'

sed 's/priority/priorty/' $examples/gateway2.cfg >"$work/bad.cfg"
tries $examples/gateway1.cfg "$work/bad.cfg"
check "a bad file is refused" ends_with 1
check "in the agent's words" \
	said 'bad.cfg:[0-9]+: unknown key "priorty" \(did you mean "priority"\?\)'
tries --only nonsense $examples/gateway1.cfg $examples/gateway2.cfg
check "a fault that there is not is wrong usage" ends_with 2
check "no lab is left" gone

netns-lab/lab try --out "$work/out" $examples/gateway1.cfg \
	$examples/gateway2.cfg >"$work/said" 2>&1 &
eventually stands || diag "no lab in half a minute"
kill -KILL $!
wait $! 2>/dev/null
check "nor when it is killed" eventually gone
