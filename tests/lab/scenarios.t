#!/bin/sh
# SPDX-License-Identifier: MIT
#
# A scenario passes when all goes as it should; and one that must fail does
# fail, for the reason that it has.  Those are scenarios of the catalogue with
# one line changed: what the routers do then is wrong in their eyes.
# shellcheck source=netns-lab/tap.sh
. "$(dirname "$0")/../../netns-lab/tap.sh"

plan 29

top=$(cd "$(dirname "$0")/../.." && pwd)
case ${B:=build} in
/*) ;;
*) B=$top/$B ;;
esac
export B
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# The lab, with room for scenarios of ours.
mkdir -p "$scratch/netns-lab/scenarios"
for file in "$top"/netns-lab/*; do
	[ "${file##*/}" = scenarios ] || ln -s "$file" "$scratch/netns-lab/"
done

# tell NAME FILE: its exit status and its result are in $scratch/NAME.
tell() {
	mkdir "$scratch/$1"
	status=0
	LAB_OUT=$scratch/$1 "$2" >"$scratch/$1/said" 2>&1 </dev/null ||
		status=$?
	echo "$status" >"$scratch/$1/status"
}

status() { [ "$(cat "$scratch/$1/status")" = "$2" ]; }
result() { jq -e "$2" "$scratch/$1/result.json" >/dev/null; }

passes() {
	tell "$1" "$top/netns-lab/scenarios/$1.sh"
	check "$1 passes" status "$1" 0
	check "and says so, of at least two things that it expected" \
		result "$1" '.verdict == "passed" and .reason == "" and
		(.checks | length >= 2 and all(.ok))'
}

# broken NAME CASE SED-COMMAND: told in the background.
broken() {
	file=$scratch/netns-lab/scenarios/$1.$2.sh
	sed "$3" "$top/netns-lab/scenarios/$1.sh" >"$file"
	chmod +x "$file"
	tell "$1.$2" "$file" &
}

# Sourced by a story that is broken: nothing is between this host and the LAN.
cat >"$scratch/unfence" <<'END'
unfence() {
	for unfence_link in $(ip -n "$1" -o link show type macvlan |
		awk -F '[:@ ]+' '{ print $2 }'); do
		tc -n "$1" qdisc del dev "$unfence_link" clsact || :
	done
}
END

# fails NAME CASE REASON TEXT: the reason is a regular expression.
fails() {
	check "$1 fails $4" status "$1.$2" 1
	check "and says why" result "$1.$2" \
		".verdict == \"failed\" and (.reason | test(\"$3\"))"
	diag "$(jq -r .reason "$scratch/$1.$2/result.json")"
}

passes switch-port
passes no-preempt
passes upgrade

broken planned-exit unheard 's/^stop r1/cut r1; stop r1/'
broken switch-port asleep '/^cut r1/a freeze r2; watch 1.5; thaw r2'
broken no-preempt preempts 's/^preempt=false/preempt=true/'
broken upgrade begins 's/^upgrade r1/restart r1/'
broken preempt-delay hurries 's/^preempt_delay=2/preempt_delay=0/'
broken delete-address frozen 's/^pair/pair; freeze r1; freeze r2/'
broken parent-flap-backup speaks 's/^watch 1/cut r1; becomes r2 active/'
broken crash ends 's/^cut r1/false/'
broken killed-agent unfenced "s,^kill r1,. $scratch/unfence; unfence r1; kill r1,"
broken backup-link unfenced "s,^pair,pair; freeze r2; . $scratch/unfence; unfence r2,"
broken hold-rtnl-forwarding asleep \
	'/^hold_rtnl/d; s/^cut r1/freeze r2; cut r1; watch 1; thaw r2/'
wait

fails planned-exit unheard 'without an answer: [0-9]' \
	"when the Active cannot say that it goes"
fails switch-port asleep 'longest time without an answer: [0-9.]+ ms' \
	"when the Backup sleeps for a second longer than it may"
fails no-preempt preempts 'r2 is not Active|took over' \
	"when the better router preempts"
fails upgrade begins 'took over: ipv[46]: r1 to r2' \
	"when the next process begins anew"
fails preempt-delay hurries 'until it is Active' "when it does not wait"
fails delete-address frozen 'longest time without an answer' \
	"when nobody puts the address back"
fails parent-flap-backup speaks 'virtual router: [1-9]' \
	"when the Backup says something"

fails killed-agent unfenced 'two routers answer .*: [0-9.]{4,} ms' \
	"when the dead one answers beside its successor"
fails backup-link unfenced 'answers of r2: [0-9]' \
	"when a Backup answers"

fails hold-rtnl-forwarding asleep 'until through is answered: [0-9]{3,}' \
	"when the successor sleeps at its deadline"

# One that ends before its time has not passed.
fails crash ends 'ended with 1' "when a verb of it fails"
check "and has its records all the same" result crash.ends \
	'(.probes | length > 0) and (.routers | length == 2)'
