#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active's kernel drops most of a flood, with advertisements every 10 ms
#
# What the client asks is in the same queue as the flood, and lost with it.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

interval=10
packet_io=auto
pair
flooded r1
finish
expect_flood
expect_takeovers 0
