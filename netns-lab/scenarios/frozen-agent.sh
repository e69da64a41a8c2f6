#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's agent stands still for a while, its host does not
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
freeze r1
becomes r2 active
watch 0.5
thaw r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_smooth
expect_patience
