#!/bin/sh
# SPDX-License-Identifier: MIT
# vrrpd is Active, keepalived stands by: crash, and a planned exit
daemon_r1=vrrpd daemon_r2=keepalived
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

# keepalived discards advertisements whose checksum is in the form of RFC 9568.
checksum=rfc5798
pair
cut r1
kill r1
becomes r2 active
watch 0.3
power_off r1
power_on r1
start r1
becomes r1 active
becomes r2 backup
watch 0.3
stop r1
becomes r2 active
watch 0.3
finish
expect_gone "$(down_time r2)"
expect_patience
