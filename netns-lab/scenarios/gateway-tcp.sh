#!/bin/sh
# SPDX-License-Identifier: MIT
# A download through the gateway: planned exit, return, crash
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

gateway
serve server
ask download client --mode tcp --interval 10ms $server
watch 0.5
stop r1
becomes r2 active
watch 0.5
start r1
becomes r1 active
becomes r2 backup
watch 0.5
cut r1
kill r1
becomes r2 active
watch 2
finish
# TCP comes back with its own timer, which doubles: 0.2, 0.4, 0.8 s.
expect_gone "$(awk -v d="$(down_time r2)" 'BEGIN { print 2 * d + 400 }')"
expect_survival download
