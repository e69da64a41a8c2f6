# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Two gateways and a client: what most end-to-end tests begin with.  Sourced
# in the place of lib.sh and tap.sh.
#
#	config NAME PRIORITY	writes $LAB/NAME.cfg; the settings below apply
#	start NAME [OPT...]	vrrpd there, with that file
#	stop NAME		SIGTERM, and wait for its end; sets $status
#	is NAME STATE		are all its virtual routers in this state?
#	shows NAME FILTER	is the jq filter true of its status?
#	serves NAME		does its kernel have all virtual addresses?
#	idle NAME		does it have none of them?
#	reaches ADDRESS		does it answer the client?
#	logged NAME TEXT	has its vrrpd said so?
#	takes_over NAME [OPT...]  the next process does, in the place of that
#	nobody_took_over	from r1, since r2 has begun
#	leaves, comes_back	r1 hands over to r2, and takes over again
#	hear			write to $LAB/wire what the switch hears, from
#	stop_hearing		adverts of each family until told to stop
#	spares CHANGE UNDO ARG...  does the client lose nothing by the planned
#				CHANGE?  Both are functions, and ARGs the probe's;
#				it asks $address, or all of $asked

# shellcheck source=netns-lab/lib.sh
. "$(dirname "$0")/../../netns-lab/lib.sh"
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"

: "${interval:=100ms}" "${family:=both}" "${virtual_mac:=true}"
: "${extra:=}" "${tries:=5}"
ipv4='"192.0.2.1/24"'
ipv6='"fe80::5:1/64", "2001:db8::1/64"'
address=192.0.2.1 held="192.0.2.1" families=1
case $family in
ipv4) addresses=$ipv4 ;;
ipv6) addresses=$ipv6 address=2001:db8::1 held="fe80::5:1 2001:db8::1" ;;
*)
	addresses="$ipv4, $ipv6" held="192.0.2.1 fe80::5:1 2001:db8::1"
	families=2
	;;
esac

config() {
	cat >"$LAB/$1.cfg" <<-END
		virtual_routers = ({
			name = "lan";
			interface = "eth0";
			vrid = 51;
			priority = $2;
			advertisement_interval = "$interval";
			virtual_addresses = [ $addresses ];
			virtual_mac = $virtual_mac;
			$extra
		});
	END
}

start() {
	pair_name=$1
	shift
	vrrpd "$pair_name" "$LAB/$pair_name.cfg" "$@"
}

# shellcheck disable=SC2034 # the status is for the test to look at
stop() {
	kill_daemon "$1" TERM
	status=0
	wait "$(daemon_pid "$1")" || status=$?
}

is() { shows "$1" "[.routers[].state] | unique == [\"$2\"]"; }

shows() {
	ctl "$1" --json status 2>/dev/null >"$LAB/shown" &&
		jq -e "$2" "$LAB/shown" >/dev/null
}

serves() {
	for pair_address in $held; do
		holds "$1" "$pair_address" || return 1
	done
}

idle() {
	for pair_address in $held; do
		not holds "$1" "$pair_address" || return 1
	done
}

takes_over() {
	pair_old=$(daemon_pid "$1")
	start "$@" --take-over
	within 10 not kill -0 "$pair_old" 2>/dev/null
	within 5 shows "$1" true
}
nobody_took_over() {
	shows r2 '[.routers[].statistics["active-transitions"]] | max == 0'
}

leaves() { stop r1 && within 10 is r2 active; }
comes_back() { start r1 && within 10 is r1 active && within 10 is r2 backup; }

hear() {
	"$BIN/wire" --json lan >"$LAB/wire" </dev/null &
	wire_pid=$!
	within 10 pair_heard
}

# Of each family, as a listener may hear one of them before the other.
pair_heard() {
	[ "$(jq -r '.family // empty' "$LAB/wire" | sort -u | wc -l)" \
		-ge "$families" ]
}

stop_hearing() {
	kill -TERM "$wire_pid"
	wait "$wire_pid"
}

# The agents promise it where the machine keeps up with them (late.jq).  Where
# it did not, the change is undone and played again.
spares() {
	pair_change=$1 pair_undo=$2 pair_tries=$tries
	shift 2
	until pair_spared "$@"; do
		diag "$(cat "$LAB/out")"
		pair_late || return 1
		pair_tries=$((pair_tries - 1))
		[ "$pair_tries" != 0 ] || return 1
		"$pair_undo"
	done
}

pair_spared() {
	within 10 pair_served "$@"
	pair_before=$(frames_dropped)
	hear
	pair_ask "$@"
	sleep 0.1
	pair_changed=$(now_us)
	"$pair_change" || fail "it came to no end: $pair_change"
	sleep 0.2
	pair_stop_asking
	stop_hearing
	pair_drops=$(($(frames_dropped) - pair_before))
	pair_lost_nothing
}

# pair_ask ARG...
pair_ask() {
	rm -f "$LAB"/out*
	pair_probes=
	for pair_address in ${asked:-$address}; do
		ip netns exec client "$BIN/probe" --json "$@" "$pair_address" \
			>"$LAB/out.$pair_address" </dev/null &
		pair_probes="$pair_probes $!"
	done
}

pair_stop_asking() {
	# shellcheck disable=SC2086 # a list
	kill -TERM $pair_probes
	for pair_probe in $pair_probes; do
		wait "$pair_probe" || fail "the probe failed"
	done
	cat "$LAB"/out.* >"$LAB/out"
}

# Before the change, too: the addresses may be the last that a router gets.
pair_served() {
	pair_changed=null
	for pair_address in ${asked:-$address}; do
		inside client "$BIN/probe" --json --for 200ms "$@" \
			"$pair_address" >"$LAB/out" && pair_lost_nothing ||
			return
	done
}

# Answers by ARP have no number: a late one counts for the next question.
pair_lost_nothing() {
	jq -e -s --argjson changed "$pair_changed" 'length > 0 and all(
		.sent > 20 and .start_us < ($changed // infinite) and (if .mode == "arp"
		then ([.answered_by[].answers] | add) >= .sent
		else .lost == 0 end))' "$LAB/out" >/dev/null
}

pair_late() {
	jq -nr --argjson drops "$pair_drops" \
		--argjson changed "$pair_changed" --slurpfile wire "$LAB/wire" \
		--slurpfile probe "$LAB/out" -f "$TOP/tests/e2e/late.jq" >"$LAB/late"
	diag "late: $(paste -s -d ';' "$LAB/late")"
	[ -s "$LAB/late" ] && return
	sed 's/^/# /' "$LAB"/r?/log "$LAB/wire"
	return 1
}

# An answer to one ping counts.
reaches() { inside client ping -q -c 1 -W 1 "$1" >"$LAB/ping"; }

logged() { grep -qF "$2" "$LAB/$1/log"; }

pair() {
	router r1 192.0.2.11/24 2001:db8::11/64
	router r2 192.0.2.12/24 2001:db8::12/64
	host client 192.0.2.99/24 2001:db8::99/64
	config r1 200
	config r2 100
}
