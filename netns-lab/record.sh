# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# Recorders that run beside a fault, for scenarios, the demo and the bench.
# Sourced after lib.sh.
#
#	record FILE CMD...	start a recorder, its output in $LAB/FILE
#	record_stop		end all of them and wait for their findings

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
