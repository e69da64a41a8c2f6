#!/bin/sh
# SPDX-License-Identifier: MIT
# Another XDP program is on the interfaces, which vrrpd would like to have
#
# It is left alone, and libpcap receives: takeover is what it always is.  When
# it has gone, vrrpd's own is there.
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

packet_io=auto
hosts() {
	other_xdp r1
	other_xdp r2
}

# receives NAME FILTER: by what, and why by nothing better?  Of vrrpd alone.
receives() {
	[ "$(daemon_of "$1")" != vrrpd ] ||
		ctl "$1" --json status | jq -e ".interfaces[0] | $2" \
			>/dev/null
}

fallback='."packet-io" == "libpcap" and (."no-xdp" | test("^another XDP"))'

pair
receives r1 "$fallback" || fail "r1 does not receive by libpcap"
receives r2 "$fallback" || fail "r2 does not receive by libpcap"
cut r1
becomes r2 active
watch 0.5
mend r1
becomes r1 active
becomes r2 backup
# To change the program costs veth some frames, whoever does it.
other_xdp_leaves r2
within 10 receives r2 '."packet-io" == "native XDP"'
watch 1
finish
expect_gone "$(down_time r2)"
expect_patience
expect_takeovers 1 2
