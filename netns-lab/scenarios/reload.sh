#!/bin/sh
# SPDX-License-Identifier: MIT
# The Active reads its file 120 times: an address, a router, a priority come and go
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

hosts() { plain; }
plain() {
	echo lan eth0 51 "$ipv4/24" fe80::5:1/64 "$ipv6/64" >"$LAB/vrouters"
	priority_r1=200
}
an_address() { sed -i '1s,$, 192.0.2.2/24 2001:db8::2/64,' "$LAB/vrouters"; }
a_router() { vrouter other eth0 52 192.0.2.3/24; }
a_priority() { priority_r1=210; }

# comes_and_goes WHAT: who is only told to does so in its own time.
comes_and_goes() {
	"$1"
	daemon_reload r1
	watch 0.02
	plain
	daemon_reload r1
	watch 0.02
}

interval=10
pair
[ "$(daemon_of r1)" != frr ] ||
	skip "FRR takes nothing back when it reads its file again"
event fault r1 "its daemon reads its file again and again"
for _ in $(seq 20); do
	comes_and_goes an_address
	comes_and_goes a_router
	comes_and_goes a_priority
done
event repair r1 "and no more"
watch 0.5
finish
expect_lost 0
expect_takeovers 0
expect_spacing r1 20
expect_one
