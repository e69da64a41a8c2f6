#!/bin/sh
# SPDX-License-Identifier: MIT
# One address: the Active is cut off, silently
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

family=ipv4
pair
cut r1
becomes r2 active
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_patience
