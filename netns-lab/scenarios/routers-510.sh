#!/bin/sh
# SPDX-License-Identifier: MIT
# 510 virtual routers advertise every 10 ms, and nothing fails
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

interval=10 family=ipv4 ipv4=10.0.0.255
for i in $(seq 255); do
	vrouter "lan$i" eth0 "$i" "10.0.0.$i/32" "fe80::5:$(printf %x "$i")/64"
done
hosts() { ip -n client route add 10.0.0.0/16 dev eth0 src 192.0.2.254; }
pair
watch 5
finish
expect_lost_share 1
expect_takeovers 0
