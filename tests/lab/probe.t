#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # $low and $mac are for jq
#
# Is the ruler straight?  A packet filter drops all that reaches the client
# from one second of the kernel's own clock to another, so that the gap is
# known without looking at a clock of ours; and answers are doubled, disordered
# and given by two hosts on demand.  What a slow machine may spoil is tried
# again a few times: one straight measurement shows that the ruler can do it.
# shellcheck source=netns-lab/lib.sh
. "$(dirname "$0")/../../netns-lab/lib.sh"
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"

v4=192.0.2.1 v6=2001:db8::1
all="icmp-$v4 icmp-$v6 udp-$v4 udp-$v6 arp-$v4 nd-$v6 tcp-$v4 tcp-$v6"
interval=2000 # us
# How exact must it be?  Without real-time priority nothing can be promised.
near=$interval least=15000
chrt -f 1 true 2>/dev/null || near=50000 least=100

plan 59

host server $v4/24 $v6/64
host client 192.0.2.9/24 2001:db8::9/64
mac=$(ip -n server -j link show eth0 | jq -r '.[0].address')

# echo_on PORT OPTION...: sets echo_pid.
echo_on() {
	echo_port=$1
	shift
	ip netns exec server "$BIN/echo" --port "$echo_port" "$@" \
		</dev/null 2>"$LAB/echo" &
	echo_pid=$!
	within 10 listens "$echo_port"
}
listens() { inside server ss -Hltn "sport = $1" | grep -q .; }

# probe_to FILE MODE-ADDRESS ARG...: in the background, adds to probe_pids.
probe_pids=
probe_to() {
	to_file=$LAB/$1 to_what=$2
	shift 2
	ip netns exec client "$BIN/probe" --json --interval "${interval}us" \
		--mode "${to_what%%-*}" "$@" "${to_what#*-}" \
		>"$to_file" </dev/null &
	probe_pids="$probe_pids $!"
}

probe_stop() {
	for stop_pid in $probe_pids; do
		kill -TERM "$stop_pid"
	done
	for stop_pid in $probe_pids; do
		wait "$stop_pid" || diag "a probe failed"
	done
	probe_pids=
}

# probe_for TIME MODE-ADDRESS ARG...: its findings are in $LAB/out.
probe_for() {
	for_time=$1
	shift
	probe_to out "$@" --for "$for_time"
	wait "${probe_pids# }" || diag "the probe failed"
	probe_pids=
}

# finds FILE JQ-OPTION... FILTER: is it true of what that probe printed?
finds() {
	finds_file=$LAB/$1
	shift
	# Of nothing, jq says that all is true.
	[ -s "$finds_file" ] && jq -e "$@" "$finds_file" >/dev/null
}

# tries N CMD...: is it true of one of N attempts?
tries() {
	tries_left=$1
	shift
	until "$@"; do
		tries_left=$((tries_left - 1))
		[ "$tries_left" -gt 0 ] || return 1
	done
}

# ---- A known gap ----

# gate SECOND SECOND: nothing reaches the client from one to the other.
gate() {
	inside client nft -f - <<-END
		table netdev gate {
			chain entry {
				type filter hook ingress device "eth0" priority 0
				meta time >= $1 meta time < $2 drop
			}
		}
	END
}

has_come() { [ "$(date +%s)" -ge "$1" ]; }

# known_gap WHAT...: of one second; sets from and to.
known_gap() {
	for gap_what; do
		probe_to "$gap_what" "$gap_what"
	done
	# The whole second that is at least 0.3 s from now.
	from=$((($(now_us) + 1300000) / 1000000))
	to=$((from + 1))
	gate "$from" "$to"
	within 20 has_come "$to"
	# TCP waits twice as long each time before it tries again.
	sleep 1.6
	probe_stop
	inside client nft delete table netdev gate
}

# gap_in FILE FILTER: $gap is the longest one, $from and $to are what it is.
gap_in() {
	finds "$1" --arg what "$1" --argjson one "$interval" \
		--argjson near "$near" \
		--argjson from $((from * 1000000)) \
		--argjson to $((to * 1000000)) \
		'(.gaps | max_by(.length_us)) as $gap |
		($what | startswith("tcp-")) as $tcp |
		$gap and '"$2"
}

# The kernel stamps a frame before the filter looks at it, a little at worst.
covers() { gap_in "$1" '$gap.start_us <= $from and $gap.end_us >= $to - 50000'; }

