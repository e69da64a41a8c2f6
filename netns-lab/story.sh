# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# What a scenario sources in the place of lib.sh: a network in a few words, a
# client that watches, faults, and what is expected.  The file's third line is
# its title.  A scenario reads like this:
#
#	pair				two routers and a client, settled
#	cut r1				a fault (faults.sh)
#	becomes r2 active
#	finish				from here on the records are read
#	expect_gone "$(down_time r2)"
#
# The settings of daemons.sh may be set before `pair`, and these:
#
#	family=ipv4 | ipv6 | both	of the virtual router that `pair` makes
#	spacing=1ms			of the client's questions
#	hub=true			the switch passes everything on to all, and the
#				client asks by ARP and ND, too: whoever would
#				answer, does
#
#	pair, trio		routers r1 (priority 200), r2 (100), r3 (50), with
#				a client behind them, settled and asked
#	alone NAME		the hosts of pair, but only this router is started
#	runs NAME DAEMON	before that: another one than vrrpd there
#	gateway			pair, with a server upstream: both routers have
#				eth1 on the switch "wan", and the server answers
#				by r2, which no fault of a story should hit
#	gateway_both		and a virtual router on each side
#	hosts			a function of the scenario: more for its hosts
#	begins NAME		and another one: starts its daemon, for the first time
#	ask NAME HOST ARG...	one more probe, of build/probe's arguments
#	serve HOST		UDP echo and TCP downloads there, of any address
#	becomes NAME STATE [VROUTER]  within 20 s, or the story fails
#	flooded NAME		flood and calm, LAB_FLOOD_SECONDS (10) apart, with
#				LAB_FLOOD_RATE (100000) packets a second, or "most"
#	crash_and_exit		r1's host dies and boots again; r1 takes over;
#				then it is told to end
#	served			the client is answered, within 30 s
#	start NAME		its daemon, with the settings as they are
#	watch SECONDS		let it go on for a while
#	note TEXT...		a remark on the timeline
#	overhear NAME		count from here on what leaves it in the name of the
#				virtual routers, from their MAC or IP addresses
#	down_time NAME		ms: the Active_Down_Interval of this router
#	skew_time NAME		ms: what that is longer than three intervals
#	finish			end the probes; result.json is made
#	expect_*		what must be true of it: expect.sh
#	skip TEXT...		cannot be told here, and why
#
# Exit status: 0, 1 (something expected did not happen), 77 (skipped).  With
# LAB_OUT, a directory, the records are left there.

# shellcheck source=netns-lab/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=netns-lab/shell.sh
[ -z "${LAB_SHELL:-}" ] || . "$TOP/netns-lab/shell.sh"
# shellcheck source=netns-lab/record.sh
. "$TOP/netns-lab/record.sh"
# shellcheck source=netns-lab/daemons.sh
. "$TOP/netns-lab/daemons.sh"
# shellcheck source=netns-lab/expect.sh
. "$TOP/netns-lab/expect.sh"

daemon=${LAB_DAEMON:-$daemon}
: "${family:=both}" "${spacing:=1ms}" "${hub:=false}" "${LAB_SLACK:=500}"
: "${priority_r1:=200}" "${priority_r2:=100}" "${priority_r3:=50}"
ipv4=192.0.2.1 ipv6=2001:db8::1
server=198.51.100.99 server6=2001:db8:1::99
story_routers='' story_failed=''
story_start=$(now_us)

story_title() { sed -n '3s/^# //p' "$0"; }

# ---- The network ----

runs() {
	[ "${LAB_DAEMON:-vrrpd}" = vrrpd ] ||
		skip "it is about vrrpd beside another daemon"
	eval "daemon_$1=$2"
}

# For a scenario to define: what its hosts need beyond what `pair` gives them.
hosts() { :; }

# In the same way: how a router's daemon comes to run.
begins() { daemon_start "$1"; }

story_network() {
	for story_name in $story_routers; do
		story_why=$(unable "$story_name")
		[ -z "$story_why" ] || skip "$story_why"
	done
	story_host=10
	for story_name in $story_routers; do
		story_host=$((story_host + 1))
		router "$story_name" "192.0.2.$story_host/24" \
			"2001:db8::$story_host/64"
	done
	host client 192.0.2.254/24 2001:db8::99/64
	[ "$hub" = false ] || story_learn_nothing
	# shellcheck disable=SC2086 # $addresses is a list
	[ -z "${addresses:-}" ] || vrouter lan eth0 51 $addresses
	hosts
	[ ! -e "$LAB/vrouters" ] || return 0
	case $family in
	ipv4) vrouter lan eth0 51 $ipv4/24 ;;
	ipv6) vrouter lan eth0 51 fe80::5:1/64 $ipv6/64 ;;
	*) vrouter lan eth0 51 $ipv4/24 fe80::5:1/64 $ipv6/64 ;;
	esac
}

