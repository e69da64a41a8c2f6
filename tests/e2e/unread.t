#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Nobody reads the log, clients ask for the status and never read it, another
# program holds the kernel's lock: the agent advertises, answers who does read,
# and ends when it is told to.
family=ipv4
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 7

# So many that the answer is more than a socket takes at once.
many() {
	echo 'virtual_routers = ('
	for vrid in $(seq 150); do
		echo "{ interface = \"eth0\"; vrid = $vrid; priority = 200;
			advertisement_interval = \"200ms\";
			virtual_addresses = [ \"10.0.1.$vrid/32\" ]; },"
	done | sed '$s/,$//'
	echo ');'
}

# A full pipe that is open at its other end.
block_log() {
	mkfifo "$LAB/r1/log"
	exec 9<>"$LAB/r1/log"
	yes '' | dd of="$LAB/r1/log" bs=4096 oflag=nonblock \
		2>"$LAB/dd" || :
	grep -q unavailable "$LAB/dd"
}

sent() {
	ctl r1 --json status | jq '[.routers[].statistics |
		."advertisement-sent"] | add'
}
goes_on() { [ "$(sent)" -gt $((before + 1500)) ]; }
muted() {
	kill -TERM "$mute"
	wait "$mute"
	jq -e '.asked > 20 and .failed < .asked / 2' "$LAB/mute" >"$LAB/out"
}

# Answered before the lock is free again.
answered_meanwhile() {
	"$BIN/hold" 5s >"$LAB/held" 2>"$LAB/held.why" </dev/null &
	holder=$!
	within 10 grep -q from_us "$LAB/held"
	ctl r1 status >"$LAB/shown"
	not grep -q to_us "$LAB/held"
}

router r1 10.0.0.1/16
many >"$LAB/r1.cfg"
check "a log that takes nothing more" block_log
start r1
check "keeps nobody from starting" within 30 is r1 active
"$BIN/mute" "$LAB/r1/control" 50 >"$LAB/mute" </dev/null &
mute=$!
before=$(sent)
check "nor from advertising, nor do clients who never read" within 20 goes_on
check "who reads is answered" [ "$(ctl r1 status | wc -l)" = 151 ]
check "those who do not were there" muted
if "$BIN/hold" 1ms >"$LAB/out" 2>&1; then
	check "even while another program holds the kernel's lock" \
		answered_meanwhile
	kill -TERM "$holder"
	wait "$holder" || :
else
	ok "answered while the lock is held # SKIP it cannot be held here"
fi
ended() { not alive r1; }
kill_daemon r1 TERM
check "and it ends when it is told to" within 30 ended
