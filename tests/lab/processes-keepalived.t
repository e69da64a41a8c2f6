#!/bin/sh
# SPDX-License-Identifier: MIT
#
# keepalived has a process for VRRP, and one that watches it.
daemon=keepalived
# shellcheck source=tests/lab/processes.sh
. "$(dirname "$0")/processes.sh"

reloaded() { grep -q Reloading "$LAB/r1/log"; }

begin 25
check "there is more than one process" [ "$(daemon_pids r1 | wc -l)" -gt 1 ]
test_freeze
test_kill
test_reload
test_restart
test_upgrade
test_stop
check "in good order: the address is gone" not holds r1 192.0.2.1
