#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Whatever else meddles with a host or its LAN: other programs, a firewall, a
# stray host.
# shellcheck source=tests/lab/faults.sh
. "$(dirname "$0")/faults.sh"
# shellcheck source=netns-lab/daemons.sh
. "$TOP/netns-lab/daemons.sh"

plan 29

ticks() { awk '{ print $14 + $15 }' "/proc/$1/stat"; }
nice_of() { awk '{ print $19 }' "/proc/$1/stat"; }
# Has each hog had a tenth of a second?
hogged() {
	while read -r hog; do
		[ "$(ticks "$hog")" -ge 10 ] || return 1
	done <"$LAB/hogs"
}
usual() {
	while read -r hog; do
		[ "$(nice_of "$hog")" = "$(nice_of $$)" ] || return 1
	done <"$LAB/hogs"
}
ended() {
	for hog in $1; do
		[ ! -e "/proc/$hog" ] || return 1
	done
}

three_hosts
hog_cpu 3
hogs=$(cat "$LAB/hogs")
check "hog_cpu: there are three" [ "$(echo "$hogs" | wc -l)" = 3 ]
check "of no special priority" usual
check "and each takes what it gets" within 60 hogged
rest
check "rest: they are gone" ended "$hogs"

# A change of another host's configuration, and when it was done.
change() {
	ip -n r2 link set lo up
	done_us=$(now_us)
}
held() { jq -e "$@" "$LAB/held" >/dev/null; }
if can_hold_rtnl; then
	hold_rtnl 400ms
	change
	release_rtnl
	check "hold_rtnl: a change elsewhere waits until its end" \
		held --argjson t "$done_us" '$t >= .to_us'
	check "which was not any earlier" held '.to_us - .from_us >= 400000'
	check "and is told" told fault - \
		"the kernel's configuration lock is held for 400ms"
	hold_rtnl 10s
	release_rtnl
	change
	check "release_rtnl: it ends" \
		held --argjson t "$done_us" '.to_us - .from_us < 8000000'
else
	for text in "a change waits" "as long" "that is told" "it ends"; do
		ok "$text # SKIP $(cat "$LAB/held.why")"
	done
fi

# Where the kernel cannot do it, that is to be seen.
without_hold() {
	mkdir "$LAB/bin"
	printf '#!/bin/sh\necho "hold: not \"here\"" >&2\nexit 77\n' \
		>"$LAB/bin/hold"
	chmod +x "$LAB/bin/hold"
	status=0 programs=$BIN
	BIN=$LAB/bin
	hold_rtnl 1s 2>"$LAB/said" || status=$?
	BIN=$programs
	[ "$status" = 77 ] && grep -q "^SKIP: hold_rtnl" "$LAB/said"
}
check "where the kernel has no such thing, that is said" without_hold
check "and told" told note - "skipped: hold_rtnl: hold: not here"

delete_address r2 $R2
check "delete_address: it is not there any more" not holds r2 $R2
check "the others are" holds r2 2001:db8::12
delete_address r2 2001:db8::12
check "of IPv6, too" not holds r2 2001:db8::12
ip -n r2 addr add $R2/24 dev eth0

ip -n r2 link add vrrp4-2-7 link eth0 type macvlan
up() { ip -n r2 -br link show "$1" | grep -q '[<,]UP[,>]'; }
check "a macvlan is down" not up vrrp4-2-7
raise_macvlans r2
check "raise_macvlans: it is up" up vrrp4-2-7
delete_macvlan r2
check "delete_macvlan: it is not there any more" \
	not inside r2 grep -q vrrp4 /proc/net/dev
check "and that is told" told fault r2 "another program deletes vrrp4-2-7"

has_xdp() { ip -n r2 -d link show eth0 | grep -q prog/xdp; }
if other_xdp r2 2>"$LAB/said"; then
	check "other_xdp: there is a program" has_xdp
	check "that passes all on" reaches client $R2
	other_xdp_leaves r2
	check "other_xdp_leaves: there is none" not has_xdp
else
	why=$(sed -n 's/^SKIP: //p' "$LAB/said")
	for text in "there is a program" "it passes all" "it leaves"; do
		ok "$text # SKIP $why"
	done
fi

"$BIN/wire" --json lan >"$LAB/wire" &
wire=$!
announced() {
	jq -e -s --arg kind "$1" --arg address "$2" 'any(.[]; .port == "stray"
		and .kind == $kind and .address == $address)' "$LAB/wire" \
		>/dev/null
}
duplicate_address 192.0.2.1
check "duplicate_address: a stray host announces it" \
	within 10 announced arp-announcement 192.0.2.1
check "and answers for it" within 10 reaches client 192.0.2.1
stray_leaves
check "stray_leaves: nobody does any more" not reaches client 192.0.2.1
duplicate_address fe80::5:1
check "an IPv6 address is announced, too" within 10 announced na fe80::5:1
stray_leaves
kill -TERM "$wire"

# vrrpd reads past the firewall, so who it is that is lost is seen there.
dropped() {
	inside "$1" nft list chain inet firewall_drop "$2" |
		grep -q 'packets [1-9]'
}
vrouter lan eth0 51 192.0.2.1/24
# keepalived 2.2 knows the checksum with the pseudo-header alone.
export daemon_r1=vrrpd checksum_r1=rfc5798 priority_r1=200 priority_r2=100
daemon_start r1
within 20 is r1 active
why=$(daemon_r2=keepalived && unable r2)
daemon_r2=${why:+vrrpd}
daemon_r2=${daemon_r2:-keepalived}
daemon_start r2
within 20 is r2 backup
firewall_drop r2
check "firewall_drop: what comes in is lost" within 20 dropped r2 received
if [ -z "$why" ]; then
	check "who relies on it hears nothing" within 20 is r2 active
	check "and what goes out is lost" within 20 dropped r2 sent
else
	ok "who relies on it hears nothing # SKIP $why"
	ok "what goes out is lost # SKIP $why"
fi
firewall_pass r2
check "firewall_pass: all is well again" \
	within 20 eval 'is r1 active && is r2 backup'
check "and that is told" told repair r2 \
	"the firewall of its host passes VRRP again"
