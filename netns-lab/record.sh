# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Recorders that run beside a fault, for scenarios, the demo and the bench, and
# how the demo reads their records.  Sourced after lib.sh.
#
#	record FILE CMD...	start a recorder, its output in $LAB/FILE
#	record_stop		end all of them and wait for their findings
#	takeover_json FAILED	what happened when the port of FAILED was cut

record_pids=

# The last word is a program, not a function: $! must be its pid.
record() {
	record_file=$LAB/$1
	shift
	"$@" >"$record_file" </dev/null &
	record_pids="$record_pids $!"
}

record_stop() {
	for record_pid in $record_pids; do
		kill -TERM "$record_pid" 2>/dev/null || :
	done
	for record_pid in $record_pids; do
		wait "$record_pid" || :
	done
	record_pids=
}

# Reads $LAB/wire and the probes $LAB/ping, $LAB/ping6, $LAB/arp, each of
# which may be missing.  Times are CLOCK_REALTIME in microseconds:
#
#	cut		the port of the switch was closed
#	last_advert	the last one on the wire before that
#	advert		the first one after it, from somebody else
#	ping, ping6, arp  { last: answer before, first: answer after, lost },
#			or null where the answers never stopped
takeover_json() {
	for record_file in ping ping6 arp; do
		[ -e "$LAB/$record_file" ] || : >"$LAB/$record_file"
	done
	jq -n --arg failed "$1" --slurpfile wire "$LAB/wire" \
		--slurpfile ping "$LAB/ping" --slurpfile ping6 "$LAB/ping6" \
		--slurpfile arp "$LAB/arp" '
	[$wire[] | select(.kind == "port" and .name == $failed and
		.state == "disabled")][0].time_us as $cut |
	[$wire[] | select(.kind == "advert" and .family == "ipv4")] as $all |
	# An answer may have been under way at the moment of the cut.
	def outage: [.[0].gaps // [] | .[] | select(.end_us > $cut and
		.start_us < $cut + 1000)] | max_by(.length_us) |
		if . == null or .open then null else
		{ last: .start_us, first: .end_us, lost: .unanswered } end;
	($all | map(select(.time_us <= $cut)) | last) as $before |
	($all | map(select(.time_us > $cut and
		.source != $before.source)) | first) as $after |
	{ cut: $cut, last_advert: $before.time_us, advert: $after.time_us,
	  ping: ($ping | outage), ping6: ($ping6 | outage),
	  arp: ($arp | outage) }'
}
