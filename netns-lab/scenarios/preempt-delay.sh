#!/bin/sh
# SPDX-License-Identifier: MIT
# The better router comes, and waits two seconds before it takes over
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

preempt_delay=2
alone r2
start r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_wait r1 2000
expect_smooth
expect_takeovers 1
