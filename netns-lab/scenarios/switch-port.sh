#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's frames are lost in the switch; both ends keep their carrier
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
cut r1
becomes r2 active
served
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_patience
expect_one
