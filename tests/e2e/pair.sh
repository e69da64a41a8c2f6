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
#	probing ARG...		probe $address from the client, in the background
#	stop_probe		its findings are in $LAB/out
#	says FILTER		is the jq filter true of them?

# shellcheck source=netns-lab/lib.sh
. "$(dirname "$0")/../../netns-lab/lib.sh"
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"

: "${interval:=100ms}" "${family:=both}" "${virtual_mac:=true}"
: "${extra:=}"
ipv4='"192.0.2.1/24"'
ipv6='"fe80::5:1/64", "2001:db8::1/64"'
address=192.0.2.1 held="192.0.2.1"
case $family in
ipv4) addresses=$ipv4 ;;
ipv6) addresses=$ipv6 address=2001:db8::1 held="fe80::5:1 2001:db8::1" ;;
*) addresses="$ipv4, $ipv6" held="192.0.2.1 fe80::5:1 2001:db8::1" ;;
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

probing() {
	ip netns exec client "$BIN/probe" --json "$@" "$address" \
		>"$LAB/out" </dev/null &
	probe_pid=$!
}

stop_probe() {
	kill -TERM "$probe_pid"
	wait "$probe_pid" || diag "the probe failed"
}

says() {
	jq -e "$1" "$LAB/out" >/dev/null || { diag "$(cat "$LAB/out")" && false; }
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
