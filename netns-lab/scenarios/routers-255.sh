#!/bin/sh
# SPDX-License-Identifier: MIT
# 255 virtual routers: the Active is cut off, silently
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

family=ipv4 ipv4=10.0.0.255
for i in $(seq 255); do
	vrouter "lan$i" eth0 "$i" "10.0.0.$i/32"
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
