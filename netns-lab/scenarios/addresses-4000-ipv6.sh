#!/bin/sh
# SPDX-License-Identifier: MIT
# 4000 IPv6 addresses in 45 virtual routers: the Active is cut off, silently
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

# As many as go into an advertisement.  The last address of all is asked for by
# `pair`, and one more of the last virtual router beside it.
family=ipv6 ipv6=2001:db8:45::89
for i in $(seq 45); do
	# shellcheck disable=SC2046 # a list
	vrouter "lan$i" eth0 "$i" "fe80::5:$i/64" \
		$(seq -f "2001:db8:$i::%g/128" 89)
done
hosts() { ip -n client route add 2001:db8::/32 dev eth0 src 2001:db8::99; }
pair
ask first client --interval "$spacing" 2001:db8:45::1
watch 0.3
cut r1
becomes r2 active
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_patience
