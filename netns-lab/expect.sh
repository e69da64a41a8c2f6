# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What is expected of a story that is over (story.sh), from its result.json.
# What a machine can be slow with is asked with LAB_SLACK ms to spare (500).
#
#	expect TEXT EXPECTED MEASURED CONDITION   jq filters on result.json
#	expect_lost N		questions that stayed without an answer
#	expect_gone MS		the longest gap; LAB_SLACK ms (500) are allowed
#				beyond, as machines are busy
#	expect_advert MS	who took over said so that soon after the fault,
#				with LAB_SLACK
#	expect_forwarded PROBE MS  what it asks a server beyond is answered that
#				soon after the first takeover was due
#	expect_smooth		the longest gap of a change that is no loss: 50 ms,
#				less than any timer with 100 ms advertisements
#	expect_patience		nobody took over from a silent one any earlier
#				than RFC 9568 section 6.4.2 allows
#	expect_blame ADDRESS	a daemon has named it in its log
#	expect_flood		the kernel dropped most of it, and between two
#				vrrpd no advertisement was lost
#	expect_survival PROBE	its TCP connection is as it was
#	expect_reached PROBE	never without an answer, but for LAB_SLACK
#	expect_lost_after N	the same, of gaps that began after the last repair
#	expect_lost_share N	percent of all questions
#	expect_takeovers N [M]	N to M times (N) somebody became Active, in each
#				family
#	expect_spacing NAME MS	its advertisements, of each family of the first
#				virtual router, never came further apart, from the
#				first question on
#	expect_wait NAME MS	it was Active no sooner after its start
#	expect_silence NAME	since overhear NAME, nothing
#	expect_one		no two routers answered at once, beyond 100 ms
#	expect_both MS		who has taken over from a silent router answered
#				beside it for that long at most (needs hub)
#	expect_quiet NAME	it has never answered (needs hub)

expect() {
	jq -c --arg text "$1" --arg expected "$2" "{ text: \$text,
		ok: (($4) | not | not), measured: (($3) | tostring),
		expected: \$expected }" "$LAB/result.json" >>"$LAB/checks"
}

expect_lost() {
	expect "questions without an answer" "at most $1" .measures.lost \
		".measures.lost <= $1 and (.probes | length > 0 and all(.received > 0))"
}

story_ms='def ms: . / 100 | round / 10 | tostring + " ms";'

expect_gone() {
	expect "the longest time without an answer" "at most $1 ms, and $LAB_SLACK ms for the machine" \
		"$story_ms .measures.outage_us | ms" \
		".measures.outage_us <= ($1 + $LAB_SLACK) * 1000 and
		(.probes | length > 0 and all(.received > 0 and
			([.gaps[] | select(.open)] | length == 0)))"
}

# From advert to advert, as the lateness of machines can but lengthen that: the
# interval of who is silent, and the skew of who takes over, less 10 ms for two
# clocks.
expect_patience() {
	expect "a takeover from a silent router waits for its time" \
		"at least the Active_Down_Interval" \
		"[.takeovers[] | select(.silent) | .advert_us - .last_advert_us |
			. / 100 | round / 10 | tostring + \" ms\"] | join(\", \")" \
		".settings as \$s | [.takeovers[] | select(.silent)] |
			length > 0 and all(.advert_us - .last_advert_us + 10000 >=
			\$s.interval_us * (3 + (256 - \$s.priorities[.to]) / 256))"
}

expect_blame() {
	story_named="nobody"
	# shellcheck disable=SC2154 # story.sh has it
	for story_name in $story_routers; do
		! grep -qF "$1" "$LAB/$story_name/log" || story_named=$1
	done
	expect "who is to blame is in a log" "$1" "\"$story_named\"" \
		"\"$story_named\" == \"$1\""
}

expect_flood() {
	story_dropped=$(jq '100 - 100 * .arrived / .sent | round' "$LAB/flood")
	expect "packets of the flood that the kernel dropped" "most" \
		"\"$story_dropped % of $(jq .sent "$LAB/flood")\"" \
		"$story_dropped > 50"
	[ -s "$LAB/counts" ] || return 0
	story_lost=$(jq -s '.[1].sent - .[0].sent - .[1].heard + .[0].heard' \
		"$LAB/counts")
	expect "advertisements that the Backup did not hear" "none" \
		"\"$story_lost of $(jq -s '.[1].sent - .[0].sent' \
			"$LAB/counts")\"" "$story_lost == 0"
}

expect_survival() {
	expect "the TCP connection of $1" "survives" \
		".probes[] | select(.name == \"$1\") | if .survived then
			\"survived\" else \"broke: \" + (.ended // \"\") end" \
		".probes[] | select(.name == \"$1\") | .survived"
}

expect_one() {
	expect "two routers answer at the same time" "at most 100 ms" \
		"$story_ms .measures.both_us | ms" ".measures.both_us <= 100000"
}

