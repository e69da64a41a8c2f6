#!/bin/sh
# SPDX-License-Identifier: MIT
# The switch loses VRRP and nothing else
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
drop_vrrp r1
becomes r2 active
watch 1
pass_vrrp r1
becomes r2 backup
is r1 active || fail "r1 is not Active"
watch 0.5
finish
expect_patience
expect_lost_after 50
