#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Router Advertisements as hosts see them: an address and a default route by
# themselves, and the same default route whoever is Active.
family=ipv6
extra='router_advertisements = {
	lifetime = "900s"; # the interval is ten minutes
	interval = "600s";
	prefixes = ( { prefix = "2001:db8::/64"; } );
};'
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 18

far=2001:db8:99::1 # behind the routers

default_route() { ip -n "$1" -6 route show default; }
has_default() {
	[ "$(default_route "$1" | grep -c .)" = 1 ] &&
		default_route "$1" |
		grep -q '^default via fe80::5:1 dev eth0 proto ra '
}
configured() {
	ip -n "$1" -6 addr show dev eth0 | grep 'inet6 2001:db8::' |
		grep -q dynamic
}

# What the client and each port of the switch hear, in frames.
nft -f - <<-'END'
	table netdev ra {
		counter r1 { }
		counter r2 { }
	}
END
counting() {
	nft -f - <<-END
		table netdev ra {
			chain $1 {
				type filter hook ingress device "$1" priority 0;
				icmpv6 type nd-router-advert counter name "$1"
			}
		}
	END
}
counting_all() {
	inside client nft -f - <<-END
		table netdev ra {
			counter every { }
			counter ours { }
			counter final { }
			chain advertisement {
				counter name "every"
				ether saddr 00:00:5e:00:02:33 \
					ip6 saddr fe80::5:1 ip6 daddr ff02::1 \
					ip6 hoplimit 255 counter name "ours"
				@th,48,16 0 counter name "final"
			}
			chain client {
				type filter hook ingress device "eth0" \
					priority 0;
				icmpv6 type nd-router-advert jump advertisement
			}
		}
	END
}
packets() {
	nft list counter netdev ra "$1" | sed -n 's/.*packets \([0-9]*\).*/\1/p'
}
heard() {
	inside client nft list counter netdev ra "$1" |
		sed -n 's/.*packets \([0-9]*\).*/\1/p'
}
advertised() { shows "$1" ".routers[0][\"router-advertisements\"].sent $2"; }

router r1 2001:db8::11/64
router r2 2001:db8::12/64
ip -n r1 addr add $far/128 dev lo
ip -n r2 addr add $far/128 dev lo
host client
counting_all
counting r1
counting r2
config r1 200
config r2 100
start r1
within 10 is r1 active
start r2
within 10 is r2 backup
ip netns exec client ip -6 monitor route >"$LAB/routes" &

check "a host has a default route, the virtual address" \
	within 60 has_default client
check "and an address" within 10 configured client
check "and reaches what is behind the router" within 10 reaches $far
host late
check "a host that comes later asks, and need not wait" \
	within 10 has_default late
check "as the Active tells" shows r1 \
	'.routers[0]["router-advertisements"]["solicitations-rcvd"] >= 1'
check "the Backup has sent none" eval \
	'[ "$(packets r2)" = 0 ] && advertised r2 "== 0"'

cut r1
within 10 is r2 active
check "the Active is lost: the next one advertises at once" \
	within 10 eval '[ "$(packets r2)" -ge 1 ]'
check "it says so" advertised r2 ">= 1"
check "the default route is the same" has_default client
check "and good" within 10 reaches $far
mend r1
within 10 is r2 backup
advertised r2 ">= 0"
sent=$(jq '.routers[0]["router-advertisements"].sent' "$LAB/shown")

within 10 is r1 active
host third # asks both of them
check "the better router advertises again" within 10 has_default third
check "the Backup does not answer" advertised r2 "== $sent"

stop r1
within 10 is r2 active
check "the Active ends: the default route is the same" has_default client
check "and good" within 10 reaches $far
stop r2
check "the last one ends: the default route stays" has_default client
check "no lifetime was 0" eval '[ "$(heard final)" = 0 ]'
check "all came from the virtual router" eval \
	'[ "$(heard every)" -ge 4 ] && [ "$(heard ours)" = "$(heard every)" ]'
check "the default route was never taken away" \
	not grep -q '^Deleted default' "$LAB/routes"
