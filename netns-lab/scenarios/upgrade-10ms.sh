#!/bin/sh
# SPDX-License-Identifier: MIT
# One agent after the other is upgraded, with advertisements every 10 ms
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

interval=10
pair
overhear r2
upgrade r1
becomes r1 active
becomes r2 backup
watch 0.5
upgrade r2
becomes r2 backup
watch 0.5
finish
expect_lost 0
expect_takeovers 0
expect_spacing r1 "$(down_time r2)"
expect_silence r2
