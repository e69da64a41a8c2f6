# SPDX-License-Identifier: MIT
#
# The records of the bench, read: from the files of one run to a line of
# results, and from all results to distributions and tables.  What a filter
# needs it finds in variables: $wire and $ping, $arp are arrays of what build/
# wire and build/probe have printed, $results of what the filters here made.

# ---- One run ----

# How long a Backup of priority 100 waits for the next advertisement.
def active_down_us($interval):
	3 * $interval * 1000 + 156 * $interval * 1000 / 256;

# The moment of a cut is the switch's own, if it tells of one.
def port_closed: [$wire[] | select(.kind == "port" and .name == $one and
	.state == "disabled").time_us][0];

def strike:
	(port_closed // $cause) as $cause |
	[$wire[] | select(.kind == "advert" and .vrid == $vrid)] as $adverts |
	(if $fault == "return" then $one else $two end) as $successor |
	([$adverts[] | select(.time_us <= $cause)] | last) as $before |
	([$adverts[] | select(.time_us > $cause and .port == $successor)] |
		first) as $after |
	($fault == "leave" or $fault == "return") as $planned |
	# An answer may have been under way at the moment of the fault.
	[$ping[0].gaps[] | select(.end_us > $cause)] as $gaps |
	{ measure: (if $planned then "planned" else "takeover" end),
	  fault: $fault, interval_ms: $interval, daemon: $daemon } +
	if $after == null or any($gaps[]; .open) then
		{ incomplete: true, why: "no whole record of it" }
	else
		{ outage_us: ([$gaps[].length_us] | max // 0),
		  lost: ([$gaps[].unanswered] | add // 0),
		  detection_us: ($after.time_us - $cause) } +
		if $planned or $before == null then {} else
		{ late_us: ($after.time_us - $before.time_us -
			active_down_us($interval) | round) } end
	end;

# From the change on, `moved` is when the other router first advertised.
def handover:
	$ping[0] as $p |
	[$wire[] | select(.port == $to and .time_us > $cause)] as $said |
	([$said[] | select(.kind == "advert" and .vrid == $vrid and
		.family == $family and .priority > 0).time_us] | min) as $moved |
	([$said[] | select(.kind == if $family == "ipv4" then
		"arp-announcement" else "na" end).time_us] | min) as $announced |
	{ measure: "handover", mac: $mac, interval_ms: $interval, way: $way,
	  direction: $direction, family: $family, daemon: $daemon } +
	if $moved == null or $p.received == 0 then
		{ incomplete: true, why: "no whole record of it" }
	elif $p.sent < 10000 or $p.start_us > $cause then
		{ incomplete: true, why: "the client had no time to ask" }
	elif $p.overruns > 0 then
		{ incomplete: true, why: "the client had no room for answers" }
	else
		{ sent: $p.sent, lost: $p.lost, outage_us: $p.longest_us,
		  skipped: $p.skipped, dropped: $dropped,
		  blind_us: ([$p.lapses[] | select(.end_us > $moved - 20000 and
			.start_us < $moved + 20000) | .end_us - .start_us] |
			max // 0),
		  handover_us: ($moved - $cause),
		  announced_us: ($announced | values - $moved),
		  losses: [$p.losses[] | { from_us: (.first_us - $moved),
			to_us: (.last_us - $moved), questions }] }
	end;

# Who resigns says that nobody is Active.
def restart:
	[$wire[] | select(.kind == "advert" and .vrid == $vrid and
		.priority > 0)] as $adverts |
	[range(1; $adverts | length) | $adverts[. - 1:. + 1]] as $pairs |
	[$ping[0].gaps[] | select(.end_us > $cause)] as $gaps |
	{ measure: "restart", interval_ms: $interval, daemon: $daemon } +
	if any($gaps[]; .open) or all($pairs[]; .[1].time_us < $cause) then
		{ incomplete: true, why: "no whole record of it" }
	else
		{ outage_us: ([$gaps[].length_us] | max // 0),
		  lost: ([$gaps[].unanswered] | add // 0),
		  spacing_us: ([$pairs[] | .[1].time_us - .[0].time_us] | max),
		  takeovers: ([$pairs[] | select(.[0].port != .[1].port)] |
			length) }
	end;

# Each advertisement of a virtual router with the one before it; who resigns
# does not say that anybody is Active.
def neighbours: map(select(.priority > 0)) | group_by([.vrid, .family])[] |
	sort_by(.time_us) | range(1; length) as $i |
	{ from: .[$i - 1], to: .[$i], us: (.[$i].time_us - .[$i - 1].time_us) };

# Of the virtual routers that stay.
def reload:
	[$wire[] | select(.kind == "advert" and (.vrid == $vrid or
		.vrid == $vrid + 100))] as $adverts |
	[$adverts | neighbours] as $all |
	[$all[] | select(.to.time_us > $from and .from.time_us < $to).us] as $us |
	[$wire[] | select((.kind == "arp-announcement" or .kind == "na") and
		.port == $one and .time_us > $from and .time_us < $to)] as $told |
	[$ping[0], $ping6[0]] as $asked |
	{ measure: "reload", interval_ms: $interval, change: $change,
	  daemon: $daemon } +
	if $us == [] or any($asked[]; .received == 0 or
		(any(.gaps[]; .open))) then
		{ incomplete: true, why: "no whole record of it" }
	else
		{ reloads: $reloads, reload_us: (($to - $from) / $reloads | round),
		  sent: ([$asked[].sent] | add), lost: ([$asked[].lost] | add),
		  outage_us: ([$asked[].longest_us] | max),
		  adverts: ($us | length), spacing_us: ($us | max),
		  late: ([$us[] | select(. > $interval * 1500)] | length),
		  extra: ((($us | length) - ($us | add) / $interval / 1000 +
			($told | length)) / $reloads * 100 | round / 100 + 0),
		  takeovers: ([$all[] | select(.from.port != .to.port)] |
			length) }
	end;

# What somebody did who went on at $woken, or when the switch opened its port.
def overslept:
	([$wire[] | select(.kind == "port" and .name == $one and
		.state == "forwarding" and .time_us >= $woken).time_us][0] //
		$woken) as $woken |
	[$address, $address6] as $own |
	[$wire[] | select(.kind == "advert" and .vrid == $vrid)] as $adverts |
	[$wire[] | select(.port == $one and .time_us >= $woken)] as $did |
	[$did[] | select(.kind == "advert" and .vrid == $vrid)] as $spoke |
	[$did[] | select((.kind == "arp-announcement" or .kind == "na") and
		(.address | IN($own[])))] as $announced |
	[$adverts[] | select(.port == $two and .priority > 0 and
		.time_us > $cause)] as $other |
	def since: if . == null then null else . - $woken end;
	# The last one of a list of times, if all of them are there.
	def whole: if any(. == null) then null else max end;
	{ measure: "overslept", interval_ms: $interval, way: $way, case: $case,
	  daemon: $daemon } +
	if $case == "replaced" then
		if ($other | map(.family) | unique | length) < 2 then
			{ incomplete: true, why: "no whole record of it" }
		else
			{ frames: ($spoke + $announced | length),
			  advertised: ($spoke | length),
			  answered_us: ([$did[] | select((.kind | IN("arp-reply",
				"na-reply", "echo-reply")) and (.address |
				IN($own[]))).time_us] | max | since // 0),
			  backup_us: ([("ipv4", "ipv6") as $f | [$states[] |
				select(.family == $f and .state == "backup" and
				.time_us >= $woken).time_us] | min] |
				whole | since) }
		end
	elif any($other[]; .time_us < ($spoke[0].time_us // infinite)) then
		{ incomplete: true, why: "the other router took over" }
	elif $case == "brief" and any("ipv4", "ipv6"; . as $f | $woken -
		([$adverts[] | select(.port == $one and .family == $f and
		.time_us < $woken).time_us] | max) < $interval * 3000) then
		{ incomplete: true, why: "its silence was too short to matter" }
	else
		{ advert_us: ([("ipv4", "ipv6") as $f | [$spoke[] |
			select(.family == $f).time_us] | min] | whole | since),
		  announced_us: ([$own[] as $a | [$announced[] |
			select(.address == $a).time_us] | min] |
			whole | since),
		  answer_us: ([$ping[0], $ping6[0] | .gaps[] |
			select(.end_us > $woken and .start_us <= $woken).end_us] |
			max | since // 0) }
	end;

def addresses:
	port_closed as $cause |
	([$wire[] | select(.kind == "advert" and .port == $two and
		.time_us > $cause).time_us] | min) as $advert |
	# Of each address, the first answer that was none of the old router.
	[$arp[] | [.gaps[] | select(.end_us > $cause)] |
		max_by(.length_us)] as $gaps |
	{ measure: "addresses", addresses: $addresses, interval_ms: $interval,
	  daemon: $daemon, spacing_us: $spacing } +
	if $advert == null or any($gaps[]; . == null or .open) then
		{ incomplete: true, why: "no whole record of it" }
	else
		([$gaps[].end_us] | min) as $first |
		([$gaps[].end_us] | max) as $last |
		{ first_us: ($first - $advert), last_us: ($last - $advert),
		  outage_us: ($last - $cause) } +
		if $deadline then { decided_first_us: ($first - $deadline),
			decided_advert_us: ($advert - $deadline) } else {} end
	end;

# Of those that were asked for, the worst: from the first advertisement of its
# virtual router, or its deadline, to its first answer.
def thousands:
	port_closed as $cause |
	[$asked[] | .vrid as $vrid | {
		advert: ([$wire[] | select(.kind == "advert" and
			.port == $two and .vrid == $vrid and
			.time_us > $cause).time_us] | min),
		deadline: ($deadlines // {})["\($vrid)"],
		gap: ([.gaps[] | select(.end_us > $cause)] |
			max_by(.length_us)) }] as $asked |
	{ measure: "thousands", family: $family, interval_ms: $interval,
	  daemon: $daemon } +
	if any($asked[]; .advert == null or .gap == null or .gap.open) then
		{ incomplete: true, why: "no whole record of it" }
	else
		{ "\($which)_us": ([$asked[] | .gap.end_us - .advert] |
			max | round) } +
		if $deadlines then { "decided_\($which)_us": ([$asked[] |
			.gap.end_us - .deadline] | max | round) } else {} end
	end;

# Who was the Active answers beside its successor.
def both:
	[$wire[] | select(.address == $address and (.kind == "arp-reply" or
		.kind == "echo-reply"))] as $answers |
	([$wire[] | select(.kind == "advert" and .vrid == $vrid and
		.port == $one).time_us] | max) as $last |
	([$wire[] | select(.kind == "advert" and .vrid == $vrid and
		.port == $two and .time_us > ($last // 0)).time_us] |
		min) as $after |
	([$answers[] | select(.port == $one).time_us] | max) as $old |
	([$answers[] | select(.port == $two and .time_us > $last).time_us] |
		min) as $new |
	[$ping[0].gaps[] | select(.end_us > $cause)] as $gaps |
	{ measure: "both", fault: $fault, interval_ms: $interval,
	  daemon: $daemon } +
	if any($last, $old, $new, $after; . == null) then
		{ incomplete: true, why: "no whole record of it" }
	elif $after < $last + 3 * $interval * 1000 then
		{ incomplete: true, why: "the other router was Active, too" }
	else
		{ both_us: ([$old - $new, 0] | max), after_us: ($old - $last),
		  outage_us: ([$gaps[].length_us] | max // 0) }
	end;

# The silence of a takeover: a busy machine makes others.
def silence($probe; $cause; $until): [$probe.gaps[] |
	select(.end_us > $cause and .start_us <= $until)] | max_by(.length_us);

# From the cut on: when did who was due, by the RFC or by its own account, serve
# who has sent it something?
def upstream:
	port_closed as $cause |
	[$wire[] | select(.kind == "advert" and .vrid == $vrid)] as $adverts |
	([$adverts[] | select(.time_us <= $cause)] | last) as $before |
	([$adverts[] | select(.time_us > $cause and .port == $two)] |
		first) as $after |
	[$through, $arp | if . == [] then null else
		silence(.[0]; $cause; $after.time_us // infinite) //
			{ open: true } end] as $served |
	{ measure: $measure, interval_ms: $interval, daemon: $daemon } +
	if $before == null or $after == null or any($served[]; .open) then
		{ incomplete: true, why: "no whole record of it" }
	else
		[$after.time_us, ($served[] | .end_us)] as $times |
		def since($from): $times | map(if . == null then null else
			. - $from | round end);
		since($before.time_us + active_down_us($interval)) as $due |
		{ advert_us: $due[0], forwarded_us: $due[1],
		  answered_us: $due[2] } +
		if $deadline == null then {} else
			since($deadline) as $own |
			{ decided_advert_us: $own[0],
			  decided_forwarded_us: $own[1],
			  decided_answered_us: $own[2] }
		end
	end;

# From the first one to the end, of which a silence may last until then.
def busy:
	[$wire[] | select(.kind == "advert").port] as $ports |
	([$wire[] | select(.kind == "advert" and .port == $one and
		.time_us >= $from and .time_us <= $to).time_us] + [$to] |
		. as $times | [range(1; length) |
		$times[.] - $times[. - 1]]) as $waits |
	{ measure: "busy", daemon: $daemon, lost: $ping[0].lost,
	  adverts: ($waits | length),
	  late: ([$waits[] | select(. > $interval * 1500)] | length),
	  longest_us: ($waits | max),
	  outage_us: $ping[0].longest_us,
	  takeovers: ([range(1; $ports | length) |
		select($ports[.] != $ports[. - 1])] | length) };

# The longest silence between one deletion and the next; none is 0.
def repairs: [$deleted[], infinite] as $times | range($deleted | length) |
	$times[.] as $from | $times[. + 1] as $to |
	{ measure: "repair", daemon: $daemon, repair_us: ([$arp[0].gaps[] |
		select(.end_us > $from and .end_us <= $to).length_us] |
		max // 0) };

def xdp: inputs | { measure: "xdp", daemon: "vrrpd" } + . +
	{ cost_ns: (.tap_ns - .pass_ns) } +
	if .none_ns then { more_ns: (.tap_ns - .none_ns), whole_ns: .tap_ns }
	else {} end;

# ---- All runs ----

# Nearest rank.
def rank($q): .[([(length * $q | ceil), 1] | max) - 1];

def distribution: sort | { n: length, min: .[0], median: rank(0.5),
	p99: rank(0.99), max: .[-1] };

# What is measured, in the order of the tables: the title of a table, and its
# columns: a key, what it is divided by, and its heading.
def tables: [
	{ measure: "takeover", by: ["interval_ms", "fault"],
	  title: "Takeover, ms",
	  columns: [["outage_us", 1000, "longest time without answer"],
		["detection_us", 1000, "fault -> first advert"]] },
	{ measure: "takeover", by: ["interval_ms"],
	  title: "The same, all faults, ms",
	  columns: [["late_us", 1000, "due by the RFC -> first advert"]] },
	{ measure: "planned", by: ["interval_ms", "fault"],
	  title: "Planned exit, and return of the better router",
	  columns: [["outage_us", 1000, "longest time without answer, ms"],
		["lost", 1, "pings lost"]] },
	{ measure: "handover",
	  by: ["mac", "interval_ms", "way", "direction", "family"],
	  title: "Handover: of 10,000 questions or more, a client's",
	  columns: [["lost", 1, "lost"],
		["outage_us", 1000, "ms of silence"],
		["blind_us", 1000, "ms not asked"]] },
	{ measure: "restart", by: ["interval_ms"],
	  title: "Restart of the Active's agent, or its next process",
	  columns: [["outage_us", 1000, "longest time without answer, ms"],
		["lost", 1, "pings lost"],
		["spacing_us", 1000, "longest time without an advert, ms"],
		["takeovers", 1, "takeovers"]] },
	{ measure: "reload", by: ["interval_ms", "change"],
	  title: "The Active reads its file again and again",
	  columns: [["reloads", 1, "reloads"],
		["lost", 1, "pings lost"],
		["spacing_us", 1000, "longest time without an advert, ms"],
		["late", 1, "adverts late by half an interval"],
		["takeovers", 1, "takeovers"],
		["extra", 1, "frames that each of them costs"]] },
	{ measure: "overslept", by: ["interval_ms", "way", "case"],
	  title: "An Active that stood still goes on",
	  columns: [["frames", 1, "frames it sends all the same"],
		["answered_us", 1000, "going on -> last answer, ms"],
		["backup_us", 1000, "going on -> Backup, ms"],
		["advert_us", 1000, "going on -> first advert, ms"],
		["announced_us", 1000, "going on -> all announced, ms"],
		["answer_us", 1000, "going on -> first answer, ms"]] },
	{ measure: "addresses", by: ["addresses"],
	  title: "Many addresses of an Active that is cut off, ms",
	  columns: [["first_us", 1000, "first advert -> first address answers"],
		["last_us", 1000, "first advert -> last address answers"],
		["decided_advert_us", 1000, "own deadline -> first advert"],
		["decided_first_us", 1000, "own deadline -> first address"]] },
	{ measure: "thousands", by: ["family"],
	  title: "4000 addresses in 16 (IPv6: 45) virtual routers, the worst of four, ms",
	  columns: [["first_us", 1000, "its first advert -> its first address"],
		["decided_first_us", 1000, "its deadline -> its first address"],
		["last_us", 1000, "its first advert -> its last address"],
		["decided_last_us", 1000, "its deadline -> its last address"]] },
	{ measure: "both", by: ["interval_ms", "fault"],
	  title: "An Active whose agent is dead, its host is not, ms",
	  columns: [["both_us", 1000, "both answer for"],
		["after_us", 1000, "its last advert -> its last answer"],
		["outage_us", 1000, "longest time without answer"]] },
	{ measure: "lock", by: [],
	  title: "RTNL lock held for 1 s across a takeover, ms",
	  columns: [["advert_us", 1000, "due by the RFC -> first advert"],
		["forwarded_us", 1000, "due by the RFC -> first packet forwarded"],
		["answered_us", 1000, "due by the RFC -> address answers (ARP)"],
		["decided_advert_us", 1000, "own deadline -> first advert"],
		["decided_forwarded_us", 1000,
			"own deadline -> first packet forwarded"],
		["decided_answered_us", 1000,
			"own deadline -> address answers (ARP)"]] },
	{ measure: "full", by: [],
	  title: "Active of 255 addresses is cut off, ms",
	  columns: [["advert_us", 1000, "due by the RFC -> first advert"],
		["forwarded_us", 1000, "due by the RFC -> first packet forwarded"],
		["answered_us", 1000, "due by the RFC -> address answers (ARP)"],
		["decided_advert_us", 1000, "own deadline -> first advert"],
		["decided_forwarded_us", 1000,
			"own deadline -> first packet forwarded"],
		["decided_answered_us", 1000,
			"own deadline -> address answers (ARP)"]] },
	{ measure: "resources", by: ["interval_ms", "routers", "state", "interfaces"],
	  title: "Many virtual routers",
	  columns: [["start_us", 1000, "ms until all are Active"],
		["cpu_us", 1000, "CPU, ms per second"],
		["advert_ns", 1000, "CPU for each advertisement, us"],
		["frames", 1, "frames sent per second"],
		["pss_kib", 1024, "memory (PSS), MiB"]] },
	{ measure: "busy", by: [],
	  title: "10 s on a host as busy as can be, 10 ms adverts, nothing fails",
	  columns: [["takeovers", 1, "takeovers all the same"],
		["late", 1, "adverts late by half an interval, or more"],
		["longest_us", 1000, "longest time without an advert, ms"],
		["lost", 1, "pings lost"]] },
	{ measure: "repair", by: [],
	  title: "Address deleted by another program, ms",
	  columns: [["repair_us", 1000, "longest silence (ARP)"]] },
	{ measure: "xdp", by: ["way", "frame"],
	  title: "What XDP costs a frame that is not ours, ns",
	  columns: [["cost_ns", 1, "more than an empty program"],
		["more_ns", 1, "more than no program"],
		["whole_ns", 1, "the frame's whole way"]] }
];

# In the order in which they were measured first.
def groups(f): reduce .[] as $x ({ order: [], of: {} };
	($x | f | tostring) as $key |
	(if .of[$key] then . else .order += [$key] end) |
	.of[$key] += [$x]) | . as $g | [.order[] | $g.of[.]];

# A summary of each column of each case: the daemons beside each other.
def summaries: [tables[] as $t |
	$results | map(select(.measure == $t.measure)) |
	groups([.[$t.by[]]]) | .[] as $case | $t.columns[] as [$key, $by, $text] |
	($case | groups(.daemon) | map([.[] | select(.[$key] != null) | .[$key]
		/ $by] as $values | { key: .[0].daemon, value:
		(if $values == [] then null else $values | distribution end) }) |
		from_entries) as $daemons |
	select(any($daemons[]; . != null)) |
	{ measure: $t.measure, title: $t.title, what: $text,
	  case: ($case[0] | [.[$t.by[]]]), key: $key, daemons: $daemons }];

# ---- Text ----

def pad($n): tostring | if length < $n then " " * ($n - length) + . else . end;
def fill($n): tostring | if length < $n then . + " " * ($n - length) else . end;

# Two digits after the point.
def fixed:
	if . == null then "-"
	elif . < 0 then "-" + (-. | fixed)
	else . * 100 | round | "\(. / 100 | floor).\(100 + . % 100 |
		tostring | .[1:])" end;

def case_text:
	if .case[0] and (.measure | IN("takeover", "planned", "restart", "both",
		"reload", "overslept")) then
		"\(.case[0]) ms, " + if .case[1] then
			"\(.case[1:] | join(", ")): " else "" end
	elif .measure == "handover" then "\(.case[0]) MAC, \(.case[1]) ms, " +
		"\(.case[2]) \(.case[3]), \(.case[4]): "
	elif .measure | IN("addresses", "thousands") then "\(.case[0]): "
	elif .measure == "resources" then
		"\(.case[1]) at \(.case[0]) ms, \(.case[2])" +
		(if .case[3] > 1 then ", \(.case[3]) interfaces" else "" end) +
		": "
	elif .measure == "xdp" then "\(.case[0]), \(.case[1]): "
	else "" end;

# Of what may lie before its beginning, too, there is no ratio.
def ratio($base): if . == null or $base == null or $base.median <= 0 or
	.median < 0 then null else .median / $base.median end;

def row($text; $daemon; $d; $base):
	($text + " " | fill(58)) + ($daemon | fill(11)) + ($d.n // 0 | pad(4)) +
	([$d.min, $d.median, $d.p99, $d.max | fixed | pad(10)] | add) +
	($d | ratio($base) | fixed | pad(8));

def heading: "\n" + (.title | fill(69)) + ("n" | pad(4)) +
	(["min", "median", "p99", "max" | pad(10)] | add) + ("ratio" | pad(8));

# Nobody but vrrpd tells when it decided.
def rows: . as $s | [$s.daemons | to_entries[] |
	select(.value or ($s.key | startswith("decided") | not))] | to_entries[] |
	row(if .key == 0 then ($s | case_text) + $s.what else "" end;
		.value.key; .value.value; $s.daemons.keepalived);

# Runs that came to nothing, and routers that did not stay what they were.
def exceptions: [$results[] | select(.incomplete or .held == false) |
	{ run: [.daemon, .measure, (.fault, .family, .addresses, .routers,
		(.interval_ms | if . then "\(.) ms" else . end), .state |
		select(. != null) | tostring)] | join(" "),
	  why: (if .incomplete then .why else "not in this state at the end"
		end) }] | groups(.)[] | "\(.[0].run): \(.[0].why)" +
	if length > 1 then " (\(length) times)" else "" end;

def remarks:
	"", "Ratios are of the medians, to keepalived.  p99 is by nearest rank: of fewer",
	"than 100 runs it is the longest.",
	(if any($results[]; .fault == "freeze" or .fault == "kill") then
	"After freeze and kill the kernel of that host goes on answering: where nothing ends",
	"that, what the client misses is the move of the MAC alone."
	else empty end),
	(if any($results[]; .measure == "both") then
	"Whether both answer is seen where all that the client asks is put to both, for 3 s:",
	"who answers so long does not stop."
	else empty end),
	(if any($results[]; .measure == "overslept") then
	"An Active that is frozen has a kernel that may go on answering: then nobody waits for",
	"its first answer.  Who announces nothing when it goes on has no figure there."
	else empty end),
	(if any($results[]; .daemon == "frr") then
	"FRR counts in hundredths of a second: at 10 ms it has no skew.  Its addresses stay",
	"on the macvlans of the Backup, which answers what reaches it: when a port goes",
	"down (unplug), the switch floods, and so the first address may answer before the",
	"first advertisement.  They are the operator's: FRR does not put them back."
	else empty end),
	(if any($results[]; .measure == "busy") then
	"On the busy host nobody reads the log: who writes it where it advertises stands still."
	else empty end),
	(if any($results[]; .measure == "resources") then
	"PSS divides pages that several processes share, the other host's daemon among them.",
	(if any($results[]; .apart) then
	"CPU is without the work of the switch and of the other hosts' kernels, which is the",
	"sender's else where hosts are namespaces." else empty end)
	else empty end),
	(if any($results[]; .measure == "xdp" and .way) then
	"XDP: \"program\" is the program alone; \"driver\" are frames as a network card has them,",
	"made, sent, received and thrown away on one CPU; \"veth\" are frames of a socket, which",
	"veth has to copy for a program, whichever it is."
	else empty end);

def machine: $about[0] | "\(.kernel), \(.cpus) CPUs, load \(.load); " +
	(.versions | to_entries | map("\(.key) \(.value)") | join(", "));

def conditions: "Virtual MAC, IPv4 (reload, overslept, and from 256 virtual" +
	" routers on: both families);\npriorities 200 and 100.  Pings every 1 ms;" +
	" kernel time stamps.  keepalived and FRR have\nno real-time priority" +
	" by default, and were left at that.";

def report: machine, conditions, (summaries | groups(.title)[] |
	(.[0] | heading), (.[] | rows)), remarks, exceptions;

def document: { about: $about[0], runs: $results, summaries: [summaries[] |
	.daemons.keepalived as $base | .daemons |= map_values(if . == null
		then . else .ratio = ratio($base) end)] };
