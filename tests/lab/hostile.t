#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # $claim_pid and the like
#
# The hostile host: is what it sends what it says it sends?  The listener on
# the switch, which shares nothing with it, and the agent are asked.
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/../e2e/pair.sh"

plan 33

router r1 192.0.2.11/24 2001:db8::11/64
host client 192.0.2.99/24 2001:db8::99/64
host mallory 192.0.2.66/24 2001:db8::66/64
mac=$(ip -n mallory -j link show eth0 | jq -r '.[0].address')
config r1 100
start r1
within 10 is r1 active
"$BIN/wire" --json lan >"$LAB/wire" </dev/null &
wire_pid=$!
heard() { [ -s "$LAB/wire" ]; }
within 10 heard

# attack ARG...: its findings are in $LAB/out, for `says`; what was heard of
# it from then on, in $LAB/heard.
attack() {
	since=$(now_us)
	inside mallory "$BIN/hostile" eth0 "$@" >"$LAB/out"
}

# of_it FILTER: is it true, in time, of all that came by its port?
true_of_it() {
	sent=$(jq .sent "$LAB/out")
	jq -es --argjson sent "${sent:-null}" --arg mac "$mac" \
		--argjson since "$since" 'map(select(.port == "mallory" and
		.time_us >= $since)) | '"$1" "$LAB/wire" >/dev/null
}
of_it() { within 10 true_of_it "$1"; }

# rejects_all REASON: has the agent rejected for this reason all that was sent
# since the last `remember`, and nothing else?
rejects_all() {
	shows r1 ".interfaces[0] | .dropped == 0 and
		.rejected == ($rejected | .[\"$1\"] += $(jq .sent "$LAB/out"))"
}
remember() {
	shows r1 true
	rejected=$(jq '.interfaces[0].rejected' "$LAB/shown")
}

# ---- Good advertisements ----

attack spoof --vrid 77 --priority 201 --every 10ms --count 20
check "as many are sent as is said" says '.sent == 20 and .failed == 0'
check "and heard, from the virtual MAC" of_it 'map(select(.kind == "advert" and
	.mac == "00:00:5e:00:01:4d")) | length == $sent'
check "all as they ought to be" of_it 'all(.family == "ipv4" and .vrid == 77 and
	.priority == 201 and .interval_us == 10000 and .ttl == 255 and
	.checksum == "rfc9568" and .source == "192.0.2.66" and .addresses == 1)'
attack spoof --ipv6 --vrid 77 --mac own --address fe80::1 \
	--address 2001:db8::1 --advertise 1s --rate 1000 --count 20
check "the same for IPv6, from its own MAC" of_it 'length == $sent and
	all(.family == "ipv6" and .mac == $mac and .interval_us == 1000000 and
	.checksum == "rfc9568" and .priority == 255 and .addresses == 2 and
	(.source | startswith("fe80:")))'
attack spoof --vrid 51 --count 5
check "an agent gives way to the best priority" \
	within 10 logged r1 "Backup, was Active"
within 10 is r1 active

# ---- Bad ones ----

for kind in ttl checksum version length vrid type; do
	for family in "--source 192.0.2.66" --ipv6; do
		remember
		# shellcheck disable=SC2086 # an option and its value
		attack flood --kind "$kind" --vrid 51 --rate 2000 --count 100 \
			$family
		check "$kind, ${family#--}: rejected for that and nothing else" \
			within 10 rejects_all "$kind"
	done
done
check "which moves nobody" is r1 active

attack flood --kind address --vrid 51 --count 50 --rate 500
check "other addresses, with a priority that nobody obeys" of_it \
	'length == $sent and all(.checksum == "rfc9568" and .priority == 1)'
check "which moves nobody either" is r1 active

