#!/bin/sh
# SPDX-License-Identifier: MIT
# Two of three routers die at the same time
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

trio
cut r1
cut r2
kill r1
kill r2
becomes r3 active
watch 0.5
finish
expect_gone "$(down_time r3)"
expect_patience
