#!/bin/sh
# SPDX-License-Identifier: MIT
# Virtual MAC: the Active's host dies, and boots again
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
power_off r1
becomes r2 active
watch 0.3
power_on r1
start r1
becomes r1 active
becomes r2 backup
watch 0.3
finish
expect_gone "$(down_time r2)"
expect_patience
