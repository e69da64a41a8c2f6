#!/bin/sh
# SPDX-License-Identifier: MIT
# 100 IPv4 and 90 IPv6 addresses: the Active is cut off, silently
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

addresses=fe80::5:1/64
for i in $(seq 100); do
	addresses="$addresses 192.0.2.$((100 + i))/24"
	[ "$i" -ge 90 ] || addresses="$addresses 2001:db8::1:$i/64"
done
ipv4=192.0.2.200 ipv6=2001:db8::1:89
pair
cut r1
becomes r2 active
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_patience
