#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # $names in single quotes are those of jq
#
# The report of made-up results: their numbers as text, JSON and HTML, and the
# page as a browser shows it.
set -u
here=$(cd "$(dirname "$0")" && pwd)
TOP=$(cd "$here/../.." && pwd)
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"
report=$TOP/netns-lab/report

plan 37

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
results=$work/results
page=$work/page.html

has() { grep -qF -e "$2" "$1"; }
lacks() { ! grep -qE -e "$2" "$1"; }

# equal WANTED CMD...: it prints that, and nothing else.
equal() {
	equal_wanted=$1
	shift
	equal_said=$("$@") && [ "$equal_said" = "$equal_wanted" ] && return
	diag "said \"$equal_said\", not \"$equal_wanted\""
	return 1
}

# refused STATUS WORD CMD...: it fails so, says so, and prints nothing.
refused() {
	refused_status=$1 refused_word=$2
	shift 2
	"$@" >"$work/out" 2>"$work/err"
	[ $? -eq "$refused_status" ] && [ ! -s "$work/out" ] &&
		has "$work/err" "$refused_word"
}

# spread DIR: each record that is read into a directory of its own.
spread() {
	cat >"$work/records"
	awk -v dir="$1" '{ print dir "/" NR }' "$work/records" |
		xargs mkdir -p
	awk -v dir="$1" '{
		print >(dir "/" NR "/result.json")
		close(dir "/" NR "/result.json")
	}' "$work/records"
}

asked() { jq -c "$1" "$work/json"; }

# ---- The three forms, and their numbers ----

"$here/sample-results" "$results" || exit 1
check "a page is made" "$report" --html "$page" "$results"
"$report" --json "$results" >"$work/json"
"$report" "$results" >"$work/text"

group='.scenarios[] | select(.id == "crash") | .daemons[]
	| select(.daemon == "vrrpd")'
# From the records themselves, in another way than the report does it.
by_hand=$(jq -s -c 'map(.measures.outage_us) | sort | {n: 30, min: .[0],
	median: ((.[14] + .[15]) / 2), p99: .[29], max: .[29]}' \
	"$results"/crash/vrrpd/*/result.json)
check "JSON: the outage of 30 runs" \
	equal "$by_hand" asked "$group | .measures.outage_us"
check "JSON: all runs of it" equal 30 asked "$group | .runs | length"
check "JSON: how long until it was noticed" equal true asked "$group
	| .measures.detection_us | .n == 30 and .max < 362400 and .min > 260000"
check "JSON: what one daemon's median is of another's" equal true \
	asked "$group | .ratio_to_keepalived * 1000 | round == 936"
check "JSON: passed, failed, skipped" \
	equal 'vrrpd 10 3 1, keepalived 2 1 1, frr 0 1 1, Mixed pairs 1 0 0' \
	jq -r '[.totals[] | "\(.daemon) \(.passed) \(.failed) \(.skipped)"]
	| join(", ")' "$work/json"
check "JSON: one of three failed" \
	equal '["failed",1,3]' asked '.scenarios[] | select(.id == "lose-20")
	| .daemons[0] | [.verdict, .runs_failed, .runs_total]'

"$report" --table "$results" >"$work/table"
check "table: how many runs passed" has "$work/table" "2 of 3, 1 ms "
check "table: why one has failed" has "$work/table" \
	": takeovers that nothing called for: 1, expected 0"

check "text: the verdict" has "$work/text" \
	"vrrpd 0.1.0 passed 10 of 13 scenarios, 1 was skipped"
check "text: why it failed" has "$work/text" \
	"- takeovers that nothing called for: expected 0, measured 1"
check "text: why it was skipped" has "$work/text" \
	"- conntrackd is not installed"
check "text: what happened, and when" has "$work/text" \
	"    +0.0 ms  no answer until the end of the run, 2000 questions meanwhile"
check "text: a router in letters" grep -qE '^r1 +A{26,}r+ *$' "$work/text"
check "text: 80 columns" lacks "$work/text" '^.{81}'
check "text: no colour but for a terminal" lacks "$work/text" "$(printf '\033')"

# ---- The page as a file ----

count() { xmllint --xpath "count($1)" "$page"; }
lane='//section[@id="cable"]//article[1]/figure[1]'
if command -v xmllint >/dev/null; then
	check "HTML: well-formed" xmllint --noout "$page"
	check "HTML: a section for each scenario" equal 14 count //section
	check "HTML: the bands of a cable that comes back" equal \
		"4 3 1" echo "$(count "$lane//rect[@class='band active' or
		@class='band initialize']")" "$(count \
		"$lane//rect[@class='band backup']")" \
		"$(count "$lane//rect[@class='gap']")"
	check "HTML: its failure is a dot in each of 10 runs" equal 10 \
		count '//section[@id="cable"]//circle'
else
	for text in well-formed sections bands dots; do
		ok "HTML: $text # SKIP xmllint is not installed"
	done
fi
check "HTML: nothing is loaded" \
	lacks "$page" '(src|href)=.[^#]|url\(|@import|<script|<link|https?:'
check "HTML: what a stranger says is text" has "$page" \
	"a stranger says &lt;script&gt;alert(1)&lt;/script&gt;"
check "HTML: small" test "$(wc -c <"$page")" -lt 1000000

# ---- The page in a browser ----

