#!/bin/sh
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2016 # $mac and the like are for jq
#
# The listener on the switch: does it tell by which port a frame came in, each
# frame once, and none that the switch did not take?
# shellcheck source=netns-lab/lib.sh
. "$(dirname "$0")/../../netns-lab/lib.sh"
# shellcheck source=netns-lab/tap.sh
. "$TOP/netns-lab/tap.sh"

plan 26

ip link add wan type bridge stp_state 0 mcast_snooping 0 forward_delay 0
echo 1 >/proc/sys/net/ipv6/conf/wan/disable_ipv6
ip link set wan up
router r1 192.0.2.2/24 2001:db8::2/64
router r2 192.0.2.3/24 2001:db8::3/64
host client 192.0.2.9/24 2001:db8::9/64
router w1 198.51.100.2/24
host w9 198.51.100.9/24
ip link set w1 master wan
ip link set w9 master wan
# The same MAC and the same address on both: who answers is told by the port.
mac=00:00:5e:00:01:33
for name in r1 r2; do
	ip -n "$name" link add vmac link eth0 type macvlan mode private
	ip -n "$name" link set vmac address "$mac" up
	ip -n "$name" addr add 192.0.2.1/32 dev vmac
	inside "$name" sh -c 'echo 1 >/proc/sys/net/ipv4/conf/all/arp_ignore'
done

listen() {
	"$BIN/wire" --json "$@" >"$LAB/wire" 2>"$LAB/wire.err" </dev/null &
	wire_pid=$!
	within 10 hears_anything
}

# Its first line means that it listens; the hosts ask until it has come.
hears_anything() {
	inside client ip neigh flush dev eth0
	inside client ping -q -c 1 -W 1 192.0.2.3 >/dev/null || :
	[ -s "$LAB/wire" ]
}

stop_listening() {
	kill -TERM "$wire_pid"
	wait "$wire_pid"
}

# says JQ-OPTION... FILTER: is it true of all that has been written?
says() { jq -es "$@" "$LAB/wire" >/dev/null; }
later() { within 10 says "$@"; }

# ask FROM ADDRESS: ARP requests, answered or not.
ask() {
	inside "$1" "$BIN/probe" --json --for 0.05 --interval 20ms --arp \
		--interface eth0 "$2" >"$LAB/probe"
}

# announce NAME: of the common address, as the kernel does when a link comes up.
announce() {
	inside "$1" sh -c 'echo 1 >/proc/sys/net/ipv4/conf/vmac/arp_notify'
	ip -n "$1" link set vmac down
	ip -n "$1" link set vmac up
}

speaks() {
	announce r1
	grep -q arp-announcement "$LAB/wire.r1"
}

listen lan wan
ask client 192.0.2.1
check "both answer with the same MAC, and are told apart" later \
	--arg mac "$mac" 'map(select(.is_at == $mac).port) | unique ==
	["r1", "r2"]'
answers=$(jq '.received + .duplicates' "$LAB/probe")
check "each answer is printed once" later --argjson n "$answers" \
	--arg mac "$mac" 'map(select(.is_at == $mac)) | length == $n and $n > 3'
check "a request is not printed" says \
	'all(.kind != "arp-announcement" and .address != "192.0.2.9")'

ask w9 198.51.100.2
check "another switch is another segment" later \
	'any(.segment == "wan" and .port == "w1")'
check "and has its own ports alone" says 'all(.segment ==
	if .port == "w1" or .port == "w9" then "wan" else "lan" end)'

inside client ping -q -c 2 -i 0.2 2001:db8::2 >/dev/null
check "a neighbour advertisement, by its port" later \
	'any(.kind == "na-reply" and .port == "r1" and .address == "2001:db8::2")'
check "and no reply to a ping" says 'all(.kind != "echo-reply")'

cut r1
since=$(now_us)
check "the moment of a cut" later \
	'any(.kind == "port" and .name == "r1" and .state == "disabled")'
# What r1 still says is to be seen by looking at its own port.
"$BIN/wire" --json r1 >"$LAB/wire.r1" </dev/null &
port_pid=$!
within 10 speaks
kill "$port_pid"
ask client 192.0.2.1
check "nothing is heard of who is cut" later \
	--argjson since "$since" \
	'map(select(.time_us > $since)) | any(.port == "r2") and all(.port != "r1")'
