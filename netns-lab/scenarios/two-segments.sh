#!/bin/sh
# SPDX-License-Identifier: MIT
# Two segments, a virtual router on each: the host dies, both move
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

gateway_both
ask through client --interval "$spacing" $server
ask through6 client --interval "$spacing" $server6
watch 0.3
cut r1
cut r1-eth1
kill r1
becomes r2 active
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_patience
