#!/bin/sh
# SPDX-License-Identifier: MIT
# Another program meddles with the macvlans of the Backup
#
# It sets them up and down, and gives them the virtual addresses: as somebody at
# a prompt might, or one who manages networks and finds them bare.
hub=true
# shellcheck source=netns-lab/story.sh
. "$(dirname "$0")/../story.sh"

macvlans() {
	ip -n r2 -o link show type macvlan | awk -F '[:@ ]+' '{ print $2 }'
}

# each TEXT COMMAND...: for all of them, "%" being their name.  Those of one
# family may refuse what the other one takes.
each() {
	event fault r2 "another program $1"
	shift
	for link in $(macvlans); do
		# shellcheck disable=SC2046 # words
		ip -n r2 $(echo "$@" | sed "s/%/$link/") 2>"$LAB/each" || :
	done
	watch 0.5
}

pair
each "sets its macvlans up" link set % up
each "sets its macvlans down" link set % down
each "gives them the IPv4 address" addr replace $ipv4/24 dev %
each "gives them the IPv6 address" addr replace $ipv6/64 dev % nodad
each "sets them up" link set % up
each "gives them the IPv4 address" addr replace $ipv4/24 dev %
each "gives them the IPv6 address" addr replace $ipv6/64 dev % nodad
watch 0.5
finish
expect_quiet r2
expect_smooth
expect_takeovers 0
