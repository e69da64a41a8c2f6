# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# A host on which everything is against its agent, and nothing has failed.
# Sourced after lib.sh, daemons.sh and record.sh by who tells of it.
#
#	overload NAME RATE [LOOKUPS]  all of this at once, until relieve:
#	hog_cpu, flood		two programs for each CPU, RATE packets a second
#				that are not for the agent, and take the kernel
#				LOOKUPS (0) in its packet filter
#	keep_rtnl		another program takes the kernel's configuration
#				lock again and again, for 300 ms each
#	stop_log NAME		nobody reads what its agent says; the pipe is full
#	mute NAME		32 clients ask vrrpd how it is, and never listen
#	relieve NAME		the end of it
#	busy_arrived NAME	after it, says how much of the flood came
#	busy_begin, busy_end NAME  around it, for
#	expect_on_time NAME	its advertisements came, each within one and a
#				half intervals of the one before, by the switch
#				and, of vrrpd, by its own account

# Empty lines are none for who reads the log afterwards.
stop_log() {
	event fault "$1" "nobody reads the log"
	kill_reader "$1" STOP
	yes '' | dd of="$LAB/$1/pipe" bs=4096 oflag=nonblock 2>"$LAB/out" || :
}

start_log() {
	event repair "$1" "the log is read again"
	kill_reader "$1" CONT || :
}

kill_reader() { command kill -s "$2" "$(cat "$LAB/$1/reader")"; }

mute() {
	[ -e "$LAB/$1/control" ] || return 0
	event fault "$1" "32 clients ask for the status and never read it"
	LAB_HELPER=1 "$BIN/mute" "$LAB/$1/control" </dev/null >"$LAB/mute" &
	echo "$!" >"$LAB/muted"
}

unmute() {
	[ -e "$LAB/muted" ] || return 0
	event repair "$1" "the clients that never read end"
	read -r busy_pid <"$LAB/muted"
	command kill -s TERM "$busy_pid"
	wait "$busy_pid" || :
	rm "$LAB/muted"
}

# Whoever is killed between two of them leaves one, which ends by itself.
keep_rtnl() {
	can_hold_rtnl || skip_fault "keep_rtnl: $(cat "$LAB/held.why")" || return
	event fault - "the kernel's configuration lock is held again and again"
	LAB_HELPER=1 sh -c 'trap "exit 0" TERM
		while :; do
			"$0" 300ms >"$1" 2>&1 &
			wait
			sleep 0.02
		done' "$BIN/hold" "$LAB/kept" </dev/null >/dev/null 2>&1 &
	echo "$!" >"$LAB/keeper"
}

leave_rtnl() {
	[ -e "$LAB/keeper" ] || return 0
	event repair - "the kernel's configuration lock is free"
	read -r busy_pid <"$LAB/keeper"
	command kill -s TERM "$busy_pid"
	wait "$busy_pid" || :
	rm "$LAB/keeper"
}

# The flood first, as its making takes the lock.  Half of it may be done.
overload() {
	flood "$1" "$2" "${3:-0}" || return
	stop_log "$1"
	mute "$1"
	hog_cpu "$(nproc)"
	keep_rtnl
}

relieve() {
	leave_rtnl
	[ ! -e "$LAB/hogs" ] || rest
	unmute "$1"
	[ ! -e "$LAB/flooded" ] || calm
	start_log "$1"
}

# A flood that the sender could not make, or that did not come, is none.
busy_arrived() {
	event note "$1" "of the flood came $(jq '"\(.arrived * 1000000 /
		(.to_us - .from_us) | round) packets a second of \(.sent *
		1000000 / (.to_us - .from_us) | round)"' -r "$LAB/flood")"
}

# ---- Was it in time? ----

busy_account() {
	if [ "$(daemon_of "$1")" = vrrpd ]; then
		ctl "$1" --json status | jq -c .vrrp.lateness
	else
		echo null
	fi
}

busy_begin() {
	now_us >"$LAB/busy.from"
	busy_account "$1" >"$LAB/busy"
}

busy_end() {
	now_us >"$LAB/busy.to"
	busy_account "$1" >>"$LAB/busy"
}

# From one to the next as the switch saw them, in each family: how many, how
# many of them late, and the longest.
busy_spacing() {
	jq -c --arg name "$1" --argjson from "$(cat "$LAB/busy.from")" \
		--argjson to "$(cat "$LAB/busy.to")" '
		(.settings.interval_us * 1.5) as $most |
		[.routers[] | select(.name == $name).adverts | group_by(.family)[] |
			map(.time_us | select(. >= $from and . <= $to)) | sort |
			. as $times | range(1; length) |
			$times[.] - $times[. - 1]] |
		{ count: length, late: (map(select(. > $most)) | length),
		worst_us: (max // 0) }' "$LAB/result.json"
}

busy_own() {
	jq -c -s 'if .[0] == null then null else
		{ late: (map(."late-advertisements") | .[1] - .[0]),
		count: (map(.advertisements.count) | .[1] - .[0]),
		worst_us: .[1].advertisements."worst-us" } end' "$LAB/busy"
}

expect_on_time() {
	busy_spacing "$1" >"$LAB/spacing"
	busy_own >"$LAB/own"
	expect "advertisements more than one and a half intervals after another" \
		"none" "$(jq '"\(.late) of \(.count), the longest wait was \(
		.worst_us / 100 | round / 10) ms"' "$LAB/spacing")" \
		"$(jq '.count > 0 and .late == 0' "$LAB/spacing")"
	[ "$(cat "$LAB/own")" = null ] || expect \
		"by its own account, more than half an interval late" "none" \
		"$(jq '"\(.late) of \(.count), at worst \(
		.worst_us / 100 | round / 10) ms"' "$LAB/own")" \
		"$(jq '.count > 0 and .late == 0' "$LAB/own")"
}
