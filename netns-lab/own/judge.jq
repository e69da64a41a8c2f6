# SPDX-License-Identifier: MIT
#
# What a fault was to cost, by the timers of the user's own files, and what it
# did: the result of a run in (analyse.jq), a line for each check out.  Takes
# $plan, $name (of the fault), $before (who was Active), $fault and $repair
# (us, null: none), $slack (ms, for a busy machine).
#
# Whoever was Active for what a probe relies on and is silent costs up to the
# Active_Down_Interval of the next one (RFC 9568 section 6.1): three intervals,
# and the skew of that one's priority.  Who leaves in good order costs nothing.

def duration: if . == 0 then "not at all" elif . < 1000 then "\(.) us"
	elif . < 1e5 then "\(. / 100 | round / 10) ms"
	else "\(. / 1e4 | round / 100) s" end;

def down_time($victim): (first(.members[] | select(.router == $victim)) //
		.members[0]).interval_us as $interval |
	([.members[] | select(.router != $victim).priority] | max) as $next |
	$interval * (3 + (256 - $next) / 256) | ceil;

# What became of a probe, from one moment to another; null is the end.
def gaps($from; $to): [.gaps[] | select(.start_us >= $from - 1000 and
		($to == null or .start_us < $to)).length_us] | max // 0;

def check($text; $measured; $expected; $ok):
	{ text: $text, ok: ($ok | not | not), $measured, $expected };

def back: .received > 0 and all(.gaps[]; .open | not);

def is_gone($what; $from; $to; $us): gaps($from; $to) as $gone |
	check("\($what) is gone"; $gone | duration;
		if $us == 0 then "not at all, \($slack) ms for a busy machine"
		else "at most \($us | duration), and \($slack) ms for a busy " +
			"machine" end;
		$gone <= $us + $slack * 1000 and back) + { limit_us: $us };

def is_never_gone($what): .lost as $lost | is_gone($what; $fault; null; 0) |
	.measured += if $lost > 0 then ", \($lost) questions lost" else "" end;

def answers($what): check("\($what) answers in the end";
	(if back then "yes" else "no" end); "yes"; back);

($plan[0].faults[] | select(.name == $name)) as $it | $it.router as $victim |
[$plan[0].segments[] | . as $segment | .virtual_routers[] |
	. + { over: "\($segment.switch)/\(.vrid)", switch: $segment.switch }] as
	$all |
.probes[] | . as $probe |
($plan[0].probes[] | select(.name == $probe.name)) as $asked |
(if $asked.through then "the way to \($asked.to)" else $asked.to end) as $what |
# Those of its virtual routers that the fault can reach.
[$all[] | select(.family == $asked.family) | . as $vr |
	select($asked.over | index($vr.over)) |
	select(any($before[0][]; .over == $vr.over and
		.family == $vr.family and .routers == [$victim]))] as $hit |
($hit | map(select($it.switch == null or .switch == $it.switch))) as $moves |
([$moves[] | down_time($victim)] | max) as $down |
([$hit[].members[].interval_us] | max) as $interval |

if any($hit[]; .members | length == 1) then
	# Nobody is there to take over.
	empty
elif $it.kind == "upstream" then
	if $asked.through then answers($what)
	else is_never_gone($what) end
elif $hit == [] then
	is_never_gone($what)
elif $asked.through and ($hit | length > ($moves | length)) then
	# The router has lost one side, and stays Active on the other one.
	answers($what)
elif $moves == [] or ($it.kind | . == "leave" or . == "restart" or
		. == "reload") then
	is_never_gone($what)
else
	is_gone($what; $fault; $repair; $down),
	(if $repair == null then empty
	elif $it.kind == "reboot" or $it.kind == "unplug" then
		# It comes back as a Backup that preempts.
		is_gone("\($what), when \($victim) is back,"; $repair; null; 0)
	else
		# It never knew that it was not Active.
		is_gone("\($what), when \($victim) is heard again,"; $repair;
			null; $interval)
	end)
end
