# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables that these files share
#
# What a client sees when the better one of two routers fails, leaves and comes
# back.  Sourced by bench, with bench-pairs.sh.  The client pings every
# millisecond, and wire listens on the switch.
#
#	strikes FAULT DAEMON...	this happens to the pairs of all of them; a
#				line of JSON for each, times in microseconds:
#
#	outage_us	the longest time without an answer
#	lost		pings without an answer
#	detection_us	from the fault to the first advertisement of the other
#			router; at the return, from the start of the daemon
#	late_us		how long after the end of the Active_Down_Interval of
#			RFC 9568, counted from the last advertisement before
#
# The faults: cut (the switch forwards nothing, both ends keep their carrier),
# unplug (no carrier), freeze (SIGSTOP), kill (SIGKILL: the kernel may go on
# answering for the address), crash (cut and SIGKILL, as if the host was dead),
# leave (SIGTERM) and return (started again).  All processes of the daemon
# have the same signal.  Of restart the line is another one: outage_us, lost,
#
#	spacing_us	the longest time without an advertisement of anybody
#			who is Active
#	takeovers	how often the next one came from the other router

silent_faults="cut unplug freeze crash kill"

# dies: all at once, as keepalived's child would say goodbye for its parent.
dies() {
	# shellcheck disable=SC2086 # a list
	command kill -s STOP $strike_pids && command kill -s KILL $strike_pids
}

# strike FAULT
strike() {
	strike_pids=$(ip netns pids "$one")
	now_us >"$LAB/cause.$one"
	# shellcheck disable=SC2086 # a list
	case $1 in
	cut) cut "$one" ;;
	unplug) unplug "$one" ;;
	freeze) command kill -s STOP $strike_pids ;;
	kill) dies ;;
	crash) cut "$one" && dies ;;
	leave) kill_daemon "$one" TERM ;;
	return) host_start "$one" ;;
	restart) upgrade "$one" ;;
	esac
}

# struck FAULT: has the other router done what it has to?
struck() {
	case $1 in
	leave) is "$two" active && not alive "$one" && answers ;;
	return | restart) pair_settled ;;
	*) is "$two" active && answers ;;
	esac
}

restore() {
	case $1 in
	cut) mend "$one" ;;
	unplug) plug "$one" ;;
	freeze) thaw "$one" ;;
	kill) host_start "$one" ;;
	crash) mend "$one" && host_start "$one" ;;
	esac
}

# tell_strike FAULT: of the records.
tell_strike() {
	jq -n -c -L "$TOP/netns-lab" --arg fault "$1" --arg daemon "$daemon" \
		--arg one "$one" --arg two "$two" --argjson vrid "$vrid" \
		--argjson interval "$interval" \
		--argjson cause "$(cat "$LAB/cause.$one")" \
		--slurpfile wire "$LAB/wire" \
		--slurpfile ping "$LAB/ping.$one" 'include "bench";
			if $fault == "restart" then restart else strike end'
}

strikes() {
	strikes_fault=$1
	shift
	record wire "$BIN/wire" --json --adverts lan
	for strikes_daemon; do
		pair_of "$strikes_daemon"
		record "ping.$one" \
			ip netns exec client "$BIN/probe" --json "$address"
	done
	# An advertisement at least, and wherever in the interval it falls.
	strikes_least=$((interval + 100))
	sleep "$(shuf -n 1 -i "$strikes_least-$((strikes_least + (
		interval > 100 ? interval : 100)))" |
		awk '{ print $1 / 1000 }')"
	for strikes_daemon; do
		pair_of "$strikes_daemon"
		strike "$strikes_fault"
	done
	for strikes_daemon; do
		pair_of "$strikes_daemon"
		within 60 struck "$strikes_fault"
	done
	sleep 0.1
	record_stop
	for strikes_daemon; do
		pair_of "$strikes_daemon"
		tell_strike "$strikes_fault"
		restore "$strikes_fault"
	done
	# After a planned exit comes the return.
	[ "$strikes_fault" != leave ] || return 0
	for strikes_daemon; do
		pair_of "$strikes_daemon"
		within 60 pair_settled
	done
}

# strike_all FAULTS DAEMON...: from the start of these pairs to their end.
strike_all() {
	strike_faults=$1
	shift
	pairs_start "$@"
	for strike_fault in $strike_faults; do
		progress "$interval ms, $strike_fault: $*"
		strikes "$strike_fault" "$@"
	done
	for strike_daemon; do
		pair_of "$strike_daemon"
		pair_stop
	done
}

# strike_or_miss FAULTS DAEMON...
strike_or_miss() {
	attempt strike_all "$@" && return
	shift
	for strike_daemon; do
		pair_of "$strike_daemon"
		missed takeover runs 1
		pair_afresh
	done
}

# takeovers FAULTS RUNS: the daemons in alternation.  At intervals of half a
# second and more their pairs stand side by side, as most of the time is spent
# waiting: who waits does not disturb the others.
takeovers() {
	pairs_plan 1 1 4
	for takeovers_run in $(seq "$2"); do
		run_text="run $takeovers_run of $2"
		if [ "$interval" -ge 500 ]; then
			# shellcheck disable=SC2086 # a list
			strike_or_miss "$1" $daemons
			continue
		fi
		for takeovers_daemon in $daemons; do
			strike_or_miss "$1" "$takeovers_daemon"
		done
	done
}
