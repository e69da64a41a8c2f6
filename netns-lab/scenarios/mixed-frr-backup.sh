#!/bin/sh
# SPDX-License-Identifier: MIT
# vrrpd is Active, FRR stands by: crash, and a planned exit
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

runs r2 frr
# FRR discards advertisements whose checksum is in the form of RFC 9568.
checksum=rfc5798
pair
crash_and_exit
# FRR's macvlan comes up without an IPv6 address to bind to: by IPv6 it answers
# up to a second after it has taken over.
watch 1
finish
expect_gone 1000
expect_patience
