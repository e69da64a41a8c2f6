#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The bench measures what it says: tiny runs with vrrpd alone, whose numbers
# can be told from those of a bench that measures nothing.  How good they are
# is not asked, as machines are busy.
set -eu
TOP=$(cd "$(dirname "$0")/../.." && pwd)
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"

plan 28

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

# says FILTER: is it true of the document?
says() {
	jq -e "$1" "$out/json" >/dev/null || { diag "$(cat "$out/json")" && false; }
}

bench() {
	"$TOP/netns-lab/bench" --daemons vrrpd --runs 1 --seconds 1 "$@" 2>"$out/err" || {
		diag "$(cat "$out/err")"
		return 1
	}
}

bench --only takeover planned --intervals 10 --faults cut kill --json \
	>"$out/json"
check "each fault is one run" says '[.runs[].fault] ==
	["cut", "kill", "leave", "return"] and all(.runs[]; .incomplete | not)'
# Priority 100: 26.1 to 36.1 ms after the fault, had it no delay.
check "no Backup takes over before its time" says \
	'[.runs[] | select(.measure == "takeover").detection_us] |
	all(. > 25000)'
check "nor before an advertisement is due" says \
	'[.runs[] | select(.late_us).late_us] | length == 2 and all(. > -500)'
check "behind a cut the client waits that long, too" says \
	'.runs[0] | .outage_us >= .detection_us - 2000 and .lost > 10'
check "a return is after the start" says \
	'.runs[3] | .measure == "planned" and .detection_us > 10000'
check "the summaries are of these runs" says \
	'.runs[0] as $run | [.summaries[] | select(.key == "outage_us" and
	.case == [10, "cut"])][0].daemons.vrrpd |
	.n == 1 and (.median * 1000 | round) == $run.outage_us and .max == .min'
check "it tells what it measured" says \
	'.about | .cpus > 0 and (.versions.vrrpd | test("^[0-9]"))'

bench --only handover --intervals 10 --ways sigterm --macs virtual --json \
	>"$out/json"
check "who leaves and comes back is asked by both families, 10,000 times" says \
	'[.runs[] | [.direction, .family]] == [["away", "ipv4"],
	["away", "ipv6"], ["back", "ipv4"], ["back", "ipv6"]] and
	all(.runs[]; .incomplete or .sent >= 10000)'
# Priority 100: 6.1 ms after priority 0; what starts has 30 ms to wait.
check "around the moment in which the other one takes over" says \
	'[.runs[] | select(.incomplete | not)] | all(.[]; .handover_us >
	if .direction == "away" then 5000 else 30000 end)'

bench --only reload overslept --intervals 10 --changes same address \
	--cases replaced --json >"$out/json"
check "a file is read often, and each time to its end" says \
	'[.runs[] | select(.measure == "reload")] |
	map(.change) == ["same", "address"] and
	all(.[]; .reloads >= 20 and .reload_us > 100)'
check "while a client asks, of whom no question is lost unseen" says \
	'[.runs[] | select(.measure == "reload")] | all(.[]; .sent > 500 and
	.lost >= 0 and (.lost == 0) == (.outage_us == 0))'
check "and each advertisement is counted" says \
	'[.runs[] | select(.measure == "reload")] | all(.[]; .adverts > 100 and
	.spacing_us > 9000 and .takeovers % 2 == 0)'
check "an address that comes and goes costs frames, the same file does not" \
	says '[.runs[] | select(.measure == "reload").extra] |
	.[0] < 0.5 and .[1] > 1'
# By the switch alone nobody could know that it has been replaced.
check "who has been replaced says so, and is silent if it could have known" \
	says '[.runs[] | select(.measure == "overslept")] |
	map(.way) == ["freeze", "pause"] and .[0].backup_us > 0 and
	.[1].frames >= 2 and .[0].frames <= .[1].frames'

bench --only restart addresses resources repair --intervals 10 --addresses 500 \
	--routers 2 --json >"$out/json"
check "the last of many addresses is not the first" says \
	'[.runs[] | select(.measure == "addresses")] | length == 1 and
	(.[0] | .last_us > .first_us and .outage_us > 250000)'
# Who took over gives back; and nobody advertises before the interval is over.
check "of a restart, too, each advertisement is counted" says \
	'[.runs[] | select(.measure == "restart")] | length == 1 and
	(.[0] | .spacing_us > 9000 and .takeovers % 2 == 0 and .lost >= 0)'
check "both routers are measured" says \
	'[.runs[] | select(.measure == "resources") |
	[.interval_ms, .state, .held]] == [[10, "active", true],
	[10, "backup", true]]'
check "the Active sends, the Backup does not" says \
	'[.runs[] | select(.measure == "resources")] |
	.[0].frames > 20 and .[0].frames > 10 * .[1].frames'
check "they use memory and time" says \
	'[.runs[] | select(.measure == "resources")] | all(.cpu_us > 0 and
	.processes == 1 and .pss_kib > 100 and .rss_kib >= .pss_kib)'
check "an address that is deleted comes back" says \
	'[.runs[] | select(.measure == "repair").repair_us] |
	length > 0 and all(. >= 0)'

bench --only xdp --json >"$out/json"
why=$(jq -r '.runs[0].why // ""' "$out/json")
if [ -n "$why" ]; then
	for text in "each way" "none is lost" "what it does is seen"; do
		ok "$text # SKIP $why"
	done
else
	check "each way of a frame is measured, without a program too" says \
		'[.runs[].way] | unique == ["driver", "program", "veth"]'
	check "and no frame is lost, that would cost nothing" says \
		'.runs | all(.lost == 0) and all(.[] |
		select(.way != "program"); .whole_ns > 100)'
	# Which is to look at it, to count it, and to know the time.
	check "what the program does with VRRP is seen" says \
		'[.summaries[] | select(.key == "cost_ns" and
		.case[0] == "program")] |
		(map(select(.case[1] == "VRRP of others"))[0].daemons.vrrpd) as
		$vrrp | length == 6 and $vrrp.n == 3 and $vrrp.median >
		map(select(.case[1] == "ARP"))[0].daemons.vrrpd.median + 5'
fi

bench --only both lock full --json >"$out/json"
check "two that are dead, and one address is asked for in each of two runs" \
	says '[.runs[] | select(.measure != "lock") | [.measure, .fault]] ==
	[["both", "kill"], ["both", "freeze"], ["full", null], ["full", null]]
	and all(.runs[]; .incomplete | not)'
# Three intervals of 10 ms; with no fence the kernel answers to the end.
check "who is dead answers on for a while" says \
	'[.runs[] | select(.measure == "both")] | all(.after_us > 20000 and
	(.both_us == 0 or .both_us < .after_us))'
check "nobody forwards before it is due" says \
	'[.runs[] | select(.measure == "full") |
	.forwarded_us // .answered_us] | length == 2 and all(. > -10000)'
check "the lock is held across a takeover, or cannot be" says \
	'[.runs[] | select(.measure == "lock")] | length == 1 and (.[0] |
	if .incomplete then .why | test("hold_rtnl") else
	.answered_us > 100000 and .forwarded_us > -10000 end)'

bench --only repair >"$out/text"
check "without --json it prints a table" \
	grep -q '^longest silence (ARP)  *vrrpd  *[1-9]' "$out/text"