# Where the switch does not know a MAC, it floods.
story_learn_nothing() {
	for story_name in $story_routers; do
		bridge link set dev "$story_name" learning off
	done
}

# The best one first, so that the others find it.
story_settle() {
	for story_name in $story_routers; do
		begins "$story_name"
		if [ "$story_name" = r1 ]; then
			becomes r1 active
		else
			becomes "$story_name" backup
		fi
	done
	# `lab shell` stays here, in a network that is settled.
	[ -z "${LAB_SHELL:-}" ] || story_shell
	story_watch
}

story_watch() {
	story_echoes=
	[ "$hub" = false ] || story_echoes=--echoes
	# shellcheck disable=SC2046,SC2086 # a list, an option or none
	record wire "$BIN/wire" --json $story_echoes $(story_switches)
	[ "$family" = ipv6 ] || story_ask ping $ipv4
	[ "$family" = ipv4 ] || story_ask ping6 $ipv6
	[ "$hub" = false ] || story_ask_all
	watch "$(awk -v i="$interval" 'BEGIN { print 0.3 + i / 500 }')"
}

story_switches() {
	ip -br link show type bridge | awk '{ print $1 }'
}

# Answered once before anybody counts.
story_ask() {
	within 20 story_reaches client "$2"
	ask "$1" client --interval "$spacing" "$2"
}

# Of the link, where two may answer with the same MAC.
story_ask_all() {
	[ "$family" = ipv6 ] || story_ask_link arp $ipv4
	[ "$family" = ipv4 ] || story_ask_link nd $ipv6
}

story_ask_link() {
	ask "$1" client "--$1" --interface eth0 --interval "$spacing" "$2"
}

story_reaches() {
	inside "$1" ping -q -c 1 -W 1 "$2" >"$LAB/first" 2>&1
}

ask() {
	story_probe=$1 story_host=$2
	shift 2
	LAB_HELPER=1 record "probe.$story_probe" \
		ip netns exec "$story_host" "$BIN/probe" --json "$@"
}

# An echo and a download for whom is asked with --mode udp or tcp.
serve() {
	LAB_HELPER=1 ip netns exec "$1" "$BIN/echo" </dev/null >/dev/null 2>&1 &
	within 10 story_serves "$1"
}

story_serves() { inside "$1" ss -ltnH "sport = :7" | grep -q .; }

pair() {
	story_routers="r1 r2"
	story_network
	story_settle
}

gateway() { story_gateway lan; }
gateway_both() { story_gateway both; }

story_gateway() {
	story_routers="r1 r2"
	story_network
	lan wan
	attach r1 eth1 wan 198.51.100.11/24 2001:db8:1::11/64
	attach r2 eth1 wan 198.51.100.12/24 2001:db8:1::12/64
	bare server
	attach server eth0 wan $server/24 $server6/64
	ip -n client route add default via $ipv4
	ip -n client -6 route add default via fe80::5:1 dev eth0
	if [ "$1" = both ]; then
		vrouter wan eth1 52 198.51.100.1/24 fe80::6:1/64 \
			2001:db8:1::1/64
		ip -n server route add default via 198.51.100.1
		ip -n server -6 route add default via fe80::6:1 dev eth0
	else
		ip -n server route add default via 198.51.100.12
		ip -n server -6 route add default via 2001:db8:1::12
	fi
	story_settle
}

trio() {
	story_routers="r1 r2 r3"
	story_network
	story_settle
}

alone() {
	story_routers="r1 r2"
	story_network
	daemon_start "$1"
	becomes "$1" active
	story_watch
}

# ---- What happens ----

becomes() { within 20 is "$@"; }
start() { daemon_start "$1"; }
served() {
	[ "$family" = ipv6 ] || within 30 story_reaches client $ipv4
	[ "$family" = ipv4 ] || within 30 story_reaches client $ipv6
}
watch() { sleep "$1"; }
note() { event note - "$@"; }

