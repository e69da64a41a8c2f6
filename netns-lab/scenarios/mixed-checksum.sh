#!/bin/sh
# SPDX-License-Identifier: MIT
# keepalived does not understand the checksum of RFC 9568, and vrrpd says so
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

runs r2 keepalived
# Both are Active, as keepalived discards all that r1 says.  Nobody can help
# it but the operator, whom vrrpd tells what to do.
family=ipv4
alone r1
start r2
becomes r2 active
warned() { grep -q "RFC 5798" "$LAB/r1/log"; }
within 10 warned
watch 0.5
note "r1 is told to send the form of RFC 5798"
checksum=rfc5798
reload r1
becomes r2 backup
watch 0.5
finish
expect_lost_after 20
