#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active is restarted, with advertisements every second
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

interval=1000
pair
restart r1
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_smooth