# story_addresses FAMILY: of all virtual routers, as nft lists them.
story_addresses() {
	awk -v family="$1" '{ for (i = 4; i <= NF; i++)
		if (($i ~ /:/) == (family == 6)) {
			sub("/.*", "", $i)
			list = list (list ? ", " : "") $i
		}
	} END { print list }' "$LAB/vrouters"
}

overhear() {
	{
		echo "chain sent { type filter hook prerouting priority -300"
		echo "iifname \"$1\" ether saddr & ff:ff:ff:ff:00:00" \
			"== 00:00:5e:00:00:00 counter accept"
		story_list=$(story_addresses 4)
		[ -z "$story_list" ] ||
			printf 'iifname "%s" %s { %s } counter\n' \
				"$1" "ip saddr" "$story_list" \
				"$1" "arp saddr ip" "$story_list"
		story_list=$(story_addresses 6)
		[ -z "$story_list" ] ||
			echo "iifname \"$1\" ip6 saddr { $story_list } counter"
		echo "}"
	} | fault_filter "overhear-$1"
}

crash_and_exit() {
	cut r1
	kill r1
	becomes r2 active
	watch 0.3
	power_off r1
	power_on r1
	start r1
	becomes r1 active
	becomes r2 backup
	watch 0.3
	stop r1
	becomes r2 active
	served
	watch 0.3
}

flooded() {
	! story_lacks_xdp || skip "no native XDP here, or built without it"
	story_counts >"$LAB/counts"
	flood "$1" "${LAB_FLOOD_RATE:-100000}"
	watch "${LAB_FLOOD_SECONDS:-10}"
	calm
	watch 0.5
	story_counts >>"$LAB/counts"
}

story_lacks_xdp() {
	[ "$(daemon_of r1)" = vrrpd ] && ctl r1 --json status |
		jq -e '.interfaces | all(."packet-io" != "native XDP")' \
		>"$LAB/lacks"
}

# Of two vrrpd, what r1 has sent and r2 has heard.
story_counts() {
	[ "$(daemon_of r1) $(daemon_of r2)" = "vrrpd vrrpd" ] || return 0
	within 20 story_count
	cat "$LAB/count"
}

# Between two advertisements, or else one could be on its way.
story_count() {
	for story_name in r1 r2 r1; do
		ctl "$story_name" --json status
	done | jq -c -e -s 'map([.routers[].statistics] | {
			sent: map(."advertisement-sent") | add,
			heard: map(."advertisement-rcvd") | add }) |
		select(.[0].sent == .[2].sent) |
		{ sent: .[0].sent, heard: .[1].heard }' >"$LAB/count"
}

down_time() {
	awk -v i="$interval" -v p="$(priority_of "$1")" 'BEGIN {
		printf "%.1f\n", 3 * i + (256 - p) * i / 256 }'
}

skew_time() {
	awk -v i="$interval" -v p="$(priority_of "$1")" 'BEGIN {
		printf "%.1f\n", (256 - p) * i / 256 }'
}

# ---- What is expected ----

# Whatever fails is a verdict; the records are made all the same.
fail() {
	story_failed=$*
	[ -n "$story_finished" ] || finish
	story_end failed
}
story_finished=

skip() {
	story_failed=$*
	finish
	story_end skipped
}

finish() {
	story_finished=yes
	record_stop
	: >"$LAB/checks"
	touch "$LAB/events" "$LAB/wire" "$LAB/states"
	for story_name in $story_routers; do
		states "$story_name"
	done >"$LAB/states"
	story_meta >"$LAB/meta"
	story_probes >"$LAB/probes"
	jq -n -c --slurpfile meta "$LAB/meta" \
		--slurpfile events "$LAB/events" \
		--slurpfile states "$LAB/states" \
		--slurpfile wire "$LAB/wire" --slurpfile probes "$LAB/probes" \
		'include "analyse" {"search": "'"$TOP/netns-lab"'"}; analyse' \
		>"$LAB/result.json" ||
		echo "$0: the records cannot be read" >&2
}

story_probes() {
	for story_file in "$LAB"/probe.*; do
		[ -s "$story_file" ] || continue
		jq -c --arg name "${story_file##*/probe.}" '{ name: $name } + .' \
			"$story_file"
	done
}

