#!/bin/sh
# SPDX-License-Identifier: MIT
# 510 virtual routers on each of eight interfaces; all are taken over at once
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

interval=1000 family=ipv4 ipv4=198.18.1.1
for eth in 0 1 2 3 4 5 6 7; do
	for i in $(seq 255); do
		vrouter "lan$eth-$i" "eth$eth" "$i" "198.$((18 + eth)).$i.1/32" \
			"fe80::5:$(printf %x "$i")/64"
	done
done

# A switch for each interface; the client is on the first one.
hosts() {
	ip -n client route add 198.18.0.0/16 dev eth0 src 192.0.2.254
	for eth in 1 2 3 4 5 6 7; do
		lan "lan$eth"
		attach r1 "eth$eth" "lan$eth" "10.$eth.0.11/24"
		attach r2 "eth$eth" "lan$eth" "10.$eth.0.12/24"
	done
}

# Thousands take their time to begin.
becomes() { within 60 is "$@"; }

# from_to FROM TO FILTER: of each virtual router of an interface and a family,
# the times of its advertisements by r1 and by r2 in between, us.
from_to() {
	jq -n -c --argjson from "$1" --argjson to "$2" '
		reduce (inputs | select(.kind == "advert" and .priority > 0 and
			.time_us >= $from and .time_us < $to)) as $a ({};
			($a.port | split("-")) as $port |
			.["\($port[1] // "eth0") \($a.family) \($a.vrid)"][
				$port[0]] += [$a.time_us]) |
		to_entries | map(.value) | '"$3" "$LAB/wire"
}

# All of their addresses are on its interfaces.
has_all() {
	[ "$(ip -n "$1" -o addr show | grep -cE " (198\.|fe80::5:)")" = 4080 ]
}

pair
held_from=$(now_us)
watch 30
killed=$(now_us)
kill r1
watch 5
becomes r2 active
within 20 has_all r2
watch 2
finish

# From two intervals before the end of r1 on: each has a last one there.
held=$(from_to "$held_from" "$killed" \
	'{ r1: map(select(.r1)) | length, r2: map(select(.r2)) | length }')
silent=$(from_to $((killed - 2000000)) "$(now_us)" \
	'map(select(.r1 and .r2) | (.r2 | min) - (.r1 | max)) |
	{ count: length, longest: (max // 0), shortest: (min // 0) }')
expect "virtual routers that r1, and none that r2, advertised for 30 s" 4080 \
	"$held | \"\(.r1) by r1, \(.r2) by r2\"" "$held | .r1 == 4080 and .r2 == 0"
expect "virtual routers that r2 took over" 4080 "$silent | .count" \
	"$silent | .count == 4080"
expect "the longest of them was silent" \
	"at most $(down_time r2) ms, and $LAB_SLACK ms for the machine" \
	"$story_ms $silent | .longest | ms" \
	"$silent | .longest <= ($(down_time r2) + $LAB_SLACK) * 1000"
expect "and none was taken over from who advertised" \
	"at least the Active_Down_Interval" "$story_ms $silent | .shortest | ms" \
	"$silent | .shortest + 10000 >= $(down_time r2) * 1000"
expect_gone "$(down_time r2)"
