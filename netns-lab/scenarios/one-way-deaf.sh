#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active is heard, and hears nothing, not even its clients
#
# VRRP cannot see this one, as the advertisements arrive: the address is gone
# for as long as it lasts, but no longer.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
one_way r1 deaf
watch 2
both_ways r1
watch 0.5
becomes r1 active
becomes r2 backup
finish
expect_takeovers 0
expect_gone 2000
expect_lost_after 50
