#!/bin/sh
# SPDX-License-Identifier: MIT
# keepalived is Active, vrrpd stands by: crash, and a planned exit
daemon_r1=keepalived daemon_r2=vrrpd
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

# keepalived computes the checksum in the form of RFC 5798, which vrrpd understands.
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
