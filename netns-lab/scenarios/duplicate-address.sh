#!/bin/sh
# SPDX-License-Identifier: MIT
# A stray host claims the virtual address, and leaves again
#
# Virtual addresses are not defended (RFC 9568 has no such rule): the client
# believes who speaks last, until it finds nobody there, eight seconds later.
# What the routers announce when they begin has been said by then.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
watch 6
duplicate_address $ipv4
watch 1
stray_leaves
served
watch 0.5
finish
expect_takeovers 0
expect_gone 10000
