# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables that these files share
#
# What a planned change costs who asks all the time.  Sourced by bench, with
# bench-pairs.sh: a pair with a virtual router of both families, and a client
# that asks both addresses every 100 us, from half a second before the change
# until half a second after the other router has first advertised, or longer.
# A client that was kept from asking 10,000 times has measured nothing.
#
#	handovers RUNS		the Active leaves in each of $ways, and comes
#				back, with each of $macs (virtual, interface): a
#				line of JSON for each family, times in
#				microseconds:
#
#	lost		of `sent` questions, those without an answer; `losses`
#			are when, from the other router's advertisement on
#	outage_us	the longest time without an answer
#	skipped		questions that the client was too late to ask
#	dropped		frames, of whomever, that the kernel had no time for
#	blind_us	the longest time in which the client did not ask, within
#			20 ms of that advertisement: a loss would not be seen
#	handover_us	from the change to that advertisement
#	announced_us	from there to the first announcement
#
# The ways: sigterm, and the daemon is started again; removal, a file without
# the virtual router is read, and then one with it; drain, vrrpctl drain and
# resume.

handover_ways="sigterm removal drain"

# handover_can WAY: this daemon.
handover_can() {
	case $daemon:$1 in
	vrrpd:* | keepalived:sigterm | keepalived:removal) ;;
	*) return 1 ;;
	esac
}

# The other virtual router is there because no file may be without any.
handover_plan() {
	handover_stays="stays eth0 $((vrid + 100)) 192.0.2.$((vrid + 100))/24"
	echo "$handover_stays" >"$LAB/vrouters.$daemon.less"
	{
		pair_line
		echo "$handover_stays"
	} >"$LAB/vrouters.$daemon.all"
}

# handover_file all | less
handover_file() {
	ln -sf "vrouters.$daemon.$1" "$LAB/vrouters"
}

# handover_change WAY away | back
handover_change() {
	now_us >"$LAB/cause.$one"
	case $1:$2 in
	sigterm:away) kill_daemon "$one" TERM ;;
	sigterm:back) host_start "$one" ;;
	removal:away)
		handover_file less
		daemon_reload "$one"
		handover_file all
		;;
	removal:back) daemon_reload "$one" ;;
	drain:away) ctl "$one" drain lan >"$LAB/drained" ;;
	drain:back) ctl "$one" resume lan >"$LAB/drained" ;;
	esac
}

handover_heard() {
	for handover_family in ipv4 ipv6; do
		grep -qE "\"port\":\"$handover_to\".*\"$handover_family\".*\"vrid\":$vrid,\"priority\":[^0]" \
			"$LAB/wire" || return 1
	done
}

# Seldom, and without a look at the daemons: that would cost them time.
handover_await() {
	handover_left=200
	until handover_heard; do
		handover_left=$((handover_left - 1))
		[ "$handover_left" != 0 ] ||
			fail "$handover_to does not take over"
		sleep 0.1
	done
}

# handover_tell WAY DIRECTION FAMILY
handover_tell() {
	jq -n -c -L "$TOP/netns-lab" --arg way "$1" --arg direction "$2" \
		--arg family "$3" --arg daemon "$daemon" --arg mac "$mac" \
		--arg to "$handover_to" --argjson vrid "$vrid" \
		--argjson interval "$interval" \
		--argjson dropped "$handover_dropped" \
		--argjson cause "$(cat "$LAB/cause.$one")" \
		--slurpfile wire "$LAB/wire" --slurpfile ping "$LAB/ping.$3" \
		'include "bench"; handover'
}

# handover WAY DIRECTION SUCCESSOR
handover() {
	progress "$interval ms, $mac MAC, $1, $2: $daemon"
	handover_to=$3 handover_before=$(frames_dropped)
	record wire "$BIN/wire" --json lan
	record ping.ipv4 ip netns exec client "$BIN/probe" --json \
		--interval 100us "$address"
	record ping.ipv6 ip netns exec client "$BIN/probe" --json \
		--interval 100us "$address6"
	sleep "0.$(shuf -n 1 -i 55-65)"
	handover_change "$1" "$2"
	handover_await
	sleep 0.6
	record_stop
	handover_dropped=$(($(frames_dropped) - handover_before))
	handover_tell "$1" "$2" ipv4
	handover_tell "$1" "$2" ipv6
}

handover_served() {
	answers &&
		inside client ping -q -c 1 -W 1 "$address6" >"$LAB/answer" 2>&1
}

handover_left() {
	is "$two" active lan && handover_served &&
		{ [ "$1" != sigterm ] || not alive "$one"; }
}

handover_settled() {
	is "$one" active && is "$two" backup && handover_served
}

handover_pair() {
	handover_file all
	host_start "$one"
	within 20 is "$one" active
	host_start "$two"
	within 20 handover_settled
	for handover_way in $ways; do
		handover_can "$handover_way" || continue
		handover "$handover_way" away "$two"
		within 20 handover_left "$handover_way"
		handover "$handover_way" back "$one"
		within 20 handover_settled
	done
	pair_stop
}

handover_of() {
	daemon=$1
	pair_names "$daemon"
	address6=2001:db8::$vrid
	handover_plan
	attempt handover_pair || missed handover mac "\"$mac\""
	pair_afresh
}

handovers() {
	for handover_run in $(seq "$1"); do
		run_text="run $handover_run of $1"
		for mac in $macs; do
			virtual_mac=false
			[ "$mac" = interface ] || virtual_mac=true
			for handover_daemon in $daemons; do
				[ "$handover_daemon" = frr ] ||
					handover_of "$handover_daemon"
			done
		done
	done
	virtual_mac=true
}
