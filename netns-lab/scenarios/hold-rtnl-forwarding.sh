#!/bin/sh
# SPDX-License-Identifier: MIT
# Another program keeps the kernel's lock: does the successor forward?
#
# Nobody can set an address meanwhile.  But hosts that know the virtual MAC need
# none: they are served as soon as the successor takes what is sent to it.
spacing=200us
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

gateway
ask through client --interval 200us $server
ask through6 client --interval 200us $server6
watch 0.3
cut r1
hold_rtnl 1s || skip "the lock cannot be held here"
becomes r2 active
served
watch 0.5
finish
expect_forwarded through 300
expect_forwarded through6 300
expect_patience
expect_gone 1000
