#!/bin/sh
# SPDX-License-Identifier: MIT
# The host is busy, and nothing fails
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
hog_cpu $(($(nproc) * 4))
watch 5
rest
finish
expect_takeovers 0
expect_smooth
