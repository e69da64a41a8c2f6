# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables that these files share
#
# Who takes what is sent to the virtual router, and from when to when.  Sourced
# by bench, with bench-pairs.sh and bench-takeover.sh; each function prints a
# line of JSON for each measurement, times in microseconds.
#
#	both FAULT		the Active's agent stands still or is killed, and
#				its host lives on: for how long both answer, when
#				all is put to both of them for $both_seconds
#	lock			the Active is cut off while another program keeps
#				the kernel's configuration lock for a second: when
#				does its successor forward?
#	full TIMES		the Active of 255 addresses is cut off: when does
#				its successor forward, and answer?

# ---- Two that answer ----

both() {
	pairs_plan 1 1 4
	for both_daemon in $daemons; do
		progress "$interval ms, $1: $both_daemon"
		pair_of "$both_daemon"
		attempt both_measure "$1" || missed both fault "\"$1\""
		pair_afresh
	done
}

both_measure() {
	# The switch learns nothing, and so passes everything on to both.
	for both_port in "$one" "$two"; do
		bridge link set dev "$both_port" learning off
	done
	pairs_start "$daemon"
	record wire "$BIN/wire" --json --echoes lan
	record "ping.$one" ip netns exec client "$BIN/probe" --json "$address"
	record arp ip netns exec client "$BIN/probe" --json --arp \
		--interface eth0 "$address"
	sleep "0.$(shuf -n 1 -i 20-60)"
	strike "$1"
	sleep "$both_seconds"
	record_stop
	jq -n -c -L "$TOP/netns-lab" --arg fault "$1" --arg daemon "$daemon" \
		--arg one "$one" --arg two "$two" --arg address "$address" \
		--argjson interval "$interval" --argjson vrid "$vrid" \
		--argjson cause "$(cat "$LAB/cause.$one")" \
		--slurpfile wire "$LAB/wire" \
		--slurpfile ping "$LAB/ping.$one" 'include "bench"; both'
}

# ---- Beyond the virtual router ----

# A server on another switch, which answers by the router that no fault hits.
upstream_server=198.51.100.99

upstream_make() {
	[ ! -e "$LAB/server" ] || return 0
	lan wan
	bare server
	attach server eth0 wan "$upstream_server/24"
	upstream_host=10
	for upstream_daemon in $daemons; do
		pair_names "$upstream_daemon"
		for upstream_name in "$one" "$two"; do
			attach "$upstream_name" eth1 wan \
				"198.51.100.$upstream_host/24"
			upstream_host=$((upstream_host + 1))
		done
	done
}

upstream_routes() {
	upstream_back=$(ip -n "$two" -o -4 addr show dev eth1 |
		awk '{ sub("/.*", "", $4); print $4 }')
	ip -n server route replace default via "$upstream_back"
	ip -n client route replace "$upstream_server" via "$address" \
		dev eth0 onlink
}

upstream_answers() {
	inside client ping -q -c 1 -W 1 "$upstream_server" >"$LAB/answer" 2>&1
}

# upstream_tell MEASURE: of a cut, after which the other router has taken over.
upstream_tell() {
	jq -n -c -L "$TOP/netns-lab" --arg measure "$1" --arg daemon "$daemon" \
		--arg one "$one" --arg two "$two" --argjson vrid "$vrid" \
		--argjson interval "$interval" \
		--argjson deadline "$(own_deadline)" \
		--slurpfile wire "$LAB/wire" \
		--slurpfile through "$LAB/through" \
		--slurpfile arp "$LAB/arp" 'include "bench"; upstream'
}

# upstream_record [arp | through]: at once they would share the processors with
# the successor, whose work is to be measured.
upstream_record() {
	: >"$LAB/arp"
	: >"$LAB/through"
	record wire "$BIN/wire" --json --adverts lan
	[ "${1:-through}" != through ] || record through ip netns exec client \
		"$BIN/probe" --json --interval 100us "$upstream_server"
	[ "${1:-arp}" != arp ] || record arp ip netns exec client "$BIN/probe" \
		--json --arp --interface eth0 --interval 100us "$address"
	sleep "0.$(shuf -n 1 -i 30-50)"
}

# ---- The lock ----

lock() {
	pairs_plan 1 1 4
	upstream_make
	for lock_daemon in $daemons; do
		progress "lock held: $lock_daemon"
		pair_of "$lock_daemon"
		upstream_routes
		attempt lock_measure || missed lock runs 1
		mend "$one"
		pair_afresh
	done
}

lock_measure() {
	pairs_start "$daemon"
	within 10 upstream_answers
	upstream_record
	cut "$one"
	hold_rtnl 1s
	within 10 is "$two" active
	within 10 upstream_answers
	within 10 answers
	sleep 0.1
	record_stop
	upstream_tell lock
}

# ---- As many addresses as there can be ----

full() {
	pairs_plan 1 255 4
	upstream_make
	for full_daemon in $daemons; do
		pair_of "$full_daemon"
		upstream_routes
		attempt full_times "$1" || missed full times "$1"
		mend "$one"
		pair_afresh
	done
}

full_times() {
	pairs_start "$daemon"
	for full_n in $(seq "$1"); do
		for full_probe in through arp; do
			progress "255 addresses, $full_n of $1: $daemon"
			full_once
		done
	done
}

full_once() {
	within 10 upstream_answers
	upstream_record "$full_probe"
	cut "$one"
	within 20 is "$two" active
	within 20 upstream_answers
	within 20 answers
	sleep 0.1
	record_stop
	upstream_tell full
	mend "$one"
	within 20 pair_settled
}
