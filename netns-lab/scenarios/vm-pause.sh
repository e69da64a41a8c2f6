#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's host is paused, and goes on as if nothing had been
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
vm_pause r1
becomes r2 active
watch 1
vm_resume r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_patience
expect_lost_after 50
