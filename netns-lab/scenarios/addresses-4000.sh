#!/bin/sh
# SPDX-License-Identifier: MIT
# 4000 addresses in 16 virtual routers: the Active is cut off, silently
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

# The last address of all is asked for by `pair`, the first one beside it.
family=ipv4 ipv4=10.0.15.250
for i in $(seq 0 15); do
	# shellcheck disable=SC2046 # a list
	vrouter "lan$i" eth0 $((i + 1)) $(seq -f "10.0.$i.%g/32" 250)
done
hosts() { ip -n client route add 10.0.0.0/16 dev eth0 src 192.0.2.254; }
pair
ask first client --interval "$spacing" 10.0.0.1
watch 0.3
cut r1
becomes r2 active
watch 0.5
finish
expect_gone "$(down_time r2)"
expect_patience
