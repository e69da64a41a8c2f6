#!/bin/sh
# SPDX-License-Identifier: MIT
#
# vrrpctl drain: what is Active hands over and stays out of service, whatever
# becomes of its agent, until resumed; the only router serves on.  A client that
# asks the address all the time notices none of it.
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 40

# What it prints is in $LAB/said, and what is wrong.
tell() { # ROUTER WORD...
	status=0
	ctl "$@" >"$LAB/said" 2>&1 || status=$?
}
said() { grep -q "$1" "$LAB/said" || { diag "$(cat "$LAB/said")" && false; }; }
out() {
	shows "$1" '.routers | length > 1 and all(.state == "initialize" and
		.fault == "drained" and .drained and (.serving | not))'
}
drains() { tell r1 drain && [ "$status" = 0 ] && out r1 && is r2 active; }
resumes() {
	tell r1 resume lan && [ "$status" = 0 ] && said "IPv6: resumed" &&
		within 10 is r1 active && within 10 is r2 backup
}
advertised() {
	shows r2 "[.routers[].statistics[\"advertisement-sent\"]] | min >= $1"
}
# For ten intervals, of which three and a half would do to preempt.
stays_out() {
	ctl r2 --json status >"$LAB/shown"
	stays_sent=$(jq '[.routers[].statistics["advertisement-sent"]] | max' \
		"$LAB/shown")
	within 10 advertised "$((stays_sent + 10))"
	out r1 && idle r1 && is r2 active
}
reloads() { tell r1 reload && [ "$status" = 0 ] && within 10 out r1; }
dies() {
	kill_daemon r1 KILL
	wait "$(daemon_pid r1)" || :
}

pair
start r1
start r2
within 10 is r1 active
within 10 is r2 backup
within 10 serves r1

check "IPv4 hands over without a loss" spares drains resumes --interval 2ms
check "and says to whom" said "^lan IPv4: handed over to 192.0.2.12$"
check "of both families" said "^lan IPv6: handed over to fe80::"
check "show says why it is not Active" eval 'tell r1 show lan &&
	said "fault  *drained"'
check "and metrics" eval 'tell r1 metrics &&
	said "vrrpd_router_drained{.*ipv6.*} 1"'
check "and the log" logged r1 "drained: all virtual routers"
check "it stays out, though it is the better one" stays_out
check "once more, it says the same" eval 'drains && said "to 192.0.2.12$"'
check "resumed, it preempts without a loss" spares resumes drains --interval 2ms
check "and says so" said "^lan IPv4: resumed$"
check "once more, there is nothing to resume" eval 'tell r1 resume &&
	said "^lan IPv4: was not drained$" && [ "$status" = 0 ]'
address=2001:db8::1
away_and_back() { drains && resumes; }
check "IPv6 goes and comes back without a loss" \
	spares away_and_back true --interval 2ms
address=192.0.2.1

# Whatever becomes of its agent and its file.
check "drained" drains
config r1 220
check "a reload that changes it leaves it out" reloads
sed -i 's/virtual_mac = true/virtual_mac = false/' "$LAB/r1.cfg"
check "and one that makes it anew" reloads
config r1 200
check "and one that does so again" reloads
sed -i 's/^});/}, { name = "dmz"; interface = "eth0"; vrid = 7;\
	advertisement_interval = "100ms";\
	virtual_addresses = [ "203.0.113.1" ]; });/' "$LAB/r1.cfg"
check "who is added to a host that is drained, is so, too" eval 'reloads &&
	shows r1 ".routers | length == 3"'
takes_over r1
check "and for the next process" within 10 out r1
dies
start r1
check "and after a crash" within 10 out r1
check "of all three" shows r1 '.routers | length == 3'
check "one of them is resumed" eval 'tell r1 resume dmz && within 10 shows r1 \
	"[.routers[] | select(.name == \"dmz\").state] == [\"active\"]"'
check "and not the others" shows r1 '[.routers[] | select(.name == "lan") |
	.drained] == [true, true]'
dies
start r1
one_is_in() {
	shows r1 '[.routers[].state] | sort ==
		["active", "initialize", "initialize"]'
}
check "which is remembered" within 10 one_is_in
takes_over r1
check "and passed on" one_is_in
config r1 200
tell r1 reload
within 10 out r1
stop r1
start r1
check "an agent that was ended begins anew" within 10 is r1 active

# Nobody else is there.
alone() {
	tell r1 drain lan
	[ "$status" = 1 ] && is r1 active && said "IPv6: serves on: no other"
}
within 10 is r2 backup
check "a Backup is out at once" eval 'tell r2 drain && out r2 &&
	said "^lan IPv6: was not Active$" && [ "$status" = 0 ]'
check "the only router serves on, and nothing is lost" \
	spares alone true --interval 2ms
check "and is not drained" shows r1 '[.routers[].drained] | any | not'
check "and says so in the log" logged r1 "not drained: nobody has taken over"
check "a script is told, too" eval '! ctl r1 drain --json >"$LAB/said" &&
	jq -e "[.routers[].outcome] == [\"serves-on\", \"serves-on\"]" \
		"$LAB/said" >"$LAB/diff"'

ctl r1 drain >"$LAB/first" </dev/null &
first=$!
tell r1 drain lan
status=0
wait "$first" || status=$?
check "two who ask at once get the same answer" eval '[ "$status" = 1 ] &&
	diff "$LAB/first" "$LAB/said"'
check "nobody has an unknown name" eval 'tell r1 drain nobody &&
	[ "$status" = 1 ] && said "no virtual router has this name"'
check "nor none" eval 'tell r1 drain "" && [ "$status" = 1 ] && is r1 active'
check "one name at a time" eval 'tell r1 drain lan dmz && [ "$status" = 2 ]'

# What takes time, may be interrupted.
interval=10s
config r1 200
tell r1 reload
asks() { # FILE
	"$BIN/vrrpctl" -s "$LAB/r1/control" drain >"$1" 2>&1 </dev/null &
	asking=$!
	within 10 is r1 leaving
}
asks "$LAB/first"
kill "$asking"
wait "$asking" || :
check "who hangs up changes nothing" eval 'is r1 leaving &&
	shows r1 "[.routers[].drained] | all"'
tell r1 resume
check "it is called back before it is out" eval 'said "^lan IPv4: resumed$" &&
	shows r1 "[.routers[].drained] | any | not"'
asks "$LAB/first"
kill_daemon r1 TERM
status=0
wait "$asking" || status=$?
check "when the agent is to end, who waits is told" eval '[ "$status" = 1 ] &&
	grep -q "vrrpd is leaving" "$LAB/first"'
tell r1 drain
check "and who asks then" said "vrrpd is leaving"
kill_daemon r1 TERM # 20 s are long
check "it ends" wait "$(daemon_pid r1)"
check "the other one is there for it when it is resumed" eval \
	'tell r2 resume && within 10 is r2 active'
