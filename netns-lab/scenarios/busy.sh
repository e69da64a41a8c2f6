#!/bin/sh
# SPDX-License-Identifier: MIT
# A host is as busy as can be, and nothing fails, with advertisements every 10 ms
#
# Programs that take each CPU, a flood of packets for another one, one that
# keeps the kernel's lock, a log that nobody reads, clients that never listen:
# one half of LAB_BUSY_SECONDS (20) on the Active's host, the other on the
# Backup's.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"
# shellcheck source=netns-lab/busy.sh
. "$TOP/netns-lab/busy.sh"

interval=10
pair
busy_begin r1
for name in r1 r2; do
	overload "$name" "${LAB_FLOOD_RATE:-100000}" "${LAB_FLOOD_LOOKUPS:-0}"
	watch "$((${LAB_BUSY_SECONDS:-20} / 2))"
	relieve "$name"
	busy_arrived "$name"
done
busy_end r1
finish
expect_takeovers 0
expect_on_time r1
