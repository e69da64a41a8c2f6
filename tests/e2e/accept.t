#!/bin/sh
# SPDX-License-Identifier: MIT
#
# accept = false: the Active answers who looks for the addresses and forwards
# what is sent through it, though its host has none of them and takes nothing
# for them.  Behind both routers there is a server, which sends back through
# r2, so that it is the way there that fails over.
family=both
extra='accept = false;'
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 30

server4=198.51.100.9 server6=2001:db8:99::9

# uplink ROUTER N: its own link to the server.
uplink() {
	ip link add up0 netns "$1" type veth peer name "$1" netns server
	ip -n "$1" link set up0 up
	ip -n server link set "$1" up
	ip -n "$1" addr add "10.0.$2.1/24" dev up0
	ip -n server addr add "10.0.$2.2/24" dev "$1"
	ip -n "$1" addr add "2001:db8:$2::1/64" dev up0 nodad
	ip -n server addr add "2001:db8:$2::2/64" dev "$1" nodad
	ip -n "$1" route add $server4 via "10.0.$2.2"
	ip -n "$1" route add $server6 via "2001:db8:$2::2"
}

pair
ip netns add server
ip -n server link set lo up
ip -n server addr add $server4/32 dev lo
ip -n server addr add $server6/128 dev lo
uplink r1 1
uplink r2 2
ip -n server route add 192.0.2.0/24 via 10.0.2.1
ip -n server route add 2001:db8::/64 via 2001:db8:2::1
ip -n client route add default via 192.0.2.1
ip -n client route add default via fe80::5:1 dev eth0
# With it the kernel drops all that comes by an interface without address.
inside r1 sysctl -q net.ipv4.conf.all.rp_filter=1

# routes NAME FAMILY: the addresses whose packets its kernel drops.
routes() {
	ip -n "$1" "-$2" route show type blackhole proto 112 |
		awk '{ print $2 }' | paste -s -d ' '
}
drops() { [ "$(routes "$1" 4),$(routes "$1" 6)" = 192.0.2.1,2001:db8::1 ]; }
drops_nothing() { [ "$(routes "$1" 4),$(routes "$1" 6)" = , ]; }

# knows NAME ADDRESS MAC: has its kernel found this neighbour?
knows() {
	inside "$1" ping -q -c 1 -W 1 "$2" >"$LAB/ping" 2>&1 || :
	ip -n "$1" neigh show "${2%\%*}" | grep -q "lladdr $3"
}
macvlan() { ip -n r1 -o link | sed -n "s/.*: \(vrrp$1-[0-9]*-51\)@.*/\1/p"; }
joined() { ip -n "$1" maddr show | grep -q 'ff02::1:ff05:1'; }

start r1
start r2
within 10 is r1 active
within 10 is r2 backup
check "the Active's status tells" shows r1 \
	'[.routers[].accept] | unique == [false]'
check "its kernel drops what is sent to the addresses" within 10 drops r1
check "the Backup's does not" drops_nothing r2
check "no host has an address" eval 'idle r1 && idle r2'
check "the Active is in the solicited-node groups" joined r1
check "the Backup is not" not joined r2

check "who asks for the IPv4 address finds the virtual MAC" \
	within 10 knows client 192.0.2.1 00:00:5e:00:01:33
check "and for the IPv6 address" \
	within 10 knows client 2001:db8::1 00:00:5e:00:02:33
check "and for the link-local one" \
	within 10 knows client fe80::5:1%eth0 00:00:5e:00:02:33
check "the Backup finds it, too" \
	within 10 knows r2 192.0.2.1 00:00:5e:00:01:33
check "a ping to the IPv4 address is not answered" not reaches 192.0.2.1
check "nor one to the IPv6 address" not reaches 2001:db8::1
check "nor one to the link-local one" not reaches fe80::5:1%eth0
check "IPv4 is forwarded" within 10 reaches $server4
check "IPv6 is forwarded" within 10 reaches $server6

address=$server4
check "an Active that leaves loses no packet of IPv4" \
	spares leaves comes_back --interval 5ms
check "and leaves no route behind" drops_nothing r1
address=$server6
check "one that comes back loses none of IPv6" \
	spares comes_back leaves --interval 5ms
check "who was Active drops nothing any more" within 10 drops_nothing r2
check "and has left the groups" within 10 not joined r2

ip -n r1 route del blackhole 192.0.2.1 proto 112
ip -n r1 -6 route del blackhole 2001:db8::1 proto 112
# Nobody tells of the routes, which are looked at now and then, and with the
# rest.
ip -n r1 link set "$(macvlan 4)" down
ip -n r1 link set "$(macvlan 6)" down
check "what others take away is put back" within 10 drops r1
check "and IPv4 is forwarded" within 10 reaches $server4
check "and IPv6 is" within 10 reaches $server6
check "which is counted" shows r1 '[.routers[].statistics.repairs] | min > 0'
ip -n r1 addr del 127.0.0.112/32 dev "$(macvlan 4)"
check "forwarding survives the loss of its anchor" within 10 reaches $server4

kill_daemon r1 KILL
within 10 is r2 active
check "a killed agent's routes stay behind" drops r1
sed -i 's/priority = 200/priority = 50/; s/192.0.2.1\//192.0.2.3\//' \
	"$LAB/r1.cfg"
start r1
check "started again as a Backup, with other addresses, it has removed them" \
	within 10 eval 'is r1 backup && drops_nothing r1'
check "and has said so" logged r1 "which a killed vrrpd has left behind"
stop r1

stop r2
virtual_mac=false
config r2 100
start r2
within 10 is r2 active
mac=$(ip -n r2 -o link show eth0 | sed 's/.*ether \([^ ]*\).*/\1/')
ip -n client neigh flush all
check "without virtual MAC, the interface's is found" \
	within 10 knows client 192.0.2.1 "$mac"
check "and forwards, and drops" \
	within 10 eval 'reaches $server4 && reaches $server6 && drops r2'
