#!/bin/sh
# SPDX-License-Identifier: MIT
# The network falls into two halves, and heals
#
# Each half has an Active: that cannot be helped, but must end with the cause.
# r2 and the client are on a second switch, behind one cable.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

hosts() {
	lan far
	trunk lan far
	ip link set r2 master far
	ip link set client master far
}
pair
cut lan-far
becomes r2 active
watch 1
mend lan-far
becomes r2 backup
is r1 active || fail "r1 is not Active"
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_lost_after 50
