#!/bin/sh
# SPDX-License-Identifier: MIT
# The priority of the Active is lowered in its file: the other one takes over
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
priority_r1=50
reload r1
becomes r2 active
becomes r1 backup
watch 0.5
finish
expect_smooth
expect_takeovers 1
expect_one
