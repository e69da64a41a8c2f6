#!/bin/sh
# SPDX-License-Identifier: MIT
# The switch loses 5 % of all frames
#
# The Backup takes over when three advertisements in a row are lost.  Of the 50
# in five seconds that happens to 50 * 0.05^3 = 0.6 % of all families, and
# twice to one in 50000.  The client loses 1 - 0.95^2 = 10 % of its questions,
# as either they or their answers are lost; when it is over, only what is on
# its way while the filter goes.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
lose 5
watch 5
lossless
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_takeovers 0 1
expect_lost_share 15
expect_lost_after 50
