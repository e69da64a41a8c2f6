# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables that these files share
#
# An Active that stands still for a while and goes on.  Sourced by bench, with
# bench-pairs.sh and bench-handover.sh.  The switch learns nothing, so that
# both routers hear what a client asks, and each answer is seen with the port
# it came by.
#
#	oversleeps RUNS		in each of $cases, in each way: a line of JSON,
#				times in microseconds from the moment in which it
#				goes on:
#
# Of "replaced", where a better router has taken over:
#
#	frames		advertisements and announcements of the old Active
#	answered_us	its last answer to the client
#	backup_us	until it is Backup, by its log
#
# Of the others, where it is alone when it goes on:
#
#	advert_us	its first advertisement, of both families
#	announced_us	its announcement of each address, the last of them
#	answer_us	the first answer to the client, 0 if there was none to
#			wait for
#
# The cases: brief, it is silent for more than three intervals and less than the
# other router waits; alone, as the other one has been ended before; replaced.
# The ways: freeze, its processes are stopped (SIGSTOP), and what comes waits
# for them; pause, and the switch passes nothing on meanwhile, either way.
# A shell's stop and start take it a millisecond or two.

overslept_cases="brief alone replaced"

overslept_priority() { eval "priority_$1=$2"; }

# overslept_fall WAY
overslept_fall() {
	overslept_pids=$(ip netns pids "$one")
	[ "$1" = freeze ] || cut "$one"
	now_us >"$LAB/cause.$one"
	# shellcheck disable=SC2086 # a list
	command kill -s STOP $overslept_pids
}

overslept_wake() {
	now_us >"$LAB/woken"
	[ "$1" = freeze ] || bridge link set dev "$one" state 3
	# shellcheck disable=SC2086 # a list
	command kill -s CONT $overslept_pids
}

# intervals N: seconds.
intervals() {
	awk -v n="$1" -v i="$interval" 'BEGIN { print n * i / 1000 }'
}

# The other one's advertisements wait for who has been replaced.
overslept_lie() {
	case $1 in
	replaced)
		within 20 is "$two" active
		sleep "$overslept_two"
		;;
	alone) sleep "$overslept_five" ;;
	brief) sleep "$overslept_three" ;;
	esac
}

overslept_over() {
	case $1 in
	replaced) is "$one" backup && is "$two" active ;;
	*) is "$one" active ;;
	esac && handover_served
}

overslept_tell() {
	states "$one" >"$LAB/states"
	jq -n -c -L "$TOP/netns-lab" --arg case "$1" --arg way "$2" \
		--arg daemon "$daemon" --arg one "$one" --arg two "$two" \
		--argjson vrid "$vrid" --argjson interval "$interval" \
		--argjson cause "$(cat "$LAB/cause.$one")" \
		--argjson woken "$(cat "$LAB/woken")" \
		--arg address "$address" --arg address6 "$address6" \
		--slurpfile wire "$LAB/wire" --slurpfile states "$LAB/states" \
		--slurpfile ping "$LAB/ping.ipv4" \
		--slurpfile ping6 "$LAB/ping.ipv6" 'include "bench"; overslept'
}

# oversleep CASE WAY
oversleep() {
	progress "$interval ms, $2, $1: $daemon"
	record wire "$BIN/wire" --json --echoes lan
	record ping.ipv4 ip netns exec client "$BIN/probe" --json "$address"
	record ping.ipv6 ip netns exec client "$BIN/probe" --json "$address6"
	sleep "$(shuf -n 1 -i "$interval-$((interval * 2))" |
		awk '{ print 0.1 + $1 / 1000 }')"
	overslept_fall "$2"
	overslept_lie "$1"
	overslept_wake "$2"
	within 20 overslept_over "$1"
	sleep "$overslept_two"
	sleep 0.3
	record_stop
	overslept_tell "$1" "$2"
}

# overslept_second PRIORITY: the other router, as a Backup.
overslept_second() {
	overslept_priority "$two" "$1"
	host_start "$two"
	within 20 handover_settled
}

overslept_stop_second() {
	kill_daemon "$two" TERM
	within 20 not alive "$two"
	within 20 is "$one" active
	within 20 handover_served
}

# overslept_brief WAY: where in the interval it begins may not do.
overslept_brief() {
	for overslept_try in 1 2 3 4 5; do
		oversleep brief "$1" >"$LAB/told"
		grep -q incomplete "$LAB/told" || break
		within 20 handover_settled
		now_us >"$LAB/active"
	done
	cat "$LAB/told"
}

# overslept_once CASE WAY: from one Active and no other router to that.  What it
# says when it goes on is not to be what it had to say since it is Active, or
# has heard a worse one, which keepalived says again after 5 s.
overslept_once() {
	case $1 in
	brief) overslept_second 1 ;;
	replaced) overslept_second 200 ;;
	esac
	pair_at_rest $((seconds + 2))
	if [ "$1" = brief ]; then
		overslept_brief "$2"
	else
		oversleep "$1" "$2"
	fi
	[ "$1" = alone ] || overslept_stop_second
	[ "$1" != replaced ] || now_us >"$LAB/active"
}

overslept_pair() {
	for overslept_port in "$one" "$two"; do
		bridge link set dev "$overslept_port" learning off
	done
	overslept_two=$(intervals 2) overslept_five=$(intervals 5)
	# Between three and four, wherever in the interval it begins.
	overslept_three=$(awk -v s="$(intervals 2.95)" \
		'BEGIN { print s - 0.004 }')
	preempt=false
	overslept_priority "$one" 100
	host_start "$one"
	within 20 is "$one" active
	now_us >"$LAB/active"
	for overslept_way in freeze pause; do
		for overslept_case in $cases; do
			overslept_once "$overslept_case" "$overslept_way"
		done
	done
	pair_stop
}

overslept_of() {
	daemon=$1
	pair_names "$daemon"
	address6=2001:db8::$vrid
	pair_line >"$LAB/vrouters.$daemon"
	ln -sf "vrouters.$daemon" "$LAB/vrouters"
	attempt overslept_pair || missed overslept runs 1
	pair_afresh
}

oversleeps() { pair_runs "$1" overslept_of; }
