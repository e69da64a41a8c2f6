# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# A plan (plan.jq) built and brought to life, for the user's own files.  Sourced
# after story.sh or lib.sh and daemons.sh.
#
#	topology PLAN		the hosts, cables and routes of this file
#	daemon_again NAME	of daemons.sh, here with the user's file
#	daemon_reload NAME	that has not changed
#	begin NAME		all agents, this one's first, and settle
#	settled FILTER		is this true of who is Active?  What it sees is
#				in $LAB/actives: a list of { over, family,
#				routers, others, best }
#	return_through NAME	the way back from upstream
#
# The host upstream stands for what is beyond the gateways, and is not what is
# measured.  It answers by way of one router, which the lab says: never the one
# that a fault is about to hit, as a routing protocol would see to it, or else
# every outage would be as long as the fault.

topology() {
	own_plan=$1
	own_routers=$(jq -r '.routers[].name' "$own_plan")
	jq -r '.segments[].virtual_routers[] | .members[0] as $first |
		"\(.name) \($first.interface) \(.vrid)"' "$own_plan" |
		sort -u >"$LAB/vrouters"
	jq -r -f "$TOP/netns-lab/own/build.jq" "$own_plan" >"$LAB/build"
	# shellcheck source=/dev/null
	. "$LAB/build"
}

daemon_again() {
	event_process "$1" started "vrrpd starts"
	vrrpd "$1" "$(jq -r --arg name "$1" '.routers[] |
		select(.name == $name).file' "$own_plan")"
}

daemon_reload() { ctl "$1" reload >"$LAB/$1/reloaded" 2>&1; }

# One line for each virtual router of each running agent.
own_status() {
	for own_name in $own_routers; do
		[ -S "$LAB/$own_name/control" ] || continue
		ctl "$own_name" --json status 2>/dev/null |
			jq -c --arg router "$own_name" '.routers[] |
			{ $router, interface, vrid, family, state }' || :
	done
}

settled() {
	own_status | jq -s -c --slurpfile plan "$own_plan" '
	. as $status | [$plan[0].segments[] | . as $segment |
	.virtual_routers[] | . as $vr |
	[.members[] | . as $member | $status[] |
		select(.router == $member.router and
		.interface == $member.interface and .vrid == $vr.vrid and
		.family == $vr.family)] as $all |
	{ over: "\($segment.switch)/\(.vrid)", family, best,
	  routers: [$all[] | select(.state == "active").router],
	  others: [$all[] | select(.state != "active") |
		{ router, state }] }]' >"$LAB/looked"
	mv "$LAB/looked" "$LAB/actives"
	jq -e "$1" "$LAB/actives" >/dev/null
}

# One Active each, and nobody is in between.
own_calm='all(.routers | length == 1) and
	all(.[].others[]; .state == "backup")'

# Those who would preempt have done so, if that is worth waiting for.
own_as_meant() {
	jq -r '[.segments[].virtual_routers[] | .best as $best |
		.members[] | select(.router == $best) |
		if .preempt and .preempt_delay_us <= 15e6 then
			"(.routers == [.best])"
		else "true" end] | [range(length) as $i |
		"(.[\($i)] | \(.[$i]))"] | join(" and ")' "$own_plan"
}

# seconds FILTER: of the plan, in microseconds, and rounded up.
own_seconds() { jq "($1) / 1e6 | ceil" "$own_plan"; }

# The longest time until all of the timers have expired, and twenty seconds.
own_patience() {
	own_seconds '[.segments[].virtual_routers[].members[] |
		.interval_us * 4 + ([.preempt_delay_us, 15e6] | min)] |
		max + 20e6'
}

begin() {
	own_limit=$(own_patience)
	daemon_again "$1"
	# Alone, it is Active of all that it has.
	within "$own_limit" settled "map(select(.routers == [\"$1\"])) |
		length > 0 and all(.others == [])"
	for own_name in $own_routers; do
		[ "$own_name" = "$1" ] || daemon_again "$own_name"
	done
	within "$own_limit" settled "$own_calm and $(own_as_meant)"
}

return_through() {
	jq -r --arg name "$1" '.upstream | select(.) | .routes[] |
		"-\(if .to | contains(":") then 6 else 4 end) route replace " +
		"\(.to) via \(.via[$name])"' "$own_plan" |
		while read -r own_route; do
			# shellcheck disable=SC2086 # words
			ip -n upstream $own_route
		done
}
