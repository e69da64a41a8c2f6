# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables that these files share
#
# How the daemons bear much: many addresses that move, many virtual routers, a
# busy host, somebody who deletes the address; and what others bear of vrrpd's
# program in the driver.  Sourced by bench, with
# bench-pairs.sh; each function prints a line of JSON for each measurement,
# times in microseconds.
#
#	addresses N		the Active of N addresses is cut off: from the
#				first advertisement of the other router to the
#				first address that answers, and to the last
#	thousands FAMILY	4000 of "ipv4" or "ipv6", whose Active is cut off: of
#				each virtual router the first that answers, and
#				the last
#	resources COUNT FAMILIES INTERFACES  CPU and memory of both routers of a
#				pair that has COUNT virtual routers for each
#				family on each interface
#	busy SECONDS		takeovers without a fault, and late
#				advertisements, under load (busy.sh)
#	repair TIMES		the address is deleted by another program: for
#				how long no ARP request is answered

# ---- Many addresses ----

# addresses_plan N: in virtual routers of 250, as one can have 255 at most.
addresses_plan() {
	if [ "$1" -le 250 ]; then
		pairs_plan 1 "$1" 4
	else
		pairs_plan $(($1 / 250)) 250 4
	fi
}

# The first and the last address of each virtual router.
addresses_watched() {
	awk '{ print $4; if (NF > 4) print $NF }' "$LAB/vrouters" |
		sed 's,/.*,,'
}

# vrrpd's own account of when it decided, its clock turned into the wall clock.
own_deadline() {
	if [ "$daemon" = vrrpd ]; then
		ctl "$two" --json status | jq '(.clock["realtime-us"] -
			.clock["monotonic-us"]) as $offset | [.routers[] |
			."last-transition"."deadline-us" // empty |
			. + $offset] | min'
	else
		echo null
	fi
}

# Some ten thousand questions a second in all, whatever their number.
addresses_probe() {
	for addresses_target in $1; do
		record "arp.$addresses_target" ip netns exec client \
			"$BIN/probe" --json --arp --interface eth0 \
			--interval "${2}us" "$addresses_target"
	done
}

# all_answer ADDRESS...
all_answer() {
	for address; do
		answers || return
	done
}

# addresses_strike N
addresses_strike() {
	pairs_start "$daemon"
	addresses_list=$(addresses_watched)
	addresses_spacing=$(($(echo "$addresses_list" | wc -l) * 100))
	record wire "$BIN/wire" --json --adverts lan
	addresses_probe "$addresses_list" "$addresses_spacing"
	sleep 0.5
	cut "$one"
	within 60 is "$two" active
	# shellcheck disable=SC2086 # a list
	within 60 all_answer $addresses_list
	sleep 0.2
	record_stop
	addresses_tell "$1"
}

# addresses_tell N
addresses_tell() {
	for addresses_target in $addresses_list; do
		cat "$LAB/arp.$addresses_target"
	done >"$LAB/arp"
	jq -n -c -L "$TOP/netns-lab" --argjson addresses "$1" \
		--arg daemon "$daemon" --arg one "$one" --arg two "$two" \
		--argjson interval "$interval" \
		--argjson spacing "$addresses_spacing" \
		--argjson deadline "$(own_deadline)" \
		--slurpfile wire "$LAB/wire" --slurpfile arp "$LAB/arp" \
		'include "bench"; addresses'
}

addresses() {
	addresses_plan "$1"
	for addresses_daemon in $daemons; do
		progress "$1 addresses: $addresses_daemon"
		pair_of "$addresses_daemon"
		pair_afresh
		attempt addresses_strike "$1" || missed addresses addresses "$1"
		mend "$one"
		pair_afresh
	done
}

# ---- Thousands of addresses ----

# Of IPv6, as many as go into an advertisement.
thousands_plan() {
	case $1 in
	ipv4) pairs_plan 16 250 4 ;;
	ipv6) pairs_plan 45 89 6 ;;
	esac
}

# thousands_watched first | last: of four virtual routers, as questions to all
# of them, often enough, would keep the processors busy.
thousands_watched() {
	awk -v which="$1" '{ a[NR] = which == "first" ? $4 : $NF }
		END { for (i = 0; i < 4; i++)
			print a[1 + int((NR - 1) * i / 3)] }' \
		"$LAB/vrouters" | sed 's,/.*,,'
}

# Of each virtual router, its own account of when it decided.
own_deadlines() {
	if [ "$daemon" = vrrpd ]; then
		ctl "$two" --json status | jq -c '(.clock["realtime-us"] -
			.clock["monotonic-us"]) as $offset | [.routers[] |
			{ key: (.vrid | tostring), value:
			((."last-transition"."deadline-us" // empty) +
			$offset) }] | from_entries'
	else
		echo null
	fi
}

