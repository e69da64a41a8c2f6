#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active is told to end: it hands over before it goes
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
stop r1
becomes r2 active
watch 0.5
finish
expect_lost 0
expect_smooth
expect_takeovers 1
expect_one
