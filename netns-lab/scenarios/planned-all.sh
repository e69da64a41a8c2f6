#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active ends, comes back, and loses the address by a reload: asked every 100 us
spacing=100us
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

# The second one is there because no file may be without any.
hosts() {
	vrouter lan eth0 51 "$ipv4/24" fe80::5:1/64 "$ipv6/64"
	vrouter stays eth0 52 192.0.2.2/24
}

handed_over() {
	becomes "$1" active lan
	watch 0.5
}

pair
stop r1
handed_over r2
start r1
handed_over r1
cp "$LAB/vrouters" "$LAB/vrouters.all"
grep stays "$LAB/vrouters.all" >"$LAB/vrouters"
reload r1
cp "$LAB/vrouters.all" "$LAB/vrouters"
handed_over r2
reload r1
handed_over r1
finish
expect "questions of a client, of each family" "10000 and more" \
	'[.probes[].sent] | join(", ")' \
	'.probes | length == 2 and all(.sent >= 10000)'
expect_lost 0
expect_gone 0
expect_takeovers 4
expect_one
