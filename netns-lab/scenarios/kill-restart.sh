#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's agent is killed, and started again at once
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
kill r1
start_again r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_gone "$(down_time r2)"
