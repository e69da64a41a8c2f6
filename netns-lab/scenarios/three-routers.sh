#!/bin/sh
# SPDX-License-Identifier: MIT
# Three routers, of which two are lost one after the other
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

trio
cut r1
becomes r2 active
watch 0.5
cut r2
becomes r3 active
watch 0.5
mend r2
becomes r2 active
becomes r3 backup
mend r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_gone "$(down_time r3)"
expect_patience
expect_lost_after 50
