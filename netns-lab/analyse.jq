# SPDX-License-Identifier: MIT
#
# The records of one run, put together: who was what and when, each takeover
# with its parts, what the client saw.  Takes $meta, $events, $states, $wire,
# $probes (story.sh); times are microseconds of CLOCK_REALTIME.

# The state of each virtual router from one change to the next, or to the end
# of its process.
def bands($states; $events; $until):
	.name as $router |
	[$events[] | select(.router == $router and .kind == "process" and
		(.state == "ended" or .state == "started")) |
		. + { state: "off" }] as $ends |
	[$states[] | select(.router == $router)] |
	group_by([.instance, .family]) | map(
		(. + $ends | sort_by(.time_us)) as $all |
		(map(select(.instance))[0]) as $first |
		range($all | length) as $i | $all[$i] |
		select(.state != "off") |
		{ family: $first.family, instance: $first.instance, state,
		  from_us: .time_us, to_us: ($all[$i + 1].time_us // $until),
		  why: .text });

# Neighbours of the same state are one band.
def joined:
	group_by([.instance, .family]) | map(reduce (sort_by(.from_us)[]) as $b
		([]; if length > 0 and .[-1].state == $b.state and
			.[-1].to_us == $b.from_us
			then .[-1].to_us = $b.to_us else . + [$b] end)) | add // [];

# Ports are called after their host, others than the first one with more behind.
def of($router): (.port // "") | . == $router or startswith($router + "-");

def adverts($wire; $router):
	[$wire[] | select(.kind == "advert" and of($router)) |
		{ time_us, family, priority, vrid }];

def announcements($wire; $router):
	[$wire[] | select((.kind == "arp-announcement" or .kind == "na") and
			of($router)) |
		{ time_us, family: (if .kind == "na" then "ipv6" else "ipv4" end),
		  kind, address }];

# What it was asked for, of the virtual addresses: the times of each kind.
def answers($wire; $router; $addresses):
	[$wire[] | select((.kind == "arp-reply" or .kind == "na-reply" or
			.kind == "echo-reply") and of($router) and
			(.address | IN($addresses[])))] |
	group_by([.kind, .address]) | map({ kind: .[0].kind,
		family: (if .[0].address | contains(":") then "ipv6"
			else "ipv4" end),
		address: .[0].address, times: (map(.time_us) | sort) });

# For how long two answered, after $to has taken over from $from and before
# the next thing that was done: by whatever is asked, of whichever address.
def both($routers; $family; $from; $to; $last; $until):
	([$routers[] | select(.name == $to).answers[] |
		select(.family == $family).times[] | select(. > $last)] |
		min) as $first |
	if $first == null then null else
		[([$routers[] | select(.name == $from).answers[] |
		select(.family == $family).times[] |
		select(. < $until)] | max // 0) - $first, 0] | max end;

# A gap that was open when the new Active spoke, or began soon after.
def gap_at($probes; $family; $from; $to):
	[$probes[] | select((.target | contains(":")) == ($family == "ipv6")) |
		.gaps[] | select(.end_us > $from and .start_us < $to)] |
	max_by(.length_us);

# Somebody became Active where another one was, or had been.
def takeovers($routers; $events; $probes; $set; $settle):
	$set.instance as $instance |
	[$routers[] | .name as $to | .bands[] |
		select(.state == "active" and .instance == $instance and
			.from_us > $settle) |
		. as $band |
		# A busy machine writes its log late: any advert since it
		# was last Active tells better when it became so.
		([$routers[] | select(.name == $to) | .bands[] |
			select((.state == "active" or .state == "resigning") and
			.family == $band.family and .instance == $instance and
			.from_us < $band.from_us) | .to_us] | max // 0) as $since |
		[$routers[] | select(.name != $to) | .name as $name |
			.bands[] | select((.state == "active" or
				.state == "resigning") and
				.family == $band.family and
				.instance == $instance and
				.from_us < $band.from_us) |
			. + { router: $name }] | max_by(.to_us) |
		select(. != null) | .router as $from |
		[$routers[] | select(.name == $from) | .adverts[] |
			select(.family == $band.family and
			.vrid == $set.vrid)] as $all |
		($all | map(select(.priority > 0))) as $theirs |
		[$routers[] | select(.name == $to) | .adverts[] |
			select(.family == $band.family and .priority > 0 and
			.vrid == $set.vrid and .time_us > $since)][0] as $first |
		$first.time_us as $advert |
		($advert // $band.from_us) as $new |
		($theirs | map(select(.time_us < $new)) | last) as $before |
		$before.time_us as $last |
		($events | map(select((.kind == "fault" or .kind == "repair") and
			.time_us < $new)) | last) as $cause |
		($events | map(select((.kind == "fault" or .kind == "repair") and
			.time_us > $new))[0].time_us // infinite) as $until |
		gap_at($probes; $band.family; $last // $new; $new + 2000) as $gap |
		{ family: $band.family, from: $from, to: $to,
		  cause: $cause.text, cause_us: $cause.time_us, why: $band.why,
		  last_advert_us: $last, advert_us: $advert,
		  # Neither resigned nor outranked.
		  silent: ($last != null and $advert != null and
			$first.priority <= $before.priority and
			([$all[] | select(.priority == 0 and .time_us > $last and
			.time_us < $new)] | length == 0)),
		  announcement_us: ([$routers[] | select(.name == $to) |
			.announcements[] | select(.time_us > $new - 20000 and
			.family == $band.family)][0].time_us),
		  answer_us: (if $gap and ($gap.open | not) then $gap.end_us
			else null end),
		  detection_us: (if $cause and $advert then
			$advert - $cause.time_us else null end),
		  serve_us: (if $gap and $advert and ($gap.open | not) then
			[$gap.end_us - $advert, 0] | max else null end),
		  outage_us: $gap.length_us, lost: ($gap.unanswered // 0),
		  both_us: both($routers; $band.family; $from; $to;
			$last // $new; $until) }] |
	sort_by(.advert_us // .cause_us);

# $meta has the MAC of each interface, of a host that was booted again too.
def named($macs): .answered_by = [.answered_by[]? |
	. + { router: ($macs[.mac] // null) }];

def analyse:
	$meta[0] as $m |
	($probes | map(.start_us) | min // $m.start_us) as $settle |
	[$m.routers[] | . + { bands: (bands($states; $events; $m.end_us) | joined),
		adverts: adverts($wire; .name),
		announcements: announcements($wire; .name),
		answers: answers($wire; .name; $m.settings.addresses) }] as $routers |
	[$probes[] | named($m.macs)] as $seen |
	takeovers($routers; $events; $seen; $m.settings; $settle) as $takeovers |
	($m | del(.macs)) + { verdict: "", reason: "", checks: [],
		events: ($events | sort_by(.time_us)),
		routers: [$routers[] | .answers |= map({ kind, family, address,
			count: (.times | length), first_us: .times[0],
			last_us: .times[-1] })],
		probes: $seen, settled_us: $settle,
		takeovers: $takeovers,
		measures: {
			outage_us: ([$seen[].longest_us] | max),
			lost: ([$seen[].lost] | max),
			duplicates: ([$seen[].duplicates] | max),
			reordered: ([$seen[].reordered // 0] | max),
			both_us: ([$seen[], $takeovers[] | .both_us // 0] |
				max) } };
