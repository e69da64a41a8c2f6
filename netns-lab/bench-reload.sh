# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables that these files share
#
# What a reload costs, one after the other without a pause: the Active reads
# its file again and again, in which something is added and taken away again,
# while a client asks both addresses of a virtual router that stays.  Sourced
# by bench, with bench-pairs.sh and bench-handover.sh.  There is a second
# virtual router that stays, of which nobody asks anything.
#
#	reloads RUNS		with each of $changes: a line of JSON, times in
#				microseconds:
#
#	reloads		how many there were, in $seconds
#	lost		of `sent` questions, those without an answer
#	outage_us	the longest time without an answer
#	spacing_us	the longest time between two advertisements of either
#			virtual router that stays, of either family
#	late		how often that was more than one and a half intervals
#	takeovers	how often the next one came from the other router
#	extra		frames of the Active, advertisements and announcements,
#			beyond the advertisements that were due, for each reload
#
# The changes: same, the file is identical; address, one of either family of
# the virtual router that is asked; router, a third virtual router; priority,
# that of the second one.  vrrpctl reload ends when all is done; of keepalived
# it is seen in its log.

reload_changes="same address router priority"

# reload_vrouters CHANGE
reload_vrouters() {
	reload_more=
	[ "$1" != address ] || reload_more=" 192.0.2.$((vrid + 50))/24 \
2001:db8::1:$vrid/64"
	echo "$(pair_line)$reload_more"
	echo "beside eth0 $((vrid + 100)) 192.0.2.$((vrid + 100))/24"
	[ "$1" != router ] ||
		echo "third eth0 $((vrid + 150)) 192.0.2.$((vrid + 150))/24"
}

# The files, as the daemon wants them.
reload_plan() {
	for reload_change in same address router; do
		reload_vrouters "$reload_change" \
			>"$LAB/vrouters.$daemon.$reload_change"
		ln -sf "vrouters.$daemon.$reload_change" "$LAB/vrouters"
		"daemon_write_$daemon" "$one" >"$LAB/reload.$reload_change"
	done
	sed '/beside/,/priority/s/200/210/' "$LAB/reload.same" \
		>"$LAB/reload.priority"
	ln -sf "vrouters.$daemon.same" "$LAB/vrouters"
}

# The last thing that keepalived's child says of a reload.
reload_told() { grep -qs 'VRRP sockpool' "$LAB/$one/log"; }

# reload_once CHANGE
reload_once() {
	cp "$LAB/reload.$1" "$LAB/$one/daemon/cfg"
	reload_count=$((reload_count + 1))
	case $daemon in
	vrrpd)
		ctl "$one" reload >"$LAB/reloaded" 2>&1 ||
			fail "refused: $(head -n 1 "$LAB/reloaded")"
		;;
	keepalived)
		: >"$LAB/$one/log"
		kill_daemon "$one" HUP
		within 10 reload_told
		;;
	esac
}

# reload_often CHANGE: the last file is as the first one.
reload_often() {
	reload_count=0
	reload_from=$(now_us)
	reload_to=$reload_from
	while [ $((reload_to - reload_from)) -lt $((seconds * 1000000)) ]; do
		reload_once "$1"
		reload_once same
		reload_to=$(now_us)
	done
}

reload_tell() {
	jq -n -c -L "$TOP/netns-lab" --arg change "$1" --arg daemon "$daemon" \
		--arg one "$one" \
		--argjson vrid "$vrid" --argjson interval "$interval" \
		--argjson reloads "$reload_count" \
		--argjson from "$reload_from" --argjson to "$reload_to" \
		--slurpfile wire "$LAB/wire" \
		--slurpfile ping "$LAB/ping.ipv4" \
		--slurpfile ping6 "$LAB/ping.ipv6" 'include "bench"; reload'
}

reload_measure() {
	progress "$interval ms, reload, $1: $daemon"
	record wire "$BIN/wire" --json lan
	record ping.ipv4 ip netns exec client "$BIN/probe" --json "$address"
	record ping.ipv6 ip netns exec client "$BIN/probe" --json "$address6"
	# An advertisement before the first one, and one after the last.
	reload_pause=$(awk -v i="$interval" 'BEGIN { print 0.2 + i / 1000 }')
	sleep "$reload_pause"
	reload_often "$1"
	sleep "$reload_pause"
	record_stop
	reload_tell "$1"
	within 20 reload_settled
}

# The third one may have been seen, too.
reload_settled() {
	is "$one" active lan && is "$one" active beside &&
		is "$two" backup && handover_served
}

# What it has to say since it is Active keepalived repeats after 5 s.
reload_pair() {
	host_start "$one"
	within 20 is "$one" active
	now_us >"$LAB/active"
	host_start "$two"
	within 20 reload_settled
	pair_at_rest $((seconds + 2))
	for reload_change in $changes; do
		reload_measure "$reload_change"
	done
	pair_stop
}

reload_of() {
	daemon=$1
	pair_names "$daemon"
	if [ "$daemon" = frr ]; then
		echo "it reloads by a program of its own, which is not tried" \
			>"$LAB/why"
		missed reload reloads 0
		return
	fi
	address6=2001:db8::$vrid
	reload_plan
	attempt reload_pair || missed reload reloads 0
	pair_afresh
}

reloads() { pair_runs "$1" reload_of; }
