#!/bin/sh
# SPDX-License-Identifier: MIT
#
# However a scenario ends, nothing of it is left: no process, even if it stands
# still or is busy, no namespace and no interface.  Called with arguments, this
# is the scenario: DIRECTORY, where it tells what it has made, a name for its
# router, and how it is to end.
set -eu

# ---- The scenario ----

scenario() {
	# shellcheck source=netns-lab/lib.sh
	. "$(dirname "$0")/../../netns-lab/lib.sh"
	router "$2" 192.0.2.11/24
	cat >"$LAB/cfg" <<-END
		virtual_routers = ({
			name = "lan"; interface = "eth0"; vrid = 51;
			virtual_addresses = [ "192.0.2.1/24" ];
		});
	END
	vrrpd "$2" "$LAB/cfg"
	within 20 not no_daemon "$2"
	freeze "$2"
	hog_cpu 2
	ip netns exec "$2" sh -c 'trap "" INT TERM HUP; while :; do sleep 1; done' &
	{
		readlink /proc/self/ns/net
		ip netns exec "$2" readlink /proc/self/ns/net
	} >"$1/namespaces"
	: >"$1/ready"
	case $3 in
	end) exit 0 ;;
	fail) fail "as it was told to" ;;
	*) within 600 false ;;
	esac
}
if [ $# != 0 ]; then
	scenario "$@"
	exit
fi

# ---- The tests ----

# shellcheck source=netns-lab/tap.sh
. "$(dirname "$0")/../../netns-lab/tap.sh"
plan 33

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# soon CMD...: does it come true?
soon() {
	soon_limit=$(($(date +%s) + 60))
	until "$@"; do
		[ "$(date +%s)" -lt "$soon_limit" ] || return 1
		sleep 0.05
	done
}

# The processes that have our mark in their environment.
marked() {
	grep -lzs "^LAB_MARK=$mark\$" /proc/[0-9]*/environ |
		sed 's,^/proc/,,; s,/environ,,'
}
none_left() { [ -z "$(marked)" ]; }

# Is nobody in our namespaces?  They are told as "net:[4026532281]".
unknown() {
	# Some process is always just ending.
	readlink /proc/[0-9]*/ns/net >"$work/known" || :
	[ -s "$work/known" ] &&
		! grep -qxF -f "$work/namespaces" "$work/known"
}

no_interface() { ! ip link show "$name" >/dev/null 2>&1; }

count=0
# begin HOW [BEFORE]: the guard's pid is $guard.  An interrupt is to be heard, which a
# shell has its children in the background ignore.
begin() {
	count=$((count + 1))
	mark=$$-$count name=x$$-$count
	rm -f "$work/ready" "$work/namespaces"
	LAB_MARK=$mark setsid env --default-signal=INT,QUIT \
		"$0" "$work" "$name" "$1" 2>"$work/said" >&2 &
	guard=$!
	soon [ -e "$work/ready" ] || diag "$(cat "$work/said")"
	[ "$1" != wait ] || check "before $2: it runs, in namespaces of its own" \
		eval '! none_left && ! unknown'
}

# ended TEXT STATUS: or "failed", for any but 0.
ended() {
	status=0
	wait "$guard" 2>/dev/null || status=$?
	[ "$2" != failed ] || [ "$status" = 0 ] || status=failed
	check "$1: status $2" [ "$status" = "$2" ]
	check "$1: no process is left" soon none_left
	check "$1: no namespace is left" unknown
	check "$1: no interface is left" no_interface
}

# The first process in the pid namespace, which runs the scenario.
first_inside() {
	for pid in $(marked); do
		awk '$1 == "NSpid:" && NF == 3 && $3 == 1 { found = 1 }
			END { exit !found }' "/proc/$pid/status" 2>/dev/null &&
			echo "$pid"
	done
}

begin end
ended "it comes to its end" 0
begin fail
ended "it fails" 1
begin wait SIGINT
kill -s INT "$guard"
ended "SIGINT" 130
begin wait "Control-C"
kill -s INT -- "-$guard"
ended "Control-C" 130
begin wait SIGTERM
kill -s TERM "$guard"
ended "SIGTERM" 143
begin wait "SIGKILL of the guard"
kill -s KILL "$guard"
ended "SIGKILL of the guard" 137
begin wait "SIGKILL of the scenario"
kill -s KILL "$(first_inside)"
ended "SIGKILL of the scenario" failed
