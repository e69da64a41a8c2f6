#!/bin/sh
# SPDX-License-Identifier: MIT
# What the Active sends is lost; it hears all the same
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
one_way r1 mute
becomes r2 active
watch 0.5
both_ways r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_patience
expect_lost_after 50
