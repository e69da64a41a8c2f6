#!/bin/sh
# SPDX-License-Identifier: MIT
# Another program deletes the virtual address
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
delete_address r1 192.0.2.1
delete_address r1 2001:db8::1
watch 1
finish
expect_gone 0