# Within one spacing at either end; TCP resumes when the server tries again.
is_exact() {
	gap_in "$1" '($gap.open | not) and $gap.start_us >= $from - $near and
		$gap.end_us >= $to - $near and
		($tcp or $gap.end_us <= $to + $near)'
}

# What was asked in the gap and nothing else; of TCP nothing stays lost.
loses_the_gap() {
	gap_in "$1" '.received == .sent - .lost and .duplicates == 0 and
		.reordered == 0 and .both_us == 0 and if $tcp then
		.lost == 0 and .survived and .connected and
		.bytes >= .received * 1024
		else .lost == $gap.unanswered and
		((.lost + .skipped) * $one - $to + $from | fabs) <= 2 * $near
		end'
}

# those WHAT... that do not pass: those_not PREDICATE WHAT...
those_not() {
	not_what=$1
	shift
	for not_one; do
		"$not_what" "$not_one" || printf '%s ' "$not_one"
	done
}

# How much later than the drop the gap begins and ends.
offsets() {
	jq -r --argjson from $((from * 1000000)) \
		--argjson to $((to * 1000000)) '.gaps | max_by(.length_us) |
		"begins \(.start_us - $from) us, ends \(.end_us - $to) us late"' \
		"$LAB/$1"
}

is_straight() { is_exact "$1" && loses_the_gap "$1"; }

# shellcheck disable=SC2086 # lists
measure_all() {
	known_gap $all
	short="$short $(those_not covers $all)"
	crooked=$(those_not is_straight $crooked)
	[ -z "$crooked" ]
}

# among WORD LIST
among() { case " $2 " in *" $1 "*) ;; *) false ;; esac; }

for what in $all; do inside client ping -q -c 1 -W 5 "${what#*-}"; done >"$LAB/ping"
echo_on 7
short='' crooked=$all
[ "$near" -eq "$interval" ] ||
	diag "no real-time priority: one spacing may be $near us"
tries 4 measure_all || diag "not straight: $crooked"
for what in $all; do
	check "$what: a gap of 1 s is never seen shorter" \
		not among "$what" "$short"
	check "$what: and within one spacing at either end, with its questions" \
		not among "$what" "$crooked"
	diag "$what: $(offsets "$what")"
done

interval=10000
# shellcheck disable=SC2086 # lists
measure_nothing() {
	for what in $gapless; do
		probe_to "$what" "$what" --for 0.5s
	done
	wait $probe_pids
	probe_pids=
	gapless=$(those_not has_no_gap $gapless)
	[ -z "$gapless" ]
}
has_no_gap() {
	finds "$1" '.gaps == [] and .lost == 0 and .longest_us == 0 and
		.received + .skipped == 50 and (.answered_by | length) == 1'
}
gapless=$all
tries 4 measure_nothing || diag "not without a gap: $gapless"
for what in $all; do
	check "$what: without a drop there is no gap" \
		not among "$what" "$gapless"
done

interval=1000
inside server nft -f - <<'END'
table ip shut {
	chain entry {
		type filter hook input priority 0
		meta l4proto icmp drop
	}
}
END
unanswered() {
	probe_for 0.2s "icmp-$v4"
	says '(.gaps | length) == 1 and .gaps[0].open and
		.gaps[0].start_us == .start_us and .longest_us > 150000 and
		.longest_us == .end_us - .start_us'
}
check "a gap that does not end is open, from the first question on" \
	tries 5 unanswered
check "and everything is lost" says '.received == 0 and .lost == .sent and
	.answered_by == []'
inside server nft delete table ip shut

# ---- Duplicates, disorder, who answers ----

nft -f - <<'END'
table netdev twice {
	chain entry {
		type filter hook ingress device "server" priority 0
		dup to "client"
	}
}
END
seen_twice() {
	probe_for 0.2s "$1"
	says --arg mac "$mac" '.received > 10 and .duplicates >= .received - 1 and
		.reordered == 0 and (.answered_by | length) == 1 and
		.answered_by[0].answers == .received + .duplicates'
}
for what in icmp-$v4 icmp-$v6 udp-$v4 udp-$v6 arp-$v4 nd-$v6; do
	check "$what: each answer is seen twice" tries 5 seen_twice "$what"
done
nft delete table netdev twice

