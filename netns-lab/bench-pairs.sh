# SPDX-License-Identifier: MIT
# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables that these files share
#
# The pairs of routers that the bench measures: two hosts for each daemon, all
# on one LAN, each pair with a VRID and an address of its own, so that pairs
# can stand side by side.  Sourced after lib.sh and daemons.sh, whose settings
# (interval) hold for all of them.
#
#	pairs_make DAEMON...	the hosts, and a client
#	pairs_widen INTERFACES	so many for each router, with a switch for each
#	pairs_plan COUNT EACH FAMILIES [INTERFACES]  on each of these interfaces
#				COUNT virtual routers of EACH addresses ("4" or
#				"6"), or so many of IPv4 and two of IPv6 ("46")
#	pair_line		the virtual router of a pair, of both families: for
#				$vrid, $address and $address6
#	pair_runs RUNS CMD	CMD DAEMON with each of $daemons, in alternation
#	pair_of DAEMON		from here on one, two (the hosts: the better
#				router and the other one), address and vrid are
#				those of this pair, or of its first router
#	pairs_start DAEMON...	both routers of each
#	pair_stop		of the pair that pair_of named
#	pair_afresh		no daemon, and nothing that one has left
#	pair_at_rest SECONDS	so long after its start
#	pair_apart		what the switch does with a frame is not to be the
#				work of who has sent it; 1: that cannot be had
#	pair_settled		is one Active, two Backup, the client served?
#	answers			is the client served?
#	attempt CMD...		where it fails, that is not the end: the status
#				is 1 then, and the reason a line in $LAB/why
#	missed MEASURE KEY N	a line of JSON that says so
#
# The hosts stay: taking a namespace down holds a lock of the kernel that all
# of them share, long enough to be measured in the next run.

daemon_v1=vrrpd daemon_v2=vrrpd
daemon_k1=keepalived daemon_k2=keepalived
daemon_f1=frr daemon_f2=frr

priority_v1=200 priority_k1=200 priority_f1=200
priority_v2=100 priority_k2=100 priority_f2=100

pair_names() {
	case $1 in
	vrrpd) one=v1 two=v2 vrid=51 address=192.0.2.1 ;;
	keepalived) one=k1 two=k2 vrid=52 address=192.0.2.2 ;;
	frr) one=f1 two=f2 vrid=53 address=192.0.2.3 ;;
	esac
}

pairs_make() {
	pairs_host=10
	for pairs_daemon; do
		pair_names "$pairs_daemon"
		for pairs_name in "$one" "$two"; do
			router "$pairs_name" "192.0.2.$pairs_host/24" \
				"2001:db8::$pairs_host/64"
			pairs_host=$((pairs_host + 1))
		done
	done
	# FRR leaves the addresses on the Backup, too, whose host would ask by
	# ARP in their name, and tell the client a wrong MAC.
	for pairs_name in f1 f2; do
		[ ! -e "$LAB/$pairs_name" ] || inside "$pairs_name" sh -c \
			'echo 2 >/proc/sys/net/ipv4/conf/all/arp_announce'
	done
	host client 192.0.2.99/24 2001:db8::99/64
	ip -n client route add 198.18.0.0/16 dev eth0
	ip -n client route add 2001:db8:18::/48 dev eth0
}

# Of many, the addresses are 198.18.VRID.1 to 198.18.VRID.EACH; on a second
# interface 198.19, and so on.
pairs_list() {
	awk -v eth="$1" -v count="$2" -v each="$3" -v families="$4" 'BEGIN {
		for (i = 1; i <= count; i++) {
			printf "lan%s eth%d %d", eth ? eth "-" i : i, eth, i
			for (j = 1; j <= each; j++)
				if (families != 6)
					printf " 198.%d.%d.%d/32", 18 + eth, i, j
				else if (j == 1)
					printf " fe80::5:%x/64", i
				else
					printf " 2001:db8:%d:%x::%x/128",
						18 + eth, i, j
			if (families == 46)
				printf " fe80::5:%x/64 2001:db8:%d::%x/64",
					i, 18 + eth, i
			print ""
		}
	}'
}

pairs_plan() {
	for pairs_daemon in $daemons; do
		pair_names "$pairs_daemon"
		if [ "$1$2$3" = 114 ]; then
			echo "lan eth0 $vrid $address/24"
		else
			for pairs_eth in $(seq 0 $((${4:-1} - 1))); do
				pairs_list "$pairs_eth" "$1" "$2" "$3"
			done
		fi >"$LAB/vrouters.$pairs_daemon"
	done
}

