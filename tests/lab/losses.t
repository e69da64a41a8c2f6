#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Does the switch lose what it is told to lose, and nothing else?
# shellcheck source=tests/lab/faults.sh
. "$(dirname "$0")/faults.sh"

plan 30

three_hosts
host far 192.0.2.13/24
introduce client far 192.0.2.13
introduce far client $CLIENT

partition r1 far -- r2 client
check "partition: nothing passes from one side to the other" eval \
	'not reached client r1 $R1 && not reached r1 client $CLIENT'
check "each side has itself" eval \
	'reaches client $R2 && reaches r1 192.0.2.13'
partition r1 -- r2 -- client
check "of three sides, none hears another" eval 'not reached r1 r2 $R2 &&
	not reached r2 client $CLIENT && not reached client r1 $R1'
check "who is not named is on all sides" eval \
	'reaches client 192.0.2.13 && reaches r1 192.0.2.13'
heal
check "heal: all have each other again" eval \
	'reaches client $R1 && reaches client $R2 && reaches r1 $R2'
check "who is told is told" eval 'told repair - \
	"the switch is whole again" && told fault - \
	"the switch falls apart: r1 far -- r2 client"'

target=$R1
questions="--interval 500us --for 0.7s"
# shellcheck disable=SC2086 # words
lost_now() { lost $questions; }

check "at first nothing is lost" between 0 "$(lost_now)" 20
lose 20 client in
check "lose 20 % of one direction: a fifth of the answers" \
	between 100 "$(lost_now)" 300
lose 20 client
check "of both directions: 36 % of them" between 260 "$(lost_now)" 460
check "the others are not concerned" eval \
	'inside r1 ping -f -q -c 100 192.0.2.13 | grep -q " 0% packet loss"'
lose 50 client out
check "another loss at the same port takes its place" \
	between 400 "$(lost_now)" 600
lossless client
check "lossless: none" between 0 "$(lost_now)" 20
lose 20
check "20 % of all that the switch passes on: 36 % of the answers" \
	between 260 "$(lost_now)" 460
lose 0
check "lose 0: none" between 0 "$(lost_now)" 20
lose 100 r1 out
check "lose 100 %: all" between 1000 "$(lost_now)" 1000
check "of what the host sends" reached client r1 $R1
lose 0 r1
check "and none" reaches client $R1

# Are there advertisements from r1 on the switch?
advertised() {
	"$BIN/wire" --json --adverts --for 0.5s lan |
		jq -e -s 'any(.[]; .kind == "advert")' >/dev/null
}
# Has the host received some?
received() {
	inside r2 nft list table netdev count | grep -q 'packets [1-9]'
}
# From now on.
count() {
	inside r2 nft -f - <<-END
		table netdev count
		delete table netdev count
		table netdev count {
			chain received {
				type filter hook ingress device eth0 priority 0
				meta l4proto 112 counter
			}
		}
	END
}

cat >"$LAB/cfg" <<END
virtual_routers = ({
	name = "lan"; interface = "eth0"; vrid = 51;
	advertisement_interval = "50ms"; virtual_mac = false;
	virtual_addresses = [ "192.0.2.1/24", "fe80::1/64" ];
});
END
vrrpd r1 "$LAB/cfg"
count
check "advertisements of r1 arrive at first" within 10 received
drop_vrrp r1
count
check "drop_vrrp: the switch has none" not advertised
check "nobody receives any" not received
check "all else passes" reaches client $R1
pass_vrrp r1
check "pass_vrrp: the switch has them" advertised
check "and they arrive" within 10 received
drop_vrrp r2
count
sleep 0.3
check "at another port: the switch has them, who is there does not" eval \
	'advertised && not received'
pass_vrrp r2
check "until that passes" within 10 received

# What the kernel cannot do is skipped for all to see.
skips() {
	status=0
	"$@" 2>"$LAB/said" || status=$?
	[ "$status" = 77 ] && grep -q "^SKIP: $*:" "$LAB/said" &&
		told note - "skipped: $*: the kernel has no netem"
}
# At least: machines are slow.
answer_takes() {
	inside client ping -q -c 5 -i 0.05 $R1 |
		awk -F '[ /]' -v ms="$1" '/^rtt/ { exit !($7 >= ms) }'
}
delayed() {
	tc qdisc show dev r1 | grep -q netem ||
		tc -n r1 qdisc show dev eth0 | grep -q netem
}
if can_netem; then
	delay r1 20ms
	check "delay: there and back, an answer takes twice that" \
		answer_takes 40
	on_time r1
	check "on_time: there is no delay any more" not delayed
	reorder r1 25 10ms
	inside client "$BIN/probe" --json --interval 1ms --for 1s $R1 >"$LAB/out"
	check "reorder: answers overtake each other" \
		jq -e '.reordered > 0' "$LAB/out"
	on_time r1
	check "until on_time" not delayed
	ok "nothing is skipped # SKIP the kernel has netem"
else
	check "delay: cannot be done here, and says so" skips delay r1 20ms
	check "nor can reorder" skips reorder r1 25 10ms
	check "nor on_time" skips on_time r1
	check "no fault is told" not told fault r1 "its frames are late by 20ms"
	check "and all passes" eval 'not delayed && reaches client $R1'
fi
