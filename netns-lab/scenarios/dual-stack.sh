#!/bin/sh
# SPDX-License-Identifier: MIT
# Dual stack: IPv4 and IPv6 stay together through exit, return and crash
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

pair
stop r1
becomes r2 active
watch 0.3
start r1
becomes r1 active
becomes r2 backup
watch 0.3
cut r1
becomes r2 active
watch 0.5
finish
expect_gone "$(down_time r2)"
expect "both families moved to r2, and are apart for" "at most $LAB_SLACK ms" \
	'[.takeovers[-2:][] | .advert_us] | (.[0] - .[1]) / 1000 | fabs | tostring + " ms"' \
	"[.takeovers[-2:][] | .to] == [\"r2\", \"r2\"] and
		([.takeovers[-2:][] | .advert_us] | (.[0] - .[1] | fabs) < $LAB_SLACK * 1000)"
