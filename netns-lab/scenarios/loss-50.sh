#!/bin/sh
# SPDX-License-Identifier: MIT
# The switch loses 50 % of all frames
#
# Takeovers are the rule: 50 * 0.5^3 * 0.5 = 3 of them, and both routers are
# Active until the better one is heard.  The client loses 1 - 0.5^2 = 75 %,
# whoever it is that answers; when it is over, all is as it was.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
lose 50
watch 5
lossless
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_lost_share 80
expect_lost_after 50
