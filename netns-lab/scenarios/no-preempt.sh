#!/bin/sh
# SPDX-License-Identifier: MIT
# The better router comes back, and must leave the address where it is
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

preempt=false
pair
cut r1
becomes r2 active
restart r1
mend r1
becomes r1 backup
watch 1
is r2 active || fail "r2 is not Active"
finish
expect_gone "$(down_time r2)"
expect_takeovers 1
expect_lost_after 50
