#!/bin/sh
# SPDX-License-Identifier: MIT
# Another program keeps the kernel's lock across a takeover
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
cut r1
hold_rtnl 1s || skip "the lock cannot be held here"
becomes r2 active
watch 1
finish
expect_gone 1000
expect_patience
expect_takeovers 1
