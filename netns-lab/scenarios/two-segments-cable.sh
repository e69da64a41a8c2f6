#!/bin/sh
# SPDX-License-Identifier: MIT
# Two segments: one cable of the Active is pulled, and the client goes on
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

gateway_both
# Each router knows the other one as a second way to both segments, and the
# kernel leaves the first way when its cable is out.
for name in r1 r2; do
	inside "$name" sh -c 'for family in 4 6; do
		echo 1 >/proc/sys/net/ipv$family/conf/all/ignore_routes_with_linkdown
	done'
done
second_way() {
	ip -n "$1" route add 192.0.2.0/24 via "198.51.100.$2" metric 500
	ip -n "$1" route add 198.51.100.0/24 via "192.0.2.$2" metric 500
	ip -n "$1" -6 route add 2001:db8::/64 via "2001:db8:1::$2" metric 1500
	ip -n "$1" -6 route add 2001:db8:1::/64 via "2001:db8::$2" metric 1500
}
second_way r1 12
second_way r2 11
ask through client --interval "$spacing" $server
ask through6 client --interval "$spacing" $server6
watch 0.3
unplug r1
becomes r2 active lan
watch 1
finish
expect_gone "$(down_time r2)"