# thousands_strike FAMILY first | last.  Each question goes to thousands of
# groups of the very host that is busy adding more, so those for the last are
# rare, and nobody asks for the status meanwhile.
thousands_strike() {
	thousands_mode=arp thousands_spacing=400us
	[ "$1" = ipv4 ] || thousands_mode=nd
	[ "$2" = first ] || thousands_spacing=2ms
	pairs_start "$daemon"
	record wire "$BIN/wire" --json --adverts lan
	thousands_list=$(thousands_watched "$2")
	for thousands_target in $thousands_list; do
		record "asked.$thousands_target" ip netns exec client \
			"$BIN/probe" --json --mode "$thousands_mode" \
			--interface eth0 --interval "$thousands_spacing" \
			"$thousands_target"
	done
	sleep 0.5
	cut "$one"
	sleep 2
	within 60 is "$two" active
	sleep 1
	record_stop
	thousands_tell "$1" "$2"
	mend "$one"
	pair_afresh
}

thousands_tell() {
	for thousands_target in $thousands_list; do
		jq -c --argjson vrid "$(awk -v a="$thousands_target/" \
			'index($0, " " a) { print $3 }' "$LAB/vrouters")" \
			'. + { vrid: $vrid }' "$LAB/asked.$thousands_target"
	done >"$LAB/asked"
	jq -n -c -L "$TOP/netns-lab" --arg family "$1" --arg which "$2" \
		--arg daemon "$daemon" --arg one "$one" --arg two "$two" \
		--argjson interval "$interval" \
		--argjson deadlines "$(own_deadlines)" \
		--slurpfile wire "$LAB/wire" --slurpfile asked "$LAB/asked" \
		'include "bench"; thousands' >"$LAB/thousands.$2"
}

thousands_measure() {
	thousands_strike "$1" first
	thousands_strike "$1" last
	jq -s -c 'add' "$LAB/thousands.first" "$LAB/thousands.last"
}

thousands() {
	thousands_plan "$1"
	for thousands_daemon in $daemons; do
		progress "4000 addresses, $1: $thousands_daemon"
		pair_of "$thousands_daemon"
		pair_afresh
		attempt thousands_measure "$1" ||
			missed thousands family "\"$1\""
		mend "$one"
		pair_afresh
	done
}

# ---- Many virtual routers ----

