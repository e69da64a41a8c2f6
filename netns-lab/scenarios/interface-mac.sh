#!/bin/sh
# SPDX-License-Identifier: MIT
# Interface MAC: the Active crashes, comes back, and is told to end
virtual_mac=false
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
crash_and_exit
finish
expect_gone "$(down_time r2)"
expect_patience