mend r1
check "and of the mending" later \
	'any(.kind == "port" and .name == "r1" and .state == "forwarding")'
announce r1
check "whose announcement is heard now" later 'any(.port == "r1" and
	.kind == "arp-announcement" and .address == "192.0.2.1")'

nft -f - <<'END'
table netdev gate {
	chain entry {
		type filter hook ingress device "r2" priority 0
		drop
	}
}
END
since=$(now_us)
ask client 192.0.2.1
check "nor of what a filter drops at the port" later \
	--argjson since "$since" 'map(select(.time_us > $since)) |
	any(.port == "r1") and all(.port != "r2")'
nft delete table netdev gate

unplug r2
check "an unplugged cable has no carrier" later \
	'any(.kind == "port" and .name == "r2" and .state == "no-carrier")'
plug r2
check "until it is plugged in" later \
	'any(.kind == "port" and .name == "r2" and .state == "carrier")'
ip -n r2 link set eth0 down
check "and the same from the other end" later \
	'map(select(.name == "r2").state == "no-carrier") | index(true) as $at |
	.[$at + 1:] | index(true)'
ip -n r2 link set eth0 up

power_off r1
check "a port that is taken away" later \
	'any(.kind == "port" and .name == "r1" and .state == "removed")'
power_on r1
since=$(now_us)
ask client 192.0.2.2
check "and is made again, is known by name" later \
	--argjson since "$since" 'map(select(.time_us > $since)) |
	any(.kind == "arp-reply" and .port == "r1")'
stop_listening
check "nothing was lost" not test -s "$LAB/wire.err"

listen --echoes lan
inside client ping -q -c 1 192.0.2.3 >/dev/null
inside client ping -q -c 1 2001:db8::2 >/dev/null
check "replies to pings, if so wanted" later 'any(.kind == "echo-reply" and
	.port == "r2" and .address == "192.0.2.3") and
	any(.kind == "echo-reply" and .port == "r1" and
	.address == "2001:db8::2" and .mac == .is_at)'
check "which are no requests" says 'all(.address != "192.0.2.9" and
	.address != "2001:db8::9" or .kind != "echo-reply")'
stop_listening

cat >"$LAB/r1.cfg" <<'END'
virtual_routers = ({
	name = "lan"; interface = "eth0"; vrid = 51; priority = 200;
	advertisement_interval = "100ms";
	virtual_addresses = [ "192.0.2.51/24", "fe80::5:1/64" ];
});
END
hears_adverts() {
	"$BIN/wire" --json --adverts --for 0.5s lan >"$LAB/wire"
	says 'any(.family == "ipv4") and any(.family == "ipv6")'
}
vrrpd r1 "$LAB/r1.cfg"
within 10 hears_adverts
check "advertisements of both families, with all that they say" says \
	'map(select(.priority == 200 and .vrid == 51 and .port == "r1" and
	.interval_us == 100000 and .checksum == "rfc9568")) | map([.family,
	.mac, .source]) | unique | length == 2 and
	.[0] == ["ipv4", "00:00:5e:00:01:33", "192.0.2.2"]'
check "and nothing else, if so wanted" says 'all(.kind == "advert")'
announced_again() {
	ctl r1 announce lan
	"$BIN/wire" --json --for 0.5s lan >"$LAB/wire"
	says 'any(.kind == "na" and .address == "fe80::5:1")'
}
check "and what nobody has asked for, apart from answers" within 10 \
	announced_again

ip netns exec client "$BIN/wire" --json eth0 >"$LAB/wire" </dev/null &
wire_pid=$!
check "an interface that is no switch has no port" later \
	'any(.segment == "eth0" and .port == null)'
kill "$wire_pid"

hears_text() {
	"$BIN/wire" --for 0.5s lan >"$LAB/text"
	grep -q "lan/r1 advert from 00:00:5e:00:01:33 ipv4 from 192.0.2.2 vrid" \
		"$LAB/text"
}
check "the text says the same" within 10 hears_text
check "there must be such an interface" not "$BIN/wire" nowhere 2>/dev/null
