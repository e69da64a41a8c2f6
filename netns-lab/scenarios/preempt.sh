#!/bin/sh
# SPDX-License-Identifier: MIT
# The better router comes, and takes the address over
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

alone r2
start r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_lost 0
expect_smooth
expect_takeovers 1
expect_one