story_meta() {
	story_daemons=$(for story_name in $story_routers; do
		daemon_of "$story_name"
	done | awk '!seen[$0]++')
	{
		for story_name in $story_routers; do
			echo "router $story_name $(daemon_of "$story_name")" \
				"$(priority_of "$story_name")"
		done
		for story_name in $story_routers stray; do
			[ ! -e "$LAB/$story_name/links" ] ||
				awk -v name="$story_name" '{
					print "mac", $3, name }' \
					"$LAB/$story_name/links"
		done
		for story_name in $story_daemons; do
			echo "version $story_name" \
				"$(daemon_version "$story_name")"
		done
	} | jq -R -s -c --arg scenario "$(basename "$0" .sh)" \
		--arg title "$(story_title)" --arg run "${LAB_RUN:-1}" \
		--arg daemon "$(echo "$story_daemons" | paste -s -d +)" \
		--arg kernel "$(uname -sr)" --arg cpus "$(nproc)" \
		--arg interval "$interval" --arg family "$family" \
		--arg mac "$virtual_mac" --arg began "$story_start" \
		--arg ended "$(now_us)" \
		--arg lan "$(head -n 1 "$LAB/vrouters" 2>/dev/null)" '
		[split("\n")[] | select(. != "") | split(" ")] as $lines |
		($lan + "   " | split(" ")) as $first |
		{ scenario: $scenario, title: $title, run: ($run | tonumber),
		daemon: $daemon, versions: ([$lines[] |
			select(.[0] == "version") |
			{ key: .[1], value: .[2] }] | from_entries),
		machine: { kernel: $kernel, cpus: ($cpus | tonumber) },
		settings: { interval_us: (($interval | tonumber) * 1000),
			family: $family, virtual_mac: ($mac == "true"),
			instance: $first[0], vrid: ($first[2] | tonumber? // null),
			addresses: [$first[3:][] | split("/")[0] |
				select(. != "")],
			priorities: ([$lines[] | select(.[0] == "router") |
			{ key: .[1], value: (.[3] | tonumber) }] |
			from_entries) },
		routers: [$lines[] | select(.[0] == "router") |
			{ name: .[1], daemon: .[2] }],
		macs: ([$lines[] | select(.[0] == "mac") |
			{ key: .[1], value: .[2] }] | from_entries),
		start_us: ($began | tonumber), end_us: ($ended | tonumber) }'
}

# story_end VERDICT: the result is complete, and told.
story_end() {
	trap - EXIT
	jq -c --slurpfile checks "$LAB/checks" --arg verdict "$1" \
		--arg reason "$story_failed" '.checks = $checks |
		.verdict = $verdict | .reason = ([$reason | select(. != "")] +
		[.checks[] | select(.ok | not) |
			"\(.text): \(.measured), expected \(.expected)"] |
		join("; "))' "$LAB/result.json" >"$LAB/result"
	mv "$LAB/result" "$LAB/result.json"
	if [ -n "${LAB_OUT:-}" ]; then
		mkdir -p "$LAB_OUT"
		cp "$LAB/result.json" "$LAB_OUT/"
		[ "$1" = passed ] || story_keep_logs
	else
		jq -r '"\(.scenario) with \(.daemon): \(.verdict)" +
			(if .reason != "" then ", \(.reason)" else "" end),
			(.checks[] | "  \(if .ok then "ok    " else "FAILED" end) " +
			"\(.text): \(.measured) (\(.expected))")' \
			"$LAB/result.json"
	fi
	case $1 in
	passed) exit 0 ;;
	skipped) exit 77 ;;
	esac
	exit 1
}

story_keep_logs() {
	for story_name in $story_routers; do
		[ ! -e "$LAB/$story_name/log" ] ||
			tail -n 200 "$LAB/$story_name/log" \
				>"$LAB_OUT/$story_name.log"
	done
}

# A scenario ends by reaching its end.
story_over() {
	story_status=$?
	# A verb that the kernel has no means for has said why.
	[ "$story_status" != 77 ] ||
		skip "$(jq -r 'select(.text | startswith("skipped: ")).text[9:]' \
			"$LAB/events" | tail -n 1)"
	[ "$story_status" = 0 ] || story_failed="the scenario ended with $story_status"
	[ -n "$story_finished" ] || finish
	[ -n "$story_failed" ] || [ -s "$LAB/checks" ] ||
		story_failed="nothing was expected"
	if [ -n "$story_failed" ] || jq -e -s 'any(.ok | not)' \
		"$LAB/checks" >/dev/null; then
		story_end failed
	fi
	story_end passed
}
trap story_over EXIT
