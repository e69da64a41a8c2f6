#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The unit, with the systemd of this host: of a restart nobody notices, because
# of the stand-in.  And nothing of it is left.
# shellcheck source=netns-lab/tap.sh
. "$(dirname "$0")/../../netns-lab/tap.sh"

top=$(cd "$(dirname "$0")/../.." && pwd)
case ${B:=build} in
/*) ;;
*) B=$top/$B ;;
esac
export B
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# tell CASE TOP: the lab's pid is that of the cgroup, too.
tell() {
	mkdir -p "$scratch/$1"
	tell_status=0
	LAB_OUT=$scratch/$1 "$2/netns-lab/scenarios/restart-systemd.sh" \
		>"$scratch/$1/said" 2>&1 </dev/null &
	tell_pid=$!
	echo "$tell_pid" >"$scratch/$1/pid"
	wait "$tell_pid" || tell_status=$?
	echo "$tell_status" >"$scratch/$1/status"
}

ended() { [ "$(cat "$scratch/$1/status")" = "$2" ]; }
says() { jq -e "$2" "$scratch/$1/result.json" >"$scratch/$1/filtered"; }

gone() {
	for gone_case in shipped broken; do
		gone_found=$(find /sys/fs/cgroup -type d \
			-name "vrrpd-lab-$(cat "$scratch/$gone_case/pid")")
		[ -z "$gone_found" ] || return 1
	done
}

eventually() {
	eventually_left=100
	until "$@"; do
		[ "$eventually_left" -gt 0 ] || return 1
		eventually_left=$((eventually_left - 1))
		sleep 0.1
	done
}

# The same tree, but for one line of the unit.
mkdir -p "$scratch/top/vrrpd"
ln -s "$top/netns-lab" "$scratch/top/netns-lab"
sed '/^ExecStop=/,/[^\\]$/d' "$top/vrrpd/vrrpd.service" \
	>"$scratch/top/vrrpd/vrrpd.service"

tell shipped "$top" &
tell broken "$scratch/top" &
wait

if ended shipped 77; then
	echo "1..0 # SKIP $(jq -r .reason "$scratch/shipped/result.json")"
	exit 0
fi
plan 3
# What a busy machine loses is told, and not judged.
took_over='.checks[] | select(.text == "how often somebody took over").ok'
check "systemd restarts it, and nobody takes over" says shipped "$took_over"
diag "$(jq -r .reason "$scratch/shipped/result.json")"
check "with no stand-in, somebody does" says broken "$took_over | not"
diag "$(jq -r .reason "$scratch/broken/result.json")"
check "no cgroup is left" eventually gone