# browser ARG...: with nothing of its own but what is in the work directory.
browser() {
	HOME=$work timeout 120 chromium --headless --no-sandbox --disable-gpu \
		--disable-dev-shm-usage --hide-scrollbars \
		--user-data-dir="$work/profile" "$@" 2>"$work/browser"
}

# Texts of a picture that lie on each other or stick out, as the browser has
# set them; all of it open, so that there is something to measure.
measure='
for (const details of document.querySelectorAll("details"))
	details.open = true;
const found = [];
let texts = 0;
for (const svg of document.querySelectorAll("svg")) {
	const all = [...svg.querySelectorAll("text")];
	const boxes = all.map(text => text.getBBox());
	const wide = svg.viewBox.baseVal.width;
	texts += all.length;
	boxes.forEach((a, i) => {
		const said = all[i].textContent;
		if (a.x < -2 || a.x + a.width > wide + 2)
			found.push("sticks out: " + said);
		boxes.slice(i + 1).forEach((b, n) => {
			if (a.x + 1 < b.x + b.width && b.x + 1 < a.x + a.width &&
			    a.y + 4 < b.y + b.height && b.y + 4 < a.y + a.height)
				found.push(said + " | " + all[i + 1 + n].textContent);
		});
	});
}
document.title = texts + " texts, " + found.length + " hit: " +
	found.slice(0, 5).join("; ");
'

# shot OUT ARG...: as PNG, which begins with its name.
shot() {
	shot_out=$1
	shift
	browser --screenshot="$shot_out" --window-size=1200,2000 "$@" \
		"file://$page" && [ "$(head -c 4 "$shot_out" | tail -c 3)" = PNG ] &&
		[ "$(wc -c <"$shot_out")" -gt 50000 ]
}

seen() { grep -oE -e "$1" "$work/dom" | wc -l; }

if command -v chromium >/dev/null; then
	{
		sed 's|</body></html>||' "$page"
		printf '<script>%s</script></body></html>\n' "$measure"
	} >"$work/measured.html"
	browser --dump-dom "file://$work/measured.html" >"$work/dom"
	check "browser: it has the sections" equal 14 seen '<section '
	check "browser: it has what broke" \
		has "$work/dom" "r1's cable is unplugged</text>"
	check "browser: it has lengths of silence" \
		has "$work/dom" "no answer for 361.5 ms</text>"
	check "browser: it has what became of a TCP connection" \
		has "$work/dom" "TCP connection lives</text>"
	check "browser: it has who comes back" \
		has "$work/dom" "r1 comes back</text>"
	title=$(grep -oE '<title>[0-9]+ texts, [0-9]+ hit: [^<]*' "$work/dom")
	check "browser: hundreds of texts, none on another" \
		eval 'expr "$title" : "<title>[0-9]\{3,\} texts, 0 hit: " >/dev/null'
	diag "${title#<title>}"
	check "browser: a picture by day" \
		shot "$work/day.png" --blink-settings=preferredColorScheme=1
	check "browser: and another by night" \
		shot "$work/night.png" --blink-settings=preferredColorScheme=0
else
	for text in sections faults silences streams returns overlaps day night; do
		ok "browser: $text # SKIP chromium is not installed"
	done
fi

# ---- What is wrong ----

mkdir "$work/empty" "$work/broken" "$work/broken/1" "$work/broken/2"
check "an empty directory is refused" \
	refused 1 "no result.json" "$report" "$work/empty"
check "a wrong option is refused" \
	refused 2 "usage: report" "$report" --pdf "$results"
echo '{"scenario": "half' >"$work/broken/1/result.json"
cp "$results/nobody/vrrpd/1/result.json" "$work/broken/2/"
"$report" "$work/broken" >"$work/text" 2>"$work/err"
check "a broken record is named, the others are told" eval \
	'has "$work/text" "WARNING: $work/broken/1/result.json" &&
	has "$work/text" "vrrpd 0.1.0 passed 0 of 1 scenario"'

# A copy of one record for each name in it, without what has that name.
jq -c '. as $all | [paths | map(strings)[-1] | values] | unique | .[] as $name
	| $all | walk(if type == "object" then del(.[$name]) else . end)
	| .scenario = "without-" + $name' \
	"$results/planned-exit/keepalived/1/result.json" |
	spread "$work/less"
"$report" --html "$work/less.html" "$work/less" 2>"$work/err"
"$report" "$work/less" >"$work/text" 2>>"$work/err"
wanted=$(find "$work/less" -name result.json | wc -l)
told() { grep -o '<section ' "$work/less.html" | wc -l; }
check "whatever a record lacks, it is reported" equal "$wanted" told
check "without a word, and there are many" \
	test ! -s "$work/err" -a "$wanted" -gt 40

# ---- Much of it ----

# 30 scenarios with three daemons, ten runs each.
for daemon in vrrpd keepalived frr; do
	cat "$results/crash/$daemon"/[1-9]/result.json \
		"$results/crash/$daemon/10/result.json"
done | jq -c 'range(30) as $n | .scenario = "s\($n)"' | spread "$work/much"
start=$(date +%s)
"$report" --html "$work/much.html" "$work/much"
took=$(($(date +%s) - start))
size=$(wc -c <"$work/much.html")
check "900 runs make a page of less than 5 MB within minutes" \
	test "$size" -lt 5000000 -a "$took" -lt 300
diag "$size octets, $took s"
