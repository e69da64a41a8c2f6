#!/bin/sh
# SPDX-License-Identifier: MIT
# vrrpd is Active, keepalived stands by: crash, and a planned exit
daemon_r1=vrrpd daemon_r2=keepalived
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

# keepalived discards advertisements whose checksum is in the form of RFC 9568.
checksum=rfc5798
pair
crash_and_exit
finish
expect_gone "$(down_time r2)"
expect_patience