# reasons SEED: of 400 random frames, how many were rejected for which reason?
# By the cable itself: a bridge may drop what is malformed.
reasons() {
	remember
	before_all=$(jq "$all_frames" "$LAB/shown")
	"$BIN/hostile" r1 flood --kind random --vrid 51 --rate 2000 --count 400 \
		--source 192.0.2.66 --seed "$1" >"$LAB/out"
	within 10 shows r1 "$all_frames == $before_all + 400"
	jq -c --argjson before "$rejected" '.interfaces[0].rejected |
		with_entries(.value -= $before[.key])' "$LAB/shown"
}
all_frames='([.interfaces[] | .rejected[], .dropped] | add) +
	([.routers[].statistics["advertisement-rcvd"]] | add)'
reasons 7 >"$LAB/first"
reasons 7 >"$LAB/again"
reasons 8 >"$LAB/other"
check "random frames are the same for the same seed" \
	cmp "$LAB/first" "$LAB/again"
check "and others for another" not cmp -s "$LAB/first" "$LAB/other"

# The kernel of whom they are for counts those that are good and for a port that
# nobody has.
no_port() {
	inside client sh -c 'cat /proc/net/snmp /proc/net/snmp6' | awk '
		$1 == "Udp:" && $3 ~ /^[0-9]/ { n += $3 }
		$1 == "Udp6NoPorts" { n += $2 }
		END { print n }'
}
come_to_client() { [ $(($(no_port) - before)) = 100 ]; }
to=$(ip -n client -j link show eth0 | jq -r '.[0].address')
for address in 192.0.2.99 2001:db8::99; do
	ipv6=''
	[ "$address" = 192.0.2.99 ] || ipv6=--ipv6
	before=$(no_port)
	attack flood --kind udp --address "$address" --to "$to" --rate 2000 \
		--count 100 $ipv6
	check "datagrams for $address arrive" within 10 come_to_client
done

attack flood --kind ttl --rate 10000 --for 0.5s
check "no more are sent than the rate allows" says \
	'.sent <= 5001 and .sent > 100 and .to_us - .from_us >= 500000'

# ---- Claims ----

# claims ADDRESS: in the background; the first announcement has been heard.
claims() {
	since=$(now_us)
	ip netns exec mallory "$BIN/hostile" eth0 claim "$1" --every 60s \
		>"$LAB/out" &
	claim_pid=$!
	of_it 'any(.address == "'"$1"'")'
}

stop_claim() {
	kill -TERM "$claim_pid"
	wait "$claim_pid"
}

# believes ADDRESS: has the client, when it has asked, mallory's MAC for it?
believes() {
	inside client ip neigh flush dev eth0
	inside client ping -q -c 1 -W 0.2 "$1" >"$LAB/ping" || :
	ip -n client -j neigh show "$1" |
		jq -e --arg mac "$mac" 'any(.lladdr == $mac)' >/dev/null
}

for address in 192.0.2.77 2001:db8::77; do
	claims "$address"
	check "$address is claimed: a client that asks believes it" \
		within 10 believes "$address"
	stop_claim
	check "each answer and announcement is heard" of_it 'map(select(
		.address == "'$address'" and .is_at == $mac)) |
		length == $sent'
	check "there are both" says '.answers > 0 and .sent == .answers + 1'
done
attack claim 192.0.2.78 --mac 02:00:00:00:00:99 --every 20ms --count 5
check "the MAC may be another one" of_it 'map(select(.mac == .is_at and
	.is_at == "02:00:00:00:00:99")) | length == 5 and $sent == 5'

bad_usage() {
	for words in "eth0" "eth0 flood" "eth0 spoof --kind ttl" \
		"eth0 flood --kind udp" "eth0 spoof --to 2:0:0:0:0:1" \
		"eth0 claim" "eth0 claim here" "eth0 spoof --mac 1:2" \
		"eth0 spoof --vrid 256" "nowhere spoof" "lo spoof --ipv6"; do
		# shellcheck disable=SC2086 # these are words
		if inside mallory "$BIN/hostile" $words --count 1 2>"$LAB/why"
		then
			diag "accepted: $words"
			return 1
		fi
	done
}
check "what makes no sense is refused" bad_usage
kill "$wire_pid"
