#!/bin/sh
# SPDX-License-Identifier: MIT
#
# From files to a network, on paper: nothing is made here.
set -u
cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=netns-lab/tap.sh
. netns-lab/tap.sh

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# file NAME BLOCK...: a file of these virtual routers.
file() {
	mkdir -p "$(dirname "$work/$1")"
	file_name=$1
	shift
	{
		echo "virtual_routers = ("
		printf '%s\n' "$*" | tr '\n' ' ' | sed 's/}  *{/}, {/g'
		echo ");"
	} >"$work/$file_name"
}

# vr INTERFACE VRID PRIORITY "ADDRESS..." [MORE]
vr() {
	printf '{ interface = "%s"; vrid = %s; priority = %s; %s ' \
		"$1" "$2" "$3" "${5:-}"
	echo "virtual_addresses = [ $(echo "$4" |
		sed 's/[^ ][^ ]*/"&"/g; s/ /, /g') ]; } "
}

planned() {
	planned_files=
	for planned_file; do
		planned_files="$planned_files $work/$planned_file"
	done
	# shellcheck disable=SC2086 # a list
	netns-lab/own/plan $planned_files >"$work/plan" 2>"$work/said"
}

# plans TEXT FILTER FILE...
plans() {
	plans_text=$1 plans_filter=$2
	shift 2
	if planned "$@" && jq -e "$plans_filter" "$work/plan" >/dev/null; then
		ok "$plans_text"
	else
		not_ok "$plans_text"
		diag "$(cat "$work/said")"
		diag "$(jq -c 'del(.faults)' "$work/plan")"
	fi
}

# refuses TEXT PATTERN FILE...
refuses() {
	refuses_text=$1 refuses_pattern=$2
	shift 2
	if planned "$@"; then
		not_ok "$refuses_text"
	elif grep -q "$refuses_pattern" "$work/said" && [ ! -s "$work/plan" ]
	then
		ok "$refuses_text"
	else
		not_ok "$refuses_text"
		diag "$(cat "$work/said")"
	fi
}

plan 44

# ---- The usual pair ----

dual="192.0.2.1/24 fe80::5:1/64 2001:db8::1/64"
file g1.cfg "$(vr eth0 51 200 "$dual")"
file g2.cfg "$(vr eth0 51 100 "$dual")"
plans "routers are called like their files" \
	'[.routers[].name] == ["g1", "g2"]' g1.cfg g2.cfg
plans "their own addresses are from the top of the subnets" \
	'[.routers[].interfaces[0].addresses] == [
	["192.0.2.254/24", "2001:db8::fffe/64"],
	["192.0.2.253/24", "2001:db8::fffd/64"]]' g1.cfg g2.cfg
plans "so are those of the client, whose gateways are virtual" \
	'.segments[0].client | .addresses == ["192.0.2.252/24",
	"2001:db8::fffc/64"] and .on_link == [] and
	[.gateways[].via] == ["192.0.2.1", "fe80::5:1"]' g1.cfg g2.cfg
plans "one segment has an upstream behind it" \
	'(.segments | length == 1) and .upstream.switch == "wan" and
	(.upstream.routes[0] == { to: "192.0.2.0/24", via: {
	g1: "198.18.0.254", g2: "198.18.0.253" } })' g1.cfg g2.cfg
plans "its port is called after the router" \
	'[.routers[].interfaces[].port] == ["g1", "g1-upstream", "g2",
	"g2-upstream"]' g1.cfg g2.cfg
plans "both families are asked for, and the way through" \
	'[.probes[] | .to, .through] == ["198.18.0.252", true,
	"2001:2::fffc", true, "192.0.2.1", false, "2001:db8::1", false]' \
	g1.cfg g2.cfg
plans "it is the Active that suffers, whichever file comes first" \
	'.faults | length == 10 and all(.router == "g1")' g2.cfg g1.cfg
plans "nothing looks like a mistake" '.notes == []' g1.cfg g2.cfg

# ---- Names ----

for name in a b; do
	file $name/vrrpd.cfg "$(vr eth0 51 200 "$dual")"
	file same/$name/x/vrrpd.cfg "$(vr eth0 51 200 "$dual")"
	file core-$name.example.net.cfg "$(vr enp0s31f6.4000 51 200 "$dual")"
done
plans "files of one name: their directories" \
	'[.routers[].name] == ["a", "b"]' a/vrrpd.cfg b/vrrpd.cfg
plans "directories of one name: numbers" \
	'[.routers[].name] == ["r1", "r2"]' \
	same/a/x/vrrpd.cfg same/b/x/vrrpd.cfg
plans "a name that is one for a shell too" \
	'[.routers[].name] == ["core_a", "core_b"]' \
	core-a.example.net.cfg core-b.example.net.cfg
file lan.cfg "$(vr eth0 51 200 "$dual")"
plans "no name that the lab has for something else" \
	'[.routers[].name] == ["r1", "r2"]' lan.cfg g2.cfg