# cpu_ns NAME: what all threads of all processes there have used so far, in
# nanoseconds, where utime and stime count in ticks.
cpu_ns() {
	for cpu_pid in $(ip netns pids "$1"); do
		cat "/proc/$cpu_pid"/task/*/schedstat 2>/dev/null || :
	done | awk '{ sum += $1 } END { printf "%.0f\n", sum }'
}

# memory NAME: "PROCESSES PSS RSS", the latter in KiB.  Pages that several
# processes share count once in the sum of PSS, and once for each in RSS.
memory() {
	for memory_pid in $(ip netns pids "$1"); do
		cat "/proc/$memory_pid/smaps_rollup" 2>/dev/null || :
	done | awk '/^Rss:/ { n++; rss += $2 } /^Pss:/ { pss += $2 }
		END { print n + 0, pss + 0, rss + 0 }'
}

# port_frames NAME: how many have come in from there, by all its ports.
port_frames() {
	awk -v ports="$(ports "$1" | tr '\n' ' ')" 'BEGIN {
		for (n = split(ports, list, " "); n > 0; n--)
			is_port[list[n] ":"] = 1
	}
	$1 in is_port { sum += $3 }
	END { print sum + 0 }' /proc/net/dev
}

# resources_tell NAME STATE CPU-NS FRAMES US: those of so long a time, in which
# $frames_one were the Active's.
resources_tell() {
	# Whoever has ended has its last word as the reason.
	alive "$1" || fail "$1 has ended: $(tail -n 1 "$LAB/$1/log")"
	resources_held=false
	! is "$1" "$2" || resources_held=true
	read -r memory_n memory_pss memory_rss <<-END
		$(memory "$1")
	END
	printf '{"measure":"resources","routers":%d,"interval_ms":%d,%s' \
		"$resources_routers" "$interval" "\"daemon\":\"$daemon\","
	printf '"state":"%s","held":%s,"cpu_us":%d,"frames":%d,' "$2" \
		"$resources_held" $(($3 * 1000 / $5)) $(($4 * 1000000 / $5))
	printf '"advert_ns":%d,"start_us":%d,"interfaces":%d,"apart":%s,' \
		$(($3 / (frames_one > 0 ? frames_one : 1))) \
		"$resources_start" "$resources_interfaces" "$resources_apart"
	printf '"processes":%d,"pss_kib":%d,"rss_kib":%d}\n' "$memory_n" \
		"$memory_pss" "$memory_rss"
}

# What both use, and send, when the announcements of their beginning are over:
# keepalived repeats them when it has been Active for 5 s.
resources_measure() {
	resources_began=$(now_us)
	pairs_start "$daemon"
	resources_start=$(($(cat "$LAB/active") - resources_began))
	pair_at_rest $((seconds + 2))
	cpu_one=$(cpu_ns "$one") cpu_two=$(cpu_ns "$two")
	frames_one=$(port_frames "$one") frames_two=$(port_frames "$two")
	resources_began=$(now_us)
	sleep "$seconds"
	cpu_one=$(($(cpu_ns "$one") - cpu_one))
	cpu_two=$(($(cpu_ns "$two") - cpu_two))
	frames_one=$(($(port_frames "$one") - frames_one))
	frames_two=$(($(port_frames "$two") - frames_two))
	resources_elapsed=$(($(now_us) - resources_began))
	resources_tell "$one" active "$cpu_one" "$frames_one" \
		"$resources_elapsed"
	resources_tell "$two" backup "$cpu_two" "$frames_two" \
		"$resources_elapsed"
}

resources() {
	resources_interfaces=$3
	pairs_plan "$1" 1 "$2" "$3"
	resources_routers=$(($1 * $3))
	[ "$2" = 4 ] || resources_routers=$((resources_routers * 2))
	for resources_daemon in $daemons; do
		progress "$resources_routers virtual routers at $interval ms:" \
			"$resources_daemon"
		pair_of "$resources_daemon"
		pair_afresh
		resources_apart=false
		[ -z "$apart" ] || ! pair_apart || resources_apart=true
		attempt resources_measure ||
			missed resources routers "$resources_routers"
		pair_afresh
	done
}

# ---- A busy host ----

# Nothing fails, but everything is against them (busy.sh).
busy() {
	pairs_plan 1 1 4
	for busy_daemon in $daemons; do
		progress "busy host: $busy_daemon"
		pair_of "$busy_daemon"
		attempt busy_measure "$1" || missed busy seconds "$1"
		relieve "$one" >"$LAB/out" 2>&1
		pair_afresh
	done
}

busy_measure() {
	pairs_start "$daemon"
	record wire "$BIN/wire" --json --adverts lan
	record "ping.$one" ip netns exec client "$BIN/probe" --json "$address"
	now_us >"$LAB/busy.from"
	overload "$one" 100000
	sleep "$1"
	now_us >"$LAB/busy.to"
	relieve "$one"
	record_stop
	# Who advertised, one after the other: a change is a takeover.
	jq -n -c -L "$TOP/netns-lab" --arg daemon "$daemon" --arg one "$one" \
		--argjson interval "$interval" \
		--argjson from "$(cat "$LAB/busy.from")" \
		--argjson to "$(cat "$LAB/busy.to")" \
		--slurpfile wire "$LAB/wire" --slurpfile ping "$LAB/ping.$one" \
		'include "bench"; busy'
}

# ---- An address that is deleted ----

repair() {
	pairs_plan 1 1 4
	for repair_daemon in $daemons; do
		pair_of "$repair_daemon"
		if [ "$daemon" = frr ]; then
			echo "its address is the operator's to put back" \
				>"$LAB/why"
			missed repair times "$1"
			continue
		fi
		attempt repair_times "$1" || missed repair times "$1"
		pair_afresh
	done
}

repair_times() {
	host_start "$one"
	within 10 is "$one" active
	within 10 answers
	repair_link=$(ip -n "$one" -o -4 addr show | awk -v ip="$address/" \
		'index($4, ip) == 1 { print $2 }')
	record arp ip netns exec client "$BIN/probe" --json --arp \
		--interface eth0 --interval 100us "$address"
	sleep 0.2
	for repair_n in $(seq "$1"); do
		progress "address deleted $repair_n of $1: $daemon"
		within 10 holds "$one" "$address"
		now_us
		ip -n "$one" addr flush dev "$repair_link" || :
		sleep 0.1
	done >"$LAB/deleted"
	within 10 answers
	sleep 0.1
	record_stop
	jq -n -c -L "$TOP/netns-lab" --arg daemon "$daemon" \
		--slurpfile deleted "$LAB/deleted" --slurpfile arp "$LAB/arp" \
		'include "bench"; repairs'
}

# ---- Frames that only pass ----

xdp() {
	daemon=vrrpd
	progress "frames that pass a program"
	attempt xdp_measure "$1" || missed xdp rounds "$1"
	ip link del xdp0 2>/dev/null || :
}

xdp_measure() {
	[ -x "$BIN/xdp_cost" ] || fail "built without XDP"
	ip link add xdp0 type veth peer name xdp1
	for xdp_end in xdp0 xdp1; do
		echo 1 >"/proc/sys/net/ipv6/conf/$xdp_end/disable_ipv6"
		ip link set "$xdp_end" up
	done
	"$BIN/xdp_cost" -r "$1" xdp0 xdp1 >"$LAB/xdp" || return
	jq -n -c -L "$TOP/netns-lab" 'include "bench"; xdp' "$LAB/xdp"
}
