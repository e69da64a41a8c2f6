#!/bin/sh
# SPDX-License-Identifier: MIT
# A hostile host floods the LAN with packets that are not in order
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

# From its own MAC: from the virtual one the switch would send it all that is
# for the routers, as it would from any other host's.
pair
host stray 192.0.2.66/24 2001:db8::66/64
for kind in ttl checksum version length type address; do
	event fault stray "a flood of bad packets: $kind"
	inside stray "$BIN/hostile" eth0 flood --kind "$kind" --vrid 51 \
		--mac own --rate 5000 --for 500ms >"$LAB/flood"
done
event repair stray "the flood ends"
watch 0.5
finish
expect_lost 20
expect_takeovers 0
