#!/bin/sh
# SPDX-License-Identifier: MIT
# The packet filters of the hosts themselves drop VRRP
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
firewall_drop r1
firewall_drop r2
watch 2
firewall_pass r1
firewall_pass r2
finish
expect_takeovers 0
expect_smooth
