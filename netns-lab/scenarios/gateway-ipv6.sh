#!/bin/sh
# SPDX-License-Identifier: MIT
# An IPv6 gateway by its link-local address: a download survives its crash
family=ipv6
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

gateway
serve server
ask through6 client --interval "$spacing" $server6
ask download client --mode tcp --interval 10ms $server6
watch 0.5
cut r1
kill r1
becomes r2 active
watch 2
finish
expect_gone "$(awk -v d="$(down_time r2)" 'BEGIN { print 2 * d + 400 }')"
expect_survival download
expect_patience