expect_both() {
	expect "two routers answer after a takeover from a silent one" \
		"for at most $1 ms" \
		"$story_ms [.takeovers[] | select(.silent).both_us |
			if . == null then \"nobody asked\" else ms end] |
			join(\", \")" \
		"[.takeovers[] | select(.silent).both_us] | length > 0 and
			all(. != null and . <= $1 * 1000)"
}

expect_quiet() {
	expect "answers of $1" "none, but of others" \
		"[.routers[] | select(.name == \"$1\").answers[].count] |
			add // 0" \
		"[.routers[].answers[]] != [] and
			([.routers[] | select(.name == \"$1\").answers[]] == [])"
}

expect_takeovers() {
	story_most=${2:-$1}
	expect "how often somebody took over" \
		"$1${2:+ to $2} in each family" \
		'[.takeovers[] | "\(.family): \(.from) to \(.to)"] |
			if length > 8 then "\(length) times" else join(", ") end |
			if . == "" then "never" else . end' \
		"(.settings.family | if . == \"both\" then [\"ipv4\", \"ipv6\"]
			else [.] end) as \$families | .takeovers as \$all |
		\$families | all(. as \$family | [\$all[] |
			select(.family == \$family)] | length |
			. >= $1 and . <= $story_most)"
}

expect_advert() {
	expect "from the fault to the successor's first advertisement" \
		"at most $1 ms, and $LAB_SLACK ms for the machine" \
		"$story_ms [.takeovers[].detection_us | values | ms] |
			join(\", \")" \
		".takeovers | length > 0 and all(.detection_us | . != null and
			. <= ($1 + $LAB_SLACK) * 1000)"
}

# Who spoke from a virtual MAC is counted there, and not again by its address.
expect_silence() {
	story_overheard=$(nft list table bridge "overhear-$1" |
		awk '/counter/ { n[/ether/] += $(index_of("packets") + 1) }
		function index_of(word,    i) {
			for (i = 1; i <= NF && $i != word; i++)
				;
			return i
		}
		END { printf "%d from a virtual MAC address, %d from a " \
			"virtual address of a real one\n", n[1], n[0] }')
	expect "frames of $1 in the name of the virtual router" "none" \
		"\"$story_overheard\"" \
		"\"$story_overheard\" | test(\"^0 .* 0 \")"
}

expect_forwarded() {
	expect "from the Active_Down_Interval until $1 is answered" \
		"at most $2 ms" \
		"$story_ms $(story_forwarded "$1") |
			if . == null then \"never\" else ms end" \
		"$(story_forwarded "$1") | . != null and . <= $2 * 1000"
}

expect_reached() {
	expect "the longest time without an answer to $1" \
		"none, and $LAB_SLACK ms for the machine" \
		"$story_ms .probes[] | select(.name == \"$1\").longest_us | ms" \
		".probes[] | select(.name == \"$1\") | .received > 0 and
			.longest_us <= $LAB_SLACK * 1000"
}

# The longest gap is that of the takeover.
story_forwarded() {
	echo "(.settings as \$s | .takeovers[0] as \$first | [.probes[] |
		select(.name == \"$1\").gaps[]] | max_by(.length_us) |
		if . == null or .open or \$first.last_advert_us == null
		then null else .end_us - \$first.last_advert_us -
			\$s.interval_us * (3 + (256 -
			\$s.priorities[\$first.to]) / 256) end)"
}

# However slow the machine, the client has waited for nothing but a router.
expect_smooth() {
	expect "the longest time without an answer, with no timer to wait for" \
		"at most 50 ms" "$story_ms .measures.outage_us | ms" \
		".measures.outage_us <= 50000 and (.probes | length > 0 and
			all(.received > 0))"
}

expect_spacing() {
	story_spacing="(.settled_us as \$from | .settings.vrid as \$vrid |
		[.routers[] | select(.name == \"$1\").adverts[] |
		select(.time_us >= \$from and .vrid == \$vrid)] | group_by(.family) |
		map([range(1; length) as \$i | .[\$i].time_us -
			.[\$i - 1].time_us] | max))"
	expect "the longest time between two advertisements of $1" \
		"at most $2 ms" \
		"$story_ms $story_spacing | map(if . == null then \"no second one\"
			else ms end) | join(\", \")" \
		"$story_spacing | length > 0 and
			all(. != null and . <= $2 * 1000)"
}

expect_wait() {
	story_wait="(.events as \$events | [.routers[] | select(.name == \"$1\") |
		.bands[] | select(.state == \"active\") | .from_us as \$at |
		\$at - ([\$events[] | select(.router == \"$1\" and
			.state == \"started\" and .time_us < \$at)][-1].time_us)])"
	expect "from the start of $1 until it is Active" "at least $2 ms" \
		"$story_ms $story_wait | map(ms) | join(\", \")" \
		"$story_wait | length > 0 and all(. >= $2 * 1000)"
}

expect_lost_share() {
	story_share='([.probes[] | .lost * 1000 / .sent | round / 10] | max)'
	expect "questions without an answer" "at most $1 %" \
		"$story_share | tostring + \" %\"" \
		"(.probes | length > 0) and $story_share <= $1"
}

# Gaps that began before it are the fault's.
expect_lost_after() {
	expect "questions without an answer after the repair" "at most $1" \
		"$story_after" "(.probes | length > 0 and all(.received > 0)) and
		($story_after) <= $1"
}
story_after='([.events[] | select(.kind == "repair")][-1].time_us) as $repair |
	[.probes[] | [.gaps[] | select(.start_us >= $repair) | .unanswered] |
	add // 0] | max'
