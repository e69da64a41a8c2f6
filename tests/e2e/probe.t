#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # $low and $mac are for jq
#
# Is the ruler straight?  A gap of known length is made with nft, and the
# probe must find it: never shorter than the drop lasted (less one interval),
# and not longer than the time around the commands that made it (plus two).
# shellcheck source=netns-lab/lib.sh
. "$(dirname "$0")/../../netns-lab/lib.sh"
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"

plan 11

host server 192.0.2.1/24 2001:db8::1/64
host client 192.0.2.9/24 2001:db8::9/64
inside server nft -f - <<'END'
table netdev gate {
	chain closed { drop; }
	chain entry { type filter hook ingress device "eth0" priority 0; }
}
END

# probing OUTPUT ARG...: a probe in the background.
probing() {
	out=$1
	shift
	ip netns exec client "$BIN/probe" --json --interface eth0 "$@" \
		>"$out" </dev/null &
	probe_pid=$!
}

stop_probe() {
	kill -TERM "$probe_pid"
	wait "$probe_pid"
}

# Drop all for a while; the times are the innermost that are certain to lie
# within the drop, and the outermost that are certain to enclose it.
closed_for() {
	outer=$(now_us)
	inside server nft add rule netdev gate entry jump closed
	inner=$(now_us)
	sleep "$1"
	inner=$(($(now_us) - inner))
	inside server nft flush chain netdev gate entry
	outer=$(($(now_us) - outer))
}

# says JQ-OPTION... FILTER: is it true of what the probe printed?
says() {
	jq -e "$@" "$LAB/out" >/dev/null || { diag "$(cat "$LAB/out")" && false; }
}

# one_gap INTERVAL-US
one_gap() {
	says --argjson low "$((inner - $1))" \
		--argjson high "$((outer + 2 * $1 + 20000))" \
		'.gaps | length == 1 and .[0].open == false and
		.[0].length_us >= $low and .[0].length_us <= $high'
}

inside client ping -q -c 1 -W 5 192.0.2.1 >/dev/null
inside client ping -q -c 1 -W 5 2001:db8::1 >/dev/null

gap_test() {
	what=$1 interval=$2
	shift 2
	probing "$LAB/out" --interval "${interval}us" "$@"
	sleep 0.2
	closed_for 0.05
	sleep 0.1
	stop_probe
	check "$what: one gap, as long as the drop" one_gap "$interval"
	check "$what: lost are those of the gap, the others answered" \
		says '.received > 20 and .lost > 0'
}

gap_test "ICMP" 1000 192.0.2.1
gap_test "ICMPv6" 1000 2001:db8::1
gap_test "ARP" 500 --arp 192.0.2.1

inside client "$BIN/probe" --json --for 0.3s 192.0.2.1 >"$LAB/out"
check "without a drop nothing is lost" says '.lost == 0 and .received > 20'
check "and there is no gap" says '.gaps == []'

mac=$(ip -n server -j link show eth0 | jq -r '.[0].address')
inside client "$BIN/probe" --json --for 0.1 --arp --interface eth0 192.0.2.1 \
	>"$LAB/out"
check "an ARP probe tells who answered" says --arg mac "$mac" \
	'.answered_by | length == 1 and .[0].mac == $mac'

probing "$LAB/out" 192.0.2.1
sleep 0.2
inside server nft add rule netdev gate entry jump closed
sleep 0.1
stop_probe
check "a gap that does not end is open" \
	says '.gaps | length == 1 and .[0].open'

check "a name is no address" not inside client "$BIN/probe" example 2>/dev/null
