#!/bin/sh
# SPDX-License-Identifier: MIT
# The Backup's kernel drops most of a flood, with advertisements every 10 ms
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

interval=10
packet_io=auto
pair
flooded r2
finish
expect_flood
expect_takeovers 0
expect_lost_share 1
