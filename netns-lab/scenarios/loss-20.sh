#!/bin/sh
# SPDX-License-Identifier: MIT
# The switch loses 20 % of all frames
#
# Three advertisements of 50 in a row, with one before them that arrives, are
# lost 50 * 0.2^3 * 0.8 = 0.3 times: so a takeover now and then is no fault, and
# five of them are in one of 50000 families.  The client loses 1 - 0.8^2 = 36 %.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
lose 20
watch 5
lossless
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_takeovers 0 4
expect_lost_share 40
expect_lost_after 50
