#!/bin/sh
# SPDX-License-Identifier: MIT
# A hostile host claims to be the owner, priority 255, for a while
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

# Nobody can tell such a packet from an owner's (RFC 9568 section 9): both
# routers yield, and the address is gone for as long as it lasts.  Who is to
# blame is in their logs, and it ends with the packets.
pair
host stray 192.0.2.66/24 2001:db8::66/64
event fault stray "forged advertisements of priority 255"
inside stray "$BIN/hostile" eth0 spoof --vrid 51 --priority 255 \
	--source 192.0.2.66 --every 100ms --for 2s >"$LAB/spoof"
event repair stray "the forged advertisements end"
becomes r1 active
becomes r2 backup
watch 0.5
finish
expect_gone "$(awk -v d="$(down_time r2)" 'BEGIN { print 2000 + d }')"
expect_blame 192.0.2.66
