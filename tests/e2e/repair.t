#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Another program takes away what the Active needs: it is put back, announced
# and logged, once for many.
family=both
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 13

pair
start r1
start r2
within 10 is r1 active
within 10 serves r1
mac4=$(ip -n r1 -o link | sed -n 's/.*: \(vrrp4-[0-9]*-51\)@.*/\1/p')
mac6=$(ip -n r1 -o link | sed -n 's/.*: \(vrrp6-[0-9]*-51\)@.*/\1/p')

# announced KIND, as the wire calls it
announced() { grep -q "\"kind\":\"$1\"" "$LAB/wire"; }

hear
# Not flush, which looks again, and may find what has been put back.
ip -n r1 addr del 192.0.2.1/24 dev "$mac4"
check "an IPv4 address deleted is put back" within 10 serves r1
check "and announced" within 10 announced arp-announcement
ip -n r1 addr del 2001:db8::1/64 dev "$mac6"
check "an IPv6 address deleted is put back" within 10 serves r1
check "and announced" within 10 announced na
stop_hearing

ip -n r1 link set "$mac6" down
check "a macvlan set down comes up" within 10 \
	eval 'serves r1 && ip -n r1 link show "$mac6" | grep -q LOWER_UP'
ip -n r1 link del "$mac4"
check "a macvlan deleted is made again" within 10 serves r1
check "and serves the client" within 10 reaches 192.0.2.1

i=0
while [ $i -lt 20 ]; do
	# It may be at work on them at this very moment: no matter.
	ip -n r1 addr flush dev "$mac4" 2>/dev/null || :
	i=$((i + 1))
done
check "twenty deletions in a row are all put right" within 10 serves r1
check "with a line in the log for the burst, not for each" \
	eval '[ "$(grep -c "put right" "$LAB/r1/log")" -le 2 ]'
check "the line tells where to look" logged r1 "another program changed"
check "the repairs are counted" shows r1 \
	'[.routers[].statistics.repairs] | min > 0'

# As it is to be: up with a fence, down without.
backup_mac=$(ip -n r2 -o link | sed -n 's/.*: \(vrrp4-[0-9]*-51\)@.*/\1/p')
flags() { ip -n r2 -o link show "$backup_mac" | sed 's/.*<\(.*\)>.*/,\1,/'; }
is_up() { flags | grep -q ,UP,; }
if is_up; then
	wrong=down right=up
else
	wrong=up right=down
fi
ip -n r2 link set "$backup_mac" $wrong
check "a Backup's macvlan set $wrong goes $right again" within 10 eval \
	'if [ $right = up ]; then is_up; else ! is_up; fi'
check "nobody has changed roles over it" eval 'is r1 active && is r2 backup &&
	shows r1 "[.routers[].statistics[\"active-transitions\"]] | max == 1"'