pair_runs() {
	for pair_run in $(seq "$1"); do
		run_text="run $pair_run of $1"
		for pair_daemon in $daemons; do
			"$2" "$pair_daemon"
		done
	done
}

pair_line() {
	echo "lan eth0 $vrid $address/24 fe80::5:$vrid/64 $address6/64"
}

pairs_widen() {
	for pairs_eth in $(seq $(($1 - 1))); do
		[ ! -e "/proc/sys/net/ipv4/conf/lan$pairs_eth" ] || continue
		lan "lan$pairs_eth"
		pairs_host=10
		for pairs_daemon in $daemons; do
			pair_names "$pairs_daemon"
			for pairs_name in "$one" "$two"; do
				attach "$pairs_name" "eth$pairs_eth" \
					"lan$pairs_eth" \
					"10.$pairs_eth.0.$pairs_host/24"
				pairs_host=$((pairs_host + 1))
			done
		done
	done
}

# The kernel takes a frame through a veth, the switch and the other hosts before
# the sender goes on, but where the port has a thread of its own for that.
pair_apart() {
	[ -e "$LAB/sys/class" ] || {
		mkdir -p "$LAB/sys"
		mount -t sysfs sysfs "$LAB/sys" 2>/dev/null || return 1
	}
	for pair_name in "$one" "$two"; do
		for pair_port in $(ports "$pair_name"); do
			ethtool -K "$pair_port" gro on rx-udp-gro-forwarding \
				on >/dev/null 2>&1 || return 1
			echo 1 >"$LAB/sys/class/net/$pair_port/threaded" ||
				return 1
		done
	done
}

pair_of() {
	pair_names "$1"
	daemon=$1
	ln -sf "vrouters.$1" "$LAB/vrouters"
	read -r _ _ vrid address _ <"$LAB/vrouters"
	address=${address%/*}
}

# The states of an earlier life are none of this one's.
host_start() {
	rm -f "$LAB/$1/log" "$LAB/$1/log.us"
	daemon_start "$1"
}

answers() {
	inside client ping -q -c 1 -W 1 "$address" >"$LAB/answer" 2>&1
}

pair_settled() { is "$one" active && is "$two" backup && answers; }

# Pairs that start together wait together.
pairs_start() {
	for pairs_daemon; do
		pair_of "$pairs_daemon"
		host_start "$one"
	done
	for pairs_daemon; do
		pair_of "$pairs_daemon"
		within 40 is "$one" active
		now_us >"$LAB/active"
		host_start "$two"
	done
	for pairs_daemon; do
		pair_of "$pairs_daemon"
		within 40 pair_settled
	done
}

pair_at_rest() {
	pair_left=$(($(cat "$LAB/active") + $1 * 1000000 - $(now_us)))
	[ "$pair_left" -le 0 ] ||
		sleep "$((pair_left / 1000000)).$((pair_left / 100000 % 10))"
}

pair_stop() {
	for pair_name in "$one" "$two"; do
		! alive "$pair_name" || kill_daemon "$pair_name" TERM
	done
	for pair_name in "$one" "$two"; do
		within 20 not alive "$pair_name"
		mend "$pair_name"
	done
}

# The interfaces go, and all macvlans on them at once, with their addresses.
pair_afresh() {
	for pair_name in "$one" "$two"; do
		for pair_pid in $(ip netns pids "$pair_name"); do
			command kill -s KILL "$pair_pid" 2>/dev/null || :
		done
		for pair_port in $(ports "$pair_name"); do
			ip link del "$pair_port"
		done
		eval "$(grep "^lab_cable " "$LAB/$pair_name/node")"
		rm -rf "$LAB/$pair_name/daemon" "$LAB/$pair_name/control"
	done
}

attempt() {
	(
		trap record_stop EXIT
		"$@"
	) 2>"$LAB/stderr" && return
	sed -n 's/^FAIL: //p' "$LAB/stderr" >"$LAB/why"
	[ -s "$LAB/why" ] || tail -n 1 "$LAB/stderr" >"$LAB/why"
	return 1
}

missed() {
	jq -R -c --arg measure "$1" --arg key "$2" --argjson n "$3" \
		--arg daemon "$daemon" --argjson interval "$interval" '
		{ measure: $measure, ($key): $n, interval_ms: $interval,
		  daemon: $daemon, incomplete: true, why: . }' "$LAB/why"
}
