# SPDX-License-Identifier: MIT
#
# Results as a table in Markdown, for RESULTS.md: who passed how often, the
# median of the longest time without an answer, and why the others failed.

def median: sort | .[(length - 1) / 2 | floor];
def ms: if . == null then "-" elif . >= 1000000
	then (. / 10000 | round / 100 | tostring) + " s"
	else (. / 100 | round / 10 | tostring) + " ms" end;

def cell: if length == 0 then "-"
	elif all(.verdict == "skipped") then "cannot"
	else map(select(.verdict != "skipped")) |
	"\(map(select(.verdict == "passed")) | length) of \(length), " +
	(map(.measures.outage_us // empty) | median | ms) end;

# A mixed pair has a column of its own, and here a row.
def table:
	. as $all | ["vrrpd", "keepalived", "frr"] as $daemons |
	([.[].versions | to_entries[]] | from_entries) as $versions |
	(["Scenario"] + [$daemons[] | "\(.) \($versions[.] // "")"] |
		"| \(join(" | ")) |"),
	"|---|---|---|---|",
	(group_by(.scenario)[] | . as $runs | .[0].title as $title |
		if any(.daemon | contains("+"))
		then "| \($title) | \($runs | map(select(.daemon | contains("+"))) |
			cell) | | |"
		else "| \($title) | " + ([$daemons[] as $d | $runs |
			map(select(.daemon == $d)) | cell] | join(" | ")) + " |"
		end),
	"",
	($daemons[] as $d | [$all[] | select(.daemon == $d and
		.verdict == "failed")] | select(length > 0) |
		"## What \($d) fails", "",
		(group_by(.scenario)[] | "* \(.[0].title): \(.[0].reason)"), ""),
	([$all[] | select(.verdict == "skipped" and
		(.reason | startswith("it is about") | not))] |
		select(length > 0) | "## What was not asked", "",
		(group_by([.daemon, .scenario])[] |
			"* \(.[0].title) (\(.[0].daemon)): \(.[0].reason)"));
