#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's agent stands still for a while, its host does not
#
# The kernel goes on answering, beside the successor, unless something keeps it
# from that.
hub=true
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
freeze r1
becomes r2 active
watch 1
thaw r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_both 5
expect_gone "$(skew_time r2)"
expect_patience
