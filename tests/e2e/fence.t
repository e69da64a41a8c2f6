#!/bin/sh
# SPDX-License-Identifier: MIT
#
# The fence: whoever hangs, is killed, or cannot advertise, does not answer any
# more when another one does, and nobody has to be there for that.
# shellcheck source=tests/e2e/pair.sh
. "$(dirname "$0")/pair.sh"

fence() { shows "$1" "[.routers[].fence] | unique == [\"$2\"]"; }
answers_of() { # ROUTER: to ARP, and with an advertisement of neighbors
	jq -r --arg port "$1" 'select(.port == $port and
		(.kind == "arp-reply" or .kind == "na")) | .time_us' "$LAB/wire"
}
# Does it answer no longer than for three intervals, 2/256, and 5 ms after its
# last advertisement?
falls_silent() { # ROUTER
	jq -es --arg port "$1" 'map(select(.port == $port)) |
		(map(select(.kind == "advert").time_us) | max) as $advert |
		(map(select(.kind == "arp-reply" or .kind == "na").time_us) |
			max // 0) <= $advert + 300000 + 781 + 5000' \
		"$LAB/wire" >/dev/null && return
	diag "$(cat "$LAB/wire" "$LAB/r1/log" "$LAB/r2/log")"
	return 1
}
# The client asks again and again, each time as if it knew nobody.
asks() {
	ask_times=5
	while [ "$ask_times" -gt 0 ]; do
		inside client ip neigh flush dev eth0
		inside client ping -q -c 1 -W 1 192.0.2.1 >"$LAB/ping" 2>&1 || :
		inside client ping -q -c 1 -W 1 2001:db8::1 >"$LAB/ping" 2>&1 ||
			:
		ask_times=$((ask_times - 1))
	done
}
hears_from() { answers_of "$1" | grep -q .; }
mute() {
	inside r1 nft -f - <<-END
		table netdev mute {
			chain out {
				type filter hook egress device eth0 priority 0;
				meta l4proto 112 drop
			}
		}
	END
}

pair
start r1
start r2
within 10 is r1 active
within 10 is r2 backup
if shows r1 '.routers[0]["no-fence"] // "" | test("built without|not permitted")'
then
	plan 1
	ok "no fence, and why # SKIP no BPF programs here"
	exit
fi
plan 22

for virtual_mac in true false; do
	mode="virtual MAC"
	[ $virtual_mac = true ] || mode="interface's MAC"
	if [ $virtual_mac = false ]; then
		stop r1
		stop r2
		config r1 200
		config r2 100
		start r1
		start r2
		within 10 is r1 active
		within 10 is r2 backup
	fi
	check "$mode: the Active's fence is open" within 10 fence r1 open
	if [ $virtual_mac = true ]; then
		check "$mode: the Backup's is shut" within 10 fence r2 shut
	else
		check "$mode: the Backup is not kept from the Active" inside r2 \
			ping -q -c 1 -W 2 192.0.2.1
	fi
	for fault in STOP KILL; do
		hear
		kill_daemon r1 $fault
		within 10 is r2 active
		asks
		within 10 hears_from r2
		stop_hearing
		check "$mode, $fault: only the successor answers" \
			falls_silent r1
		if [ $fault = STOP ]; then
			kill_daemon r1 CONT
		else
			wait "$(daemon_pid r1)" || :
			start r1
		fi
		within 10 is r1 active
		within 10 is r2 backup
		check "$mode, $fault: it serves again" within 10 fence r1 open
		check "$mode, $fault: and the client is answered" within 10 \
			reaches 192.0.2.1
	done
	hear
	mute
	within 10 is r2 active
	check "$mode: who cannot advertise is still Active" is r1 active
	check "$mode: but has shut its fence" within 10 fence r1 shut
	asks
	within 10 hears_from r2
	stop_hearing
	check "$mode: and leaves the addresses to who can" falls_silent r1
	inside r1 nft delete table netdev mute
	within 10 is r2 backup
done
