#!/bin/sh
# SPDX-License-Identifier: MIT
#
# FRR's vrrpd has zebra beside it, which goes and stands with it.
daemon=frr
# shellcheck source=tests/lab/processes.sh
. "$(dirname "$0")/processes.sh"

begin 21
check "there is more than one process" [ "$(daemon_pids r1 | wc -l)" -gt 1 ]
test_freeze
test_kill
test_restart
test_upgrade
test_stop
