#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's cable is pulled, and put back
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
unplug r1
becomes r2 active
watch 0.5
plug r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_patience
expect_lost_after 50
expect_one
