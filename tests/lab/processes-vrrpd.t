#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The verbs for processes, with vrrpd.
daemon=vrrpd
# shellcheck source=tests/lab/processes.sh
. "$(dirname "$0")/processes.sh"

reloaded() {
	ctl r1 --json status | jq -e '.routers[0].priority == 150' >/dev/null
}

begin 26
test_freeze
test_kill
test_reload
test_restart
test_upgrade
check "and the one that the lab knows, alone" \
	[ "$(daemon_pids r1)" = "$(daemon_pid r1)" ]
test_stop
check "in good order: the address is gone" not holds r1 192.0.2.1

status=0
kill "$helper"
wait "$helper" 2>/dev/null || status=$?
check "with a number, kill is still the command" [ "$status" = 143 ]
