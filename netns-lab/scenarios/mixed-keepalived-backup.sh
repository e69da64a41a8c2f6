#!/bin/sh
# SPDX-License-Identifier: MIT
# vrrpd is Active, keepalived stands by: crash, and a planned exit
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

runs r2 keepalived
# keepalived discards advertisements whose checksum is in the form of RFC 9568.
checksum=rfc5798
pair
crash_and_exit
finish
expect_gone "$(down_time r2)"
expect_patience
