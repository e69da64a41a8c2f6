# SPDX-License-Identifier: MIT
#
# The findings of `lab try` in words.  Takes $plan: `introduction` is of the
# plan itself, `said` of one result, `hints` of a list of all of them.

def duration: if . < 1e5 then "\(. / 100 | round / 10) ms"
	else "\(. / 1e4 | round / 100) s" end;

def listed: if length < 2 then join("")
	else "\(.[:-1] | join(", ")) and \(.[-1])" end;

def asked($name): first($plan[0].probes[] | select(.name == $name));

# ---- Before ----

def introduction: .routers as $routers | ([.probes[].spacing_us] | max) as
		$spacing |
	(.segments[] | .virtual_routers | group_by(.vrid)[] |
	"\(map(.members[].router) | unique | listed): " +
	"\([.[].addresses[]] | listed), VRID \(.[0].vrid)."),
	"A client asks for \(if $plan[0].upstream then "them, and through " +
		"them for a host upstream," elif .segments | length > 1 then
		"them, and through them for the next one," else "them" end) " +
		"every \($spacing / 1000) ms.  Each fault begins anew.",
	(.notes[] | "Mind: \(.).");

# ---- One fault ----

# What was gone, and for how long: all in one if it was the same, and as long
# as it may be where somebody could take over.
def outages: ([.checks[] | select(.limit_us > 0).limit_us] | max) as $limit |
	[.probes[] | select(.longest_us > 0) |
		{ through: asked(.name).through, longest_us, name:
			(if asked(.name).through then "the way through"
			else asked(.name).to end) }] |
	if length == 0 then empty
	elif (map(.longest_us) | max - min) < 50000 then [.]
	else group_by(.through) end |
	map("\(map(.name) | unique | listed) gone for " +
		"\(map(.longest_us) | max | duration)") |
	if $limit then .[0] += ", where the timers allow " +
		($limit | duration) else . end | join("; ");

def lost: ([.probes[].lost] | max // 0) as $lost |
	if $lost == 0 then "nothing lost"
	elif $lost == 1 then "never gone, but for one packet"
	else "never gone, but for \($lost) packets" end;

def never_back: [.probes[] | select(any(.gaps[]; .open)) |
	asked(.name).to] | select(length > 0) |
	"; no answer in the end from \(listed)";

# A machine that is too busy drops frames with nobody's help.
def restless: ([.events[] | select(.kind == "fault").time_us] | min) as $fault |
	[.probes[].gaps[] | select(.end_us < $fault).length_us] | max |
	select(. != null) | " (and for \(duration) before anything was done: " +
	"this machine is busy)";

# What is allowed for a busy machine is a loss all the same.
def findings: ([outages] | .[0] // null) as $outages |
	if $outages then $outages + (never_back // "") +
		(restless // "")
	else lost end;

def verdict: { passed: "ok     ", failed: "FAILED ", skipped: "skipped" }[
	.verdict];

def said: "\(verdict) \(.title)",
	"        " + if .verdict == "skipped" or (.probes | length) == 0 then
		.reason else findings end,
	(select(.verdict == "failed" and (.probes | length) > 0) |
		if all(.checks[]; .ok) then "        \(.reason)"
		else .checks[] | select(.ok | not) | "        not as it " +
			"should be: \(.text): \(.measured); expected: " +
			"\(.expected)" end);

# ---- What could be better ----

def members: [$plan[0].segments[].virtual_routers[].members[]];

def kind($results; $kind): [$results[] | .scenario as $name |
	select(any($plan[0].faults[]; .name == $name and .kind == $kind))];

def interval_hint: ([members[].interval_us] | max) as $interval |
	([("crash", "reboot", "unplug", "cut") as $kind | kind(.; $kind)[] |
		select(.verdict == "passed").measures.outage_us] | max // 0) as
		$worst |
	select($interval > 100000 and $worst > 1e6) |
	"The longest outage was \($worst | duration), nearly all of it the " +
	"wait for three advertisements. With advertisement_interval = " +
	"\"100ms\" in all files it would be about " +
	"\($worst * 100000 / $interval | duration).";

def upstream_hint: kind(.; "upstream") | map(select(.measures.outage_us >
		1e6)) | select(length > 0) |
	"When a gateway lost its upstream it remained Active, and the way " +
	"through it was gone until the cable was back: vrrpd does not watch " +
	"other interfaces than those of its virtual routers.";

def segments_hint: . as $all | select($plan[0].segments | length > 1) |
	[kind($all; "unplug")[], kind($all; "cut")[]] |
	map(select([.probes[] | select(.longest_us > 1e6 and
		asked(.name).through)] | length > 0)) | select(length > 0) |
	"A gateway that lost one of its LANs remained Active on the other " +
	"one, where answers waited for it: virtual routers of several " +
	"interfaces do not move together.";

# The neighbours of an interface that has just come up may take a second.
def after_repair: ([.events[] | select(.kind == "repair").time_us] | max) as
		$repair |
	[.probes[].gaps[] | select($repair and .start_us > $repair).length_us] |
	max // 0;

def delay_hint: ([("leave", "reboot", "unplug") as $kind |
		kind(.; $kind)[] | after_repair] | max // 0) as $lost |
	select($lost > 100000 and any(members[]; .preempt and
		.preempt_delay_us < 1e6)) |
	"A gateway that came back took its addresses at once, and " +
	"\($lost | duration) were lost: preempt_delay = \"10s\" gives its " +
	"routes and neighbours the time they need.";

def hints: [delay_hint, interval_hint, upstream_hint, segments_hint] | .[] | "", .;