file long1.cfg "$(vr enp0s31f6.4000 51 200 "$dual")" \
	"$(vr enp0s31f6.4001 52 200 198.51.100.1/24)"
file long2.cfg "$(vr bond0.7 51 100 "$dual")" \
	"$(vr enp0s31f6.4001 52 100 198.51.100.1/24)"
plans "ports have at most 15 characters, and differ" \
	'[.routers[].interfaces[].port] | all(length <= 15) and
	length == (unique | length)' long1.cfg long2.cfg

# ---- Segments ----

plans "interfaces of one subnet are on one segment, whatever their names" \
	'[.routers[].interfaces[] | select(.switch == "lan").name] ==
	["enp0s31f6.4000", "bond0.7"]' long1.cfg long2.cfg
plans "clients of several segments are behind for each other" \
	'.upstream == null and ([.segments[].client.name] == ["client",
	"client2"]) and ([.probes[] | select(.through) |
	{ from, to, over }] | .[0] == { from: "client", to: "198.51.100.252",
	over: ["lan/51", "lan2/52"] })' long1.cfg long2.cfg
file ll1.cfg "$(vr eth0 1 200 "fe80::1/64 2001:db8:1::1/64")" \
	"$(vr eth1 1 200 "fe80::1/64 2001:db8:2::1/64")"
file ll2.cfg "$(vr eth0 1 100 "fe80::1/64 2001:db8:1::1/64")" \
	"$(vr eth1 1 100 "fe80::1/64 2001:db8:2::1/64")"
plans "the same VRID and link-local address on two segments" \
	'(.segments | length == 2) and all(.segments[].virtual_routers[];
	.members | length == 2)' ll1.cfg ll2.cfg
file only1.cfg "$(vr eth0 1 200 fe80::1/64)"
file only2.cfg "$(vr eth0 1 100 fe80::1/64)"
plans "nothing but a link-local address: global ones for the way through" \
	'.routers[0].interfaces[0].addresses == ["2001:2:0:1::fffe/64"] and
	.segments[0].client.gateways[0].via == "fe80::1" and
	(.probes[1] | .to == "fe80::1%eth0")' only1.cfg only2.cfg
file ra1.cfg "$(vr eth0 1 200 fe80::1/64 'router_advertisements =
	{ prefixes = ( { prefix = "2001:db8:7::/64"; } ); };')"
plans "or those of the prefix that is advertised" \
	'.routers[0].interfaces[0].addresses == ["2001:db8:7::fffe/64"]' \
	ra1.cfg only2.cfg

# ---- Subnets ----

file host1.cfg "$(vr eth0 1 200 203.0.113.1)"
file host2.cfg "$(vr eth0 1 100 203.0.113.1)"
plans "an address without a subnet is a route of the client" \
	'.segments[0] | .subnets == ["198.18.1.0/24"] and
	.client.on_link == ["203.0.113.1/32"]' host1.cfg host2.cfg
file small1.cfg "$(vr eth0 1 200 203.0.113.1/30)"
file small2.cfg "$(vr eth0 1 100 203.0.113.1/30)"
plans "so is one in a subnet without room for the others" \
	'.segments[0] | .subnets == ["198.18.1.0/24"] and
	.client.on_link == ["203.0.113.1/32"]' small1.cfg small2.cfg
file tight1.cfg "$(vr eth0 1 200 203.0.113.5/29)" \
	"$(vr eth0 2 100 "203.0.113.6/29 203.0.113.4/29")"
file tight2.cfg "$(vr eth0 1 100 203.0.113.5/29)" \
	"$(vr eth0 2 200 "203.0.113.6/29 203.0.113.4/29")"
plans "virtual addresses are left out" \
	'[.routers[].interfaces[0].addresses[], .segments[0].client.addresses[]]
	== ["203.0.113.3/29", "203.0.113.2/29", "203.0.113.1/29"]' \
	tight1.cfg tight2.cfg
plans "two that share the load suffer both" \
	'[.faults[].router] | unique == ["tight1", "tight2"]' \
	tight1.cfg tight2.cfg
file bench1.cfg "$(vr eth0 1 200 198.18.0.1/16)"
file bench2.cfg "$(vr eth0 1 100 198.18.0.1/16)"
refuses "no network is left for the lab" 'no network is left' \
	bench1.cfg bench2.cfg
file part1.cfg "$(vr eth0 1 200 "198.18.0.1/17 203.0.113.1")"
file part2.cfg "$(vr eth0 1 100 "198.18.0.1/17 203.0.113.1")"
plans "it takes what the files leave" \
	'.upstream.addresses == ["198.18.128.252/24"] and
	.segments[0].subnets == ["198.18.0.0/17"]' part1.cfg part2.cfg
