#!/bin/sh
# SPDX-License-Identifier: MIT
# VIrtual MAC: the Active's host dies, and boots again
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
event fault r1 "the host of r1 dies"
power_off r1
event_process r1 ended "nothing runs there"
becomes r2 active
watch 0.3
event repair r1 "the host of r1 boots"
power_on r1
start r1
becomes r1 active
becomes r2 backup
watch 0.3
finish
expect_gone "$(down_time r2)"
expect_patience
