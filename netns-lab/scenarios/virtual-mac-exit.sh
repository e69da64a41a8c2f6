#!/bin/sh
# SPDX-License-Identifier: MIT
# Virtual MAC: a planned exit of the Active, and its return
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
stop r1
becomes r2 active
watch 0.3
start r1
becomes r1 active
becomes r2 backup
watch 0.3
finish
expect_lost 0