file own1.cfg "$(vr eth0 1 255 "192.0.2.1/24 fe80::1/64 2001:db8::1/64")"
file own2.cfg "$(vr eth0 1 100 "192.0.2.1/24 fe80::1/64 2001:db8::1/64")"
plans "an owner has the virtual addresses, and no others there" \
	'[.routers[].interfaces[0].addresses] == [["192.0.2.1/24",
	"fe80::1/64", "2001:db8::1/64"], ["192.0.2.254/24",
	"2001:db8::fffe/64"]]' own1.cfg own2.cfg
file wide1.cfg "$(vr eth0 1 200 10.1.2.3/8)"
file wide2.cfg "$(vr eth0 1 100 10.1.2.3/8)"
plans "a large subnet has a top, too" \
	'.routers[0].interfaces[0].addresses == ["10.255.255.254/8"]' \
	wide1.cfg wide2.cfg

# ---- Probes ----

file deaf1.cfg "$(vr eth0 1 200 "$dual" 'accept = false;')"
file deaf2.cfg "$(vr eth0 1 100 "$dual" 'accept = false;')"
plans "who does not accept is looked for by ARP and ND" \
	'[.probes[] | select(.through | not).mode] == ["arp", "nd"]' \
	deaf1.cfg deaf2.cfg
many=$(for vrid in $(seq 60); do vr eth0 "$vrid" 200 "192.0.2.$vrid/24"; done)
file many1.cfg "$many"
file many2.cfg "$(echo "$many" | sed 's/priority = 200/priority = 100/')"
plans "no more probes than a machine can bear" \
	'(.probes | length == 12) and .probes[0].spacing_us == 3000 and
	(.segments[0].virtual_routers | length == 60)' many1.cfg many2.cfg
plans "and who made them few says so" \
	'any(.notes[]; startswith("only 12 of 61"))' many1.cfg many2.cfg

# ---- Mistakes ----

notes() { plans "$1" "any(.notes[]; test(\"$2\"))" "$3" "$4"; }

file vrid.cfg "$(vr eth0 52 100 "$dual")" "$(vr eth0 9 100 192.0.2.9/24)"
file vrid9.cfg "$(vr eth0 51 200 "$dual")" "$(vr eth0 9 200 192.0.2.9/24)"
notes "a VRID mistyped: two routers on one LAN that do not hear each other" \
	'^192.0.2.1 belongs to several .*VRID 51 of vrid9, VRID 52 of vrid$' \
	vrid9.cfg vrid.cfg
notes "and who has none of it" '^VRID 51 .* not in the file of vrid$' \
	vrid9.cfg vrid.cfg
file equal.cfg "$(vr eth0 51 200 "$dual")"
notes "the same priority" 'g1 and equal have the same priority 200' \
	g1.cfg equal.cfg
file slow.cfg "$(vr eth0 51 100 "$dual" 'advertisement_interval = "100ms";')"
notes "other intervals" 'intervals differ.*g1 1 s, slow 100 ms$' \
	g1.cfg slow.cfg
file less.cfg "$(vr eth0 51 100 192.0.2.1/24)"
notes "a family less" '^VRID 51 .2001:db8::1. is not in the file of less$' \
	g1.cfg less.cfg
file other.cfg "$(vr eth0 51 100 "$dual 192.0.2.7/24")"
notes "other addresses" 'the addresses differ' g1.cfg other.cfg
file old.cfg "$(vr eth0 51 200 "$dual" 'checksum = "rfc5798";')"
file strict.cfg "$(vr eth0 51 100 "$dual" 'checksum = "rfc9568-strict";')"
notes "checksums of which one discards the other" 'discards what' \
	old.cfg strict.cfg
file lonely.cfg "$(vr eth0 51 100 "$dual")" "$(vr eth1 7 100 203.0.113.1/24)"
notes "a segment of one router" '^eth1 of lonely shares no subnet' \
	g1.cfg lonely.cfg
plans "of which nothing is lost if nobody is there" \
	'[.faults[].router] | unique == ["g1"]' g1.cfg lonely.cfg

# ---- Refusals ----

echo 'virtual_routers = ( { interfac = "eth0"; vrid = 300; } );' \
	>"$work/bad.cfg"
refuses "a bad file, in the agent's words" \
	'bad.cfg:1: unknown key "interfac" (did you mean "interface"?)' \
	g1.cfg bad.cfg
refuses "a file that is not there" 'nix.cfg: No such file' g1.cfg nix.cfg
refuses "one file alone" 'one file for each' g1.cfg
file apart.cfg "$(vr eth0 51 100 198.51.100.1/24)"
refuses "nothing in common" 'nobody could take over' g1.cfg apart.cfg
refuses "which is said with its reason" \
	'^eth0 of apart shares no subnet' g1.cfg apart.cfg
file odd.cfg "$(vr 'eth"0' 51 100 "$dual" | sed 's/eth"0/eth\\"0/')"
refuses "an interface that cannot be made" 'cannot make an interface' \
	g1.cfg odd.cfg
