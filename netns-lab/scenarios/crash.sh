#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's host dies, and nobody says goodbye
#
# Its cable stays up, as behind a switch or a hypervisor that does not notice.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
cut r1
kill r1
becomes r2 active
served
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_patience
expect_takeovers 1
expect_one
