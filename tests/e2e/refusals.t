#!/bin/sh
# SPDX-License-Identifier: MIT
#
# What must not start, does not, and says in one line why.
family=ipv4
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 12

pair
start r1
within 10 is r1 active

# refused NAME-OF-HOST PATTERN ARG...: vrrpd ends with 1 and says PATTERN.
refused() {
	refused_host=$1 refused_text=$2
	shift 2
	refused_status=0
	inside "$refused_host" timeout 60 "$BIN/vrrpd" "$@" \
		>"$LAB/refused" 2>&1 || refused_status=$?
	if [ "$refused_status" != 1 ] ||
		! grep -qF "$refused_text" "$LAB/refused"; then
		diag "$refused_status: $(cat "$LAB/refused")"
		return 1
	fi
}

check "a second agent on the same control socket" refused r1 \
	"another vrrpd listens there" -f "$LAB/r1.cfg" -S "$LAB/r1"
check "a second agent for the same virtual router" refused r1 \
	"another vrrpd runs this virtual router" -f "$LAB/r1.cfg" -S "$LAB/r1x"
check "the first one has not noticed" eval 'is r1 active && serves r1'
sed 's/vrid = 51/vrid = 52/; s/192.0.2.1/192.0.2.3/' "$LAB/r1.cfg" \
	>"$LAB/other.cfg"
inside r1 "$BIN/vrrpd" -f "$LAB/other.cfg" -S "$LAB/r1y" 2>/dev/null &
other=$!
check "but another virtual router beside it is fine" \
	within 10 holds r1 192.0.2.3
check "and it has left the first one's alone" eval 'is r1 active && serves r1'
kill "$other"
wait "$other" 2>/dev/null || :

for capability in net_admin net_raw; do
	name=CAP_$(echo $capability | tr '[:lower:]' '[:upper:]')
	check "without $name it is named" eval \
		'! inside r2 capsh --drop=cap_$capability -- -c \
		"exec $BIN/vrrpd -f $LAB/r2.cfg -S $LAB/r2" 2>"$LAB/refused" &&
		grep -qF "$name is missing" "$LAB/refused"'
	check "in a single line" [ "$(wc -l <"$LAB/refused")" = 1 ]
done

check "a file that is not there" refused r2 "$LAB/none.cfg" -f "$LAB/none.cfg"
echo 'virtual_routers = ({ interface = "eth0"; vrid = 300; });' >"$LAB/bad.cfg"
check "a bad file, line by line" refused r2 "bad.cfg:1:" -n -f "$LAB/bad.cfg"
check "a good one passes" inside r2 "$BIN/vrrpd" -n -f "$LAB/r2.cfg"
