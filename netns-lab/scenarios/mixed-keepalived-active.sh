#!/bin/sh
# SPDX-License-Identifier: MIT
# keepalived is Active, vrrpd stands by: crash, and a planned exit
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

runs r1 keepalived
# keepalived computes the checksum in the form of RFC 5798, which vrrpd understands.
checksum=rfc5798
pair
crash_and_exit
finish
expect_gone "$(down_time r2)"
expect_patience
