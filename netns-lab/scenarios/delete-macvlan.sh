#!/bin/sh
# SPDX-License-Identifier: MIT
# Another program deletes the interface with the virtual MAC
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
delete_macvlan r1
watch 2
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_gone "$(down_time r2)"
