#!/bin/sh
# SPDX-License-Identifier: MIT
#
# systemd ends a service before it starts it again.  What the unit does about
# that: a stand-in takes over, until the next one does.  systemctl here is one
# that knows of the job that is asked for.
interval=300ms
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

mkdir "$LAB/bin"
cat >"$LAB/bin/systemctl" <<-END
	#!/bin/sh
	[ "\$*" = "list-jobs --no-legend vrrpd.service" ] || exit 1
	cat "$LAB/job"
END
chmod +x "$LAB/bin/systemctl"

# The command of ExecStop, as systemd would run it for r1.
cat >"$LAB/vrrpd" <<-END
	#!/bin/sh
	exec "$BIN/vrrpd" -f "$LAB/r1.cfg" -s "$LAB/r1/control" -S "$LAB/r1" "\$@"
END
chmod +x "$LAB/vrrpd"
exec_stop() {
	sed -n '/^ExecStop=/,/[^\\]$/p' "$TOP/vrrpd/vrrpd.service" |
		sed 's/^ExecStop=-//; s/\\$//' | tr -d '\n' |
		sed "s|\$MAINPID|$(daemon_pid r1)|; s|%n|vrrpd.service|
			s|@SBINDIR@|$LAB|; s|\\\$\\\$|$|g"
}
# systemctl JOB: what comes before the main process is sent SIGTERM.
ends_for() { # JOB
	echo "123 vrrpd.service $1 running" >"$LAB/job"
	exec_stop >"$LAB/stop"
	PATH=$LAB/bin:$PATH ip netns exec r1 sh "$LAB/stop" >>"$LAB/r1/log" 2>&1
}
# How many agents are there, of both routers?
agents() { [ "$(cat /proc/[0-9]*/comm 2>/dev/null | grep -cx vrrpd)" = "$1" ]; }
# To the stand-in, and from it.
given=0
handed_over() { [ "$(grep -c "handed over to" "$LAB/r1/log")" = "$given" ]; }
restarts() {
	ends_for restart
	wait "$(daemon_pid r1)" || fail "it has failed"
	start r1 --take-over
	given=$((given + 2))
	within 10 handed_over
	within 10 agents 2
	within 10 shows r1 true
}
serves_on() { agents 2 && is r1 active && nobody_took_over; }

plan 7
pair
start r1
within 20 is r1 active
start r2
within 20 is r2 backup
within 10 serves r1

check "of a restart the client does not notice" \
	spares restarts true --interval 5ms
check "nor do the others" serves_on
check "it has not begun anew" not logged r1 "beginning anew"
check "twice is as good" restarts
check "as ever" serves_on
check "to end a service asks for no stand-in" eval 'ends_for stop && agents 2'
stop r1
check "it leaves" within 10 eval 'is r2 active && agents 1'
