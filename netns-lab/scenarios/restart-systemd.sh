#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's agent is a service, which systemd restarts, stops and starts
# shellcheck source=netns-lab/systemd.sh
. "$(dirname "$0")/../systemd.sh"

pair
service restart
becomes r1 active
becomes r2 backup
watch 0.5
service stop
becomes r2 active
watch 0.5
service start
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_lost 0
expect_takeovers 2
