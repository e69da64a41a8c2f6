#!/bin/sh
# SPDX-License-Identifier: MIT
# Another program keeps the kernel's lock across a takeover
#
# No address can be set meanwhile, which is not the fault of the successor; but
# it says that it is there, and so keeps others from taking over, too.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
cut r1
hold_rtnl 1s || skip "the lock cannot be held here"
becomes r2 active
served
watch 0.5
finish
expect_advert "$(down_time r2)"
expect_patience
expect_gone 1000
