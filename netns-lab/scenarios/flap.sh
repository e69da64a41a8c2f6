#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's cable goes down and up three times, quickly
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
flap r1 3
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_lost_after 50
