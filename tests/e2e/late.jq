# SPDX-License-Identifier: MIT
#
# Was the machine late?  Takes $wire, what was heard during a planned change,
# which was made at the time $changed, $probe, what its clients have found, and
# $drops, how many frames the kernel had no time for; says what may cost a
# client an answer and is not the agent's fault.
#
# A newcomer waits min(interval / 2, 50 ms) for the kernel to give it its
# addresses; advert and announcement follow each other at once.  When the
# kernel's lock is not to be had by then, the advert goes alone, and who served
# until then stops.

def announced_since($advert):
	[$wire[] | select((.kind == "arp-announcement" or .kind == "na") and
		(.kind == "na") == ($advert.family == "ipv6") and
		.port == $advert.port and
		.time_us >= $advert.time_us).time_us] | min;

# Of two adverts in a row.
def delays($before; $advert):
	"\($advert.family) of \($advert.port)" as $who |
	($advert.time_us - $before.time_us |
		select(. > 1.5 * $before.interval_us) |
		"\($who): an advert after \(.) us"),
	(select($advert.port != $before.port and $advert.priority > 0) |
		(announced_since($advert) // infinite) - $advert.time_us |
		select(. > 200) |
		"\($who): announced \(.) us after its advert");

([$wire[] | select(.kind == "advert")] | group_by([.family, .vrid])[] |
	sort_by(.time_us) | range(1; length) as $i | delays(.[$i - 1]; .[$i])),
($probe[] | select(.start_us >= $changed) | "the client: asked too late"),
($probe[] | if .interval_us < 1000 then
	[.lapses[] | .end_us - .start_us] | max | select(. >= 1000) |
	"the client: no question for \(.) us"
else
	.skipped | select(. > 0) | "the client: \(.) questions not asked"
end),
($drops | select(. > 0) | "the kernel: \(.) frames dropped")
