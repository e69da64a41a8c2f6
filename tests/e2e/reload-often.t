#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Reload after reload at 10 ms: priority, addresses and a whole virtual router
# come and go, and no advertisement is missed, neither of the one that changes,
# which says so each time, nor of one beside it, which does not.  By the
# kernel's time stamps at the switch; what a router of another agent misses at
# the same time, the machine has missed.  RELOADS may be set.
family=both interval=10ms
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

plan 6

: "${RELOADS:=1000}"

# beside NAME VRID ADDRESSES: one more virtual router, in the file as it is.
beside() {
	sed -i '$d' "$LAB/r1.cfg"
	cat >>"$LAB/r1.cfg" <<-END
		}, { name = "$1"; interface = "eth0"; vrid = $2;
		  advertisement_interval = "10ms";
		  virtual_addresses = [ $3 ];
		});
	END
}
# Two files in turn, and every tenth time a third one.
files() {
	config r1 200
	beside quiet 53 '"192.0.2.5", "fe80::5:5", "2001:db8::5"'
	cp "$LAB/r1.cfg" "$LAB/first"
	beside dmz 7 '"198.51.100.1"'
	cp "$LAB/r1.cfg" "$LAB/third"
	addresses="$addresses, \"192.0.2.3/24\", \"2001:db8::3/64\""
	config r1 210
	beside quiet 53 '"192.0.2.5", "fe80::5:5", "2001:db8::5"'
	cp "$LAB/r1.cfg" "$LAB/second"
}

reloads() {
	reloads=0 refused=0 changed=0
	while [ "$reloads" -lt "$RELOADS" ]; do
		reloads=$((reloads + 1))
		file=first
		[ $((reloads % 2)) = 0 ] || file=second
		[ $((reloads % 10)) != 0 ] || file=third
		cp "$LAB/$file" "$LAB/r1.cfg"
		ctl r1 reload >"$LAB/said" 2>"$LAB/wrong" ||
			refused=$((refused + 1))
		! grep -q "lan: priority" "$LAB/said" ||
			changed=$((changed + 1))
	done
}

# Every silence of an advertiser that is longer than LIMIT us, as
# {port, vrid, family, from, to}.
silences() {
	jq -s --argjson limit "$1" '
		[.[] | select(.kind == "advert" and .vrid > 50)] |
		group_by([.port, .vrid, .family])[] | sort_by(.time_us) |
		range(1; length) as $i |
		{ port: .[0].port, vrid: .[0].vrid, family: .[0].family,
		  from: .[$i - 1].time_us, to: .[$i].time_us } |
		select(.to - .from > $limit)' "$LAB/wire"
}
# Those of r1 while r3 was heard: three intervals, as a Backup sees it, and
# r3 may be late by one.
missed() {
	silences 20000 | jq -cs '[.[] | select(.port == "r3")] as $machine |
		.[] | select(.port == "r1" and .to - .from > 30000) |
		. as $gap | select(any($machine[];
			.from < $gap.to and .to > $gap.from) | not)'
}
gaps() {
	jq -rs '[.[] | select(.kind == "advert" and .vrid > 50)] |
		group_by([.port, .vrid, .family])[] | .[0] as $of |
		map(.time_us) | sort |
		[range(1; length) as $i | .[$i] - .[$i - 1]] | sort |
		"\($of.port) VRID \($of.vrid) \($of.family): \(length) " +
		"gaps, \(.[length / 2 | floor]) us, at most \(.[-1]) us"
		' "$LAB/wire"
}
undisturbed() {
	missed >"$LAB/missed"
	[ ! -s "$LAB/missed" ] || { diag "$(head "$LAB/missed")" && false; }
}
transitions() {
	shows "$1" "[.routers[] | select(.name == \"lan\") |
		.statistics[\"active-transitions\"]] | unique == [$2]"
}
lateness() {
	ctl "$1" --json status | jq -c '.vrrp.lateness.advertisements |
		[.count, .["worst-us"]]'
}

pair
router r3 192.0.2.13/24 2001:db8::13/64
config r3 100
sed -i 's/vrid = 51/vrid = 52/; s/192.0.2.1/192.0.2.4/; s/::5:1/::5:4/
	s/2001:db8::1/2001:db8::4/' "$LAB/r3.cfg"
files
cp "$LAB/first" "$LAB/r1.cfg"
for name in r1 r3; do
	start "$name"
	within 10 is "$name" active
done
start r2
within 10 is r2 backup
within 10 serves r1
hear
began=$(now_us)
reloads
diag "$reloads reloads in $((($(now_us) - began) / 1000)) ms"
sleep 0.1
stop_hearing
gaps | sed 's/^/# /'
diag "late by its own account: r1 $(lateness r1), r3 $(lateness r3)"

check "none is refused" [ "$refused" = 0 ]
[ "$refused" = 0 ] || diag "$(cat "$LAB/wrong")"
check "each of them changes something" [ "$changed" -ge $((RELOADS * 8 / 10)) ]
check "no advertisement is missed" undisturbed
check "the router is the one that it was" transitions r1 1
check "and serves what the last file says" eval \
	'within 10 is r1 active && within 10 serves r1'
# A takeover is a missed advertisement, unless the machine has missed it.
check "its Backup has not noticed" eval 'transitions r2 0 ||
	[ -n "$(silences 30000)" ]'
