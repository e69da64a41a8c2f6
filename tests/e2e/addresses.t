#!/bin/sh
# SPDX-License-Identifier: MIT
#
# One virtual router with as many addresses as an advertisement carries: all
# of them move, and all are announced.
family=both
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 6

# list COUNT FORMAT: libconfig strings
list() {
	i=1
	while [ $i -le "$1" ]; do
		# shellcheck disable=SC2059 # the format is the point
		printf ", \"$2\"" $i
		i=$((i + 1))
	done
}
count4=255 count6=90
addresses="$(list $count4 '192.0.2.%d/22' | sed 's|^, ||'), \"fe80::5:1/64\""
addresses="$addresses$(list $((count6 - 1)) '2001:db8::1:%d/64')"
address=192.0.2.7
held() {
	[ "$(ip -n "$1" -o -4 addr show | grep -c vrrp4)" = "$2" ] &&
		[ "$(ip -n "$1" -o -6 addr show | grep -c vrrp6)" = "$3" ]
}
# How many different addresses has the wire seen announced?
announced() {
	[ "$(jq -r "select(.kind == \"$1\") | .address" "$LAB/wire" |
		sort -u | wc -l)" = "$2" ]
}

router r1 192.0.1.1/22 2001:db8::11/64
router r2 192.0.1.2/22 2001:db8::12/64
host client 192.0.1.9/22 2001:db8::99/64
config r1 200
config r2 100
start r1
start r2
within 10 is r1 active
within 10 is r2 backup
check "the Active has all addresses" within 10 held r1 $count4 $count6
check "the Backup has none" held r2 0 0

hear
cut r1
check "all of them move" within 10 held r2 $count4 $count6
check "each IPv4 address is announced" \
	within 10 announced arp-announcement $count4
check "each IPv6 address is announced" within 10 announced na $count6
check "the last of them answers" \
	within 10 reaches "2001:db8::1:$((count6 - 1))"
stop_hearing
