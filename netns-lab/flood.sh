# SPDX-License-Identifier: MIT
# shellcheck shell=sh
#
# A flood, as a verb of faults.sh.  What makes a kernel drop packets is a slow
# way through it, so the host gets a packet filter of 500 routing lookups, or as
# many as it is told,
# and its receive work goes to one CPU, as RPS or an interrupt's affinity have
# it: there the queue overflows, behind the driver, and with it whatever waits
# in the same queue.
#
# Three machines share the CPUs of one.  So that one's flood is not the other's,
# the stranger, the switch and the hosts that are not flooded have the first
# CPU, and the flooded host's receive work has the last; what runs on the
# flooded host may choose.

flood_cpus() { awk '$1 == "processor" { print $3 }' /proc/cpuinfo; }

# RPS takes CPUs as a hexadecimal mask; of 32 a part.
flood_mask() { printf '%x\n' $((1 << $1)); }

flood_first() { flood_cpus | head -n 1; }
flood_last() { flood_cpus | head -n 32 | tail -n 1; }

# With 500, looks at each packet for some 50 us, and lets it pass.
flood_filter() {
	{
		echo "table inet flood {"
		echo "chain received { type filter hook input priority 0;"
		echo "udp dport 9 counter"
		yes 'fib saddr type blackhole drop' | head -n "$2"
		printf '%s\n' "}" "}"
	} | inside "$1" nft -f - 2>"$LAB/flood.why"
}

flood_unfilter() {
	printf 'table inet %s\ndelete table inet %s\n' flood flood |
		inside "$1" nft -f -
}

# flood_receive MASK NAME; flood_switches MASK is for all ports of the switches.
flood_receive() {
	inside "$2" sh -c "for file in /sys/class/net/eth0/queues/rx-*/rps_cpus
	do
		echo $1 >\"\$file\"
	done"
}

# What is at /sys is another namespace's.
flood_switches() {
	unshare -m sh -c "mount -t sysfs sysfs /sys
	for file in /sys/class/net/*/brport/../queues/rx-*/rps_cpus; do
		echo $1 >\"\$file\"
	done"
}

# flood_bind CPUS NAME: all that runs on the other hosts.
flood_bind() {
	for flood_file in "$LAB"/*/node; do
		flood_node=${flood_file%/node}
		[ "${flood_node##*/}" != "$2" ] || continue
		for flood_pid in $(ip netns pids "${flood_node##*/}"); do
			taskset -a -c -p "$1" "$flood_pid" >"$LAB/bound" || :
		done
	done
}

flood_address() {
	ip -n "$1" -4 -o addr show dev eth0 | awk -F '[ /]+' '
		NR == 1 { print $4 }'
}

# flood_arrived NAME: datagrams that its kernel has not dropped.
flood_arrived() {
	inside "$1" nft list chain inet flood received |
		sed -n 's/.*dport 9 counter packets \([0-9]*\).*/\1/p'
}

# 192.0.2.66 as the others of the lab have it.
flood_sender() {
	host flooder 192.0.2.66/24
	flood_switches "$(flood_mask "$(flood_first)")"
	flood_receive "$(flood_mask "$(flood_last)")" "$1"
	flood_bind "$(flood_first)" "$1"
}

flood() {
	flood_lookups=${3:-500}
	case ${2:-100000} in
	most) set -- "$1" 10000000 "as many packets as the machine gives" ;;
	*) set -- "$1" "${2:-100000}" "${2:-100000} packets a second" ;;
	esac
	[ "$(flood_cpus | wc -l)" -gt 1 ] || skip_fault \
		"flood $1: there is but one CPU for three machines" || return
	flood_filter "$1" "$flood_lookups" || skip_fault \
		"flood $1: the kernel's packet filter has no fib" || return
	flood_sender "$1"
	echo "$1" >"$LAB/flooded"
	event fault "$1" "flooded with $3"
	# Another machine does not wait for what is busy on this one.
	LAB_HELPER=1 ip netns exec flooder \
		nice -n -20 taskset -c "$(flood_first)" \
		"$BIN/hostile" eth0 flood --kind udp --rate "$2" \
		--address "$(flood_address "$1")" --to "$(lab_mac "$1")" \
		</dev/null >"$LAB/flood" 2>"$LAB/flood.why" &
	echo "$!" >"$LAB/flooder/pid"
}

# Nothing waits in its queue any more.
flood_is_over() {
	flood_now=$(flood_arrived "$1")
	[ "$flood_now" = "$flood_before" ] || {
		flood_before=$flood_now
		return 1
	}
}

# What was sent, and what came through, is in $LAB/flood then.
calm() {
	flood_name=$(cat "$LAB/flooded")
	event repair "$flood_name" "the flood ends"
	kill_daemon flooder TERM
	wait "$(daemon_pid flooder)"
	flood_before=
	within 20 flood_is_over "$flood_name"
	jq -c --argjson arrived "$flood_now" \
		'. + { $arrived }' "$LAB/flood" >"$LAB/flood.seen"
	mv "$LAB/flood.seen" "$LAB/flood"
	flood_unfilter "$flood_name"
	flood_receive 0 "$flood_name"
	flood_switches 0
	flood_bind "$(flood_first)-$(flood_cpus | tail -n 1)" "$flood_name"
	fault_power_off flooder
	rm -r "$LAB/flooder" "$LAB/flooded"
}
