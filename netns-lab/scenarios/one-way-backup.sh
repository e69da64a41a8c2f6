#!/bin/sh
# SPDX-License-Identifier: MIT
# The Backup hears nothing, and believes to be alone
#
# It cannot know better, and takes the address from the Active while it lasts.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
one_way r2 deaf
becomes r2 active
watch 0.5
both_ways r2
becomes r2 backup
is r1 active || fail "r1 is not Active"
watch 0.5
finish
expect_lost_after 50