echo_on 8 --swap 4
out_of_order() {
	probe_for 0.3s "udp-$v4" --port 8
	says '.received > 20 and .duplicates == 0 and
		.reordered == (.received / 5 | floor)'
}
check "every answer that comes late is out of order" tries 5 out_of_order

# Both at the same address, the Ethernet address of everybody in the cache.
host twin $v4/24 $v6/64
twin_mac=$(ip -n twin -j link show eth0 | jq -r '.[0].address')
for what in $v4 $v6; do
	ip -n client neigh replace "$what" lladdr ff:ff:ff:ff:ff:ff dev eth0
done
told_apart() {
	probe_for 0.2s "$1"
	says --arg one "$mac" --arg two "$twin_mac" '.start_us as $start |
		(.answered_by | map(.mac) | sort) == ([$one, $two] | sort) and
		all(.answered_by[]; .answers > 10 and
			.first_us >= $start and .last_us > .first_us) and
		.answered_by[0].last_us > .answered_by[1].first_us and
		.duplicates > 10 and .both_us > 100000 and
		.both_us <= .end_us - .start_us + 100000'
}
for what in icmp-$v4 icmp-$v6 arp-$v4 nd-$v6; do
	check "$what: two who answer at once are told apart" \
		tries 5 told_apart "$what"
done
power_off twin
for what in $v4 $v6; do
	ip -n client neigh del "$what" dev eth0
done

# Both networks are on the one switch, and nobody shall be told of a shortcut.
router gateway 192.0.2.2/24 198.51.100.2/24
for what in all default eth0; do
	inside gateway sh -c \
		"echo 0 >/proc/sys/net/ipv4/conf/$what/send_redirects"
done
gateway_mac=$(ip -n gateway -j link show eth0 | jq -r '.[0].address')
ip -n server addr add 198.51.100.1/24 dev eth0
ip -n server route add 192.0.2.9 via 198.51.100.2
ip -n client route add 198.51.100.0/24 via 192.0.2.2
within 5 inside client ping -q -c 1 -W 1 198.51.100.1 >"$LAB/ping"
for what in icmp udp tcp; do
	probe_for 0.2s "$what-198.51.100.1"
	check "$what: from behind a gateway it is the gateway that answers" \
		says --arg mac "$gateway_mac" '.received > 10 and
		(.answered_by | map(.mac)) == [$mac]'
done
power_off gateway
ip -n server route del 192.0.2.9

# ---- A connection that does not survive ----

# closes_on WHAT: its server ends while it is probed.
closes_on() {
	echo_on 9
	probe_to out "$1" --port 9
	sleep 0.2
	kill "$echo_pid"
	wait "$echo_pid"
	sleep 0.1
	probe_stop
	says '.connected and (.survived | not) and .bytes > 10240 and
		.ended == "closed by the server" and .lost > 10 and
		(.gaps | last | .open)'
}
for what in tcp-$v4 tcp-$v6; do
	check "$what: a connection that the server has closed is lost" \
		tries 5 closes_on "$what"
	probe_for 0.1s "$what" --port 9
	check "$what: and refused when there is no server" \
		says '(.connected or .survived | not) and .received == 0 and
		.ended == "Connection refused" and .bytes == 0'
done

# ---- The schedule ----

interval=10
swift() {
	probe_for 0.3s "$1"
	finds out ".sent > $least"
}
for what in icmp-$v4 icmp-$v6 arp-$v4 nd-$v6; do
	check "$what: at 10 us, most questions are sent in time" \
		tries 5 swift "$what"
	check "$what: and what was not is told, never made up for" \
		says '.sent + .skipped == 30000 and .overruns == 0 and
		.received + .lost == .sent'
	diag "$what: $(jq -c '{sent, skipped, received}' "$LAB/out")"
done

interval=1000000
probe_for 1.5s "icmp-$v4"
check "at 1 s there are two in one and a half" says '.sent == 2'

# ---- What is refused ----

interval=1000
refused() { not inside client "$BIN/probe" "$@" 2>/dev/null; }
check "a name is no address" refused example
check "ARP is not for IPv6" refused --arp $v6
check "ND is not for IPv4" refused --nd $v4
check "there must be a way" refused 203.0.113.1
check "9 us is too short" refused --interval 9us $v4
probe_for 0.1s "arp-203.0.113.1" --interface eth0
check "but on an interface one may ask for anything" says '.lost == .sent'
